from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.tickets import errors, lifecycle, limits
from ticketbot.tickets.answers import Answer
from ticketbot.tickets.model import (
    Change,
    Destination,
    Event,
    Member,
    MessageId,
    Millis,
    Notice,
    Participant,
    Request,
    Ticket,
    TicketState,
    TopicId,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LATER = Millis(values.NOW + 5)


def _claimed(ticket: Ticket) -> Ticket:
    return attrs.evolve(ticket, claimer_id=values.STAFF.id, claimer_name="Staff")


def _locked(ticket: Ticket) -> Ticket:
    return attrs.evolve(ticket, locked_at=values.NOW)


def _with_stranger(ticket: Ticket) -> Ticket:
    return attrs.evolve(ticket, participants=(Participant(id=values.STRANGER.id),))


def _handing_over_to(member: Member) -> Request:
    return attrs.evolve(values.press(values.STAFF), inputs={"membre": member})


def _naming(name: str) -> Request:
    return attrs.evolve(values.press(values.STAFF), inputs={"nom": name})


def _noting(text: str) -> Request:
    return attrs.evolve(values.press(values.STAFF), inputs={"texte": text})


_MOVING = attrs.evolve(
    values.press(values.STAFF),
    destination=Destination(topic_id=TopicId(1), staff_role_ids=(values.STAFF_ROLE,), changed_role_ids=()),
)


def _asked(ticket: Ticket) -> Ticket:
    return attrs.evolve(ticket, close_requested_by_id=values.STAFF.id)


def _undoing(ticket: Ticket, interaction_id: int = 9000) -> Request:
    press = values.press(values.STAFF, interaction_id=interaction_id)
    return attrs.evolve(press, inputs={"closing": str(ticket.interaction_id)})


MOVES: dict[str, Callable[[Ticket], Ticket]] = {
    "attach_channel": lambda ticket: lifecycle.attach_channel(ticket, values.CHANNEL, at=LATER),
    "claim": lambda ticket: lifecycle.claim(ticket, values.press(values.STAFF), at=LATER),
    "unclaim": lambda ticket: lifecycle.unclaim(_claimed(ticket), values.press(values.STAFF), at=LATER),
    "transfer": lambda ticket: lifecycle.transfer(ticket, _handing_over_to(values.ADMINISTRATOR), at=LATER),
    "add": lambda ticket: lifecycle.add(ticket, _handing_over_to(values.STRANGER), at=LATER),
    "remove": lambda ticket: lifecycle.remove(_with_stranger(ticket), _handing_over_to(values.STRANGER), at=LATER),
    "move": lambda ticket: lifecycle.move(ticket, _MOVING, at=LATER),
    "lock": lambda ticket: lifecycle.lock(ticket, values.press(values.STAFF), at=LATER),
    "unlock": lambda ticket: lifecycle.unlock(_locked(ticket), values.press(values.STAFF), at=LATER),
    "rename": lambda ticket: lifecycle.rename(ticket, _naming("Un nom"), at=LATER),
    "add_note": lambda ticket: lifecycle.add_note(ticket, _noting("Attention."), at=LATER),
    "request_close": lambda ticket: lifecycle.request_close(ticket, values.press(values.STAFF), at=LATER),
    "decline_close": lambda ticket: lifecycle.decline_close(_asked(ticket), values.press(), at=LATER),
    "undo_close": lambda ticket: lifecycle.undo_close(ticket, _undoing(ticket), slot=0, at=LATER),
    "close": lambda ticket: lifecycle.close(ticket, values.press(values.STAFF), at=LATER),
    "reopen": lambda ticket: lifecycle.reopen(ticket, values.press(values.STAFF), slot=1, at=LATER),
    "begin_deletion": lambda ticket: lifecycle.begin_deletion(ticket, values.press(values.STAFF), at=LATER),
    "abandon_deletion": lambda ticket: lifecycle.abandon_deletion(ticket, at=LATER),
}
ALLOWED = {
    ("attach_channel", TicketState.RESERVED): TicketState.OPEN,
    ("claim", TicketState.OPEN): TicketState.OPEN,
    ("unclaim", TicketState.OPEN): TicketState.OPEN,
    ("transfer", TicketState.OPEN): TicketState.OPEN,
    ("add", TicketState.OPEN): TicketState.OPEN,
    ("remove", TicketState.OPEN): TicketState.OPEN,
    ("remove", TicketState.CLOSED): TicketState.CLOSED,
    ("lock", TicketState.OPEN): TicketState.OPEN,
    ("lock", TicketState.CLOSED): TicketState.CLOSED,
    ("unlock", TicketState.OPEN): TicketState.OPEN,
    ("unlock", TicketState.CLOSED): TicketState.CLOSED,
    ("request_close", TicketState.OPEN): TicketState.OPEN,
    ("decline_close", TicketState.OPEN): TicketState.OPEN,
    ("undo_close", TicketState.CLOSED): TicketState.OPEN,
    ("rename", TicketState.OPEN): TicketState.OPEN,
    ("rename", TicketState.CLOSED): TicketState.CLOSED,
    ("add_note", TicketState.OPEN): TicketState.OPEN,
    ("add_note", TicketState.CLOSED): TicketState.CLOSED,
    ("move", TicketState.OPEN): TicketState.OPEN,
    ("move", TicketState.CLOSED): TicketState.CLOSED,
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


def test_unclaimed_ticket_can_be_claimed_and_names_who_had_it() -> None:
    ticket = values.ticket_in(TicketState.OPEN)
    unclaimed = lifecycle.unclaim(_claimed(ticket), values.press(values.ADMINISTRATOR), at=LATER)

    assert (unclaimed.claimer_id, unclaimed.claimer_name) == (None, None)
    assert unclaimed.change == Change(by_id=values.ADMINISTRATOR.id, member_id=values.STAFF.id)
    assert lifecycle.mark_announced(unclaimed, at=LATER).change is None
    assert MOVES["claim"](unclaimed).change is None
    with pytest.raises(errors.NotClaimedError):
        lifecycle.unclaim(ticket, values.press(values.STAFF), at=LATER)


def test_transferred_ticket_has_another_claimer_and_names_who_handed_it_over() -> None:
    transferred = MOVES["transfer"](_claimed(values.ticket_in(TicketState.OPEN)))

    assert (transferred.claimer_id, transferred.claimer_name) == (values.ADMINISTRATOR.id, "Admin")
    assert transferred.change == Change(by_id=values.STAFF.id, member_id=values.STAFF.id)
    with pytest.raises(errors.AlreadyClaimedError):
        MOVES["transfer"](transferred)


def test_closing_gives_the_slot_back_and_reopening_takes_one() -> None:
    closed = MOVES["close"](values.ticket_in(TicketState.OPEN))
    reopened = MOVES["reopen"](closed)

    assert closed.slot is None
    assert closed.closer_id == values.STAFF.id
    assert reopened.slot == 1
    assert reopened.closer_id is None


def test_reason_is_kept_until_the_ticket_is_reopened() -> None:
    request = attrs.evolve(values.press(values.STAFF), inputs={"raison": " Réglé. "})
    closed = lifecycle.close(values.ticket_in(TicketState.OPEN), request, at=LATER)

    assert closed.close_reason == "Réglé."
    assert MOVES["reopen"](closed).close_reason is None


@pytest.mark.parametrize("inputs", [{}, {"raison": None}, {"raison": "  "}])
def test_ticket_is_closed_without_a_reason(inputs: dict[str, str | None]) -> None:
    request = attrs.evolve(values.press(values.STAFF), inputs=inputs)

    assert lifecycle.close(values.ticket_in(TicketState.OPEN), request, at=LATER).close_reason is None


def test_a_claim_survives_closing_and_reopening() -> None:
    claimed = MOVES["claim"](values.ticket_in(TicketState.OPEN))

    assert MOVES["reopen"](MOVES["close"](claimed)).claimer_id == values.STAFF.id


def test_the_first_try_to_delete_is_remembered_when_it_was_given_up() -> None:
    first = lifecycle.begin_deletion(values.ticket_in(TicketState.CLOSED), values.press(interaction_id=1), at=LATER)
    second = lifecycle.begin_deletion(
        lifecycle.abandon_deletion(first, at=LATER), values.press(interaction_id=2), at=LATER
    )

    assert second.archiving_since == 1
    assert second.interaction_id == 2


def test_what_the_channel_has_yet_to_be_shown_is_kept_until_a_deletion_is_given_up() -> None:
    renamed = lifecycle.rename(
        values.ticket_in(TicketState.CLOSED), attrs.evolve(values.press(), inputs={"nom": "facture"}), at=LATER
    )

    closed = lifecycle.abandon_deletion(lifecycle.begin_deletion(renamed, values.press(), at=LATER), at=LATER)

    assert closed.notice is Notice.RENAMED
    assert closed.change == renamed.change is not None


def test_giving_up_a_deletion_forgets_the_transcript() -> None:
    archived = lifecycle.archive(values.ticket_in(TicketState.DELETING), MessageId(5), at=LATER)
    closed = lifecycle.abandon_deletion(archived, at=LATER)

    assert archived.transcript_message_id == 5
    assert closed.transcript_message_id is None


@pytest.mark.parametrize("is_reopened", [False, True])
def test_question_may_be_answered_again_after_a_deletion_that_was_given_up_unless_the_ticket_was_reopened(
    *, is_reopened: bool
) -> None:
    tried = lifecycle.begin_deletion(values.ticket_in(TicketState.CLOSED), values.press(interaction_id=70), at=LATER)
    closed = lifecycle.abandon_deletion(tried, at=LATER)
    if is_reopened:
        reopened = lifecycle.reopen(closed, values.press(interaction_id=80), slot=0, at=LATER)
        closed = lifecycle.close(reopened, values.press(interaction_id=90), at=LATER)
    again = attrs.evolve(values.press(interaction_id=100), question_id=MessageId(60))

    if is_reopened:
        with pytest.raises(errors.OutdatedQuestionError):
            lifecycle.begin_deletion(closed, again, at=LATER)
    else:
        assert lifecycle.begin_deletion(closed, again, at=LATER).archiving_since == 70


@pytest.mark.parametrize(
    ("move", "state", "notice"),
    [
        ("attach_channel", TicketState.RESERVED, Notice.WELCOME),
        ("claim", TicketState.OPEN, Notice.CLAIMED),
        ("close", TicketState.OPEN, Notice.CLOSED),
        ("reopen", TicketState.CLOSED, Notice.REOPENED),
    ],
)
def test_a_ticket_is_unfinished_until_its_notice_was_shown(move: str, state: TicketState, notice: Notice) -> None:
    moved = MOVES[move](values.ticket_in(state))
    shown = lifecycle.mark_announced(moved, at=LATER)

    assert moved.notice is notice
    assert moved.is_unfinished
    assert not shown.is_unfinished


def test_a_ticket_let_go_is_older_than_any_moment() -> None:
    left = lifecycle.release(values.ticket_in(TicketState.RESERVED))

    assert left.changed_at == 0
    assert left.is_unfinished


def test_a_sign_of_life_changes_nothing_else() -> None:
    before = values.ticket_in(TicketState.DELETING)
    after = lifecycle.heartbeat(before, at=LATER)

    assert (after.changed_at, after.revision, after.state) == (LATER, before.revision + 1, before.state)


@pytest.mark.parametrize(("seconds", "is_refused"), [(-60, False), (0, False), (4.9, False), (5.1, True), (300, True)])
def test_press_much_older_than_the_last_move_is_refused(seconds: float, *, is_refused: bool) -> None:
    moved = lifecycle.close(values.ticket_in(TicketState.OPEN), values.press(interaction_id=10**9 << 22), at=LATER)
    press = values.press(values.STAFF, interaction_id=int(10**9 - seconds * 1000) << 22)

    if is_refused:
        with pytest.raises(errors.StaleTicketError):
            lifecycle.require_recent(moved, press)
    else:
        lifecycle.require_recent(moved, press)


def test_answers_are_kept_until_they_are_shown() -> None:
    first, second = (attrs.evolve(values.press(), answers=(Answer(question="Qui ?", text=text),)) for text in "ab")
    reserved = lifecycle.reserve(first, number=1, slot=0, at=values.NOW)

    again = lifecycle.answer_again(lifecycle.answer_again(reserved, first, at=values.NOW), second, at=values.NOW)

    assert again.answers == (*first.answers, *second.answers)
    assert lifecycle.mark_announced(again, at=values.NOW).answers == ()


def test_history_keeps_the_last_moves_with_who_was_chosen() -> None:
    ticket = values.ticket_in(TicketState.OPEN)
    added = attrs.evolve(values.press(values.STAFF), inputs={"membre": values.STRANGER, "role": None})
    after = lifecycle.remember(lifecycle.add(ticket, added, at=LATER), added)
    for _ in range(limits.HISTORY):
        locking = values.press(values.ADMINISTRATOR)
        after = lifecycle.remember(lifecycle.lock(attrs.evolve(after, locked_at=None), locking, at=LATER), locking)

    first = lifecycle.remember(lifecycle.add(ticket, added, at=LATER), added).history
    assert first == (Event(what=Notice.ADDED, by_id=values.STAFF.id, at=LATER, target=Participant(id=4)),)
    assert [one.what for one in after.history] == [Notice.LOCKED] * limits.HISTORY
    assert after.history[-1] == Event(what=Notice.LOCKED, by_id=values.ADMINISTRATOR.id, at=LATER)


def test_notes_are_kept_until_they_are_announced() -> None:
    ticket = attrs.evolve(values.ticket_in(TicketState.OPEN), participants=(Participant(id=7),))

    first = lifecycle.add_note(ticket, _noting(" Un. "), at=LATER)
    second = lifecycle.add_note(first, _noting("Deux."), at=LATER)

    assert [note.text for note in second.notes] == ["Un.", "Deux."]
    assert second.stale_overwrites == (lifecycle.opener_of(ticket), Participant(id=7))
    announced = lifecycle.mark_announced(second, at=LATER)
    assert not announced.notes
    assert announced.has_notes
    assert not lifecycle.add_note(announced, _noting("Trois."), at=LATER).stale_overwrites


def test_empty_note_is_refused() -> None:
    with pytest.raises(errors.EmptyNoteError):
        lifecycle.add_note(values.ticket_in(TicketState.OPEN), _noting("  "), at=LATER)


def test_name_without_letters_is_refused() -> None:
    with pytest.raises(errors.InvalidNameError):
        lifecycle.rename(values.ticket_in(TicketState.OPEN), _naming(" … "), at=LATER)


@pytest.mark.parametrize(("seconds", "is_late"), [(0, False), (119, False), (121, True)])
def test_close_is_undone_within_two_minutes(seconds: int, *, is_late: bool) -> None:
    closing = 10**9
    press = values.press(values.STAFF, interaction_id=closing << 22)
    closed = lifecycle.close(values.ticket_in(TicketState.OPEN), press, at=LATER)
    undoing = _undoing(closed, (closing + seconds * 1000) << 22)

    if is_late:
        with pytest.raises(errors.CannotUndoError):
            lifecycle.undo_close(closed, undoing, slot=0, at=LATER)
    else:
        reopened = lifecycle.undo_close(closed, undoing, slot=0, at=LATER)
        assert (reopened.closer_id, reopened.closed_at, reopened.slot) == (None, None, 0)


def test_close_of_a_ticket_that_was_moved_since_is_not_undone() -> None:
    closed = lifecycle.close(values.ticket_in(TicketState.OPEN), values.press(values.STAFF, 9000), at=LATER)
    locked = lifecycle.lock(closed, values.press(values.ADMINISTRATOR, 9001), at=LATER)

    with pytest.raises(errors.CannotUndoError):
        lifecycle.undo_close(locked, _undoing(closed), slot=0, at=LATER)


def test_nobody_declines_what_is_not_asked() -> None:
    with pytest.raises(errors.NotRequestedError):
        lifecycle.decline_close(values.ticket_in(TicketState.OPEN), values.press(), at=LATER)


def test_closing_answers_the_request() -> None:
    closed = lifecycle.close(_asked(values.ticket_in(TicketState.OPEN)), values.press(), at=LATER)

    assert closed.close_requested_by_id is None
