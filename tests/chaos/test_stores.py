"""The store: locked, full, hanging; each press is answered in time, and all works again afterwards."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.chaos.stage import Mode, Store
from tests.scenarios.world import acknowledged, answered
from tests.simulator.faults import RateLimit
from tests.wire.faults import FaultKind

if TYPE_CHECKING:
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally
    from tests.scenarios.world import World
    from tests.wire.control import Control

pytestmark = pytest.mark.scenario

sqlite = pytest.mark.parametrize("store", [Store.SQLITE])
rest = pytest.mark.parametrize("mode", [Mode.REST])


@pytest.mark.chaos
@sqlite
@rest
async def test_file_that_another_process_locks_makes_no_press_wait_in_a_row(
    started: World, witness: Witness, tally: Tally
) -> None:
    path = started.folder / "data" / "ticketbot.sqlite3"
    members = [started.guild.add_member(f"membre{index}") for index in range(6)]
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        presses = [await started.press_open(member) for member in members]
        for press in presses:
            await acknowledged(press)
            await answered(press, 14)  # five seconds for the first, and as long again for what came after it
        other.execute("ROLLBACK")

    assert not started.tickets()
    assert all((press.acknowledged_after or 9) < 3 for press in presses)
    await started.opened()
    await witness.require()
    tally.count("stores in trouble", "locked", witness.setting, len(presses))


@sqlite
@rest
async def test_full_disk_is_told_and_all_works_again_when_there_is_room(
    started: World, witness: Witness, tally: Tally
) -> None:
    pid, none = started.bots[0].process.pid, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, none))  # no file of the process may grow beyond that

    answer = await answered(await started.press_open(started.alice))

    resource.prlimit(pid, resource.RLIMIT_FSIZE, (none, none))
    assert not started.tickets()
    assert "<#" not in answer.text()
    await started.opened()
    await witness.require()
    tally.count("stores in trouble", "full", witness.setting)


@pytest.mark.chaos
@pytest.mark.parametrize("store", [Store.MONGODB])
async def test_store_that_hangs_leaves_no_press_without_an_answer(
    started: World, witness: Witness, double: Control, tally: Tally
) -> None:
    for command in ("insert", "find", "findAndModify"):
        double.fail(FaultKind.HANG_BEFORE, command, times=99)

    press = await started.press_open(started.alice)
    await acknowledged(press)
    await answered(press, 25)

    assert (press.acknowledged_after or 9) < 3
    double.clear()
    await started.opened()
    await witness.require()
    tally.count("stores in trouble", "hanging", witness.setting)


@sqlite
async def test_rate_limit_of_a_minute_is_told_in_time(started: World, witness: Witness, tally: Tally) -> None:
    started.sim.faults.add("POST /guilds/{guild_id}/channels", RateLimit(60.0, "shared"), times=9)

    press = await started.press_open(started.alice)
    answer = await answered(press)

    assert (press.acknowledged_after or 9) < 3
    assert "<#" not in answer.text()
    started.sim.faults.clear()
    await witness.require()
    tally.count("rate limits", "open", witness.setting)
