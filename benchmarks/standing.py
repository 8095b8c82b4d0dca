"""What it costs to stand still, and what ten thousand tickets leave behind; beside a bare hikari bot."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import figures, press
from tests.scenarios.world import CLOSE, CONFIRM, DELETE, REOPEN, World, acknowledged, answered, has
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from benchmarks.figures import Options, Row
    from tests.simulator.members import Person

TITLE = "Standing still, and ten thousand tickets"
MODES = ("rest", "gateway")
AT_ONCE = 16
"""How many members live through tickets at the same time."""

PATIENCE = 480.0
"""Seconds after which no further ticket is begun, however slow the machine is."""

LEGS = 20
"""In how many parts the tickets are lived through; memory is looked at after each.

Each takes place in a server of its own: after some hundred channels at once hikari creates one a second in a server.
"""


async def measure(options: Options) -> list[Row]:
    rounds = figures.Rounds()
    tickets = 200 if options.quick else 10_000
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(options.rounds):
            for mode in MODES:
                await _start(mode, Path(folder) / str(turn), rounds)
        await _idle(Path(folder) / "idle", rounds, 5 if options.quick else 61)
        await _live(Path(folder) / "lives", rounds, tickets)
    return rounds.rows({f"ticketbot, {mode}": f"bare hikari, {mode}" for mode in MODES})


async def _start(mode: str, folder: Path, rounds: figures.Rounds) -> None:
    async with Simulator(validate=False) as sim:
        start = time.perf_counter()
        async with press.floor(f"bare-{mode}", sim.public_key, sim.api_url, sim.token) as (_, pid):
            taken = time.perf_counter() - start
            rounds.add("start", f"bare hikari, {mode}", **{"s to ready": taken, "MiB resident": figures.resident(pid)})
        world = World.build(sim, mode, folder / mode)
        start = time.perf_counter()
        bot = await world.start_bot()
        taken = time.perf_counter() - start
        rounds.add(
            "start", f"ticketbot, {mode}", **{"s to ready": taken, "MiB resident": figures.resident(bot.process.pid)}
        )
        await world.stop_bots()


async def _idle(folder: Path, rounds: figures.Rounds, seconds: float) -> None:
    """Watch all at once: what stands still does not disturb the others."""
    async with contextlib.AsyncExitStack() as stack:
        processes: dict[str, int] = {}
        for mode in MODES:
            sim = await stack.enter_async_context(Simulator(validate=False))
            world = World.build(sim, mode, folder / mode)
            bot = await world.start_bot()
            stack.push_async_callback(world.stop_bots)
            await world.configured()
            processes[f"ticketbot, {mode}"] = bot.process.pid
            bare = await stack.enter_async_context(press.floor(f"bare-{mode}", sim.public_key, sim.api_url, sim.token))
            processes[f"bare hikari, {mode}"] = bare[1]
        await asyncio.sleep(2)
        before = {name: figures.cpu(pid) for name, pid in processes.items()}
        await asyncio.sleep(seconds)
        for name, pid in processes.items():
            used = figures.cpu(pid) - before[name]
            rounds.add(f"idle for {seconds:.0f} s", name, **{"CPU %": 100 * used / seconds})


async def _live(folder: Path, rounds: figures.Rounds, tickets: int) -> None:
    """Let members open, close and delete tickets; the memory that stays after each part tells whether it is bounded."""
    async with Simulator(validate=False) as sim:
        home = World.build(sim, "rest", folder)
        bot = await home.start_bot()
        start, lived = time.perf_counter(), 0
        for leg in range(LEGS + 1):
            if time.perf_counter() - start > PATIENCE:
                break
            if leg:
                lived += await _leg(World.build(sim, "rest", folder), tickets // LEGS, start + PATIENCE)
                sim.calls.clear()
                sim.interactions.by_token.clear()
            rounds.add(
                f"after {lived:,} tickets", "ticketbot, rest", **{"MiB resident": figures.resident(bot.process.pid)}
            )
        rounds.add("all lives", "ticketbot, rest", **{"tickets/s": lived / (time.perf_counter() - start)})
        await home.stop_bots()


async def _leg(world: World, tickets: int, until: float) -> int:
    """Live through so many tickets in one server, or as many as are begun before a moment; tell how many."""
    await world.configured()
    members = [world.guild.add_member(f"membre{at}", nick=f"Membre {at}") for at in range(AT_ONCE)]
    lived = sum(await asyncio.gather(*(_lives(world, member, tickets // AT_ONCE, until) for member in members)))
    world.transcripts.messages.clear()
    return lived


async def _lives(world: World, member: Person, count: int, until: float) -> int:
    """Live through so many tickets, or as many as are begun before a moment; tell how many."""
    lived = 0
    while lived < count and time.perf_counter() < until:
        answer = await answered(await world.press_open(member), 30)
        channel = next((one for one in world.tickets() if f"<#{one.id}>" in answer.text()), None)
        if channel is None:
            continue  # pressed while the last deletion was about to end, and refused
        await world.until(lambda channel=channel: any(has(message, CLOSE) for message in channel.history), 30)
        await acknowledged(await world.press(world.staff, channel, CLOSE))
        await world.until(lambda channel=channel: any(has(message, REOPEN) for message in channel.history), 30)
        question = await answered(await world.press(world.staff, channel, DELETE), 30)
        await acknowledged(await world.staff.press(question, custom_id=CONFIRM))
        await world.until(lambda channel=channel: channel.deleted, 30)
        lived += 1
    return lived
