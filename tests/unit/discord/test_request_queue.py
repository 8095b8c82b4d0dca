from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import hikari
import pytest
from hikari.internal import routes
from pydantic import HttpUrl

from tests.simulator.simulator import Simulator
from ticketbot.discord import api, api_errors, clients, request_queue
from ticketbot.discord.request_queue import QueueingBuckets, RequestQueue
from ticketbot.discord.shared_buckets import Share
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, GuildId

if TYPE_CHECKING:
    from collections.abc import Callable

RAIDED, QUIET = GuildId(1), GuildId(2)


def route_of(channel: int) -> routes.CompiledRoute:
    return routes.GET_CHANNEL.compile(channel=channel)


async def send(queue: RequestQueue, guild_id: GuildId, channel: int, sent: Callable[[], object]) -> None:
    with request_queue.for_server(guild_id):
        async with queue.turn(route_of(channel), contextlib.nullcontext):
            sent()


async def wait_in(queue: RequestQueue, guild_id: GuildId, count: int) -> list[asyncio.Task[None]]:
    """Let requests wait on routes of their own."""
    tasks = [asyncio.create_task(send(queue, guild_id, channel, lambda: None)) for channel in range(count)]
    await asyncio.sleep(0)
    return tasks


async def send_and_hang(queue: RequestQueue) -> None:
    await send(queue, RAIDED, 5, lambda: None)
    await asyncio.sleep(5)


async def cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_servers_send_in_turn() -> None:
    queue, order = RequestQueue(100), list[GuildId]()

    async with asyncio.TaskGroup() as group:
        for guild_id, count in ((RAIDED, 40), (QUIET, 3)):
            for channel in range(count):
                group.create_task(send(queue, guild_id, channel, lambda guild_id=guild_id: order.append(guild_id)))

    assert sorted(order) == [RAIDED] * 40 + [QUIET] * 3
    assert [at for at, guild_id in enumerate(order) if guild_id == QUIET][-1] <= 10 + 2 * 3


async def test_no_second_has_more_requests_than_may_be_sent() -> None:
    queue, moments, loop = RequestQueue(50), list[float](), asyncio.get_running_loop()

    async with asyncio.TaskGroup() as group:
        for channel in range(80):
            group.create_task(send(queue, RAIDED, channel, lambda: moments.append(loop.time())))

    assert max(sum(start <= one < start + 1 for one in moments) for start in moments) <= 50
    assert moments[-1] - moments[0] < 3


async def test_request_that_is_cancelled_gives_its_turn_to_the_next() -> None:
    queue, sent = RequestQueue(10), list[int]()
    waiting = await wait_in(queue, RAIDED, 50)
    last = asyncio.create_task(send(queue, QUIET, 1, lambda: sent.append(1)))
    await asyncio.sleep(0)

    await cancel(waiting)
    await asyncio.wait_for(last, 2)

    assert sent == [1]


async def test_time_in_the_queue_does_not_count_towards_the_limit_of_a_call() -> None:
    queue, sent = RequestQueue(10), list[int]()
    waiting = await wait_in(queue, RAIDED, 3)

    async with api_errors.translate_errors(bound=0.05):
        await send(queue, RAIDED, 5, lambda: sent.append(1))
    with pytest.raises(errors.DiscordUnavailableError):
        await api_errors.call_in(ChannelId(5), bound=0.05)(lambda: send_and_hang(queue))

    assert sent == [1]
    await asyncio.gather(*waiting)


async def test_request_that_would_wait_for_more_than_a_minute_is_refused_with_the_wait() -> None:
    queue = RequestQueue(1)
    waiting = await wait_in(queue, RAIDED, 40)

    with pytest.raises(errors.DiscordBusyError) as refused:
        await api_errors.call_in(ChannelId(5))(lambda: send(queue, RAIDED, 100, lambda: None))
    assert 60 < refused.value.retry_after < 90
    assert queue.expected_wait(QUIET, route_of(1)) < 5
    assert queue.expected_wait(QUIET, route_of(1), ahead=100) > 60
    await cancel(waiting)


