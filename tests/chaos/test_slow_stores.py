"""A store that answers, but takes its time: nobody waits for a sign, and nothing is done twice for want of patience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.chaos.blows import mortal
from tests.chaos.stage import Mode, Store
from tests.scenarios import crowds
from tests.scenarios.world import CLAIM, answered
from tests.wire.faults import WRITE, FaultKind

if TYPE_CHECKING:
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally
    from tests.scenarios.world import World
    from tests.wire.control import Control

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.parametrize("mode", [Mode.REST, pytest.param(Mode.GATEWAY, marks=pytest.mark.chaos)]),
    pytest.mark.parametrize("store", [Store.SQLITE, pytest.param(Store.MONGODB, marks=pytest.mark.chaos)]),
]

MILLIS: Final = 700
"""What each write takes; an opening needs five of them, one after the other."""


def slow_down(world: World, double: Control) -> None:
    """Let each write of the processes that are started from now on take its time."""
    if "MONGODB_URI" in world.environment:
        double.fail(FaultKind.SLOW, WRITE, millis=MILLIS, times=10**6)
    else:
        mortal(world)
        world.environment["CHAOS_DISK_SECONDS"] = str(MILLIS / 1000)


@pytest.mark.chaos
async def test_life_on_a_slow_store(world: World, witness: Witness, double: Control, tally: Tally) -> None:
    slow_down(world, double)
    await world.start_bot()
    await world.configured()

    crowd = await crowds.open_at_once(world, members=3, presses=9)
    channel, *_ = crowd.tickets.values()
    claims = await crowds.press_at_once(world, (world.staff, world.other_staff), channel, CLAIM)
    await world.until(lambda: any(press.answer for press in claims))  # the one who was too late is told so
    for together in (
        crowds.close_at_once,
        crowds.reopen_at_once,
        crowds.close_at_once,
        crowds.delete_at_once,
    ):
        await together(world, channel)

    await witness.require()
    assert crowd.slowest < crowds.MOST_SECONDS
    tally.count("stores in trouble", "slow", witness.setting, 9 + 5 * 2)
    double.clear()


async def test_first_press_on_a_process_that_has_just_started(
    world: World, witness: Witness, store: Store, tally: Tally
) -> None:
    await world.start_bot()
    await world.configured()
    for member in (world.alice, world.bob):
        await world.restart_bot()

        press = await world.press_open(member)

        answer = await answered(press)
        assert (press.acknowledged_after or 9) < crowds.MOST_SECONDS
        assert f"<#{world.tickets()[-1].id}>" in answer.text()
    await witness.require()
    tally.count("first presses", str(store), witness.setting, 2)
