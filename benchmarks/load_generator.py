"""An HTTP client that sends signed interactions over loopback, concurrently and with little overhead of its own."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nacl.signing import SigningKey

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "


@attrs.frozen
class Run:
    """The measurements of one burst of requests."""

    seconds: float
    times: Sequence[float]
    """Seconds to each response, in ascending order."""
    bad: int
    """Responses whose status was not 200."""
    sample: bytes
    """The body of one response."""

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, percent: float) -> float:
        return self.times[min(len(self.times) - 1, int(len(self.times) * percent / 100))]


@attrs.frozen
class Presses:
    """Copies of real interactions, each with an id of its own."""

    key: SigningKey
    templates: Sequence[Mapping[str, Any]]

    def signed(self, count: int, first_id: int) -> list[bytes]:
        """Return complete HTTP requests; Discord's ids increase, so these are higher than all earlier ones."""
        return [self._request(at, first_id + at) for at in range(count)]

    def _request(self, at: int, interaction_id: int) -> bytes:
        body = orjson.dumps(
            {**self.templates[at % len(self.templates)], "id": str(interaction_id), "token": f"t{interaction_id}"}
        )
        stamp = str(int(time.time())).encode()
        signature = self.key.sign(stamp + body).signature.hex().encode()
        return (
            b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"User-Agent: Discord-Interactions/1.0 (+https://discord.com)\r\n"
            b"X-Signature-Ed25519: " + signature + b"\r\nX-Signature-Timestamp: " + stamp + b"\r\n"
            b"Content-Length: " + str(len(body)).encode() + _END + body
        )


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the last one got its response."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self._requests = requests
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended = asyncio.get_running_loop().create_future()
        self.times: list[float] = []
        self.bad = 0
        self.sample = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self) -> None:
        assert self._transport is not None
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END)
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + len(_END) + length:
            return
        self.times.append(time.perf_counter() - self._sent)
        self.bad += not head.startswith(b"http/1.1 200")
        self.sample = self._buffer[end + len(_END) :]
        self._buffer = b""
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(error)


async def run(url: str, requests: Sequence[bytes], at_once: int) -> Run:
    """Send the requests over ``at_once`` connections, one at a time on each."""
    address = urlsplit(url)
    loop = asyncio.get_running_loop()
    queue = iter(requests)
    made = await asyncio.gather(
        *(loop.create_connection(lambda: _Connection(queue), address.hostname, address.port) for _ in range(at_once))
    )
    connections = [connection for _, connection in made]
    start = time.perf_counter()
    for connection in connections:
        connection.send()
    await asyncio.gather(*(connection.ended for connection in connections))
    seconds = time.perf_counter() - start
    times = sorted(seconds for connection in connections for seconds in connection.times)
    bad = sum(connection.bad for connection in connections) + len(requests) - len(times)
    return Run(seconds, times, bad, next(connection.sample for connection in connections if connection.sample))
