"""The moves of a ticket: a table of what may follow what, and one function for each move.

A move takes a ticket and gives the ticket that should replace it, one revision later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets import errors
from ticketbot.tickets.model import Millis, Notice, Ticket, TicketState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.tickets.model import ChannelId, MessageId, Press, PressId

MOVES: Final[Mapping[str, tuple[frozenset[TicketState], TicketState]]] = {
    "seat": (frozenset({TicketState.RESERVED}), TicketState.OPEN),
    "claim": (frozenset({TicketState.OPEN}), TicketState.OPEN),
    "close": (frozenset({TicketState.OPEN}), TicketState.CLOSED),
    "reopen": (frozenset({TicketState.CLOSED}), TicketState.OPEN),
    "begin_deletion": (frozenset({TicketState.CLOSED}), TicketState.DELETING),
    "abandon_deletion": (frozenset({TicketState.DELETING}), TicketState.CLOSED),
}
"""From which states each move is possible, and where it leads."""

_AT_THE_SAME_TIME: Final = 5_000
"""Milliseconds by which presses on one ticket may overtake each other; Discord waits three seconds for an answer."""


def require_recent(ticket: Ticket, press: Press) -> None:
    """Refuse a press that is clearly older than the last one that moved the ticket: it was meant for what was before.

    Both moments are Discord's own, so no clock of ours can be wrong.

    Raises
    ------
    StaleTicketError
        It is too old.
    """
    if _made_at(ticket.press_id) - _made_at(press.id) > _AT_THE_SAME_TIME:
        raise errors.StaleTicketError


def reserve(press: Press, *, number: int, slot: int, at: Millis) -> Ticket:
    """Take a number and a slot for the member who pressed; the channel comes later."""
    return Ticket(
        guild_id=press.guild_id,
        number=number,
        opener_id=press.member.id,
        opener_name=press.member.display_name,
        state=TicketState.RESERVED,
        created_at=at,
        changed_at=at,
        press_id=press.id,
        slot=slot,
    )


def seat(ticket: Ticket, channel_id: ChannelId, *, at: Millis) -> Ticket:
    """Give a reserved ticket its channel."""
    moved = _moved("seat", ticket, at=at)
    return attrs.evolve(moved, channel_id=channel_id, doubtful_since=None, notice=Notice.WELCOME)


def claim(ticket: Ticket, press: Press, *, at: Millis) -> Ticket:
    """Make the member who pressed the ticket's claimer.

    Raises
    ------
    AlreadyClaimedError
        The ticket has a claimer.
    WrongStateError
        The ticket is not open.
    """
    if ticket.claimer_id is not None:
        raise errors.AlreadyClaimedError(ticket.claimer_id)
    moved = _moved("claim", ticket, at=at, press=press)
    name = press.member.display_name
    return attrs.evolve(moved, claimer_id=press.member.id, claimer_name=name, notice=Notice.CLAIMED)


def close(ticket: Ticket, press: Press, *, at: Millis) -> Ticket:
    """Close an open ticket: it no longer counts for its opener.

    Raises
    ------
    WrongStateError
        The ticket is not open.
    """
    moved = _moved("close", ticket, at=at, press=press)
    return attrs.evolve(
        moved,
        slot=None,
        closer_id=press.member.id,
        closer_name=press.member.display_name,
        closed_at=at,
        notice=Notice.CLOSED,
    )


def reopen(ticket: Ticket, press: Press, *, slot: int, at: Millis) -> Ticket:
    """Open a closed ticket again: it takes a slot of its opener.

    Raises
    ------
    WrongStateError
        The ticket is not closed.
    """
    moved = _moved("reopen", ticket, at=at, press=press)
    moved = attrs.evolve(moved, slot=slot, closer_id=None, closer_name=None, closed_at=None)
    return attrs.evolve(moved, notice=Notice.REOPENED)


def begin_deletion(ticket: Ticket, press: Press, *, at: Millis) -> Ticket:
    """Set out to delete a closed ticket; from here on nobody else can.

    Raises
    ------
    WrongStateError
        The ticket is not closed.
    """
    moved = _moved("begin_deletion", ticket, at=at, press=press)
    since = press.id if ticket.archiving_since is None else ticket.archiving_since
    return attrs.evolve(
        moved,
        deleter_id=press.member.id,
        archiving_since=since,
        attachment_limit=press.attachment_limit,
        notice=None,
    )


def keep_going(ticket: Ticket, *, at: Millis) -> Ticket:
    """Give a sign of life while something unfinished is worked on, so that recovery leaves it alone."""
    return _next(ticket, at=at)


def mark_transcript(ticket: Ticket, mark: str, *, at: Millis) -> Ticket:
    """Remember what the transcript is known by that is about to be posted, so that it is found again."""
    return attrs.evolve(_next(ticket, at=at), transcript_mark=mark)


def archive(ticket: Ticket, message_id: MessageId, *, at: Millis) -> Ticket:
    """Remember where the transcript was read back from: the channel may go."""
    return attrs.evolve(_next(ticket, at=at), transcript_message_id=message_id)


def abandon_deletion(ticket: Ticket, *, at: Millis) -> Ticket:
    """Turn a deletion that cannot go on into a closed ticket again."""
    moved = _moved("abandon_deletion", ticket, at=at)
    return attrs.evolve(moved, deleter_id=None, transcript_message_id=None)


def shown(ticket: Ticket, *, at: Millis) -> Ticket:
    """Note that the channel was shown the last move."""
    return attrs.evolve(_next(ticket, at=at), notice=None)


def doubt(ticket: Ticket, *, at: Millis) -> Ticket:
    """Let go of a reserved ticket whose channel may still come: the next press may ask for it again at once."""
    return attrs.evolve(let_go(ticket), doubtful_since=at)


def let_go(ticket: Ticket) -> Ticket:
    """Say that nobody works on an unfinished ticket: recovery, or the next press, may go on with it at once."""
    return _next(ticket, at=Millis(0))


def _made_at(press_id: PressId) -> int:
    """Tell when Discord made an id: in milliseconds since its own epoch."""
    return press_id >> 22


def _moved(move: str, ticket: Ticket, *, at: Millis, press: Press | None = None) -> Ticket:
    sources, target = MOVES[move]
    if ticket.state not in sources:
        raise errors.WrongStateError(ticket.state)
    press_id = ticket.press_id if press is None else press.id
    return attrs.evolve(_next(ticket, at=at), state=target, press_id=press_id)


def _next(ticket: Ticket, *, at: Millis) -> Ticket:
    return attrs.evolve(ticket, changed_at=at, revision=ticket.revision + 1)
