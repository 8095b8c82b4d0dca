from __future__ import annotations

import asyncio
import contextlib
import pathlib
from typing import TYPE_CHECKING

import pytest

from tests.harness.bot_process import BotProcess
from tests.simulator.interactions import wait_until

if TYPE_CHECKING:
    from pathlib import Path

CHILDREN = [*pathlib.Path("/proc/self/task").glob("*/children")]
pytestmark = [
    pytest.mark.scenario,
    pytest.mark.skipif(not CHILDREN, reason="this system does not name the children of a process"),
]

SETTINGS = {"DISCORD_TOKEN": "MTAw.G00000.000000000000000000000000000000", "DISCORD_API_URL": "http://127.0.0.1:9"}
"""Of a bot that never reaches Discord."""


def children() -> set[str]:
    return {pid for path in pathlib.Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


async def test_process_whose_start_is_given_up_is_ended(tmp_path: Path) -> None:
    before, log = children(), tmp_path / "bot.log"

    starting = asyncio.create_task(BotProcess.start(SETTINGS, log))
    await wait_until(lambda: log.exists() and "cannot be reached" in log.read_text(encoding="utf-8"), 60)
    assert children() > before
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting

    assert children() == before
