"""RequestQueue: sends this process's requests to Discord at a steady rate, those of all servers in turn.

Several processes on one store send equal shares of what a token may send, and of each route's bucket.

Discord refuses more than 50 requests a second with one token, and hikari only waits once it was refused, the oldest
request first: a raid on one server would stop all others. Requests with the token of an interaction do not count.
Source: Discord's documentation, "Rate Limits", section "Global Rate Limit".
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import heapq
import itertools
import math
import time
import weakref
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

import hikari
from hikari.impl import buckets
from hikari.internal import routes
from typing_extensions import override

from ticketbot.discord.shared_buckets import Share, SharedBucket

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from contextlib import AbstractAsyncContextManager

    from hikari.impl import rest as hikari_rest

DEFAULT_RATE: Final = 45.0
"""Requests a second of all processes: what Discord allows, less what may arrive closer together than it was sent."""

LONGEST_WAIT: Final = 60.0
"""Seconds after which a request that waits is given up."""

_BURST: Final = 0.1
"""Which part of a second's requests may be sent at once; the others follow evenly, so that no second has more."""

_RECOVERY_SECONDS: Final = 60.0
"""Seconds in which the rate rises to what it was, once Discord has refused a request because of all requests."""

_SLOWEST: Final = 1 / 16
"""The part of the full rate that always remains."""

CREATION: Final = routes.POST_GUILD_CHANNELS
"""The route on which a ticket begins. Within a server its requests are sent last: what was begun is finished first."""

CALLS_PER_OPENING: Final = 2
"""Requests that count towards Discord's limit: the channel and the welcome."""

_CREDIT: Final = 4.0
"""How many requests of a server that had none waiting go before those of servers that have had some for long."""

_MOST_BUCKETS: Final = 1_000
"""How many buckets are remembered before those are forgotten whose window is over."""

_PASSES_MEASURED: Final = 10
"""How many of the last requests on a route say how fast its bucket lets them pass."""

_SERVER: Final[ContextVar[int | None]] = ContextVar("_SERVER", default=None)
_CHECK: Final[ContextVar[Callable[[], None] | None]] = ContextVar("_CHECK", default=None)
_DEADLINE: Final[ContextVar[asyncio.Timeout | None]] = ContextVar("_DEADLINE", default=None)


@contextlib.contextmanager
def for_server(guild_id: int) -> Generator[None]:
    """Return a context manager in which requests are made for a server; those made elsewhere share one turn."""
    token = _SERVER.set(guild_id)
    try:
        yield
    finally:
        _SERVER.reset(token)


@contextlib.contextmanager
def checked(check: Callable[[], None]) -> Generator[None]:
    """Return a context manager in which ``check`` is called before a request is sent, and raises to give it up.

    A request that waited long may have become pointless meanwhile.
    """
    token = _CHECK.set(check)
    try:
        yield
    finally:
        _CHECK.reset(token)


@contextlib.contextmanager
def deadline(timeout: asyncio.Timeout) -> Generator[None]:
    """Return a context manager in which time spent in the queue does not count towards a timeout."""
    token = _DEADLINE.set(timeout)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


class _Line:
    """Requests that wait for one route's bucket, one of which asks hikari at a time."""

    def __init__(self, bucket: SharedBucket) -> None:
        self.bucket = bucket
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.passed: collections.deque[float] = collections.deque(maxlen=_PASSES_MEASURED)

    @contextlib.contextmanager
    def counted(self) -> Generator[None]:
        """Return a context manager for the time until hikari lets a request pass."""
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1
        self.passed.append(asyncio.get_running_loop().time())

    def expected_wait(self, ahead: int, share: Share, now: float) -> float:
        """Return the seconds by the bucket's limit, or, as long as that is not known, by the last requests.

        Of fewer requests than are measured nothing follows: the first one alone waits for an answer that names a limit.
        """
        by_limit = self.bucket.expected_wait(max(ahead, self.waiting), share, now)
        if by_limit is not None:
            return by_limit
        if not self.waiting or len(self.passed) < _PASSES_MEASURED:
            return 0.0
        return max(ahead, self.waiting) * (now - self.passed[0]) / len(self.passed)


