"""Planned faults, as the simulator and the double of MongoDB have them in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.define(eq=False, kw_only=True)
class PlannedFault:
    """A fault that waits for the requests that it is for."""

    skip: int = 0
    """How many such requests pass unharmed first; counts down."""
    times: int = 1
    """How many are hit then; counts down."""


F = TypeVar("F", bound=PlannedFault)


class FaultPlan(Generic[F]):
    """The faults that are still to come, in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[F] = []

    def plan(self, fault: F) -> F:
        """Add a fault, and return it."""
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    @property
    def pending(self) -> int:
        """How many requests are still to be hit."""
        return sum(fault.times for fault in self._faults)

    def hit(self, matches: Callable[[F], bool]) -> F | None:
        """Count a request, and return the fault that hits it, if any; ``matches`` tells which faults are for it."""
        fault = next((fault for fault in self._faults if fault.times > 0 and matches(fault)), None)
        if fault is None:
            return None
        if fault.skip:
            fault.skip -= 1
            return None
        fault.times -= 1
        return fault
