"""The message that carries a transcript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.texts.message import Message, mention
from ticketbot.tickets import naming

if TYPE_CHECKING:
    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import Ticket

_MARKDOWN: Final = re.compile(r"[\\*_~|`<>\[\]()#:@-]")
"""What Discord's client may take for markdown, mentions or links in a name."""
_ESCAPED: Final = r"\\\g<0>"


def build(texts: LocalizedTexts, ticket: Ticket) -> Message:
    """Return the message of a transcript: who opened the ticket and who claimed it, by name, mention and id.

    The names stay when Discord no longer resolves the mentions: of members who left, it shows the ids alone.
    """
    embed = texts.titled(texts.title("transcript", number=naming.number_text(ticket.number)))
    opener = _identity(ticket.opener_id, ticket.opener_name)
    embed.add_field(name=texts.text("transcript_opener"), value=opener, inline=True)
    claimer = texts.text("transcript_nobody")
    if ticket.claimer_id is not None:
        claimer = _identity(ticket.claimer_id, ticket.claimer_name)
    embed.add_field(name=texts.text("transcript_claimer"), value=claimer, inline=True)
    return Message(embeds=(embed,))


def _identity(user_id: int, name: str | None) -> str:
    """Return a member's name, mention and id."""
    shown = f"{mention(user_id)} (`{user_id}`)"
    return f"{_MARKDOWN.sub(_ESCAPED, name)} · {shown}" if name else shown