async def test_request_that_waits_for_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_queue, "LONGEST_WAIT", 0.1)
    queue = RequestQueue(1)
    tasks = await wait_in(queue, RAIDED, 2)

    sent, given_up = await asyncio.gather(*tasks, return_exceptions=True)

    assert sent is None
    assert isinstance(given_up, hikari.RateLimitTooLongError)


async def test_rate_is_halved_once_for_a_refusal_because_of_all_requests() -> None:
    queue = RequestQueue(100)
    before = queue.expected_wait(RAIDED, route_of(1), ahead=900)

    for _ in range(5):
        queue.slow_down(0.5)

    after = queue.expected_wait(RAIDED, route_of(1), ahead=900)
    assert after == pytest.approx(2 * before, rel=0.1)
    assert queue.expected_wait(QUIET, route_of(1)) == pytest.approx(0.5, abs=0.1)


async def test_each_of_three_processes_sends_a_third() -> None:
    queues, moments, loop = [RequestQueue(60) for _ in range(3)], list[float](), asyncio.get_running_loop()
    for at, queue in enumerate(queues):
        queue.share_among(Share(at, 3))

    async with asyncio.TaskGroup() as group:
        for queue in queues:
            for channel in range(30):
                group.create_task(send(queue, RAIDED, channel, lambda: moments.append(loop.time())))

    assert max(sum(start <= one < start + 1 for one in moments) for start in moments) <= 60
    assert moments[-1] - moments[0] < 2


async def test_share_grows_when_another_process_ends_and_what_was_slowed_stays_slowed() -> None:
    queue = RequestQueue(50)
    alone = queue.expected_wait(RAIDED, route_of(1), ahead=900)
    queue.share_among(Share(0, 2))
    assert queue.expected_wait(RAIDED, route_of(1), ahead=900) == pytest.approx(2 * alone, rel=0.1)

    queue.slow_down(0.0)
    queue.share_among(Share(0, 1))

    assert queue.expected_wait(RAIDED, route_of(1), ahead=900) == pytest.approx(2 * alone, rel=0.1)


async def test_requests_with_the_token_of_an_interaction_never_wait() -> None:
    queue = RequestQueue(1)
    manager = QueueingBuckets(10.0, queue)
    manager.start()
    waiting = await wait_in(queue, RAIDED, 20)

    async with asyncio.timeout(0.5):
        async with manager.acquire_bucket(routes.PATCH_WEBHOOK_MESSAGE.compile(webhook=1, token="t", message=1), None):  # noqa: S106
            pass

    await cancel(waiting)
    await manager.close()


async def test_answers_to_several_interactions_travel_at_once_before_discord_has_named_their_bucket() -> None:
    manager = QueueingBuckets(10.0, RequestQueue(1))
    manager.start()

    async with contextlib.AsyncExitStack() as under_way, asyncio.timeout(0.5):
        for token in "abc":
            route = routes.PATCH_INTERACTION_RESPONSE.compile(webhook=1, token=token)
            await under_way.enter_async_context(manager.acquire_bucket(route, None))

    await manager.close()


async def test_first_request_of_a_server_does_not_wait_behind_those_of_another() -> None:
    queue = RequestQueue(1000)
    async with Simulator() as sim, clients.open_client(sim.token, HttpUrl(sim.api_url), queue=queue) as rest:
        raided, quiet = sim.add_guild("raided"), sim.add_guild("quiet")
        sim.latency = 0.05
        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(api.fetch_guild(rest, GuildId(raided.id)))
            await asyncio.sleep(0.01)
            group.create_task(api.fetch_guild(rest, GuildId(quiet.id)))

    asked = [call.path for call in sim.calls]
    assert asked.index(f"/guilds/{quiet.id}") <= 2


async def test_one_request_that_is_not_answered_yet_says_nothing_of_the_wait() -> None:
    queue = RequestQueue(1000)

    async def hold() -> None:
        async with queue.turn(route_of(1), lambda: None):
            await asyncio.sleep(0.5)

    tasks = [asyncio.create_task(hold()) for _ in range(100)]
    await asyncio.sleep(0.4)

    assert queue.expected_wait(RAIDED, route_of(1)) == 0
    await cancel(tasks)


