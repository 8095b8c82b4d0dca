"""A press, to its answer: the bot beside bare aiohttp, hikari alone, and hikari with lightbulb and miru."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import figures, load
from tests.scenarios.world import CLAIM, World, answered
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from benchmarks.figures import Options, Row
    from tests.simulator.interactions import Interaction

TITLE = "A press, to its answer"
AT_ONCE = (1, 32, 256)
MEMBERS = 8
LIBRARIES = "hikari, lightbulb, miru: a trivial button"
FLOORS = {"bare": "aiohttp that checks the signature", "hikari": "hikari: a plain listener", "libraries": LIBRARIES}
OPEN_REFUSED, CLAIM_REFUSED = "ticketbot: opening refused", "ticketbot: claim refused"
BESIDE = dict.fromkeys((OPEN_REFUSED, CLAIM_REFUSED), LIBRARIES)

Subject = tuple[str, load.Presses, int]
"""An address, what is pressed there, and the process that answers."""


@contextlib.asynccontextmanager
async def floor(which: str, *more: str) -> AsyncIterator[tuple[str, int]]:
    """Run one of the floors; give its address and its process."""
    command = ("-W", "ignore", "-m", "benchmarks.floors", which, *more)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdin is not None
    yield (await process.stdout.readline()).decode().strip(), process.pid
    process.stdin.close()
    await process.wait()


@contextlib.asynccontextmanager
async def ours(folder: Path) -> AsyncIterator[dict[str, Subject]]:
    """Run the bot with some claimed tickets; give presses that are refused."""
    async with Simulator(validate=False) as sim:
        world = World.build(sim, "rest", folder)
        bot = await world.start_bot()
        await world.configured()
        openings: list[Mapping[str, Any]] = []
        claims: list[Mapping[str, Any]] = []
        for at in range(MEMBERS):
            member = world.guild.add_member(f"membre{at}", nick=f"Membre {at}", locale="fr")
            channel = await world.opened(member)
            await answered(await world.press(world.staff, channel, CLAIM))
            openings.append(await _refused(await world.press_open(member)))
            claims.append(await _refused(await world.press(world.other_staff, channel, CLAIM)))
        key = sim._deliverer.key  # noqa: SLF001  # the presses are to be signed by the same Discord
        assert bot.url is not None
        yield {
            OPEN_REFUSED: (bot.url, load.Presses(key, openings), bot.process.pid),
            CLAIM_REFUSED: (bot.url, load.Presses(key, claims), bot.process.pid),
        }
        await world.stop_bots()


async def _refused(press: Interaction) -> Mapping[str, Any]:
    answer = await answered(press)
    assert "⛔" in str(answer.embeds), answer
    return press.payload


async def measure(options: Options) -> list[Row]:
    rounds = figures.Rounds()
    with tempfile.TemporaryDirectory() as folder:
        async with ours(Path(folder)) as own, contextlib.AsyncExitStack() as stack:
            presses = own[OPEN_REFUSED][1]
            key = presses.key.verify_key.encode().hex()
            subjects: dict[str, Subject] = {}
            for which, name in FLOORS.items():
                address, pid = await stack.enter_async_context(floor(which, key))
                subjects[name] = (address, presses, pid)
            subjects |= own
            first_id = int(presses.templates[0]["id"]) + (1 << 40)
            for turn in range(options.rounds + 1):
                for at_once in AT_ONCE:
                    for name, subject in subjects.items():
                        count = max(200 if options.quick else (1000, 2500)[at_once > 1], 4 * at_once)
                        found = await burst(subject, at_once, count, first_id)
                        first_id += count
                        if turn:  # the first warms up
                            rounds.add(f"{at_once} at once", name, **found)
    return rounds.rows(BESIDE)


async def burst(subject: Subject, at_once: int, count: int, first_id: int) -> dict[str, float]:
    address, presses, pid = subject
    requests = presses.signed(count, first_id)
    before = figures.cpu(pid)
    made = await load.run(address, requests, at_once)
    assert not made.bad, made.sample
    return {
        "presses/s": made.rate,
        "p50 ms": 1000 * made.percentile(50),
        "p99 ms": 1000 * made.percentile(99),
        "CPU µs": 1e6 * (figures.cpu(pid) - before) / count,
    }
