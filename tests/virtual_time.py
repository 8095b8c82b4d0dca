"""VirtualTimeLoop: an event loop whose clock jumps to the next timer, so that minutes of waiting cost no time."""

from __future__ import annotations

import asyncio
import selectors

from typing_extensions import override


class _Selector(selectors.DefaultSelector):
    """Waits in virtual time: nothing comes from outside meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs what waits for timers alone, as ``asyncio.Runner(loop_factory=VirtualTimeLoop)``."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    @override
    def time(self) -> float:
        return self._virtual.now
