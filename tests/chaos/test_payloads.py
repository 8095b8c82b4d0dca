"""Hostile interactions: each is answered below 500 or refused in the log, and the process lives on."""

from __future__ import annotations

import asyncio
import gzip
import io
import itertools
import json
import pathlib
import zlib
from typing import TYPE_CHECKING, Final, TypeVar

import aiohttp
import orjson
import pytest
from hypothesis import strategies as st

from tests.chaos.hostile import drawn, honest, hostile
from tests.chaos.stage import Mode, Store
from tests.scenarios.world import CLAIM

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable, Iterable

    from tests.chaos.tally import Tally
    from tests.scenarios.process import BotProcess
    from tests.scenarios.world import World
    from tests.simulator.delivery import HttpReply
    from tests.simulator.errors import Json

pytestmark = [pytest.mark.scenario, pytest.mark.parametrize("store", [Store.SQLITE])]

_T = TypeVar("_T")

TOKEN: Final = "aW50ZXJhY3Rpb24" * 8
"""What the tokens of hostile interactions begin with."""

QUICK, EXHAUSTIVE = 200, 3_000
MOST_GROWTH = 100 << 20
"""Bytes by which a process may grow while it is attacked."""

counts = pytest.mark.parametrize(
    "count", [QUICK, pytest.param(EXHAUSTIVE, marks=[pytest.mark.chaos, pytest.mark.timeout(600)])]
)
rest = pytest.mark.parametrize("mode", [Mode.REST])


@pytest.fixture
async def attacked(world: World) -> World:
    await world.start_bot()
    await world.configured()
    return world


def memory(bot: BotProcess) -> int:
    """Give the memory that a process has, in bytes."""
    (line,) = [
        line
        for line in pathlib.Path(f"/proc/{bot.process.pid}/status").read_text(encoding="utf-8").splitlines()
        if line.startswith("VmRSS")
    ]
    return int(line.split()[1]) * 1024


async def many_at_once(attack: Callable[[_T], Awaitable[None]], with_what: Iterable[_T]) -> None:
    """Attack, several at a time."""
    waiting = asyncio.Semaphore(8)

    async def in_turn(weapon: _T) -> None:
        async with waiting:
            await attack(weapon)

    async with asyncio.TaskGroup() as group:
        for weapon in with_what:
            group.create_task(in_turn(weapon))


async def survived(world: World, before: int) -> None:
    """See that the process lives, has not grown, tells no secret, and still works."""
    (bot,) = world.bots
    assert bot.process.returncode is None
    assert memory(bot) - before < MOST_GROWTH
    await _works(world)
    text = "\n".join(bot.lines())
    secrets = [world.sim.token, *world.sim.interactions.by_token, world.alice.name, "Alice Martin", TOKEN, "{'"]
    assert [secret for secret in secrets if secret in text] == []
    # What hostile interactions made the bot say is as strange as they are; it was looked at here.
    bot.log.write_text("", encoding="utf-8")
    world.sim.violations.clear()


@counts
@rest
async def test_signed_hostile_interactions_are_answered_below_500(
    attacked: World, chance: random.Random, tally: Tally, count: int
) -> None:
    payloads = await _fresh(attacked, chance, count)
    before = memory(attacked.bots[0])

    async def attack(payload: Json) -> None:
        reply = await _replied(attacked.sim.post_signed, attacked.sim.endpoints[0], json.dumps(payload).encode())
        assert reply.status is not None, (reply.error, payload)
        assert reply.status < 500, (reply, payload)

    await many_at_once(attack, payloads)
    await survived(attacked, before)
    tally.count("payloads", "signed", "rest, sqlite", len(payloads))


@counts
@pytest.mark.parametrize("mode", [Mode.GATEWAY])
async def test_hostile_events_of_the_gateway_are_survived(
    attacked: World, chance: random.Random, tally: Tally, count: int
) -> None:
    payloads = [payload for payload in await _fresh(attacked, chance, count) if _can_be_sent(payload)]
    before = memory(attacked.bots[0])
    (session,) = attacked.sim.gateway.connected

    for start in range(0, len(payloads), 100):
        for payload in payloads[start : start + 100]:
            session.dispatch("INTERACTION_CREATE", payload)
        await _works(attacked)

    assert attacked.sim.gateway.connected == [session]
    await survived(attacked, before)
    tally.count("payloads", "event", "gateway, sqlite", len(payloads))


