"""A raid by the queue alone: in virtual time neither this machine nor the simulator is what limits it."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import itertools
from typing import TYPE_CHECKING, Final

import attrs
import hikari
from hikari.internal import routes

from tests.virtual_time import VirtualTimeLoop
from ticketbot.discord import api, request_queue
from ticketbot.discord.request_queue import RequestQueue
from ticketbot.discord.shared_buckets import Share
from ticketbot.tickets.model import GuildId

if TYPE_CHECKING:
    from collections.abc import Sequence


RAIDED: Final = GuildId(0)
LATENCY: Final = 0.25
LONGEST_WAIT: Final = 45.0
PROCESSES: Final = 3
SERVERS: Final = 200
MEMBERS: Final = 2_000
WITHIN: Final = 10.0


@attrs.define
class Raid:
    """Members press, each at a moment in one server; of each opening the queue sees a creation and a welcome."""

    queues: Sequence[RequestQueue]
    moments: list[float] = attrs.field(factory=list[float])
    """When requests were sent."""
    seconds: list[float] = attrs.field(factory=list[float])
    """From the presses of the other servers to their links."""
    tickets: int = 0
    """Of the raided server."""
    _channels: itertools.count[int] = attrs.field(factory=itertools.count, init=False)

    async def press_all(self, presses: Sequence[tuple[float, GuildId]]) -> None:
        async with asyncio.TaskGroup() as group:
            for (at, guild_id), queue in zip(sorted(presses), itertools.cycle(self.queues), strict=False):
                group.create_task(self._press(at, guild_id, queue))

    async def _press(self, at: float, guild_id: GuildId, queue: RequestQueue) -> None:
        await asyncio.sleep(at)
        creation = api.CREATE_CHANNEL.compile(guild=guild_id)
        if queue.expected_wait(guild_id, creation) > LONGEST_WAIT:
            return
        with request_queue.for_server(guild_id):
            try:
                await self._call(queue, creation)
            except hikari.RateLimitTooLongError:
                return
            await asyncio.gather(self._show_link(at, guild_id), self._welcome(queue))

    async def _show_link(self, at: float, guild_id: GuildId) -> None:
        await asyncio.sleep(LATENCY)
        if guild_id == RAIDED:
            self.tickets += 1
        else:
            self.seconds.append(asyncio.get_running_loop().time() - at)

    async def _welcome(self, queue: RequestQueue) -> None:
        with contextlib.suppress(hikari.RateLimitTooLongError):
            await self._call(queue, routes.POST_CHANNEL_MESSAGES.compile(channel=next(self._channels)))

    async def _call(self, queue: RequestQueue, route: routes.CompiledRoute) -> None:
        async with queue.turn(route, contextlib.nullcontext):
            self.moments.append(asyncio.get_running_loop().time())
            await asyncio.sleep(LATENCY)


def play(crowd: int, others_within: float) -> Raid:
    """Let a crowd press in one server, and one member in each other server."""
    presses = [(WITHIN * at / crowd, RAIDED) for at in range(crowd)]
    presses += [(others_within * at / (SERVERS - 1), GuildId(at + 1)) for at in range(SERVERS - 1)]

    async def main() -> Raid:
        queues = [RequestQueue(request_queue.DEFAULT_RATE) for _ in range(PROCESSES)]
        for at, queue in enumerate(queues):
            queue.share_among(Share(at, PROCESSES))
        raid = Raid(queues)
        await raid.press_all(presses)
        return raid

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main())


def percentile(seconds: Sequence[float], percent: int) -> float:
    return sorted(seconds)[len(seconds) * percent // 100]


def most_in_a_second(moments: Sequence[float]) -> int:
    ordered = sorted(moments)
    return max(bisect.bisect_left(ordered, start + 1) - at for at, start in enumerate(ordered))


def test_raid_does_not_double_the_wait_of_other_servers() -> None:
    quiet, raid = play(0, others_within=20.0), play(MEMBERS, others_within=20.0)

    assert len(raid.seconds) == SERVERS - 1
    assert percentile(raid.seconds, 95) < 2 * percentile(quiet.seconds, 95)
    assert most_in_a_second(raid.moments) <= 50
    assert raid.tickets > 500  # in the minute until the last who was let wait


def test_other_servers_that_take_nearly_all_requests_do_not_starve_the_raided_one() -> None:
    quiet, raid = play(0, others_within=10.0), play(MEMBERS, others_within=10.0)

    assert len(raid.seconds) == SERVERS - 1
    assert percentile(raid.seconds, 95) < 2 * percentile(quiet.seconds, 95)
    assert raid.tickets > 500
