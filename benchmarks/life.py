"""A whole ticket life where each call to Discord takes its time: which calls wait for each other."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from benchmarks import figures
from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, World, acknowledged, answered, has
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from benchmarks.figures import Options, Row
    from tests.simulator.faults import Call
    from tests.simulator.state import Channel

_T = TypeVar("_T")

TITLE = "A whole life, with Discord's latency"
LATENCIES = (0.05, 0.2)
STEPS = {
    "open": "press, to the visible channel and the link",
    "claim": "press, to the message",
    "close": "press, to the message with the buttons",
    "reopen": "press, to the message that pings the opener",
    "delete": "confirmation, to the deleted channel",
}


def chain(calls: Sequence[Call]) -> int:
    """Count the calls that waited for each other: the longest row of which each began after the end of the last."""
    length, ended = 0, 0.0
    for call in sorted(calls, key=lambda call: call.ended or 0.0):
        if call.started >= ended:
            length, ended = length + 1, call.ended or 0.0
    return length


class Life:
    """Plays a life, and takes the time of each step."""

    def __init__(self, world: World, rounds: figures.Rounds, case: str) -> None:
        self._world = world
        self._rounds = rounds
        self._case = case

    async def play(self) -> None:
        world = self._world
        member = world.guild.add_member("quelqu’un", nick="Quelqu’un", locale="fr")
        channel: Channel = await self._timed("open", lambda: world.opened(member))
        await self._timed("claim", lambda: self._claimed(channel))
        await self._timed("close", lambda: self._shown(channel, CLOSE, REOPEN))
        await self._timed("reopen", lambda: self._shown(channel, REOPEN, None))
        await world.closed(channel)
        question = await answered(await world.press(world.staff, channel, DELETE))

        async def deleted() -> None:
            await acknowledged(await world.staff.press(question, custom_id=CONFIRM))
            await world.until(lambda: channel.deleted, 30)

        await self._timed("delete", deleted)

    async def _claimed(self, channel: Channel) -> None:
        await answered(await self._world.press(self._world.staff, channel, CLAIM))

    async def _shown(self, channel: Channel, button: str, wanted: str | None) -> None:
        before = channel.history
        await self._world.press(self._world.staff, channel, button)

        def shown() -> bool:
            new = [message for message in channel.history if message not in before]
            return any(wanted is None or has(message, wanted) for message in new)

        await self._world.until(shown, 30)

    async def _timed(self, step: str, work: Callable[[], Awaitable[_T]]) -> _T:
        sim = self._world.sim
        mark, start = len(sim.calls), time.perf_counter()
        result = await work()
        seconds, seen = time.perf_counter() - start, time.monotonic()
        await self._world.until(lambda: all(call.ended for call in sim.calls))
        calls = sim.calls[mark:]
        waited = chain([call for call in calls if (call.ended or 0.0) <= seen + sim.latency / 2])
        measures = {"ms": 1000 * seconds, "calls": len(calls), "one after another": waited}
        measures["ms beyond the chain"] = 1000 * (seconds - waited * sim.latency)
        self._rounds.add(self._case, f"{step}: {STEPS[step]}", **measures)
        return result


async def measure(options: Options) -> list[Row]:
    rounds = figures.Rounds()
    for mode in ("rest", "gateway"):
        with tempfile.TemporaryDirectory() as folder:
            async with Simulator(validate=False) as sim:
                world = World.build(sim, mode, Path(folder))
                await world.start_bot()
                await world.configured()
                await Life(world, figures.Rounds(), "").play()  # fills hikari's buckets
                for _ in range(options.rounds):
                    for latency in LATENCIES:
                        sim.latency = latency
                        await Life(world, rounds, f"{mode}, {1000 * latency:.0f} ms a call").play()
                sim.latency = 0
                await world.stop_bots()
    return rounds.rows({})
