"""A raid: most of a crowd press in one server within seconds, and meanwhile one member in each of many others."""

from __future__ import annotations

import asyncio
import collections
import math
import re
import time
from typing import TYPE_CHECKING, Final

import attrs

from tests.harness.scenario import OPEN, Scenario
from tests.simulator.pulse import Pulse
from tests.simulator.rate_limits import OBSERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.simulator import Simulator
    from tests.simulator.state import Message

_POLL: Final = 0.01
"""Seconds between two looks at the presses that are measured."""

_LINK: Final = re.compile(r"<#\d+>")


def enforce_limits(sim: Simulator, buckets: Mapping[str, tuple[int, float]]) -> None:
    """Let Discord refuse what exceeds its limits, those of some routes' buckets in place of the observed ones."""
    sim.rate_limits.buckets = {**OBSERVED, **buckets}
    sim.rate_limits.stood_still = Pulse().stood_still
    sim.rate_limits.are_enforced = True


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of all presses."""

    raided: Sequence[Interaction]
    others: Sequence[Interaction]
    seconds: Sequence[float]
    """From each of the others' presses to its answer, in ascending order."""
    duration: float
    """Seconds from the first press to the last answer."""
    pressed_within: float
    """Seconds in which all pressed; more than was asked for where this machine was too slow."""
    calls: int
    too_many: int
    """How many of the calls Discord refused because of a rate limit."""

    @property
    def presses(self) -> Sequence[Interaction]:
        """All of them."""
        return [*self.raided, *self.others]

    @property
    def tickets(self) -> int:
        """How many members were shown the way to a ticket."""
        return sum(_shows_ticket(press) for press in self.presses)

    @property
    def refusals(self) -> collections.Counter[str]:
        """How many members were told what instead; numbers are left out."""
        refused = [press.answer for press in self.presses if not _shows_ticket(press)]
        return collections.Counter(re.sub(r"\d+", "#", answer.text()) for answer in refused if answer is not None)

    @property
    def failed(self) -> int:
        """How many members read that the interaction failed, or were never answered."""
        return sum(press.failed or press.answer is None for press in self.presses)

    @property
    def slowest_reaction(self) -> float:
        """Seconds until the last of the presses was reacted to."""
        return max(press.acknowledged_after or math.inf for press in self.presses)

    def percentile(self, percent: float) -> float:
        """Return within how many seconds so many percent of the others had their answer."""
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * percent / 100))]


@attrs.define(eq=False)
class Cluster:
    """Many servers with one bot, the first of which is raided."""

    servers: Sequence[Scenario]
    panels: Sequence[Message]

    @classmethod
    async def configure(cls, raided: Scenario, count: int) -> Cluster:
        """Configure the raided server, and others, until there are so many."""
        servers = [raided, *(Scenario.build(raided.sim, raided.mode, raided.folder) for _ in range(count - 1))]
        for server in servers:
            await server.configure()
        return cls(servers, [server.panels()[0] for server in servers])

    async def press(
        self, members: int, within: float, patience: float, *, others_within: float | None = None
    ) -> Outcome:
        """Let so many new members of the raided server press within some seconds, and one in each other server.

        ``others_within`` is where these take another time. Waits for all answers, at most ``patience`` seconds after
        the last press.
        """
        sim, first, *others = self.servers[0].sim, *self.servers
        crowd = [(first.guild.add_member(f"raid{at}"), self.panels[0]) for at in range(members)]
        single = [
            (other.guild.add_member("membre"), panel) for other, panel in zip(others, self.panels[1:], strict=True)
        ]
        mark, start = len(sim.calls), time.monotonic()
        settled: dict[int, float] = {}
        raiding, pressing = list["Interaction"](), list["Interaction"]()
        watching = asyncio.create_task(_watch(pressing, settled))
        others_within = others_within or within
        await asyncio.gather(_press_evenly(crowd, within, raiding), _press_evenly(single, others_within, pressing))
        deadline = start + max(within, others_within) + patience
        while not all(press.is_settled for press in [*raiding, *pressing]) and time.monotonic() < deadline:  # noqa: ASYNC110  # it polls many presses
            await asyncio.sleep(0.2)
        duration = time.monotonic() - start
        watching.cancel()
        _note_settled(pressing, settled)
        calls = sim.calls[mark:]
        return Outcome(
            raided=raiding,
            others=pressing,
            seconds=sorted(settled.get(press.id, math.inf) for press in pressing),
            duration=duration,
            pressed_within=max(press.sent for press in [*raiding, *pressing]) - start,
            calls=len(calls),
            too_many=sum(call.status == 429 for call in calls),
        )


async def _press_evenly(people: Sequence[tuple[Person, Message]], within: float, sent: list[Interaction]) -> None:
    """Press one after the other, evenly over some seconds; those that are late press at once."""
    start = time.monotonic()
    for at, (person, panel) in enumerate(people):
        await asyncio.sleep(start + within * at / len(people) - time.monotonic())
        sent.append(await person.press(panel, custom_id=OPEN))


async def _watch(presses: Iterable[Interaction], settled: dict[int, float]) -> None:
    """Note the seconds in which each press was answered, until this is cancelled."""
    while True:
        _note_settled(presses, settled)
        await asyncio.sleep(_POLL)


def _note_settled(presses: Iterable[Interaction], settled: dict[int, float]) -> None:
    now = time.monotonic()
    settled |= {press.id: now - press.sent for press in presses if press.id not in settled and press.is_settled}


def _shows_ticket(press: Interaction) -> bool:
    return press.answer is not None and _LINK.search(press.answer.text()) is not None