async def test_expected_wait_follows_the_bucket_of_a_route() -> None:
    queue, bucket = RequestQueue(1000), asyncio.Semaphore(10)

    async def hold() -> None:
        async with queue.turn(route_of(1), lambda: bucket):
            await asyncio.sleep(0.5)

    tasks = [asyncio.create_task(hold()) for _ in range(20)]
    await asyncio.sleep(0.4)

    assert 0.3 < queue.expected_wait(RAIDED, route_of(1)) < 2
    assert queue.expected_wait(RAIDED, route_of(2)) == 0
    await asyncio.gather(*tasks)
    assert queue.expected_wait(RAIDED, route_of(1)) == 0


async def test_server_that_had_nothing_to_send_goes_before_one_that_waits_for_long() -> None:
    queue, order = RequestQueue(20), list[GuildId]()

    async with asyncio.TaskGroup() as group:
        for channel in range(20):
            group.create_task(send(queue, RAIDED, channel, lambda: order.append(RAIDED)))
        await asyncio.sleep(0.3)
        mark = len(order)
        for channel in range(3):
            group.create_task(send(queue, QUIET, channel, lambda: order.append(QUIET)))

    assert order[mark : mark + 3] == [QUIET] * 3


async def test_no_server_goes_first_for_ever() -> None:
    queue, order = RequestQueue(50), list[GuildId]()

    async with asyncio.TaskGroup() as group:
        for guild_id in (RAIDED, QUIET):
            for channel in range(30):
                group.create_task(send(queue, guild_id, channel, lambda guild_id=guild_id: order.append(guild_id)))

    assert abs(order[5:25].count(RAIDED) - 10) <= 3


async def test_what_was_begun_is_sent_before_a_channel_is_created() -> None:
    queue, order = RequestQueue(20), list[str]()
    creation = api.CREATE_CHANNEL.compile(guild=RAIDED)

    async def create(at: int) -> None:
        with request_queue.for_server(RAIDED):
            async with queue.turn(creation, contextlib.nullcontext):
                order.append("create")
        await send(queue, RAIDED, at, lambda: order.append("welcome"))

    async with asyncio.TaskGroup() as group:
        for at in range(12):
            group.create_task(create(at))

    backlogs = [order[:at].count("create") - order[:at].count("welcome") for at in range(len(order) + 1)]
    assert max(backlogs) <= 3


async def test_wait_for_a_channel_counts_the_welcomes_of_those_before_it() -> None:
    queue, creation = RequestQueue(10), api.CREATE_CHANNEL.compile(guild=RAIDED)

    openings, others = queue.expected_wait(RAIDED, creation, 100), queue.expected_wait(RAIDED, route_of(1), 100)

    assert openings == pytest.approx(2 * others, rel=0.02)


async def test_three_processes_share_a_bucket_of_discord_and_are_not_refused() -> None:
    async with Simulator() as sim, contextlib.AsyncExitStack() as stack:
        guild, clients_ = sim.add_guild("raided"), list[hikari.api.RESTClient]()
        for at in range(3):
            queue = RequestQueue(150)
            queue.share_among(Share(at, 3))
            clients_.append(
                await stack.enter_async_context(clients.open_client(sim.token, HttpUrl(sim.api_url), queue=queue))
            )
        sim.rate_limits.per_second = 1_000
        sim.rate_limits.buckets = {"GET /guilds/{guild_id}": (9, 2.0)}
        sim.rate_limits.are_enforced = True

        async with asyncio.TaskGroup() as group:
            for client in clients_:
                for _ in range(8):
                    group.create_task(api.fetch_guild(client, GuildId(guild.id)))

        statuses = [call.status for call in sim.calls]
    assert statuses.count(429) <= 1


async def test_request_that_became_pointless_while_it_waited_is_not_sent() -> None:
    queue, sent = RequestQueue(10), list[int]()
    waiting = await wait_in(queue, RAIDED, 5)
    is_full = False

    def check() -> None:
        if is_full:
            raise errors.CategoryFullError

    async def create() -> None:
        with request_queue.checked(check):
            await send(queue, RAIDED, 9, lambda: sent.append(1))

    creating = asyncio.create_task(create())
    await asyncio.sleep(0.05)
    is_full = True

    with pytest.raises(errors.CategoryFullError):
        await creating
    await asyncio.gather(*waiting)
    assert sent == []
