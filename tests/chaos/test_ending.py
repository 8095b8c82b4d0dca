"""The end: asked for under load, asked for twice, and while something hangs."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.chaos.stage import Mode, Store
from tests.scenarios.world import CONFIRM, DELETE, acknowledged, answered
from tests.simulator.faults import Hang
from tests.wire.faults import FaultKind

if TYPE_CHECKING:
    from tests.chaos.invariants import Witness
    from tests.chaos.tally import Tally
    from tests.scenarios.process import BotProcess
    from tests.scenarios.world import World
    from tests.wire.control import Control

pytestmark = pytest.mark.scenario

BOUND = 35.0
"""Seconds: 20 for begun work, 5 for connections, and 10 for a busy machine; what we ship kills it after 45."""

CREATE = "POST /guilds/{guild_id}/channels"
SAY = "POST /channels/{channel_id}/messages"

sqlite = pytest.mark.parametrize("store", [Store.SQLITE])
mongodb = pytest.mark.parametrize("store", [Store.MONGODB])
rest = pytest.mark.parametrize("mode", [Mode.REST])


async def ends(bot: BotProcess, *signals: signal.Signals) -> float:
    """Send signals, and wait for the end; give the seconds that it took."""
    begun = time.monotonic()
    for number in signals or (signal.SIGTERM,):
        bot.process.send_signal(number)
        await asyncio.sleep(0.1)
    assert await asyncio.wait_for(bot.process.wait(), 2 * BOUND) == 0, bot.lines()
    return time.monotonic() - begun


async def under_load(world: World, witness: Witness, *signals: signal.Signals) -> float:
    """End the process while many presses are being worked on, start another, and see that nothing was lost."""
    world.sim.latency = 0.2
    members = [world.guild.add_member(f"membre{index}") for index in range(20)]
    presses = [await world.press_open(member) for member in members]
    await asyncio.gather(*(acknowledged(press) for press in presses))
    await world.until(lambda: world.sim.calls_to(CREATE))

    took = await ends(world.bots[0], *signals)

    world.forget_bots()
    world.sim.latency = 0.0
    await world.start_bot()
    await witness.require()
    assert len(world.tickets()) == len(members)
    assert all(press.answer and "<#" in press.answer.text() for press in presses)
    return took


@sqlite
@pytest.mark.parametrize(
    ("mode", "signals"),
    [
        (Mode.GATEWAY, (signal.SIGTERM,)),
        (Mode.REST, (signal.SIGINT, signal.SIGTERM, signal.SIGINT)),
        pytest.param(Mode.REST, (signal.SIGTERM,), marks=pytest.mark.chaos),
        pytest.param(Mode.GATEWAY, (signal.SIGTERM, signal.SIGINT), marks=pytest.mark.chaos),
    ],
    ids=["gateway", "rest, again and again", "rest", "gateway, again and again"],
)
async def test_end_under_load_loses_nothing(
    started: World, witness: Witness, tally: Tally, mode: Mode, signals: tuple[signal.Signals, ...]
) -> None:
    assert await under_load(started, witness, *signals) < BOUND
    tally.count("ends under load", "open", f"{mode}, sqlite", len(signals))


@pytest.mark.chaos
@mongodb
async def test_end_under_load_loses_nothing_on_mongodb(
    started: World, witness: Witness, tally: Tally, mode: Mode
) -> None:
    assert await under_load(started, witness) < BOUND
    tally.count("ends under load", "open", f"{mode}, mongodb")


@mongodb
@rest
async def test_end_while_mongodb_was_never_reached(world: World, witness: Witness, double: Control) -> None:
    double.fail(FaultKind.HANG_BEFORE, "createIndexes", times=99)
    bot = await witness.world.spawn_bot()
    await world.until(lambda: double.pending_faults < 99)

    assert await ends(bot) < 8
    assert len([line for line in bot.lines() if "MongoDB" in line]) <= 1


@pytest.mark.chaos
@mongodb
async def test_end_while_mongodb_hangs_in_the_middle_of_a_deletion(
    started: World, witness: Witness, double: Control, tally: Tally, mode: Mode
) -> None:
    channel = await started.opened()
    await started.alice.write(channel, "Bonjour !")
    await started.closed(channel)
    question = await answered(await started.press(started.staff, channel, DELETE))
    started.sim.faults.add(SAY, Hang(8.5))  # so that the last wait for MongoDB begins late
    witness.excuse(await started.staff.press(question, custom_id=CONFIRM))
    await started.until(lambda: started.sim.calls_to(SAY)[-1].files)
    for command in ("find", "findAndModify", "insert", "endSessions", "ping"):
        double.fail(FaultKind.HANG_BEFORE, command, times=999)

    assert await ends(started.bots[0]) < BOUND

    double.clear()
    started.forget_bots()
    await started.start_bot()
    await started.until(lambda: channel.deleted)
    await witness.require()
    tally.count("ends while a store hangs", "delete", f"{mode}, mongodb")


@pytest.mark.chaos
@sqlite
async def test_end_while_discord_hangs(started: World, witness: Witness, tally: Tally, mode: Mode) -> None:
    started.sim.faults.add(CREATE, Hang(60.0, after=True))
    press = await started.press_open(started.alice)
    await acknowledged(press)
    started.sim.latency = 60.0
    witness.excuse(press)

    assert await ends(started.bots[0]) < BOUND

    started.sim.latency = 0.0
    started.forget_bots()
    await started.start_bot()
    await witness.require()
    tally.count("ends while Discord hangs", "open", f"{mode}, sqlite")


@pytest.mark.chaos
@sqlite
async def test_end_while_discord_hangs_in_the_middle_of_a_deletion(
    started: World, witness: Witness, tally: Tally, mode: Mode
) -> None:
    started.sim.latency = 0.0
    channel = await started.opened()
    await started.alice.write(channel, "Bonjour !")
    await started.closed(channel)
    question = await answered(await started.press(started.staff, channel, DELETE))
    started.sim.faults.add(SAY, Hang(60.0), times=9)
    witness.excuse(await started.staff.press(question, custom_id=CONFIRM))
    await started.until(lambda: started.sim.calls_to(SAY)[-1].files)

    assert await ends(started.bots[0]) < BOUND

    started.sim.faults.clear()
    started.forget_bots()
    await started.start_bot()
    await started.until(lambda: channel.deleted)
    await witness.require()
    tally.count("ends while Discord hangs", "delete", f"{mode}, sqlite")
