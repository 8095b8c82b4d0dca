"""A slow store: presses are acknowledged in time, and nothing is done twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.chaos.environment import Mode, Store
from tests.chaos.kill_points import make_killable
from tests.harness import simultaneous
from tests.harness.scenario import CLAIM, answered
from tests.mongo_double.faults import WRITE, FaultKind

if TYPE_CHECKING:
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.scenario import Scenario
    from tests.mongo_double.control import Control

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.parametrize("mode", [Mode.REST, pytest.param(Mode.GATEWAY, marks=pytest.mark.chaos)]),
    pytest.mark.parametrize("store", [Store.SQLITE, pytest.param(Store.MONGODB, marks=pytest.mark.chaos)]),
]

MILLIS: Final = 700
"""Milliseconds that each write takes; an opening makes five, one after another."""


def slow_down(scenario: Scenario, double: Control) -> None:
    """Delay each write of the processes that are started from now on."""
    if "MONGODB_URI" in scenario.environment:
        double.fail(FaultKind.SLOW, WRITE, millis=MILLIS, times=10**6)
    else:
        make_killable(scenario)
        scenario.environment["CHAOS_DISK_SECONDS"] = str(MILLIS / 1000)


@pytest.mark.chaos
async def test_ticket_life_on_a_slow_store(
    scenario: Scenario, checker: InvariantChecker, double: Control, counts: Counts
) -> None:
    slow_down(scenario, double)
    await scenario.start_bot()
    await scenario.configure()

    crowd = await simultaneous.open_at_once(scenario, members=3, presses=9)
    channel, *_ = crowd.tickets.values()
    claims = await simultaneous.press_at_once(scenario, (scenario.staff, scenario.other_staff), channel, CLAIM)
    await scenario.wait_until(lambda: any(press.answer for press in claims))  # the loser of the race is told so
    for together in (
        simultaneous.close_at_once,
        simultaneous.reopen_at_once,
        simultaneous.close_at_once,
        simultaneous.delete_at_once,
    ):
        await together(scenario, channel)

    await checker.assert_consistent()
    assert crowd.slowest < simultaneous.MOST_SECONDS
    counts.add("stores in case", "slow", checker.label, 9 + 5 * 2)
    double.clear()


async def test_first_press_on_a_process_that_has_just_started(
    scenario: Scenario, checker: InvariantChecker, store: Store, counts: Counts
) -> None:
    await scenario.start_bot()
    await scenario.configure()
    for member in (scenario.alice, scenario.bob):
        await scenario.restart_bot()

        press = await scenario.press_open(member)

        answer = await answered(press)
        assert (press.acknowledged_after or 9) < simultaneous.MOST_SECONDS
        assert f"<#{scenario.tickets()[-1].id}>" in answer.text()
    await checker.assert_consistent()
    counts.add("first presses", str(store), checker.label, 2)
