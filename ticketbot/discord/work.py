"""WorkInHand: what was begun and must be finished before the process may end."""

from __future__ import annotations

import asyncio


class WorkInHand:
    """Counts what is being worked on; an answer that is out does not mean that the work is done."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def begun(self) -> WorkInHand:
        """Count one piece of work in, for as long as the block runs."""
        return self

    def __enter__(self) -> None:
        """Count in."""
        self._count += 1
        self._idle.clear()

    def __exit__(self, *_: object) -> None:
        """Count out."""
        self._count -= 1
        if not self._count:
            self._idle.set()

    async def drained(self, seconds: float) -> bool:
        """Wait until nothing is in hand, at most some seconds; tell whether that came about."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            return False
        return True
