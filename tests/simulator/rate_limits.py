"""Discord's documented rate limits: all requests of a token, each route's bucket, and requests that are refused.

Source: Discord's documentation, "Rate Limits". The sizes of buckets are not documented; those here are observed ones.
"""

from __future__ import annotations

import collections
import hashlib
import time
from typing import TYPE_CHECKING, Final, Literal

import attrs

from tests.simulator.routing import ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.simulator.faults import Call

WITHOUT_BUCKET: Final = "POST /interactions/{interaction_id}/{interaction_token}/callback"
"""Answering interactions is not rate limited; hikari warns about a bucket there."""

_MAJOR: Final = ("channels", "guilds", "webhooks")
"""What the first part of a path is where the second is a major parameter: each has buckets of its own."""

OBSERVED: Final[Mapping[str, tuple[int, float]]] = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "GET /channels/{channel_id}/messages": (50, 10.0),
    "PUT /channels/{channel_id}/permissions/{overwrite_id}": (10, 15.0),
    "POST /guilds/{guild_id}/channels": (10, 10.0),
}
"""Requests and seconds of some buckets."""


@attrs.define
class Window:
    """Counts requests in windows of fixed length."""

    limit: int
    seconds: float
    began: float = float("-inf")
    used: int = 0

    def take(self, now: float) -> float:
        """Count a request, and return 0; or return the seconds until one is possible."""
        if now - self.began >= self.seconds:
            self.began, self.used = now, 0
        if self.used >= self.limit:
            return self.began + self.seconds - now
        self.used += 1
        return 0.0

    def headers(self, now: float) -> dict[str, str]:
        """Return the headers that describe it."""
        reset_after = self.began + self.seconds - now
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - self.used),
            "X-RateLimit-Reset": f"{time.time() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
        }


@attrs.frozen(kw_only=True)
class Refusal:
    """Why a request is not carried out."""

    scope: Literal["global", "user", "banned"]
    retry_after: float = 0.0


@attrs.define(eq=False, kw_only=True)
class RateLimits:
    """The limits of one token, which all of its processes share; without ``are_enforced`` nothing is ever refused."""

    are_enforced: bool = False
    per_second: float = 50
    """Requests in any second, besides those with the token of an interaction."""
    second: float = 1.0
    """How long that second lasts: more where Discord is slower than in reality."""
    buckets: Mapping[str, tuple[int, float]] = OBSERVED
    default_bucket: tuple[int, float] = (100, 1.0)
    invalid_limit: int = 10_000
    invalid_seconds: float = 600.0
    clock: Callable[[], float] = time.monotonic
    stood_still: Callable[[], float] = lambda: 0.0
    """For how many of the last seconds the simulator could not run: it then counts requests of more than one second."""
    _seconds: collections.deque[float] = attrs.field(factory=collections.deque[float], init=False)
    _windows: dict[str, Window] = attrs.field(factory=dict[str, Window], init=False)
    _invalid: collections.deque[float] = attrs.field(factory=collections.deque[float], init=False)

    def check(self, call: Call) -> Refusal | None:
        """Count a request; return why it is refused, if it is."""
        if not self.are_enforced:
            return None
        now = self.clock()
        if self.is_banned(now):
            return Refusal(scope="banned")
        if call.token != "interaction":  # noqa: S105 - a kind of token
            while self._seconds and now - self._seconds[0] >= self.second:
                self._seconds.popleft()
            if len(self._seconds) >= self.per_second * (1 + self.stood_still() / self.second):
                return Refusal(scope="global", retry_after=self._seconds[0] + self.second - now)
            self._seconds.append(now)
        wait = 0.0 if call.route == WITHOUT_BUCKET else self._window(call).take(now)
        return Refusal(scope="user", retry_after=wait) if wait > 0 else None

    def note(self, status: int, scope: str | None) -> None:
        """Count an answer: a token, or an address, with too many of 401, 403 and 429 is shut out for some time."""
        if self.are_enforced and (status in (401, 403) or (status == 429 and scope != "shared")):
            self._invalid.append(self.clock())

    def is_banned(self, now: float) -> bool:
        """Return whether too many requests were invalid lately."""
        while self._invalid and now - self._invalid[0] >= self.invalid_seconds:
            self._invalid.popleft()
        return len(self._invalid) >= self.invalid_limit

    def headers(self, call: Call) -> dict[str, str]:
        """Return the headers of the bucket of a request."""
        if call.route == WITHOUT_BUCKET or call.route not in ROUTES:  # hikari would count answers in it
            return {}
        bucket = {"X-RateLimit-Bucket": hashlib.md5(call.route.encode(), usedforsecurity=False).hexdigest()}
        if self.are_enforced:
            return bucket | self._window(call).headers(self.clock())
        limit, seconds = self.default_bucket
        return bucket | Window(limit, seconds, self.clock(), 1).headers(self.clock())

    def _window(self, call: Call) -> Window:
        kind, _, rest = call.path.removeprefix("/").partition("/")
        key = f"{call.route} {rest.partition('/')[0] if kind in _MAJOR else ''}"
        if kind == "webhooks":  # the token of an interaction is a part of the major parameter
            key = f"{call.route} {rest}"
        if key not in self._windows:
            self._windows[key] = Window(*self.buckets.get(call.route, self.default_bucket))
        return self._windows[key]
