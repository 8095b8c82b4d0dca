"""SharedBucket: one of Discord's buckets, of which each of several processes uses its share.

hikari counts its own requests only: each of three processes would send as many as Discord allows all of them, and two
thirds would be refused.
"""

from __future__ import annotations

from typing import Final

import attrs

_CONTENDED_PERIODS: Final = 10
"""For how many windows after another process was seen to send requests each keeps to its share."""


@attrs.frozen
class Share:
    """Which one of how many processes with one token this is."""

    index: int = 0
    """From 0."""
    count: int = 1

    def of(self, limit: int) -> int:
        """Return how many of so many requests are this process's: at least one."""
        return max(1, limit // self.count + (self.index < limit % self.count))


@attrs.define
class SharedBucket:
    """Counts requests in Discord's windows of fixed length; moments are in seconds of one clock.

    Until the first answer has named the limit, nothing is held back.
    """

    _limit: int = 0
    _remaining: int = 0
    _period: float = 0.0
    """The longest time until a reset that was seen, which is the length of a window or a little less."""
    _resets_at: float = 0.0
    _is_guess: bool = False
    """Whether ``_resets_at`` counts from this process's first request of a window: others may have begun it before."""
    _sent: int = 0
    """This process's requests in the window."""
    _in_flight: int = 0
    _contended_until: float = float("-inf")

    def is_idle(self, now: float) -> bool:
        """Return whether nothing is lost if it is forgotten."""
        return not self._in_flight and now >= self._resets_at

    def wait(self, share: Share, now: float) -> float:
        """Return in how many seconds a request may be sent, as far as is known; 0: now.

        A process that has used its share goes on, one request after the other, if the others have sent nothing lately
        and Discord has enough for one of each.
        """
        if share.count == 1 or not self._limit or now >= self._resets_at:
            return 0.0
        if self._sent < share.of(self._limit) and self._remaining > 0:
            return 0.0
        if not self._in_flight and self._remaining >= share.count and now >= self._contended_until:
            return 0.0
        return self._resets_at - now

    def expected_wait(self, ahead: int, share: Share, now: float) -> float | None:
        """Return in how many seconds a request is sent with so many before it; None: the limit is not known."""
        if not self._limit:
            return None
        each = share.of(self._limit)
        is_over = now >= self._resets_at
        later = ahead - (each - self._in_flight if is_over else min(each - self._sent, self._remaining))
        if later < 0:
            return 0.0
        return (0.0 if is_over else self._resets_at - now) + later // each * self._period

    def begin(self, now: float) -> None:
        """Count a request that is about to be sent."""
        if self._limit and now >= self._resets_at:
            self._sent, self._remaining = self._in_flight, self._limit - self._in_flight
            self._resets_at, self._is_guess = now + self._period, True
        self._sent += 1
        self._remaining -= 1
        self._in_flight += 1

    def end(self) -> None:
        """Count a request as answered, or as given up."""
        self._in_flight -= 1

    def note(self, limit: int, remaining: int, reset_after: float, now: float) -> None:
        """Take over what an answer says, unless it was sent before what is known."""
        if reset_after <= 0:
            return
        resets_at = now + reset_after
        if limit != self._limit:
            self._limit, self._period = limit, 0.0
            is_new = True
        else:
            is_new = resets_at > self._resets_at + self._period / 2
        self._period = max(self._period, reset_after)
        if is_new:
            self._sent, self._remaining = self._in_flight, remaining
        elif self._is_guess or resets_at >= self._resets_at - self._period / 10:
            self._remaining = min(self._remaining, remaining)
        else:
            return
        self._resets_at, self._is_guess = resets_at, False
        if limit - remaining > self._sent:
            self._contended_until = now + _CONTENDED_PERIODS * self._period
