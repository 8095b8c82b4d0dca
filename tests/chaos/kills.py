"""Kill a process in the middle of an action, and check that its successor recovers."""

from __future__ import annotations

import asyncio
import statistics
from typing import TYPE_CHECKING, Final

from tests.chaos.actions import ActionRun
from tests.chaos.environment import Store
from tests.chaos.kill_points import KillPoint, ProcessKiller, make_killable
from tests.harness.processor import Stopwatch
from tests.simulator.interactions import wait_until

if TYPE_CHECKING:
    from tests.chaos.actions import Action
    from tests.chaos.invariants import InvariantChecker
    from tests.harness.bot_process import BotProcess

MOST_SECONDS: Final = {Store.SQLITE: 5.0, Store.MONGODB: 15.0, Store.SERVER: 15.0}
"""From a kill and the start of a successor, with the bot's own settings, until everything is in order.

Where the successor is killed, too, from that second kill. What it waits for a processor does not count.
"""

MEDIAN_SECONDS: Final = {Store.SQLITE: 3.0, Store.MONGODB: 15.0, Store.SERVER: 15.0}
"""For the kills of one test, which has others beside it; all kills on SQLite together are to stay under 2 s.

Their median is printed at the end.
"""

_ENOUGH: Final = 6
"""Kills of which a median says something."""

_QUIET_START: Final = 1.2
"""Seconds that a process takes to start on a quiet machine; the limits grow with what it takes on a slower one."""

_SLOWEST: Final = 4.0

_LONG: Final = "3600"
"""Seconds between rounds of recovery: each process runs only its first one, so that no other calls are counted."""

_SWEEP: Final = "GET /guilds/{guild_id}/channels"


async def ready(checker: InvariantChecker) -> None:
    """Start a process that obeys kill requests, and configure the server."""
    make_killable(checker.scenario)
    checker.scenario.environment["TICKETBOT_RECOVERY_SECONDS"] = _LONG
    watch = Stopwatch()
    bot = await checker.scenario.start_bot()
    checker.slowness = _slowness(watch.elapsed(bot.process.pid))
    await checker.scenario.configure()


def _slowness(start_seconds: float) -> float:
    return min(max(1.0, start_seconds / _QUIET_START), _SLOWEST)


def assert_repaired_in_time(checker: InvariantChecker, store: Store) -> None:
    """Check how long recovery took after all kills so far."""
    seconds = checker.recovered_after
    if not seconds:
        return
    assert max(seconds) < MOST_SECONDS[store] * checker.slowness, seconds
    if len(seconds) >= _ENOUGH:
        assert statistics.median(seconds) < MEDIAN_SECONDS[store] * checker.slowness, seconds


async def kill_and_recover(
    checker: InvariantChecker, action: Action, kill_point: KillPoint, *, then: KillPoint | None = None
) -> bool:
    """Kill the process in the middle of an action, and check that the next process recovers.

    ``then`` is where the successor is killed while it recovers. Return whether the action reached ``kill_point``.

    Raises
    ------
    BrokenInvariantError
        Something was lost or done twice.
    """
    scenario = checker.scenario
    run = ActionRun.with_new_member(checker)
    await action.arrange(run)
    await action.before_press(run)
    killer = ProcessKiller(scenario=scenario, kill_point=kill_point)
    killer.arm()
    began = await action.press(run)
    await wait_until(lambda: killer.has_killed() or action.is_over(run, began), 40)
    killed = killer.has_killed()
    killer.disarm()
    if not killed:
        return False
    checker.ignore_answer_to(began)
    await scenario.started[-1].process.wait()
    scenario.forget_bots()
    if then is not None:
        await _kill_while_recovering(checker, ProcessKiller(scenario=scenario, kill_point=then))
    watch = Stopwatch()
    successor = await _start_successor(checker)
    checker.recovered_after.append(watch.elapsed(successor.process.pid))
    await action.retry(run)
    await checker.assert_consistent()
    return True


async def _kill_while_recovering(checker: InvariantChecker, killer: ProcessKiller) -> None:
    """Start a process that is killed while it starts or recovers, or afterwards if it never reaches the kill point."""
    killer.arm()
    bot = await checker.scenario.spawn_bot()
    await wait_until(lambda: killer.has_killed() or (_is_ready(bot) and not checker.violations()), 60)
    killer.disarm()
    await bot.kill()


def _is_ready(bot: BotProcess) -> bool:
    return any("ticketbot.app: ready" in line for line in bot.lines())


async def _start_successor(checker: InvariantChecker) -> BotProcess:
    """Start a new process, and wait until its first round of recovery is over."""
    scenario = checker.scenario
    before = len(scenario.sim.calls_to(_SWEEP))
    watch = Stopwatch()
    scenario.preload = False  # the time until all is in order includes the whole start
    bot = await scenario.start_bot()
    if not any("standing by" in line for line in bot.lines()):  # that wait is no sign of a slow machine
        checker.slowness = max(checker.slowness, _slowness(watch.elapsed(bot.process.pid)))
    await checker.assert_consistent()
    if any(not channel.deleted for channel in checker.channels):
        await scenario.wait_until(lambda: any(call.ended for call in scenario.sim.calls_to(_SWEEP)[before:]))
    await asyncio.sleep(0.02)
    return bot
