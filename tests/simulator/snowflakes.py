"""Discord's ids and times."""

from __future__ import annotations

import datetime
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


def moment(snowflake: int) -> datetime.datetime:
    """Read the time out of an id."""
    return datetime.datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, tz=datetime.UTC)


def now() -> datetime.datetime:
    """Tell the time of day."""
    return datetime.datetime.now(tz=datetime.UTC)


def iso(at: datetime.datetime) -> str:
    """Write a time as Discord does."""
    return at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
