"""The embedded store in trouble when the bot starts: what passes is waited for, what somebody must mend is told."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.harness.bot_process import READY_WITHIN

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.harness.bot_process import BotProcess
    from tests.harness.scenario import Scenario

pytestmark = [pytest.mark.scenario, pytest.mark.parametrize("mode", ["gateway"])]

AS_OTHERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Becomes a process that may write where it was allowed to, be it the superuser's."""

ALMOST_FULL = ("prlimit", "--fsize=3000:")
"""Becomes a process whose files cannot grow, as on a full disk; its log is small."""


@pytest.fixture
def data(without_bot: Scenario) -> Path:
    folder = without_bot.folder / "data"
    folder.mkdir()
    return folder


@contextlib.contextmanager
def read_only(folder: Path) -> Generator[None]:
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)


async def ready(scenario: Scenario, bot: BotProcess) -> None:
    await bot.wait_for("ticketbot.app: ready")
    scenario.bots.append(bot)
    await scenario.configure()
    await scenario.open_ticket()


async def test_file_that_another_process_locks_is_waited_for(without_bot: Scenario, data: Path) -> None:
    path = data / "ticketbot.sqlite3"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        bot = await without_bot.spawn_bot()
        await bot.wait_for("trying again in 1 s")
        other.execute("ROLLBACK")

    await ready(without_bot, bot)
    (line, *_) = [line for line in bot.lines() if "trying again" in line]
    assert f"another process holds {path}" in line


async def test_full_disk_is_waited_for(without_bot: Scenario, data: Path) -> None:
    bot = await without_bot.spawn_bot(*ALMOST_FULL)
    await bot.wait_for("trying again in 2 s")
    (line, *_) = [line for line in bot.lines() if "trying again" in line]
    assert str(data) in line
    assert "full" in line

    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    await ready(without_bot, bot)


async def test_bot_that_waits_for_its_store_ends_when_asked(without_bot: Scenario, data: Path) -> None:
    with contextlib.closing(sqlite3.connect(data / "ticketbot.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        bot = await without_bot.spawn_bot()
        await bot.wait_for("trying again in 1 s")

        assert await bot.stop(within=20) == 0


@pytest.mark.parametrize("there", ["nothing", "folder", "store"])
async def test_folder_that_must_not_be_written_to_ends_in_one_line(
    without_bot: Scenario, data: Path, there: str
) -> None:
    folder = data / "new" if there == "nothing" else data
    if there == "store":
        await (await without_bot.start_bot()).stop()
        without_bot.forget_bots()
    with read_only(data):
        bot = await without_bot.spawn_bot(*AS_OTHERS, TICKETBOT_DATA=str(folder))
        code = await asyncio.wait_for(bot.process.wait(), READY_WITHIN)

    (line,) = bot.lines()
    assert code == 2
    assert f"cannot start: TICKETBOT_DATA: {folder}" in line
    assert "write" in line


async def test_file_that_is_no_store_ends_in_one_line_that_says_what_to_do(without_bot: Scenario, data: Path) -> None:
    (data / "ticketbot.sqlite3").write_text("a shopping list, much longer than the first page of a database" * 100)

    bot = await without_bot.spawn_bot()
    code = await asyncio.wait_for(bot.process.wait(), READY_WITHIN)

    (line,) = bot.lines()
    assert code == 2
    assert "not a database" in line
    assert "import" in line
