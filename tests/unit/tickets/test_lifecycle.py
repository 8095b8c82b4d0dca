from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.tickets import values
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import MessageId, Millis, Notice, Ticket, TicketState

if TYPE_CHECKING:
    from collections.abc import Callable

LATER = Millis(values.NOW + 5)

MOVES: dict[str, Callable[[Ticket], Ticket]] = {
    "seat": lambda ticket: lifecycle.seat(ticket, values.CHANNEL, at=LATER),
    "claim": lambda ticket: lifecycle.claim(ticket, values.press(values.STAFF), at=LATER),
    "close": lambda ticket: lifecycle.close(ticket, values.press(values.STAFF), at=LATER),
    "reopen": lambda ticket: lifecycle.reopen(ticket, values.press(values.STAFF), slot=1, at=LATER),
    "begin_deletion": lambda ticket: lifecycle.begin_deletion(ticket, values.press(values.STAFF), at=LATER),
    "abandon_deletion": lambda ticket: lifecycle.abandon_deletion(ticket, at=LATER),
}
ALLOWED = {
    ("seat", TicketState.RESERVED): TicketState.OPEN,
    ("claim", TicketState.OPEN): TicketState.OPEN,
    ("close", TicketState.OPEN): TicketState.CLOSED,
    ("reopen", TicketState.CLOSED): TicketState.OPEN,
    ("begin_deletion", TicketState.CLOSED): TicketState.DELETING,
    ("abandon_deletion", TicketState.DELETING): TicketState.CLOSED,
}


def test_every_move_is_tried() -> None:
    assert MOVES.keys() == lifecycle.MOVES.keys()


@pytest.mark.parametrize("state", TicketState)
@pytest.mark.parametrize("move", MOVES)
def test_moves_lead_where_the_table_says_and_nowhere_else(move: str, state: TicketState) -> None:
    before = values.ticket_in(state)
    target = ALLOWED.get((move, state))

    if target is None:
        with pytest.raises(errors.WrongStateError) as refused:
            MOVES[move](before)
        assert refused.value.state is state
    else:
        after = MOVES[move](before)
        assert after.state is target
        assert after.revision == before.revision + 1
        assert after.changed_at == LATER


def test_second_claimer_is_refused_with_the_first() -> None:
    claimed = MOVES["claim"](values.ticket_in(TicketState.OPEN))

    with pytest.raises(errors.AlreadyClaimedError) as refused:
        lifecycle.claim(claimed, values.press(values.ADMINISTRATOR), at=LATER)
    assert refused.value.claimer_id == values.STAFF.id


def test_closing_gives_the_slot_back_and_reopening_takes_one() -> None:
    closed = MOVES["close"](values.ticket_in(TicketState.OPEN))
    reopened = MOVES["reopen"](closed)

    assert closed.slot is None
    assert closed.closer_id == values.STAFF.id
    assert reopened.slot == 1
    assert reopened.closer_id is None


def test_a_claim_survives_closing_and_reopening() -> None:
    claimed = MOVES["claim"](values.ticket_in(TicketState.OPEN))

    assert MOVES["reopen"](MOVES["close"](claimed)).claimer_id == values.STAFF.id


def test_the_first_try_to_delete_is_remembered_when_it_was_given_up() -> None:
    first = lifecycle.begin_deletion(values.ticket_in(TicketState.CLOSED), values.press(press_id=1), at=LATER)
    second = lifecycle.begin_deletion(lifecycle.abandon_deletion(first, at=LATER), values.press(press_id=2), at=LATER)

    assert second.archiving_since == 1
    assert second.press_id == 2


def test_giving_up_a_deletion_forgets_the_transcript() -> None:
    archived = lifecycle.archive(values.ticket_in(TicketState.DELETING), MessageId(5), at=LATER)
    closed = lifecycle.abandon_deletion(archived, at=LATER)

    assert archived.transcript_message_id == 5
    assert closed.transcript_message_id is None
    assert closed.deleter_id is None


@pytest.mark.parametrize(
    ("move", "state", "notice"),
    [
        ("seat", TicketState.RESERVED, Notice.WELCOME),
        ("claim", TicketState.OPEN, Notice.CLAIMED),
        ("close", TicketState.OPEN, Notice.CLOSED),
        ("reopen", TicketState.CLOSED, Notice.REOPENED),
    ],
)
def test_a_ticket_is_unfinished_until_its_notice_was_shown(move: str, state: TicketState, notice: Notice) -> None:
    moved = MOVES[move](values.ticket_in(state))
    shown = lifecycle.shown(moved, at=LATER)

    assert moved.notice is notice
    assert moved.is_unfinished
    assert not shown.is_unfinished


def test_a_ticket_let_go_is_older_than_any_moment() -> None:
    left = lifecycle.let_go(values.ticket_in(TicketState.RESERVED))

    assert left.changed_at == 0
    assert left.is_unfinished


def test_a_sign_of_life_changes_nothing_else() -> None:
    before = values.ticket_in(TicketState.DELETING)
    after = lifecycle.keep_going(before, at=LATER)

    assert (after.changed_at, after.revision, after.state) == (LATER, before.revision + 1, before.state)


@pytest.mark.parametrize(("seconds", "is_refused"), [(-60, False), (0, False), (4.9, False), (5.1, True), (300, True)])
def test_press_much_older_than_the_last_move_is_refused(seconds: float, *, is_refused: bool) -> None:
    moved = lifecycle.close(values.ticket_in(TicketState.OPEN), values.press(press_id=10**9 << 22), at=LATER)
    press = values.press(values.STAFF, press_id=int(10**9 - seconds * 1000) << 22)

    if is_refused:
        with pytest.raises(errors.StaleTicketError):
            lifecycle.require_recent(moved, press)
    else:
        lifecycle.require_recent(moved, press)
