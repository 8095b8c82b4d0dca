"""The bot's clock jumps during an action, by more than the time after which work is taken over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import pytest

from tests.chaos.actions import ACTIONS, ActionRun
from tests.chaos.environment import Mode, Store
from tests.chaos.kill_points import make_killable

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from tests.chaos.actions import Action
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.simulator.interactions import Interaction

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.chaos,
    pytest.mark.parametrize("mode", [Mode.REST]),
    pytest.mark.parametrize("store", [Store.SQLITE]),
]

TIMES: Final = 3


def shift(clock: Path, seconds: int) -> None:
    clock.write_text(str(seconds * 10**9), encoding="utf-8")


async def press_slowly(checker: InvariantChecker, steps: Action) -> tuple[ActionRun, Interaction]:
    """Prepare an action for a new member, and press while Discord is slow."""
    run = ActionRun.with_new_member(checker)
    await steps.arrange(run)
    await steps.before_press(run)
    checker.scenario.sim.latency = 0.25
    return run, await steps.press(run)


@pytest.mark.parametrize("seconds", [120, -120])
@pytest.mark.parametrize("action", ACTIONS)
async def test_clock_that_jumps(
    checker: InvariantChecker, action: str, seconds: int, counts: Counts, rng: random.Random
) -> None:
    scenario, steps, clock = checker.scenario, ACTIONS[action], checker.scenario.folder / "clock"
    make_killable(scenario)
    scenario.environment |= {"CHAOS_CLOCK": str(clock), "TICKETBOT_RECOVERY_SECONDS": "0.2"}
    shift(clock, 0)
    await scenario.start_bot()
    await scenario.configure()
    for _ in range(TIMES):
        run, press = await press_slowly(checker, steps)
        await asyncio.sleep(rng.uniform(0, 1))
        shift(clock, seconds)
        await scenario.wait_until(lambda run=run, press=press: press.is_settled or steps.is_over(run, press), 30)
        scenario.sim.latency = 0.0
        if seconds < 0:
            shift(clock, 0)  # work dated in the future is not taken over before that moment
        await checker.assert_consistent(30)
        shift(clock, 0)
        await steps.retry(run)
        await checker.assert_consistent(30)
        counts.add("clock jumps", action, checker.label)


@pytest.mark.parametrize("action", ACTIONS)
async def test_clocks_of_two_processes_that_differ(checker: InvariantChecker, action: str, counts: Counts) -> None:
    scenario, steps, clock = checker.scenario, ACTIONS[action], checker.scenario.folder / "clock"
    make_killable(scenario)
    scenario.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.2"}
    await scenario.start_bot()
    shift(clock, 120)
    await scenario.start_bot(TICKETBOT_SYNC_COMMANDS="false", CHAOS_CLOCK=str(clock))
    await scenario.configure()
    for _ in range(TIMES):
        run, press = await press_slowly(checker, steps)
        await scenario.wait_until(lambda run=run, press=press: press.is_settled or steps.is_over(run, press), 30)
        scenario.sim.latency = 0.0
        await checker.assert_consistent(30)
        await steps.retry(run)
        await checker.assert_consistent(30)
        counts.add("clocks that differ", action, checker.label)
