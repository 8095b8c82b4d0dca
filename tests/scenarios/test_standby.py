"""Two gateway processes on one store: one holds the session, the other stands by and takes over."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.harness.scenario import Scenario, answered
from tests.mongo_double.control import running_in_process
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.harness.bot_process import BotProcess
    from tests.simulator.interactions import Interaction

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(180)]

STANDING_BY = "standing by"
TAKES_OVER_WITHIN = 10.0
"""Seconds after a kill, on a quiet machine."""


@pytest.fixture(params=["sqlite", "mongodb"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scenario]:
    """A configured server with a process that holds the session, and one that stands by."""
    with running_in_process() as mongodb:
        async with Simulator() as sim:
            scenario = Scenario.build(sim, "gateway", tmp_path)
            if request.param == "mongodb":
                scenario.environment["MONGODB_URI"] = mongodb.uri
            await scenario.start_bot(TICKETBOT_METRICS="0")
            await scenario.configure()
            scenario.bots.append(await stand_by(scenario))
            yield scenario
            await scenario.stop_bots()
            assert not sim.violations, "\n".join(sim.violations)
            for bot in scenario.started:
                text = "\n".join(bot.lines())
                assert "Traceback" not in text, text
        assert mongodb.violations == []


async def stand_by(scenario: Scenario) -> BotProcess:
    bot = await scenario.spawn_bot(TICKETBOT_METRICS="0")
    await bot.wait_for(STANDING_BY)
    return bot


async def readiness(bot: BotProcess) -> tuple[int, str, str]:
    """Return what ``/readyz`` answers, and the line of the metric."""
    (line,) = [line for line in bot.lines() if "metrics on " in line]
    address = line.rpartition("metrics on ")[2].strip()
    async with aiohttp.ClientSession() as session:
        async with session.get(address.replace("metrics", "readyz")) as response:
            status, text = response.status, await response.text()
        async with session.get(address) as response:
            lines = (await response.text()).splitlines()
    (metric,) = [line for line in lines if line.startswith("ticketbot_standing_by ")]
    return status, text.strip(), metric.split()[1]


async def test_one_process_is_connected_and_the_other_says_that_it_stands_by(pair: Scenario) -> None:
    assert len(pair.sim.gateway.connected) == 1
    assert await readiness(pair.bots[0]) == (200, "ready", "0.0")
    assert await readiness(pair.bots[1]) == (200, "standing by", "1.0")
    await pair.open_ticket()


async def test_process_that_stands_by_takes_over_after_a_kill(pair: Scenario) -> None:
    await pair.bots.pop(0).kill()
    begun = time.monotonic()
    await pair.bots[0].wait_for("ticketbot.app: ready")

    assert time.monotonic() - begun < TAKES_OVER_WITHIN
    assert await readiness(pair.bots[0]) == (200, "ready", "0.0")
    await pair.open_ticket()


async def test_no_press_is_lost_when_a_process_hands_over(pair: Scenario) -> None:
    members = [pair.guild.add_member(f"membre{index}") for index in range(25)]
    stopping: asyncio.Task[int] | None = None
    presses: list[Interaction] = []
    for index, member in enumerate(members):
        presses.append(await pair.press_open(member))
        if index == 4:
            stopping = asyncio.create_task(pair.bots.pop(0).stop())
        await asyncio.sleep(0.1)
    for press in presses:
        await answered(press)
    assert stopping is not None

    assert await stopping == 0
    assert any("ticketbot.app: ready" in line for line in pair.bots[0].lines())
    assert len(pair.tickets()) == len(members)
    assert len(pair.sim.gateway.connected) == 1


async def test_third_process_stands_by_for_the_second(pair: Scenario) -> None:
    third = await stand_by(pair)
    await pair.bots.pop(0).stop()
    await pair.bots[0].wait_for("ticketbot.app: ready")
    assert len(pair.sim.gateway.connected) == 1
    pair.bots.append(third)
    await pair.bots.pop(0).stop()
    await third.wait_for("ticketbot.app: ready")
    await pair.open_ticket()


async def test_process_that_stands_by_can_be_stopped(pair: Scenario) -> None:
    assert await pair.bots.pop().stop() == 0
    await pair.open_ticket()


@pytest.mark.parametrize("pair", ["mongodb"], indirect=True)
async def test_process_that_hung_and_lost_the_session_ends_when_it_wakes(pair: Scenario) -> None:
    hanging = pair.bots.pop(0)
    os.kill(hanging.process.pid, signal.SIGSTOP)
    await pair.bots[0].wait_for("ticketbot.app: ready")
    os.kill(hanging.process.pid, signal.SIGCONT)

    assert await asyncio.wait_for(hanging.process.wait(), 40) != 0
    assert any("another process took it over" in line for line in hanging.lines())
    await pair.open_ticket()