class _Server:
    """Requests of one server that wait for their turn."""

    def __init__(self) -> None:
        self.soon: collections.deque[asyncio.Future[None]] = collections.deque()
        self.creations: collections.deque[asyncio.Future[None]] = collections.deque()

    def __len__(self) -> int:
        """Return how many requests there will be, with those that follow creations."""
        return len(self.soon) + CALLS_PER_OPENING * len(self.creations)

    def add(self, route: routes.CompiledRoute) -> asyncio.Future[None]:
        future = asyncio.get_running_loop().create_future()
        (self.creations if route.route is CREATION else self.soon).append(future)
        return future

    def take(self) -> asyncio.Future[None]:
        return (self.soon or self.creations).popleft()


class RequestQueue:
    """Requests of one token wait here, first for their route's bucket, then for their server's turn.

    hikari lets the first requests of all servers to a route share one bucket until a response names it, and those that
    came meanwhile stay in the bucket of the server that was answered first. Here each server's requests wait in a line
    of their own.

    Turns are given by start-time fair queueing: the next request of a server has the number after that of its last one,
    that of a server which had none waiting ``_CREDIT`` less than the present number, and the least number goes first.
    """

    def __init__(self, per_second: float) -> None:
        """``per_second`` is for all processes together; until ``share_among`` is called, this one has all of it."""
        self._per_second = per_second
        self._share = Share()
        self._burst, self._full_rate = _burst_and_rate(per_second)
        self._rate = self._full_rate
        self._passes = self._burst
        """How many requests may be sent now; below 0 for a while once Discord has asked to wait."""
        self._counted_at = self._slowed_at = 0.0
        self._waiting: dict[int | None, _Server] = {}
        self._order: list[tuple[float, int, int | None]] = []
        """A heap of the waiting servers by the number of their next request; of equal ones the first to wait goes."""
        self._ties = itertools.count()
        self._present = 0.0
        self._next: dict[int | None, float] = {}
        """The numbers that the next requests of servers without waiting ones may have at least."""
        self._buckets: dict[tuple[routes.Route, str], SharedBucket] = {}
        self._lines: weakref.WeakValueDictionary[tuple[routes.Route, str], _Line] = weakref.WeakValueDictionary()
        self._timer: asyncio.TimerHandle | None = None

    def expected_wait(self, guild_id: int | None, route: routes.CompiledRoute, ahead: int = 0) -> float:
        """Return about how many seconds a new request of a server would wait.

        ``ahead`` is how many of the server's requests on this route, at least, will be sent before it; each channel
        that is created is counted with its welcome.
        """
        self._count()
        server = self._waiting.get(guild_id)
        if route.route is CREATION:
            own = max(CALLS_PER_OPENING * ahead, 0 if server is None else len(server))
        else:
            own = max(ahead, 0 if server is None else len(server.soon))
        others = sum(min(len(other), own + 1) for other_id, other in self._waiting.items() if other_id != guild_id)
        turns = max(0.0, own + others + 1 - self._passes)
        line = self._lines.get(_key(route))
        in_line = 0.0 if line is None else line.expected_wait(ahead, self._share, asyncio.get_running_loop().time())
        return max(turns / self._rate, in_line)

    @contextlib.asynccontextmanager
    async def turn(
        self, route: routes.CompiledRoute, find_bucket: Callable[[], AbstractAsyncContextManager[None] | None]
    ) -> AsyncGenerator[None]:
        """Return a context manager that is entered when a request may be sent, and left once it is answered.

        ``find_bucket`` returns None as long as the bucket is not known; then one request is sent at a time.

        Raises
        ------
        hikari.RateLimitTooLongError
            That would take, or took, longer than ``LONGEST_WAIT``.
        """
        expected = self.expected_wait(_SERVER.get(), route)
        if expected > LONGEST_WAIT:
            raise _too_long(route, expected)
        line = self._lines.setdefault(_key(route), _Line(self._bucket(route)))
        async with contextlib.AsyncExitStack() as request, contextlib.AsyncExitStack() as stack:
            with line.counted():
                async with _waiting(route):
                    await stack.enter_async_context(line.lock)
                    _run_check()
                    await self._wait_for_share(line.bucket)
                _run_check()
                line.bucket.begin(asyncio.get_running_loop().time())
                request.callback(line.bucket.end)
                bucket = find_bucket()
                if bucket is not None:
                    async with stack.pop_all():
                        await stack.enter_async_context(bucket)
            async with _waiting(route):
                await self._wait_for_turn(route)
            _run_check()
            yield

    def _bucket(self, route: routes.CompiledRoute) -> SharedBucket:
        if len(self._buckets) > _MOST_BUCKETS:
            now = asyncio.get_running_loop().time()
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.is_idle(now)}
        return self._buckets.setdefault(_key(route), SharedBucket())

    async def _wait_for_share(self, bucket: SharedBucket) -> None:
        """Wait until this process may use a bucket that several share; one alone leaves that to hikari."""
        while (seconds := bucket.wait(self._share, asyncio.get_running_loop().time())) > 0:  # noqa: ASYNC110 - a moment
            await asyncio.sleep(seconds)

    async def _wait_for_turn(self, route: routes.CompiledRoute) -> None:
        self._count()
        if not self._waiting and self._passes >= 1:
            self._passes -= 1
            self._next.clear()
            return
        server_id = _SERVER.get()
        server = self._waiting.get(server_id)
        if server is None:
            server = self._waiting[server_id] = _Server()
            number = max(self._present - _CREDIT, self._next.pop(server_id, -math.inf))
            heapq.heappush(self._order, (number, next(self._ties), server_id))
        future = server.add(route)
        self._schedule()
        await future

    def note_bucket(self, route: routes.CompiledRoute, limit: int, remaining: int, reset_after: float) -> None:
        """Take over what an answer says of its route's bucket."""
        self._bucket(route).note(limit, remaining, reset_after, asyncio.get_running_loop().time())

    def share_among(self, share: Share) -> None:
        """Send this process's share of the requests from now on; each of the others sends as many."""
        if share == self._share:
            return
        self._count()
        self._share = share
        burst, full_rate = _burst_and_rate(self._per_second / share.count)
        self._rate *= full_rate / self._full_rate
        self._burst, self._full_rate = burst, full_rate
        self._passes = min(self._passes, burst)

    def slow_down(self, seconds: float) -> None:
        """Send nothing for some seconds, and less for a minute: other processes use the same token."""
        self._count()
        if self._counted_at - self._slowed_at >= 1:  # one excess has several refusals
            self._slowed_at = self._counted_at
            self._rate = max(self._rate / 2, self._full_rate * _SLOWEST)
        self._passes = min(self._passes, 1 - seconds * self._rate)

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        elapsed, self._counted_at = now - self._counted_at, now
        self._passes = min(self._burst, self._passes + elapsed * self._rate)
        self._rate = min(self._full_rate, self._rate + elapsed * self._full_rate / _RECOVERY_SECONDS)

    def _schedule(self) -> None:
        if self._timer is None and self._waiting:
            seconds = max(0.0, 1 - self._passes) / self._rate
            self._timer = asyncio.get_running_loop().call_later(seconds, self._release)

    def _release(self) -> None:
        """Let requests be sent, those of all servers in turn."""
        self._timer = None
        self._count()
        while self._order and self._passes >= 1 - 1e-6:
            number, _, server_id = heapq.heappop(self._order)
            server = self._waiting[server_id]
            future = server.take()
            if not future.done():  # nobody waits for it any more
                future.set_result(None)
                self._passes -= 1
                self._present = max(self._present, number)
                number += 1
            if len(server):
                heapq.heappush(self._order, (number, next(self._ties), server_id))
            else:
                del self._waiting[server_id]
                self._next[server_id] = number
        self._schedule()


