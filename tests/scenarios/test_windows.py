"""The bot where Python has what it has on Windows, and no more."""

from __future__ import annotations

import asyncio
import pathlib
import signal
from typing import TYPE_CHECKING

import pytest

from tests.harness import command_line
from tests.harness.bot_process import READY_WITHIN
from tests.harness.scenario import CONFIRM, DELETE, answered

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

WINDOWS = {"PYTHONPATH": str(pathlib.Path(__file__).parent / "windows"), "PYTHONIOENCODING": "cp1252"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_whole_life_ends_with_control_c(without_bot: Scenario, number: signal.Signals) -> None:
    bot = await without_bot.start_bot(**WINDOWS)
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    content = b"\0\0\0\x20ftypisom" + bytes(range(256)) * 1000
    await without_bot.alice.write(channel, "preuve", files=[("film.mp4", content)])
    await without_bot.close_ticket(channel)
    question = await answered(await without_bot.press(without_bot.staff, channel, DELETE))
    await without_bot.staff.press(question, custom_id=CONFIRM)
    await without_bot.wait_until(lambda: channel.deleted)

    bot.process.send_signal(number)

    assert await asyncio.wait_for(bot.process.wait(), READY_WITHIN) == 0
    without_bot.forget_bots()
    assert any("stopping" in line for line in bot.lines())
    assert not any("Traceback" in line for line in bot.lines())


@pytest.mark.parametrize("mode", ["gateway"])
async def test_commands_work(without_bot: Scenario) -> None:
    await without_bot.start_bot(**WINDOWS)
    await without_bot.configure()
    channel = without_bot.guild.add_text_channel("général")
    await without_bot.alice.write(channel, "preuve", files=[("film.mp4", bytes(range(256)) * 1000)])
    settings = without_bot.settings({"DISCORD_MEDIA_URL": without_bot.sim.media_url, **WINDOWS})
    settings = {**settings, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}  # so that all that is printed is UTF-8 too
    for words in (
        ["setup", "--no-input"],
        ["check"],
        ["export", str(channel.id), "--time-zone", "Europe/Paris"],
        ["texts"],
        ["invite"],
        ["store", "export", "backup.jsonl"],
    ):
        code, out = await command_line.run(settings, without_bot.folder, *words)

        assert code == 0, (words, out)
        assert "Traceback" not in out
