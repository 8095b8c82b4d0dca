"""A ticket's whole life with a latency on each call to Discord: which calls wait for each other."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from benchmarks import measurements
from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, Scenario, acknowledged, answered, has_button
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from benchmarks.measurements import Options, Row
    from tests.simulator.faults import Call
    from tests.simulator.state import Channel

_T = TypeVar("_T")

TITLE = "A ticket's whole life, with latency"
LATENCIES = (0.05, 0.2)
STEPS = {
    "open": "press, to the visible channel and the link",
    "claim": "press, to the message",
    "close": "press, to the message with the buttons",
    "reopen": "press, to the message that pings the opener",
    "delete": "confirmation, to the deleted channel",
}


def chain(calls: Sequence[Call]) -> int:
    """Return the length of the longest chain of calls in which each began after the previous one ended."""
    length, ended = 0, 0.0
    for call in sorted(calls, key=lambda call: call.ended or 0.0):
        if call.started >= ended:
            length, ended = length + 1, call.ended or 0.0
    return length


class Life:
    """Plays a ticket's life and measures each step."""

    def __init__(self, scenario: Scenario, rounds: measurements.Rounds, case: str) -> None:
        self._scenario = scenario
        self._rounds = rounds
        self._case = case

    async def play(self) -> None:
        scenario = self._scenario
        member = scenario.guild.add_member("quelqu’un", nick="Quelqu’un", locale="fr")
        channel: Channel = await self._timed("open", lambda: scenario.open_ticket(member))
        await self._timed("claim", lambda: self._shown(channel, CLAIM, None))
        await self._timed("close", lambda: self._shown(channel, CLOSE, REOPEN))
        await self._timed("reopen", lambda: self._shown(channel, REOPEN, None))
        await scenario.close_ticket(channel)
        question = await answered(await scenario.press(scenario.staff, channel, DELETE))

        async def deleted() -> None:
            await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))
            await scenario.wait_until(lambda: channel.deleted, 30)

        await self._timed("delete", deleted)

    async def _shown(self, channel: Channel, button: str, wanted: str | None) -> None:
        before = channel.history
        await self._scenario.press(self._scenario.staff, channel, button)

        def shown() -> bool:
            new = [message for message in channel.history if message not in before]
            return any(wanted is None or has_button(message, wanted) for message in new)

        await self._scenario.wait_until(shown, 30)

    async def _timed(self, step: str, work: Callable[[], Awaitable[_T]]) -> _T:
        sim = self._scenario.sim
        mark, start = len(sim.calls), time.perf_counter()
        result = await work()
        seconds, seen = time.perf_counter() - start, time.monotonic()
        await self._scenario.wait_until(lambda: all(call.ended for call in sim.calls))
        calls = sim.calls[mark:]
        waited = chain([call for call in calls if (call.ended or 0.0) <= seen + sim.latency / 2])
        counted = sum(call.token == "bot" for call in calls)  # noqa: S105 - a kind of token
        measures = {"ms": 1000 * seconds, "calls": len(calls), "counted": counted, "one after another": waited}
        measures["ms beyond the chain"] = 1000 * (seconds - waited * sim.latency)
        self._rounds.add(self._case, f"{step}: {STEPS[step]}", **measures)
        return result


async def measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
    for mode in ("rest", "gateway"):
        with tempfile.TemporaryDirectory() as folder:
            async with Simulator(validate=False) as sim:
                scenario = Scenario.build(sim, mode, Path(folder))
                await scenario.start_bot()
                await scenario.configure()
                await Life(scenario, measurements.Rounds(), "").play()  # fills hikari's buckets
                for _ in range(options.rounds):
                    for latency in LATENCIES:
                        sim.latency = latency
                        await Life(scenario, rounds, f"{mode}, {1000 * latency:.0f} ms a call").play()
                sim.latency = 0
                await scenario.stop_bots()
    return rounds.rows({})