class QueueingBuckets(buckets.RESTBucketManager):
    """hikari's buckets, whose requests with the bot's token wait in a queue."""

    __slots__ = ("_queue",)

    def __init__(self, max_rate_limit: float, queue: RequestQueue) -> None:
        super().__init__(max_rate_limit)
        self._queue = queue

    @override
    def acquire_bucket(
        self, compiled_route: routes.CompiledRoute, authentication: str | None
    ) -> AbstractAsyncContextManager[None]:
        if authentication is None:  # the token of an interaction is in the path, so no two interactions share a bucket
            return self._known_bucket(compiled_route, None) or contextlib.nullcontext()
        return self._queue.turn(compiled_route, lambda: self._known_bucket(compiled_route, authentication))

    def _known_bucket(self, route: routes.CompiledRoute, authentication: str | None) -> buckets.RESTBucket | None:
        """Return the bucket; None before the first response, while hikari would let all servers share one."""
        bucket = super().acquire_bucket(route, authentication)
        assert isinstance(bucket, buckets.RESTBucket)
        return None if bucket.is_unknown else bucket

    @classmethod
    def install(cls, client: hikari_rest.RESTClientImpl | hikari.RESTApp, queue: RequestQueue) -> None:
        """Let the requests of a client that is not started yet wait in a queue; hikari has no public way for it."""
        limit = client._bucket_manager.max_rate_limit  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        client._bucket_manager = cls(limit, queue)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    @override
    def update_rate_limits(
        self,
        compiled_route: routes.CompiledRoute,
        authentication: str | None,
        bucket_header: str,
        remaining_header: int,
        limit_header: int,
        reset_at: float,
        reset_after: float,
    ) -> None:
        if authentication is not None:
            self._queue.note_bucket(compiled_route, limit_header, remaining_header, reset_after)
        super().update_rate_limits(
            compiled_route, authentication, bucket_header, remaining_header, limit_header, reset_at, reset_after
        )

    @override
    def throttle(self, retry_after: float) -> None:
        super().throttle(retry_after)
        self._queue.slow_down(retry_after)


