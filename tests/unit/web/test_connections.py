from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from ticketbot.web import connections
from ticketbot.web.connections import BoundedConnections

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

GET = b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n"


class Server:
    """A server that answers every request, with few connections and little patience."""

    def __init__(self, bounds: BoundedConnections, port: int) -> None:
        self.bounds = bounds
        self.port = port
        self.streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def connect(self, sent: bytes = b"") -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.streams.append((reader, writer))
        writer.write(sent)
        await asyncio.sleep(0.02)
        return reader

    async def send(self, reader: asyncio.StreamReader, data: bytes) -> None:
        (writer,) = [writer for known, writer in self.streams if known is reader]
        writer.write(data)
        await asyncio.sleep(0.02)


async def is_closed(reader: asyncio.StreamReader, within: float = 0.1) -> bool:
    """Return whether the server has closed a connection without an answer."""
    try:
        return await asyncio.wait_for(reader.read(1), within) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async def answer(request: web.BaseRequest) -> web.Response:
        bounds.begin_request(request.transport)
        if request.headers.get("Signed"):
            bounds.prove(request.transport)
        bounds.end_request(request.transport)
        return web.Response(text="ok")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    assert runner.server is not None
    bounds = BoundedConnections(runner.server, most=3, headers_timeout=60.0)
    listener = await asyncio.get_running_loop().create_server(bounds, "127.0.0.1", 0)
    server = Server(bounds, listener.sockets[0].getsockname()[1])
    yield server
    for _, writer in server.streams:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    listener.close()
    await runner.cleanup()


async def test_connection_without_headers_is_closed_in_time(server: Server) -> None:
    server.bounds.headers_timeout = 1.0
    silent, half = await server.connect(), await server.connect(GET[:20])

    assert not await is_closed(half)
    assert await is_closed(half, within=3)
    assert await is_closed(silent, within=3)


async def test_half_a_second_request_is_not_waited_for_either(server: Server) -> None:
    server.bounds.headers_timeout = 1.0
    reader = await server.connect(GET)
    assert await reader.readuntil(b"ok")
    await asyncio.sleep(1.1)

    await server.send(reader, GET[:20])

    assert not await is_closed(reader)
    assert await is_closed(reader, within=3)


async def test_connection_that_waited_longest_is_closed_for_a_new_one(server: Server) -> None:
    readers = [await server.connect() for _ in range(5)]

    assert [await is_closed(reader) for reader in readers] == [True, True, False, False, False]


async def test_connection_with_a_good_signature_is_closed_last(server: Server) -> None:
    proven = await server.connect(GET.replace(b"Host: bot", b"Host: bot\r\nSigned: yes"))
    assert await proven.readuntil(b"ok")
    for _ in range(5):
        await server.connect()

    await server.send(proven, GET)

    assert await proven.readuntil(b"ok")


async def test_a_server_full_of_good_connections_makes_room_all_the_same(server: Server) -> None:
    for _ in range(3):
        await server.connect(GET.replace(b"Host: bot", b"Host: bot\r\nSigned: yes"))

    reader = await server.connect(GET)

    assert await reader.readuntil(b"ok")


async def test_oldest_unfinished_body_is_given_up_where_all_take_too_much(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_UNCHECKED", 100)
    readers = [await server.connect() for _ in range(3)]
    transports = list(server.bounds._unproven)  # pyright: ignore[reportPrivateUsage] - as requests have them

    for transport in transports[:2]:
        server.bounds.hold(transport, 40)
    server.bounds.release(transports[1])
    server.bounds.hold(transports[1], 40)
    server.bounds.hold(transports[2], 40)

    assert [await is_closed(reader) for reader in readers] == [True, False, False]


def test_half_of_the_files_are_for_connections() -> None:
    resource = pytest.importorskip("resource")
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert 0 < connections.most_connections() <= max(1, files // 2)
