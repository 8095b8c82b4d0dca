"""Malformed interactions and requests: each is answered below 500 or rejected in the log, and the process survives."""

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

from tests.chaos.environment import Mode, Store
from tests.chaos.malformed import draw_examples, malformed_payloads, valid_payloads
from tests.harness.scenario import CLAIM
from ticketbot.web.server import MAX_BODY

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable, Iterable

    from tests.chaos.report import Counts
    from tests.harness.bot_process import BotProcess
    from tests.harness.scenario import Scenario
    from tests.simulator.delivery import HttpReply
    from tests.simulator.errors import Json

pytestmark = [pytest.mark.scenario, pytest.mark.parametrize("store", [Store.SQLITE])]

_T = TypeVar("_T")

TOKEN: Final = "aW50ZXJhY3Rpb24" * 8
"""The beginning of the tokens of malformed interactions."""

QUICK, EXHAUSTIVE = 200, 3_000
MOST_GROWTH = 100 << 20
"""Bytes by which a process may grow during an attack."""

counts_to_try = pytest.mark.parametrize(
    "count", [QUICK, pytest.param(EXHAUSTIVE, marks=[pytest.mark.chaos, pytest.mark.timeout(600)])]
)
rest = pytest.mark.parametrize("mode", [Mode.REST])


@pytest.fixture
async def attacked(scenario: Scenario) -> Scenario:
    await scenario.start_bot()
    await scenario.configure()
    return scenario


def memory(bot: BotProcess) -> int:
    """Return a process's resident memory in bytes."""
    (line,) = [
        line
        for line in pathlib.Path(f"/proc/{bot.process.pid}/status").read_text(encoding="utf-8").splitlines()
        if line.startswith("VmRSS")
    ]
    return int(line.split()[1]) * 1024


async def many_at_once(attack: Callable[[_T], Awaitable[None]], items: Iterable[_T]) -> None:
    """Call ``attack`` with each item, eight at a time."""
    limit = asyncio.Semaphore(8)

    async def limited(item: _T) -> None:
        async with limit:
            await attack(item)

    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(limited(item))


async def survived(scenario: Scenario, before: int) -> None:
    """Check that the process lives, has not grown, logged no secret, and still works."""
    (bot,) = scenario.bots
    assert bot.process.returncode is None
    assert memory(bot) - before < MOST_GROWTH
    await _works(scenario)
    text = "\n".join(bot.lines())
    secrets = [
        scenario.sim.token,
        *scenario.sim.interactions.by_token,
        scenario.alice.name,
        "Alice Martin",
        TOKEN,
        "{'",
    ]
    assert [secret for secret in secrets if secret in text] == []
    # The log was checked above; the checks at the end of the test are for ordinary interactions.
    bot.log.write_text("", encoding="utf-8")
    scenario.sim.violations.clear()


@counts_to_try
@rest
async def test_signed_malformed_interactions_are_answered_below_500(
    attacked: Scenario, rng: random.Random, counts: Counts, count: int
) -> None:
    payloads = await _fresh(attacked, rng, count)
    before = memory(attacked.bots[0])

    async def attack(payload: Json) -> None:
        reply = await _replied(attacked.sim.post_signed, attacked.sim.endpoints[0], json.dumps(payload).encode())
        assert reply.status is not None, (reply.error, payload)
        assert reply.status < 500, (reply, payload)

    await many_at_once(attack, payloads)
    await survived(attacked, before)
    counts.add("payloads", "signed", "rest, sqlite", len(payloads))


@counts_to_try
@pytest.mark.parametrize("mode", [Mode.GATEWAY])
async def test_malformed_gateway_events_are_survived(
    attacked: Scenario, rng: random.Random, counts: Counts, count: int
) -> None:
    payloads = [payload for payload in await _fresh(attacked, rng, count) if _can_be_sent(payload)]
    before = memory(attacked.bots[0])
    (session,) = attacked.sim.gateway.connected

    for start in range(0, len(payloads), 100):
        for payload in payloads[start : start + 100]:
            session.dispatch("INTERACTION_CREATE", payload)
        await _works(attacked)

    assert attacked.sim.gateway.connected == [session]
    await survived(attacked, before)
    counts.add("payloads", "event", "gateway, sqlite", len(payloads))


