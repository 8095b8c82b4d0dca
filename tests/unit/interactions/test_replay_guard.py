from __future__ import annotations

import gc

import pytest

from ticketbot.interactions import replay_guard
from ticketbot.interactions.replay_guard import ReplayGuard
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, InteractionId, Millis


def raised(error: errors.TicketError) -> errors.TicketError:
    try:
        raise error
    except errors.TicketError as caught:
        return caught


def test_refusal_is_repeated_and_holds_on_to_nothing() -> None:
    presses = ReplayGuard()
    presses.note(1, raised(errors.AlreadyOpenError(ChannelId(7))))
    for _ in range(2):
        with pytest.raises(errors.AlreadyOpenError) as again:
            presses.require_new(InteractionId(1))
        assert again.value.channel_id == 7
        assert len(again.traceback) == 2, "this function and the one that raises"


@pytest.mark.parametrize(
    "error",
    [
        *(errors.BlockedError(Millis(5), "Publicité"), errors.TooManyOpeningsError(Millis(5))),
        *(
            errors.NotATicketChannelError(),
            errors.NotesOffError(),
            errors.EmptyNoteError(),
            errors.NotConfiguredError(),
        ),
    ],
)
def test_every_refusal_by_the_rules_is_repeated(error: errors.TicketError) -> None:
    presses = ReplayGuard()
    presses.note(1, raised(error))

    with pytest.raises(type(error)) as again:
        presses.require_new(InteractionId(1))
    assert again.value.args == error.args


@pytest.mark.parametrize("error", [errors.StoreUnavailableError(), errors.StaleTicketError()])
def test_press_that_met_trouble_may_come_again(error: errors.TicketError) -> None:
    presses = ReplayGuard()
    presses.note(1, error)

    presses.require_new(InteractionId(1))


def test_collector_has_nothing_to_look_at() -> None:
    presses = ReplayGuard()
    gc.collect()
    before = len(gc.get_objects())
    for interaction_id in range(1_000):
        presses.note(interaction_id, raised(errors.AlreadyOpenError(ChannelId(interaction_id))))
    gc.collect()

    assert len(gc.get_objects()) - before < 100


def test_oldest_refusals_are_forgotten() -> None:
    presses = ReplayGuard()
    for interaction_id in range(replay_guard.REMEMBERED + 1):
        presses.note(interaction_id, errors.NotStaffError())

    presses.require_new(InteractionId(0))
    with pytest.raises(errors.NotStaffError):
        presses.require_new(InteractionId(1))
