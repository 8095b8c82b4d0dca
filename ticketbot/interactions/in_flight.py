"""InFlight: the interactions that must be finished before the process may end."""

from __future__ import annotations

import asyncio


class InFlight:
    """Counts interactions under way; one that was answered may still have work to do."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def track(self) -> InFlight:
        """Return a context manager that counts one interaction."""
        return self

    def __enter__(self) -> None:
        """Count one more."""
        self._count += 1
        self._idle.clear()

    def __exit__(self, *_: object) -> None:
        """Count one less."""
        self._count -= 1
        if not self._count:
            self._idle.set()

    async def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing is under way; return False if that takes longer than some seconds."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            return False
        return True
