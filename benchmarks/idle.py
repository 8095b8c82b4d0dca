"""Start, idle use and memory after ten thousand tickets, compared with a hikari bot that does nothing."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import measurements, press
from tests.harness.scenario import CLOSE, CONFIRM, DELETE, REOPEN, Scenario, acknowledged, answered, has_button
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from benchmarks.measurements import Options, Row
    from tests.simulator.members import Person

TITLE = "Idle, and after ten thousand tickets"
MODES = ("rest", "gateway")
AT_ONCE = 16
"""How many members open, close and delete tickets at the same time."""

PATIENCE = 480.0
"""Seconds after which no further ticket is opened, however slow the machine is."""

LEGS = 20
"""In how many parts the tickets are opened; memory is measured after each.

Each takes place in a server of its own: after some hundred channels at once hikari creates one a second in a server.
"""


async def measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
    tickets = 200 if options.quick else 10_000
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.rounds):
            for mode in MODES:
                await _start(mode, Path(folder) / str(turn), rounds)
        await _idle(Path(folder) / "idle", rounds, 5 if options.quick else 61)
        await _live(Path(folder), rounds, tickets)  # it exists: a file of texts is written into it
    return rounds.rows({f"ticketbot, {mode}": f"bare hikari, {mode}" for mode in MODES})


async def _start(mode: str, folder: Path, rounds: measurements.Rounds) -> None:
    async with Simulator(validate=False) as sim:
        start = time.perf_counter()
        async with press.start_baseline(f"bare-{mode}", sim.public_key, sim.api_url, sim.token) as (_, pid):
            taken = time.perf_counter() - start
            rounds.add(
                "start", f"bare hikari, {mode}", **{"s to ready": taken, "MiB resident": measurements.resident(pid)}
            )
        scenario = Scenario.build(sim, mode, folder / mode)
        start = time.perf_counter()
        bot = await scenario.start_bot()
        taken = time.perf_counter() - start
        rounds.add(
            "start",
            f"ticketbot, {mode}",
            **{"s to ready": taken, "MiB resident": measurements.resident(bot.process.pid)},
        )
        await scenario.stop_bots()


async def _idle(folder: Path, rounds: measurements.Rounds, seconds: float) -> None:
    """Measure all processes at the same time: idle processes do not disturb each other."""
    async with contextlib.AsyncExitStack() as stack:
        processes: dict[str, int] = {}
        for mode in MODES:
            sim = await stack.enter_async_context(Simulator(validate=False))
            scenario = Scenario.build(sim, mode, folder / mode)
            bot = await scenario.start_bot()
            stack.push_async_callback(scenario.stop_bots)
            await scenario.configure()
            processes[f"ticketbot, {mode}"] = bot.process.pid
            bare = await stack.enter_async_context(
                press.start_baseline(f"bare-{mode}", sim.public_key, sim.api_url, sim.token)
            )
            processes[f"bare hikari, {mode}"] = bare[1]
        await asyncio.sleep(2)
        before = {name: measurements.cpu(pid) for name, pid in processes.items()}
        await asyncio.sleep(seconds)
        for name, pid in processes.items():
            used = measurements.cpu(pid) - before[name]
            rounds.add(f"idle for {seconds:.0f} s", name, **{"CPU %": 100 * used / seconds})


async def _live(folder: Path, rounds: measurements.Rounds, tickets: int) -> None:
    """Open, close and delete tickets; the memory after each part shows whether it is bounded."""
    async with Simulator(validate=False) as sim:
        home = Scenario.build(sim, "rest", folder)
        home.set_params("MAX_OPENINGS = 10000\n")  # the same members open tickets again and again
        bot = await home.start_bot(TICKETBOT_REQUESTS_PER_SECOND="10000")  # the simulator has no limit
        start, lived = time.perf_counter(), 0
        for leg in range(LEGS + 1):
            if time.perf_counter() - start > PATIENCE:
                break
            if leg:
                lived += await _live_part(Scenario.build(sim, "rest", folder), tickets // LEGS, start + PATIENCE)
                sim.calls.clear()
                sim.interactions.by_token.clear()
            rounds.add(
                f"after {lived:,} tickets",
                "ticketbot, rest",
                **{"MiB resident": measurements.resident(bot.process.pid)},
            )
        rounds.add("all tickets", "ticketbot, rest", **{"tickets/s": lived / (time.perf_counter() - start)})
        await home.stop_bots()


async def _live_part(scenario: Scenario, tickets: int, until: float) -> int:
    """Open, close and delete tickets in one server until the time is up; return how many were completed."""
    await scenario.configure()
    members = [scenario.guild.add_member(f"membre{at}", nick=f"Membre {at}") for at in range(AT_ONCE)]
    lived = sum(
        await asyncio.gather(*(_live_as(scenario, member, -(-tickets // AT_ONCE), until) for member in members))
    )
    scenario.transcripts.messages.clear()
    return lived


async def _live_as(scenario: Scenario, member: Person, count: int, until: float) -> int:
    """Open, close and delete tickets as one member until the time is up; return how many were completed."""
    lived = 0
    while lived < count and time.perf_counter() < until:
        answer = await answered(await scenario.press_open(member), 30)
        channel = next((one for one in scenario.tickets() if f"<#{one.id}>" in answer.text()), None)
        if channel is None:
            continue  # pressed while the last deletion was about to end, and refused
        await scenario.wait_until(
            lambda channel=channel: any(has_button(message, CLOSE) for message in channel.history), 30
        )
        await acknowledged(await scenario.press(scenario.staff, channel, CLOSE))
        await scenario.wait_until(
            lambda channel=channel: any(has_button(message, REOPEN) for message in channel.history), 30
        )
        question = await answered(await scenario.press(scenario.staff, channel, DELETE), 30)
        await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))
        await scenario.wait_until(lambda channel=channel: channel.deleted, 30)
        lived += 1
    return lived
