"""Notes of the staff in their thread, recognised by the addresses that their titles link to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ticketbot.texts import message
from ticketbot.texts.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import Note, Ticket


def opened(texts: LocalizedTexts) -> Message:
    """Return the first message of the thread: who sees it, and who would."""
    return Message(embeds=(texts.embed("notes"),))


def note(texts: LocalizedTexts, ticket: Ticket, written: Note) -> Message:
    """Return a note; its title links to the moment in the ticket's channel at which it was written."""
    embed = texts.embed("note", member=message.mention(written.by_id))
    embed.description = f"{embed.description}\n\n{written.text}"
    embed.url = _address(ticket, written)
    return Message(embeds=(embed,))


def is_note(posted: Mapping[str, Any], ticket: Ticket, written: Note) -> bool:
    """Return whether one of the bot's messages in the thread is a certain note."""
    return any(embed.get("url") == _address(ticket, written) for embed in posted.get("embeds") or ())


def _address(ticket: Ticket, written: Note) -> str:
    """Return an address that no other note has: Discord goes to the messages around an id that is no message's."""
    return f"https://discord.com/channels/{ticket.guild_id}/{ticket.channel_id}/{written.interaction_id}"
