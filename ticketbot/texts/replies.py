"""Replies: what the member who acted is shown, besides the notice if there is one, by the action's name.

After most actions the notice in the ticket's channel says it all, and there is no reply.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot import text_length
from ticketbot.config import params_validators
from ticketbot.texts import buttons, message
from ticketbot.texts.buttons import ButtonId
from ticketbot.texts.message import Message
from ticketbot.tickets import actions, inheritance, naming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import CannedReply, GuildConfig, Member, Ticket


def _infos(texts: LocalizedTexts, ticket: Ticket) -> Message:
    """Return who opened a ticket and when, and who claimed and closed it."""
    embed = texts.titled(texts.title("infos", number=naming.number_text(ticket.number)))
    opener = f"{message.mention(ticket.opener_id)} (`{ticket.opener_id}`)"
    opened_at = message.timestamp(ticket.created_at)
    if ticket.opened_by_id is not None:
        by = message.mention(ticket.opened_by_id)
        embed.add_field(name=texts.text("infos_opener"), value=f"{by}\n{opened_at}")
        embed.add_field(name=texts.text("infos_opened_for"), value=opener)
    else:
        embed.add_field(name=texts.text("infos_opener"), value=f"{opener}\n{opened_at}")
    claimer = texts.text("transcript_nobody") if ticket.claimer_id is None else message.mention(ticket.claimer_id)
    embed.add_field(name=texts.text("infos_claimer"), value=claimer)
    if ticket.locked_at is not None:
        embed.add_field(name=texts.text("infos_locked"), value=message.timestamp(ticket.locked_at))
    if ticket.added:
        added = " ".join(message.target_mention(one) for one in ticket.added)
        embed.add_field(name=texts.text("infos_participants"), value=added)
    if ticket.closed_at is not None:
        closer = f"{message.mention(ticket.closer_id)}\n{message.timestamp(ticket.closed_at)}"
        embed.add_field(name=texts.text("infos_closer"), value=closer)
    if ticket.close_reason is not None:
        embed.add_field(name=texts.text("closed_reason_title"), value=ticket.close_reason)
    if ticket.history:
        embed.add_field(name=texts.text("infos_history"), value=_history(texts, ticket))
    return Message(embeds=(embed,))


def _history(texts: LocalizedTexts, ticket: Ticket) -> str:
    """Return what was done last, by whom and when, oldest first: as much as fits into a field."""
    lines: list[str] = []
    for event in reversed(ticket.history):
        target = "" if event.target is None else f" · {message.target_mention(event.target)}"
        line = f"{message.timestamp(event.at)} {texts.title(event.what)} · {message.mention(event.by_id)}{target}"
        if text_length.in_utf16("\n".join((*lines, line))) > params_validators.FIELD_VALUE:
            break
        lines.append(line)
    return "\n".join(reversed(lines)) or "…"


def canned(texts: LocalizedTexts, reply: CannedReply, ticket: Ticket, config: GuildConfig, staff: Member) -> Message:
    """Return a canned reply, with what it says of the ticket filled in; what it mentions is not notified."""
    values = {
        "member": message.mention(ticket.opener_id),
        "staff": message.mention(staff.id),
        "number": naming.number_text(ticket.number),
        "topic": inheritance.settings_of(ticket, config).topic_name or "ticket",
    }
    text = _PLACEHOLDER.sub(lambda found: values[found[1]], reply.text)
    embed = texts.titled(None, text[: params_validators.DESCRIPTION])
    embed.set_author(name=staff.display_name[: params_validators.TITLE])
    return Message(embeds=(embed,))


_PLACEHOLDER: Final = re.compile(r"\{(member|staff|number|topic)\}")


def _closed(texts: LocalizedTexts, ticket: Ticket) -> Message | None:
    """Return the offer to undo a closing; an opener loses sight of the channel, and of any answer there."""
    if ticket.closer_id == ticket.opener_id:
        return None
    rows = buttons.build_rows((ButtonId.UNDO,), texts, notice_of=ticket.interaction_id)
    return Message(embeds=(texts.embed("undo_close"),), rows=rows)


REPLIES: Final[Mapping[str, Callable[[LocalizedTexts, Ticket], Message | None]]] = {
    actions.INFO.name: _infos,
    actions.CLOSE.name: _closed,
}