@pytest.mark.parametrize("mode", [Mode.GATEWAY])
async def test_command_of_no_kind_that_a_library_knows_takes_one_line_of_the_log(attacked: World) -> None:
    known = (await (await attacked.configure()).settled()).payload
    (session,) = attacked.sim.gateway.connected

    session.dispatch("INTERACTION_CREATE", {**known, "data": {**known["data"], "type": 9}})

    await attacked.bots[0].wait_for("an event of Discord's cannot be handled: KeyError")
    await _works(attacked)


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("count", [EXHAUSTIVE])
@rest
async def test_bodies_of_any_bytes_are_refused(
    attacked: World, chance: random.Random, tally: Tally, count: int
) -> None:
    bodies = await asyncio.to_thread(drawn, st.binary(max_size=2000) | st.sampled_from(list(ODD)), count, chance)
    before = memory(attacked.bots[0])

    async def attack(body: bytes) -> None:
        for reply in (
            await _replied(attacked.sim.post_unsigned, attacked.sim.endpoints[0], body),
            await _replied(attacked.sim.post_signed, attacked.sim.endpoints[0], body),
        ):
            assert reply.status in {400, 401, 408, 413}, (reply, body[:200])

    await many_at_once(attack, bodies)
    await survived(attacked, before)
    tally.count("payloads", "bytes", "rest, sqlite", 2 * len(bodies))


ODD: Final = (
    b"[" * 200_000,
    b'{"type":' * 20_000,
    b'{"type":2' + b',"a":[1]' * 20_000 + b"}",
    b'"' + b"\\ud800" * 20_000 + b'"',
    b'{"type":1e400}',
    b'{"type":3,"type":1e999}',
    b"\x00" * 1000,
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
)


@rest
async def test_strange_requests_are_refused_and_cost_no_memory(attacked: World, tally: Tally) -> None:
    url = attacked.sim.endpoints[0]
    before = memory(attacked.bots[0])
    bomb = gzip.compress(bytes(256 << 20), 9)
    ping = b'{"type":1}'
    attempts: list[tuple[bytes, dict[str, str]]] = [
        (bomb, {"Content-Encoding": "gzip"}),
        (zlib.compress(bytes(256 << 20), 9), {"Content-Encoding": "deflate"}),
        (b" " * (20 << 20) + ping, {}),
        (ping, {"Content-Encoding": "br"}),
        (ping, {"Content-Type": "multipart/form-data"}),
        (ping, {"Content-Type": "\xff"}),
        (ping, {"X-Signature-Timestamp": "9" * 8000}),
        (ping, {"X-Signature-Ed25519": "é" * 64}),
        (ping, {"X-Signature-Ed25519": "0" * 7000}),
        (ping, {f"X-{index}": "y" * 500 for index in range(200)}),
        (ping, {"Expect": "100-continue"}),
    ]
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        for body, headers in attempts:
            async with session.post(url, data=io.BytesIO(body), headers=headers) as response:
                assert 400 <= response.status < 500, headers

    await survived(attacked, before)
    tally.count("payloads", "strange request", "rest, sqlite", len(attempts))


async def _replied(post: Callable[[str, bytes], Awaitable[HttpReply]], url: str, body: bytes) -> HttpReply:
    """Post until there is a reply: a busy machine may take longer than the simulator waits; a crash gives none ever."""
    reply = await post(url, body)
    for _ in range(3):
        if reply.status is not None:
            break
        reply = await post(url, body)
    return reply


async def _works(world: World) -> None:
    """See that an honest press is answered; on a busy machine the hostile ones before it may take a while."""
    failures: list[str] = []
    for _ in range(20):
        press = await (await world.forge(world.staff, world.panels()[0], CLAIM)).settled()
        if not press.failed:
            return
        failures.append(press.failure)
    raise AssertionError(failures)


async def _fresh(world: World, chance: random.Random, count: int) -> list[Json]:
    """Draw hostile interactions; where id and token were left alone, each gets its own, as Discord gives them."""
    samples, ids = await honest(world), itertools.count(world.sim.world.ids.next() + 10**6)
    known = {one["id"] for one in samples}, {one["token"] for one in samples}
    # Elsewhere: the simulator must go on, or the gateway's heartbeats are missed.
    payloads = await asyncio.to_thread(drawn, hostile(samples), count, chance)
    for payload, number in zip(payloads, ids, strict=False):
        if str(payload.get("id")) in known[0]:
            payload["id"] = str(number)
        if str(payload.get("token")) in known[1]:
            payload["token"] = f"{TOKEN}{number}"
    return payloads


def _can_be_sent(payload: Json) -> bool:
    """Tell whether the simulator's own gateway can write it: as the data of an event, one level deeper."""
    try:
        orjson.dumps({"d": payload})
    except TypeError:
        return False
    return True
