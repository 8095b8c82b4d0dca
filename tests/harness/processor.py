"""For how long a process waited for a processor: on a busy machine that is most of the time that it takes."""

from __future__ import annotations

import pathlib
import time
from typing import Final

_NANOSECONDS: Final = 1e9


def seconds_waited(pid: int | None = None) -> float:
    """Return the seconds for which a process's main thread, or this thread, was ready to run and could not.

    Returns 0 where the system does not say. Source: Linux's documentation, "Scheduler Statistics".
    """
    path = pathlib.Path("/proc", "thread-self" if pid is None else str(pid), "schedstat")
    try:
        return int(path.read_text(encoding="ascii").split()[1]) / _NANOSECONDS
    except (OSError, IndexError):
        return 0.0


class Stopwatch:
    """Measures seconds, but for those in which this thread or another process waited for a processor.

    While both wait, that counts once: no more is left out than was lost.
    """

    def __init__(self, running: int | None = None) -> None:
        """``running`` is the other process, if it runs already."""
        self._running = running
        self._waited_before = 0.0 if running is None else seconds_waited(running)
        self._begun, self._waited = time.monotonic(), seconds_waited()

    def elapsed(self, started: int | None = None) -> float:
        """Return the seconds so far; ``started`` is the other process, if it was started meanwhile."""
        return time.monotonic() - self._begun - self.left_out(started)

    def left_out(self, started: int | None = None) -> float:
        """Return the seconds so far in which one of the two waited for a processor."""
        other = self._running if started is None else started
        return max(
            seconds_waited() - self._waited, 0.0 if other is None else seconds_waited(other) - self._waited_before
        )
