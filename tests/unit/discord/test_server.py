from __future__ import annotations

import asyncio
import io
import json
import re
import time
from typing import TYPE_CHECKING

import aiohttp
import attrs
import hikari
import nacl.signing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ticketbot.discord import server as server_module
from ticketbot.discord.server import MAX_BODY, TIMESTAMP_WINDOW, InteractionServer
from ticketbot.discord.work import WorkInHand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY = nacl.signing.SigningKey(bytes(32))


@attrs.define(kw_only=True)
class Client:
    """Sends what Discord would send, and what it would not."""

    session: aiohttp.ClientSession
    url: str
    server: InteractionServer
    store_answers: bool = True

    async def probe(self) -> None:
        if not self.store_answers:
            raise OSError

    async def get(self, path: str) -> int:
        async with self.session.get(self.url + path) as response:
            return response.status

    async def post(self, body: bytes, *, age: float = 0, key: nacl.signing.SigningKey = KEY) -> tuple[int, bytes]:
        timestamp = str(int(time.time() - age))
        signature = key.sign(timestamp.encode() + body).signature.hex()
        return await self.post_raw(body, {"X-Signature-Timestamp": timestamp, "X-Signature-Ed25519": signature})

    async def post_raw(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", **headers}
        async with self.session.post(self.url, data=body, headers=headers) as response:
            return response.status, await response.read()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    bot = hikari.RESTBot("t", "Bot", banner=None, logs=None, suppress_optimization_warning=True)
    async with aiohttp.ClientSession() as session:
        client = Client(session=session, url="", server=None)  # type: ignore[arg-type]
        client.server = InteractionServer(bot, bytes(KEY.verify_key), WorkInHand(), client.probe)
        port = await client.server.start("127.0.0.1", 0)
        client.url = f"http://127.0.0.1:{port}/"
        yield client
        await client.server.close()


async def test_ping_is_answered(client: Client) -> None:
    status, body = await client.post(b'{"type":1}')

    assert (status, json.loads(body)) == (200, {"type": 1})


async def test_wrong_key_is_unauthorized(client: Client) -> None:
    assert (await client.post(b'{"type":1}', key=nacl.signing.SigningKey(b"1" * 32)))[0] == 401


@pytest.mark.parametrize("age", [TIMESTAMP_WINDOW + 5, -TIMESTAMP_WINDOW - 5])
async def test_stale_timestamp_is_unauthorized(client: Client, age: float) -> None:
    assert (await client.post(b'{"type":1}', age=age))[0] == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Signature-Timestamp": "nan", "X-Signature-Ed25519": "00" * 64},
        {"X-Signature-Timestamp": "1", "X-Signature-Ed25519": "zz"},
        {"X-Signature-Timestamp": "", "X-Signature-Ed25519": ""},
    ],
)
async def test_odd_signature_headers_are_unauthorized(client: Client, headers: dict[str, str]) -> None:
    assert (await client.post_raw(b'{"type":1}', headers))[0] == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"1", b"{}", b'{"type":"x"}', b'{"type":99}', b'{"type":3}', b"[" * 50_000, b"\xff"],
)
async def test_signed_nonsense_is_a_bad_request(client: Client, body: bytes) -> None:
    assert (await client.post(body))[0] == 400


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    ),
    st.integers(min_value=1, max_value=6),
)
async def test_any_signed_json_is_answered_below_500(client: Client, value: object, kind: int) -> None:
    payload = {"type": kind, "data": value, "id": "1", "application_id": "1", "token": "t", "version": 1}

    assert (await client.post(json.dumps(payload).encode()))[0] < 500


async def test_body_is_bounded(client: Client) -> None:
    async with client.session.post(client.url, data=io.BytesIO(b" " * (MAX_BODY + 1))) as response:
        assert response.status == 413


async def test_other_routes_and_methods_are_refused(client: Client) -> None:
    assert await client.get("") == 405
    assert await client.get("elsewhere") == 404


async def test_health_and_readiness(client: Client) -> None:
    assert (await client.get("healthz"), await client.get("readyz")) == (200, 200)

    client.store_answers = False
    assert (await client.get("healthz"), await client.get("readyz")) == (200, 503)

    client.store_answers = True
    client.server.retire()
    assert (await client.get("healthz"), await client.get("readyz")) == (200, 503)


async def test_wrong_clock_is_complained_of_once_and_only_when_the_signature_is_good(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await client.post(b'{"type":1}', age=900, key=nacl.signing.SigningKey(b"1" * 32))
    assert not caplog.messages

    for _ in range(3):
        await client.post(b'{"type":1}', age=900)

    (complaint,) = caplog.messages
    assert re.search(r"\b90[0-9] s old", complaint)


async def test_body_that_does_not_come_is_not_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_BODY_PATIENCE", 0.1)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)

    async with client.session.post(client.url, data=slowly()) as response:
        assert response.status == 408
