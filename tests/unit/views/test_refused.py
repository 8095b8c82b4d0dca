from __future__ import annotations

import gc

import pytest

from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, PressId
from ticketbot.views import refused
from ticketbot.views.refused import RefusedPresses


def raised(error: errors.TicketError) -> errors.TicketError:
    try:
        raise error
    except errors.TicketError as caught:
        return caught


def test_refusal_is_repeated_and_holds_on_to_nothing() -> None:
    presses = RefusedPresses()
    presses.note(1, raised(errors.AlreadyOpenError(ChannelId(7))))
    for _ in range(2):
        with pytest.raises(errors.AlreadyOpenError) as again:
            presses.require_new(PressId(1))
        assert again.value.channel_id == 7
        assert len(again.traceback) == 2, "this function and the one that raises"


@pytest.mark.parametrize("error", [errors.StoreUnavailableError(), errors.StaleTicketError()])
def test_press_that_met_trouble_may_come_again(error: errors.TicketError) -> None:
    presses = RefusedPresses()
    presses.note(1, error)

    presses.require_new(PressId(1))


def test_collector_has_nothing_to_look_at() -> None:
    presses = RefusedPresses()
    gc.collect()
    before = len(gc.get_objects())
    for press_id in range(1_000):
        presses.note(press_id, raised(errors.AlreadyOpenError(ChannelId(press_id))))
    gc.collect()

    assert len(gc.get_objects()) - before < 100


def test_oldest_refusals_are_forgotten() -> None:
    presses = RefusedPresses()
    for press_id in range(refused.REMEMBERED + 1):
        presses.note(press_id, errors.NotStaffError())

    presses.require_new(PressId(0))
    with pytest.raises(errors.NotStaffError):
        presses.require_new(PressId(1))
