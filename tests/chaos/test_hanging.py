"""A process hangs in the middle of an action, is taken for gone, and wakes: nothing is done twice."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.chaos.actions import ACTIONS, ActionRun
from tests.chaos.environment import Mode, Store
from tests.simulator.faults import Drop

if TYPE_CHECKING:
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.simulator.faults import Call

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.parametrize("mode", [Mode.REST]),
    pytest.mark.parametrize("store", [Store.MONGODB]),
]

MOST_SECONDS = 15.0
"""From the moment at which a process hangs until another one has finished its work, on a quiet machine."""


@pytest.mark.parametrize("is_late", [False, True], ids=["arrived", "late"])
@pytest.mark.parametrize("action", ["open", "close", "reopen", "delete"])
async def test_process_that_wakes_does_nothing_twice(
    checker: InvariantChecker, action: str, counts: Counts, *, is_late: bool
) -> None:
    """Stop a process at its first call; where ``is_late``, Discord carries the call out once the process has woken."""
    scenario, steps = checker.scenario, ACTIONS[action]
    begun = time.monotonic()
    hanging = await scenario.start_bot()
    busyness = max(1.0, time.monotonic() - begun)
    await scenario.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    await scenario.configure()
    run = ActionRun.with_new_member(checker)
    await steps.arrange(run)
    await steps.before_press(run)
    await asyncio.sleep(1)  # let the actions before it finish
    endpoints = [*scenario.sim.endpoints]
    scenario.sim.endpoints[:] = endpoints[:1]
    stopped: list[float] = []
    held: list[Call] = []
    woken = asyncio.Event()

    def stop(call: Call) -> bool:
        if (
            not stopped
            and call.method != "GET"
            and not call.route.startswith(("POST /interactions", "PATCH /webhooks"))
        ):
            os.kill(hanging.process.pid, signal.SIGSTOP)
            stopped.append(time.monotonic())
            held.append(call)
        return False

    async def hold(call: Call) -> None:
        if is_late and call in held:
            await woken.wait()

    scenario.sim.before_apply = hold
    scenario.sim.faults.add(stop, Drop())
    checker.ignore_answer_to(await steps.press(run))
    await scenario.wait_until(lambda: stopped and steps.is_done(run), 60)
    assert time.monotonic() - stopped[0] < MOST_SECONDS * busyness
    os.kill(hanging.process.pid, signal.SIGCONT)
    woken.set()
    scenario.sim.faults.clear()
    await asyncio.sleep(4)
    scenario.sim.endpoints[:] = endpoints
    await checker.assert_consistent()
    counts.add("hanging processes", action, checker.label)
