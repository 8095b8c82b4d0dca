"""A raid: 5,000 members press within 10 s, nearly all in one of 200 servers; three processes share one token."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks import measurements
from tests.harness import raids, simultaneous
from tests.harness.raids import Cluster
from tests.harness.scenario import Scenario
from tests.simulator.rate_limits import OBSERVED
from tests.simulator.simulator import Simulator
from tests.simulator.state import Limits
from ticketbot.discord import request_queue

if TYPE_CHECKING:
    from benchmarks.measurements import Options, Row
    from tests.harness.raids import Outcome

TITLE = "A raid on one of two hundred servers"
PROCESSES: Final = 3
WITHIN: Final = 10.0
"""Seconds in which the raided server's members press."""

OTHERS_WITHIN: Final = 10.0
"""Seconds in which one member of each other server presses: nearly all of what the token allows in 200 servers."""

PATIENCE: Final = 300.0
"""Seconds after the last press in which all answers must have come."""

LATENCY: Final = 0.25
"""Seconds that each of Discord's calls takes."""

SLOWED: Final = 8.0
"""How many times slower Discord and its members are than in reality: the simulator cannot press 500 times a second.

The bot's settings follow, as far as there are any: it lets members wait for 45 s of real time, an eighth of what it
would be, and reacts to presses in real time. All other moments in the figures are Discord's.
"""

_CREATION: Final = "POST /guilds/{guild_id}/channels"


@attrs.frozen
class Case:
    """What Discord allows the raided server."""

    name: str
    limits: Limits
    buckets: dict[str, tuple[int, float]]


ROOM_FOR_ALL: Final = Case(
    "room for all", Limits(channels_per_category=10_000, channels_per_guild=10_000), {_CREATION: (10_000, 10.0)}
)
AS_OBSERVED: Final = Case("50 channels, 10 created in 10 s", Limits(), {})


async def measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
    members, servers, slowed = (600, 24, 1.0) if options.quick else (5_000, 200, SLOWED)
    for case in (ROOM_FOR_ALL, AS_OBSERVED):
        with tempfile.TemporaryDirectory() as folder:
            await _measure_case(Path(folder), case, members, servers, slowed=slowed, rounds=rounds)
    return rounds.rows({})


async def _measure_case(  # noqa: PLR0913 - a case of the bench
    folder: Path, case: Case, members: int, servers: int, *, slowed: float, rounds: measurements.Rounds
) -> None:
    async with Simulator(validate=False, limits=case.limits) as sim:
        scenario = Scenario.build(sim, "rest", folder)
        await scenario.start_bot(TICKETBOT_REQUESTS_PER_SECOND="1000")
        cluster = await Cluster.configure(scenario, servers)
        await scenario.stop_bots()
        settings = {"TICKETBOT_REQUESTS_PER_SECOND": f"{_slow_rate(slowed):g}", "TICKETBOT_RECOVERY_SECONDS": "3600"}
        await simultaneous.start_several(scenario, PROCESSES, **settings)
        buckets = {route: (limit, seconds * slowed) for route, (limit, seconds) in {**OBSERVED, **case.buckets}.items()}
        raids.enforce_limits(sim, buckets)
        limit, seconds = sim.rate_limits.default_bucket
        sim.rate_limits.default_bucket = limit, seconds * slowed
        sim.rate_limits.second = slowed
        sim.latency = LATENCY * slowed
        for crowd, subject in ((0, "no raid"), (members - servers + 1, f"{members:,} members")):
            outcome = await cluster.press(crowd, WITHIN * slowed, PATIENCE, others_within=OTHERS_WITHIN * slowed)
            rounds.add(case.name, subject, **_measures(outcome, slowed))
        await scenario.stop_bots()


def _slow_rate(slowed: float) -> float:
    """Return the setting by which the processes send as much in a slow second as they would in a real one.

    A process may always send one request at once, and so sends the fewer evenly.
    """
    return (request_queue.DEFAULT_RATE - PROCESSES) / slowed + PROCESSES


def _measures(outcome: Outcome, slowed: float) -> dict[str, float]:
    return {
        "others: p50 ms": 1000 * outcome.percentile(50) / slowed,
        "others: p95 ms": 1000 * outcome.percentile(95) / slowed,
        "tickets": outcome.tickets,
        "refused": sum(outcome.refusals.values()),
        "failed": outcome.failed,
        "slowest reaction ms, real": 1000 * outcome.slowest_reaction,
        "s in which all pressed": outcome.pressed_within / slowed,
        "s to the last answer": outcome.duration / slowed,
        "calls": outcome.calls,
        "429 %": 100 * outcome.too_many / max(1, outcome.calls),
    }
