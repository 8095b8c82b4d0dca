"""Discord's ids and times."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from typing import Final

EPOCH_MS: Final = 1_420_070_400_000


class Snowflakes:
    """Makes ids that grow and carry the time of their making."""

    def __init__(self) -> None:
        self._increment = itertools.count()
        self._last = 0

    def next(self) -> int:
        """Make an id that is greater than all before it."""
        now = (time.time_ns() // 1_000_000 - EPOCH_MS) << 22 | (1 << 17) | (next(self._increment) & 0xFFF)
        self._last = max(now, self._last + 1)
        return self._last


def now() -> dt.datetime:
    """Tell the time of day."""
    return dt.datetime.now(tz=dt.UTC)


def moment(snowflake: int) -> dt.datetime:
    """Tell when an id was made."""
    return dt.datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, tz=dt.UTC)


def iso(at: dt.datetime) -> str:
    """Write a time as Discord does."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")