@pytest.mark.parametrize("mode", [Mode.GATEWAY])
async def test_command_of_an_unknown_type_takes_one_line_of_the_log(attacked: Scenario) -> None:
    known = (await (await attacked.send_ticket_config()).settled()).payload
    (session,) = attacked.sim.gateway.connected

    session.dispatch("INTERACTION_CREATE", {**known, "data": {**known["data"], "type": 9}})

    await attacked.bots[0].wait_for("an event of Discord's cannot be handled: KeyError")
    await _works(attacked)


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.parametrize("count", [EXHAUSTIVE])
@rest
async def test_bodies_of_any_bytes_are_refused(
    attacked: Scenario, rng: random.Random, counts: Counts, count: int
) -> None:
    drawn = await asyncio.to_thread(draw_examples, st.binary(max_size=2000) | st.sampled_from(list(ODD)), count, rng)
    bodies = [body for body in drawn if body != PING]  # hypothesis draws constants of the code, too
    before = memory(attacked.bots[0])

    async def attack(body: bytes) -> None:
        for reply in (
            await _replied(attacked.sim.post_unsigned, attacked.sim.endpoints[0], body),
            await _replied(attacked.sim.post_signed, attacked.sim.endpoints[0], body),
        ):
            assert reply.status in {400, 401, 408, 413}, (body[:60], len(body), reply)

    await many_at_once(attack, bodies)
    await survived(attacked, before)
    counts.add("payloads", "bytes", "rest, sqlite", 2 * len(bodies))


PING: Final = b'{"type":1}'
"""The only signed body that is no interaction of a member, and is answered."""

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
async def test_strange_requests_are_refused_and_cost_no_memory(attacked: Scenario, counts: Counts) -> None:
    url = attacked.sim.endpoints[0]
    before = memory(attacked.bots[0])
    bomb = gzip.compress(bytes(256 << 20), 9)
    attempts: list[tuple[bytes, dict[str, str]]] = [
        (bomb, {"Content-Encoding": "gzip"}),
        (zlib.compress(bytes(256 << 20), 9), {"Content-Encoding": "deflate"}),
        (b" " * (20 << 20) + PING, {}),
        (PING, {"Content-Encoding": "br"}),
        (PING, {"Content-Type": "multipart/form-data"}),
        (PING, {"Content-Type": "\xff"}),
        (PING, {"X-Signature-Timestamp": "9" * 8000}),
        (PING, {"X-Signature-Ed25519": "é" * 64}),
        (PING, {"X-Signature-Ed25519": "0" * 7000}),
        (PING, {f"X-{index}": "y" * 500 for index in range(200)}),
        (PING, {"Expect": "100-continue"}),
    ]
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        for body, headers in attempts:
            try:
                async with session.post(url, data=io.BytesIO(body), headers=headers) as response:
                    assert 400 <= response.status < 500, headers
            except aiohttp.ClientOSError:  # the connection is closed while this is still being sent
                assert len(body) > MAX_BODY, headers

    await survived(attacked, before)
    counts.add("payloads", "strange request", "rest, sqlite", len(attempts))


async def _replied(post: Callable[[str, bytes], Awaitable[HttpReply]], url: str, body: bytes) -> HttpReply:
    """Post until there is a reply, which may take longer than the simulator waits."""
    reply = await post(url, body)
    for _ in range(3):
        if reply.status is not None:
            break
        reply = await post(url, body)
    return reply


async def _works(scenario: Scenario) -> None:
    """Check that a valid press is answered, however long the malformed ones before it take."""
    failures: list[str] = []
    for _ in range(20):
        press = await (await scenario.forge(scenario.staff, scenario.panels()[0], CLAIM)).settled()
        if not press.failed:
            return
        failures.append(press.failure)
    raise AssertionError(failures)


async def _fresh(scenario: Scenario, rng: random.Random, count: int) -> list[Json]:
    """Draw malformed interactions; unless id and token were changed, give each one its own, as Discord does."""
    samples, ids = await valid_payloads(scenario), itertools.count(scenario.sim.discord.ids.next() + 10**6)
    known = {one["id"] for one in samples}, {one["token"] for one in samples}
    # In a thread: the simulator must not miss the gateway's heartbeats.
    payloads = await asyncio.to_thread(draw_examples, malformed_payloads(samples), count, rng)
    for payload, number in zip(payloads, ids, strict=False):
        if str(payload.get("id")) in known[0]:
            payload["id"] = str(number)
        if str(payload.get("token")) in known[1]:
            payload["token"] = f"{TOKEN}{number}"
    return payloads


def _can_be_sent(payload: Json) -> bool:
    """Return whether the simulator can encode it as the data of a gateway event."""
    try:
        orjson.dumps({"d": payload})
    except TypeError:
        return False
    return True
