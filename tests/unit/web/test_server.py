from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import socket
import time
from typing import TYPE_CHECKING

import aiohttp
import attrs
import hikari
import nacl.signing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ticketbot.interactions.in_flight import InFlight
from ticketbot.interactions.raw_payloads import RawPayloads
from ticketbot.web import server as server_module
from ticketbot.web.server import MAX_BODY, TIMESTAMP_WINDOW, InteractionServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY = nacl.signing.SigningKey(bytes(32))
WELL_FORMED = {"X-Signature-Timestamp": "1", "X-Signature-Ed25519": "0" * 128}


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
        client.server = InteractionServer(bot, bytes(KEY.verify_key), InFlight(), RawPayloads(), client.probe)
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
    body = io.BytesIO(b" " * (MAX_BODY + 1))
    async with client.session.post(client.url, data=body, headers=WELL_FORMED) as response:
        assert response.status == 413


async def test_other_routes_and_methods_are_refused(client: Client) -> None:
    assert await client.get("") == 405
    assert await client.get("elsewhere") == 404


async def test_health_and_readiness(client: Client) -> None:
    assert (await client.get("healthz"), await client.get("readyz")) == (200, 200)

    client.store_answers = False
    assert (await client.get("healthz"), await client.get("readyz")) == (200, 503)

    client.store_answers = True
    client.server.stop_accepting()
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
    monkeypatch.setattr(server_module, "_BODY_TIMEOUT", 0.1)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)

    async with client.session.post(client.url, data=slowly(), headers=WELL_FORMED) as response:
        assert response.status == 408


async def test_body_is_not_waited_for_where_the_signature_is_missing_or_malformed(client: Client) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(60)

    for headers in ({}, WELL_FORMED | {"X-Signature-Ed25519": "x" * 128}, WELL_FORMED | {"X-Signature-Timestamp": ""}):
        async with client.session.post(client.url, data=never(), headers=headers) as response:
            assert response.status == 401


async def test_client_that_is_still_sending_its_body_gets_the_refusal(client: Client) -> None:
    def refused() -> bytes:
        """Read no answer before everything is sent, as simple clients do."""
        port = int(client.url.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sending:
            sending.sendall(_head({"Content-Length": "300000"}))
            for _ in range(3):
                time.sleep(0.05)
                sending.sendall(b" " * 100_000)
            time.sleep(0.05)
            answer = b""
            while more := sending.recv(4096):
                answer += more
            return answer

    answer = await asyncio.to_thread(refused)

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"\r\nConnection: close\r\n" in answer


@pytest.mark.parametrize(("linger", "size"), [(60.0, 64 << 20), (0.1, 1)])
async def test_body_of_a_refused_request_is_not_taken_for_ever(
    client: Client, monkeypatch: pytest.MonkeyPatch, linger: float, size: int
) -> None:
    monkeypatch.setattr(server_module, "_LINGER", linger)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(client.url.rstrip("/").rpartition(":")[2]))
    writer.write(_head({"Content-Length": str(1 << 30)}))
    async with asyncio.timeout(5):
        assert b" 401 " in await reader.readline()
        with contextlib.suppress(ConnectionError):
            writer.write(bytes(size))
            await writer.drain()
            await reader.read()
    writer.close()


async def test_body_that_is_too_large_by_its_headers_is_not_read(client: Client) -> None:
    headers = WELL_FORMED | {"Content-Length": str(MAX_BODY + 1)}
    reader, writer = await asyncio.open_connection("127.0.0.1", int(client.url.rstrip("/").rpartition(":")[2]))
    writer.write(_head(headers))

    assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_client_that_goes_away_in_the_middle_of_a_body_leaves_no_line(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        _, writer = await asyncio.open_connection("127.0.0.1", int(client.url.rstrip("/").rpartition(":")[2]))
        writer.write(_head(WELL_FORMED | {"Content-Length": "100"}) + b"{")
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.transport.abort()
    await asyncio.sleep(0.1)

    assert not caplog.messages


async def test_what_is_not_http_costs_a_line_a_minute(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(client.url.rstrip("/").rpartition(":")[2]))
        writer.write(b"POST / HTTP/1.1\r\nno header\r\n\r\n")
        assert b" 400 " in await asyncio.wait_for(reader.readline(), 5)
        writer.close()

    assert len(caplog.messages) == 1
    assert not caplog.records[0].exc_info


def _head(headers: dict[str, str]) -> bytes:
    lines = ["POST / HTTP/1.1", "Host: bot", *(f"{name}: {value}" for name, value in headers.items())]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"
