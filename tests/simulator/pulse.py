"""Pulse: notices that this machine stood still, which Discord does not."""

from __future__ import annotations

import asyncio
import collections
from typing import Final

_INTERVAL: Final = 0.02
"""Seconds between two beats."""

_LATE: Final = 0.03
"""Seconds of a delay that counts."""


class Pulse:
    """Beats regularly in the running event loop; a beat that comes late shows for how long nothing could run."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time()
        self._pauses: collections.deque[tuple[float, float]] = collections.deque()
        self._loop.call_later(_INTERVAL, self._beat)

    def stood_still(self) -> float:
        """Return for how many of the last seconds this machine stood still, the present pause included.

        What arrived meanwhile is handled all at once, although it was sent evenly.
        """
        now = self._loop.time()
        while self._pauses and now - self._pauses[0][0] > 1:
            self._pauses.popleft()
        return sum(seconds for _, seconds in self._pauses) + self._late(now)

    def _late(self, now: float) -> float:
        late = now - self._last - _INTERVAL
        return late if late > _LATE else 0.0

    def _beat(self) -> None:
        now = self._loop.time()
        if late := self._late(now):
            self._pauses.append((now, late))
        self._last = now
        self._loop.call_later(_INTERVAL, self._beat)
