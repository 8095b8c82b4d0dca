"""The sign of a ticket's state with which its channel's name begins, where the server wants that."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ticketbot.tickets.model import Notice, TicketState
from ticketbot.tickets.naming import CHANNEL_NAME_LIMIT

if TYPE_CHECKING:
    from ticketbot.tickets.model import Ticket

_OF_STATE: Final = frozenset({Notice.CLAIMED, Notice.UNCLAIMED, Notice.CLOSED, Notice.CLOSE_UNDONE, Notice.REOPENED})
_BEHIND: Final = "\ufe0e\ufe0f-"
"""What may stand between a sign and the name: selectors of how the sign is drawn, and the hyphen."""


class Sign(StrEnum):
    """What stands before the number."""

    WAITING = "🟢"
    """The ticket is open, and nobody takes care of it."""
    CLAIMED = "🟡"
    CLOSED = "⚫"


def sign_of(ticket: Ticket) -> Sign:
    """Return the sign of a ticket's state."""
    if ticket.state not in {TicketState.RESERVED, TicketState.OPEN}:
        return Sign.CLOSED
    return Sign.WAITING if ticket.claimer_id is None else Sign.CLAIMED


def changes_sign(ticket: Ticket) -> bool:
    """Return whether the last move of a ticket, whose notice is due, has changed the sign."""
    if ticket.notice in {Notice.TRANSFERRED, Notice.MOVED}:
        was_claimed = ticket.change is not None and ticket.change.member_id is not None
        return was_claimed is (ticket.notice is Notice.MOVED) and ticket.state is TicketState.OPEN
    return ticket.notice in _OF_STATE


def with_sign(name: str, sign: Sign) -> str:
    """Return a channel's name with a sign in front, instead of any other."""
    return f"{sign}-{without_sign(name)}"[:CHANNEL_NAME_LIMIT]


def without_sign(name: str) -> str:
    """Return a channel's name without the sign in front, if there is one."""
    for sign in Sign:
        if name.startswith(sign):
            return name.removeprefix(sign).lstrip(_BEHIND)
    return name
