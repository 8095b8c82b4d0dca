"""A locked, full or hanging store: each press is answered in time, and everything works again afterwards."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.chaos.environment import Mode, Store
from tests.harness.scenario import acknowledged, answered
from tests.mongo_double.faults import FaultKind
from tests.simulator.faults import RateLimit

if TYPE_CHECKING:
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.scenario import Scenario
    from tests.mongo_double.control import Control

pytestmark = pytest.mark.scenario

sqlite = pytest.mark.parametrize("store", [Store.SQLITE])
rest = pytest.mark.parametrize("mode", [Mode.REST])


@pytest.mark.chaos
@sqlite
@rest
async def test_presses_do_not_queue_behind_a_file_that_another_process_locks(
    started: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    path = started.folder / "data" / "ticketbot.sqlite3"
    members = [started.guild.add_member(f"membre{index}") for index in range(6)]
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        presses = [await started.press_open(member) for member in members]
        for press in presses:
            await acknowledged(press)
            await answered(press, 14)  # five seconds for the first one, and five for those behind it
        other.execute("ROLLBACK")

    assert not started.tickets()
    assert all((press.acknowledged_after or 9) < 3 for press in presses)
    await started.open_ticket()
    await checker.assert_consistent()
    counts.add("stores in case", "locked", checker.label, len(presses))


@sqlite
@rest
async def test_full_disk_is_reported_and_everything_works_again_when_there_is_room(
    started: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    pid, none = started.bots[0].process.pid, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, none))  # the largest size of a file that the process may write

    answer = await answered(await started.press_open(started.alice))

    resource.prlimit(pid, resource.RLIMIT_FSIZE, (none, none))
    assert not started.tickets()
    assert "<#" not in answer.text()
    await started.open_ticket()
    await checker.assert_consistent()
    counts.add("stores in case", "full", checker.label)


@pytest.mark.chaos
@pytest.mark.parametrize("store", [Store.MONGODB])
async def test_hanging_store_leaves_no_press_without_an_answer(
    started: Scenario, checker: InvariantChecker, double: Control, counts: Counts
) -> None:
    for command in ("insert", "find", "findAndModify"):
        double.fail(FaultKind.HANG_BEFORE, command, times=99)

    press = await started.press_open(started.alice)
    await acknowledged(press)
    await answered(press, 25)

    assert (press.acknowledged_after or 9) < 3
    double.clear()
    await started.open_ticket()
    await checker.assert_consistent()
    counts.add("stores in case", "hanging", checker.label)


@sqlite
async def test_rate_limit_of_a_minute_is_reported_in_time(
    started: Scenario, checker: InvariantChecker, counts: Counts
) -> None:
    started.sim.faults.add("POST /guilds/{guild_id}/channels", RateLimit(60.0, "shared"), times=9)

    press = await started.press_open(started.alice)
    answer = await answered(press)

    assert (press.acknowledged_after or 9) < 3
    assert "<#" not in answer.text()
    started.sim.faults.clear()
    await checker.assert_consistent()
    counts.add("rate limits", "open", checker.label)
