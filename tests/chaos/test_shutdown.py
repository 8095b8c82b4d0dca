"""Shutdown under load, requested repeatedly, and while something hangs."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.chaos.environment import Mode, Store
from tests.harness.scenario import CONFIRM, DELETE, acknowledged, answered
from tests.mongo_double.faults import FaultKind
from tests.simulator.faults import Hang

if TYPE_CHECKING:
    from tests.chaos.invariants import InvariantChecker
    from tests.chaos.report import Counts
    from tests.harness.bot_process import BotProcess
    from tests.harness.scenario import Scenario
    from tests.mongo_double.control import Control

pytestmark = pytest.mark.scenario

BOUND = 35.0
"""Seconds: 20 for work in flight, 5 for connections, 10 for a busy machine. The shipped units kill it after 45."""

CREATE = "POST /guilds/{guild_id}/channels"
SAY = "POST /channels/{channel_id}/messages"

sqlite = pytest.mark.parametrize("store", [Store.SQLITE])
mongodb = pytest.mark.parametrize("store", [Store.MONGODB])
rest = pytest.mark.parametrize("mode", [Mode.REST])


async def stop(bot: BotProcess, *signals: signal.Signals) -> float:
    """Send signals, wait for the process to end, and return the seconds it took."""
    begun = time.monotonic()
    for number in signals or (signal.SIGTERM,):
        bot.process.send_signal(number)
        await asyncio.sleep(0.1)
    assert await asyncio.wait_for(bot.process.wait(), 2 * BOUND) == 0, bot.lines()
    return time.monotonic() - begun


async def stop_under_load(scenario: Scenario, checker: InvariantChecker, *signals: signal.Signals) -> float:
    """Stop the process while it works on many presses, start another, and check that nothing was lost."""
    scenario.sim.latency = 0.2
    members = [scenario.guild.add_member(f"membre{index}") for index in range(20)]
    presses = [await scenario.press_open(member) for member in members]
    await asyncio.gather(*(acknowledged(press) for press in presses))
    await scenario.wait_until(lambda: scenario.sim.calls_to(CREATE))

    took = await stop(scenario.bots[0], *signals)

    scenario.forget_bots()
    scenario.sim.latency = 0.0
    await scenario.start_bot()
    await checker.assert_consistent()
    assert len(scenario.tickets()) == len(members)
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
async def test_shutdown_under_load_loses_nothing(
    started: Scenario, checker: InvariantChecker, counts: Counts, mode: Mode, signals: tuple[signal.Signals, ...]
) -> None:
    assert await stop_under_load(started, checker, *signals) < BOUND
    counts.add("shutdowns under load", "open", f"{mode}, sqlite", len(signals))


@pytest.mark.chaos
@mongodb
async def test_shutdown_under_load_loses_nothing_on_mongodb(
    started: Scenario, checker: InvariantChecker, counts: Counts, mode: Mode
) -> None:
    assert await stop_under_load(started, checker) < BOUND
    counts.add("shutdowns under load", "open", f"{mode}, mongodb")


@mongodb
@rest
async def test_shutdown_while_mongodb_was_never_reached(
    scenario: Scenario, checker: InvariantChecker, double: Control
) -> None:
    double.fail(FaultKind.HANG_BEFORE, "createIndexes", times=99)
    bot = await checker.scenario.spawn_bot()
    await scenario.wait_until(lambda: double.pending_faults < 99)

    assert await stop(bot) < 8
    assert len([line for line in bot.lines() if "MongoDB" in line]) <= 1


@pytest.mark.chaos
@mongodb
async def test_shutdown_while_mongodb_hangs_in_the_middle_of_a_deletion(
    started: Scenario, checker: InvariantChecker, double: Control, counts: Counts, mode: Mode
) -> None:
    channel = await started.open_ticket()
    await started.alice.write(channel, "Bonjour !")
    await started.close_ticket(channel)
    question = await answered(await started.press(started.staff, channel, DELETE))
    started.sim.faults.add(SAY, Hang(8.5))  # so that the last wait for MongoDB begins late
    checker.ignore_answer_to(await started.staff.press(question, custom_id=CONFIRM))
    await started.wait_until(lambda: started.sim.calls_to(SAY)[-1].files)
    for command in ("find", "findAndModify", "insert", "endSessions", "ping"):
        double.fail(FaultKind.HANG_BEFORE, command, times=999)

    assert await stop(started.bots[0]) < BOUND

    double.clear()
    started.forget_bots()
    await started.start_bot()
    await started.wait_until(lambda: channel.deleted)
    await checker.assert_consistent()
    counts.add("shutdowns, store hanging", "delete", f"{mode}, mongodb")


@pytest.mark.chaos
@sqlite
async def test_shutdown_while_discord_hangs(
    started: Scenario, checker: InvariantChecker, counts: Counts, mode: Mode
) -> None:
    started.sim.faults.add(CREATE, Hang(60.0, after=True))
    press = await started.press_open(started.alice)
    await acknowledged(press)
    started.sim.latency = 60.0
    checker.ignore_answer_to(press)

    assert await stop(started.bots[0]) < BOUND

    started.sim.latency = 0.0
    started.forget_bots()
    await started.start_bot()
    await checker.assert_consistent()
    counts.add("shutdowns, Discord hanging", "open", f"{mode}, sqlite")


@pytest.mark.chaos
@sqlite
async def test_shutdown_while_discord_hangs_in_the_middle_of_a_deletion(
    started: Scenario, checker: InvariantChecker, counts: Counts, mode: Mode
) -> None:
    started.sim.latency = 0.0
    channel = await started.open_ticket()
    await started.alice.write(channel, "Bonjour !")
    await started.close_ticket(channel)
    question = await answered(await started.press(started.staff, channel, DELETE))
    started.sim.faults.add(SAY, Hang(60.0), times=9)
    checker.ignore_answer_to(await started.staff.press(question, custom_id=CONFIRM))
    await started.wait_until(lambda: started.sim.calls_to(SAY)[-1].files)

    assert await stop(started.bots[0]) < BOUND

    started.sim.faults.clear()
    started.forget_bots()
    await started.start_bot()
    await started.wait_until(lambda: channel.deleted)
    await checker.assert_consistent()
    counts.add("shutdowns, Discord hanging", "delete", f"{mode}, sqlite")