def _run_check() -> None:
    check = _CHECK.get()
    if check is not None:
        check()


@contextlib.asynccontextmanager
async def _waiting(route: routes.CompiledRoute) -> AsyncGenerator[None]:
    """Return a context manager in which the deadline is paused, and which is left after ``LONGEST_WAIT``."""
    try:
        with _paused(_DEADLINE.get()):
            async with asyncio.timeout(LONGEST_WAIT):
                yield
    except TimeoutError as error:
        raise _too_long(route, LONGEST_WAIT) from error


@contextlib.contextmanager
def _paused(timeout: asyncio.Timeout | None) -> Generator[None]:
    when = None if timeout is None else timeout.when()
    if timeout is None or when is None:
        yield
        return
    loop = asyncio.get_running_loop()
    start = loop.time()
    timeout.reschedule(None)
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):  # it has ended: this was a task that outlived it
            timeout.reschedule(when + loop.time() - start)


def _burst_and_rate(per_second: float) -> tuple[float, float]:
    burst = max(1.0, per_second * _BURST)
    return burst, max(per_second - burst, per_second / 2)


def _key(route: routes.CompiledRoute) -> tuple[routes.Route, str]:
    return route.route, route.major_param_hash


def _too_long(route: routes.CompiledRoute, seconds: float) -> hikari.RateLimitTooLongError:
    return hikari.RateLimitTooLongError(
        route=route,
        is_global=True,
        retry_after=seconds,
        max_retry_after=LONGEST_WAIT,
        reset_at=time.time() + seconds,
        limit=None,
        period=None,
    )
