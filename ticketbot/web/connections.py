"""What strangers can cost a server that faces the internet: connections, memory and log lines are bounded here.

aiohttp has no time-out for a request's first bytes, and accepts as many connections as there are files. Behind a proxy
that has both, nothing here ever comes into play.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp import http_exceptions
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import resource
except ImportError:  # Windows, where files are not limited like this
    resource = None

_LOGGER = logging.getLogger(__name__)

_MOST: Final = 4096
_MOST_WITHOUT_LIMIT: Final = 512
_SHARE_OF_FILES: Final = 2
"""For one of how many of the files that the process may open is a connection; Discord and the store need others."""

HEADERS_TIMEOUT: Final = 10.0
"""Seconds within which a request's headers must arrive: from the connection on, or from the request's first byte."""

_BUFFER: Final = bytearray(16 << 10)
"""What arrives on any connection, until the protocol has taken it; asyncio's own 256 KiB a read fragment memory."""

MOST_UNCHECKED: Final = 8 << 20
"""Bytes of bodies, all together, whose signatures could not be checked yet because they are unfinished."""

_LOG_INTERVAL: Final = 60.0
"""Seconds between two lines about what strangers sent."""


def most_connections() -> int:
    """Return how many connections may be open at the same time: half of the files that the process may open."""
    if resource is None:
        return _MOST_WITHOUT_LIMIT
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if files == resource.RLIM_INFINITY else max(1, min(_MOST, files // _SHARE_OF_FILES))


class BoundedConnections:
    """Makes the protocols of a server, and closes connections where there are too many.

    The oldest one goes first: Discord's requests arrive within milliseconds, so that a connection that has waited
    longest is not Discord's. Connections on which a signature was good are closed last.
    """

    def __init__(
        self, factory: Callable[[], asyncio.Protocol], *, most: int, headers_timeout: float = HEADERS_TIMEOUT
    ) -> None:
        self._factory = factory
        self._most = most
        self.headers_timeout = headers_timeout
        self._unproven: dict[asyncio.BaseTransport, _Connection] = {}
        self._proven: dict[asyncio.BaseTransport, _Connection] = {}
        self._unchecked: dict[asyncio.BaseTransport, int] = {}
        self._unchecked_bytes = 0
        self._log = _OccasionalWarning("closed %d connections that had waited longest: there were too many of them")

    def __call__(self) -> asyncio.BaseProtocol:
        """Return the protocol for a new connection."""
        return _Connection(self, self._factory())

    def begin_request(self, transport: asyncio.BaseTransport | None) -> None:
        """Note that a request's headers have arrived."""
        connection = self._find(transport)
        if connection is not None:
            connection.begin_request()

    def end_request(self, transport: asyncio.BaseTransport | None) -> None:
        """Note that a request is answered."""
        connection = self._find(transport)
        if connection is not None:
            connection.is_busy = False

    def hold(self, transport: asyncio.BaseTransport | None, size: int) -> None:
        """Count bytes of an unfinished body; where all have too many, the connection with the oldest one is closed."""
        if transport is None:
            return
        self._unchecked[transport] = self._unchecked.get(transport, 0) + size
        self._unchecked_bytes += size
        while self._unchecked_bytes > MOST_UNCHECKED and len(self._unchecked) > 1:
            oldest = next(iter(self._unchecked))
            self.release(oldest)
            self._close(oldest)

    def release(self, transport: asyncio.BaseTransport | None) -> None:
        """Note that a body is finished, or given up."""
        if transport is not None:
            self._unchecked_bytes -= self._unchecked.pop(transport, 0)

    def prove(self, transport: asyncio.BaseTransport | None) -> None:
        """Note that a signature was good: the connection is Discord's, or a proxy's before us."""
        if transport is not None and (connection := self._unproven.pop(transport, None)) is not None:
            self._proven[transport] = connection

    def add(self, transport: asyncio.BaseTransport, connection: _Connection) -> None:
        """Keep a new connection; the one that has waited longest is closed if there are too many."""
        self._unproven[transport] = connection
        if len(self._unproven) + len(self._proven) > self._most:
            self._close(next(iter(self._unproven if len(self._unproven) > 1 else self._proven or self._unproven)))

    def remove(self, transport: asyncio.BaseTransport) -> None:
        """Forget a connection that is closed."""
        self._unproven.pop(transport, None)
        self._proven.pop(transport, None)
        self.release(transport)

    def _find(self, transport: asyncio.BaseTransport | None) -> _Connection | None:
        if transport is None:
            return None
        return self._unproven.get(transport) or self._proven.get(transport)

    def _close(self, transport: asyncio.BaseTransport) -> None:
        self.remove(transport)
        if isinstance(transport, asyncio.Transport):
            transport.abort()  # frees the file and what is buffered at once
        self._log.count()


class _Connection(asyncio.BufferedProtocol):
    """Passes everything to aiohttp's protocol, and closes the connection if headers do not arrive in time."""

    def __init__(self, connections: BoundedConnections, inner: asyncio.Protocol) -> None:
        self._connections = connections
        self._inner = inner
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.is_busy = False

    def begin_request(self) -> None:
        self.is_busy = True
        self._stop_timer()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport), "a connection over TCP"
        self._transport = transport
        self._start_timer()
        self._inner.connection_made(transport)
        self._connections.add(transport, self)

    @override
    def get_buffer(self, sizehint: int) -> bytearray:
        return _BUFFER

    @override
    def buffer_updated(self, nbytes: int) -> None:
        if not self.is_busy and self._timer is None:
            self._start_timer()
        self._inner.data_received(bytes(memoryview(_BUFFER)[:nbytes]))

    @override
    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        if self._transport is not None:
            self._connections.remove(self._transport)
        self._inner.connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        self._inner.pause_writing()

    @override
    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def _start_timer(self) -> None:
        assert self._transport is not None, "it is made"
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._connections.headers_timeout, self._transport.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _OccasionalWarning:
    """Logs how often something happened, once a minute at most."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._count = 0
        self._logged_at = -_LOG_INTERVAL

    def count(self) -> None:
        self._count += 1
        if time.monotonic() - self._logged_at >= _LOG_INTERVAL:
            self._logged_at = time.monotonic()
            _LOGGER.warning(self._words, self._count)
            self._count = 0


class _WithoutClientFaults(logging.Filter):
    """Keeps what clients did wrong, which aiohttp logs with a traceback each, to a line a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._log = _OccasionalWarning("refused %d requests that are not HTTP, or were broken off")

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if not isinstance(error, CLIENT_FAULTS):
            return True
        self._log.count()
        return False


CLIENT_FAULTS: Final = (http_exceptions.HttpProcessingError, ConnectionError, aiohttp.ClientError)
"""What is raised where a client sends nonsense, or goes away in the middle of a request."""

SERVER_LOGGER: Final = logging.getLogger("ticketbot.web.aiohttp")
"""For aiohttp's server."""
SERVER_LOGGER.addFilter(_WithoutClientFaults())
