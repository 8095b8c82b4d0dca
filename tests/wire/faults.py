"""Faults on demand: what a network or a replica set may do to one command."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import attrs

WRITE: Final = "write"
"""Stands for any command that writes."""

_WRITES: Final = frozenset({"insert", "findAndModify"})


class FaultKind(StrEnum):
    """What happens to the command."""

    DROP_BEFORE = "drop_before"
    """The connection ends; nothing was written."""
    DROP_AFTER = "drop_after"
    """The connection ends; what was asked for was written."""
    HANG_BEFORE = "hang_before"
    """No answer ever comes; nothing was written."""
    HANG_AFTER = "hang_after"
    """No answer ever comes; what was asked for was written."""
    NOT_PRIMARY = "not_primary"
    """The server is no longer the primary; nothing was written."""
    WRITE_CONCERN = "write_concern"
    """It was written, but it is not known whether most members have it."""
    SLOW = "slow"
    """It is carried out ``millis`` later, and answered then."""
    REFUSE = "refuse"
    """The server answers with the error ``code``; nothing was written."""


@attrs.define(kw_only=True)
class Fault:
    """A fault that waits for its command."""

    kind: FaultKind = attrs.field(converter=FaultKind)
    command: str
    """The command's name, as in ``findAndModify``, or ``WRITE``."""
    collection: str | None = None
    """Which collection's; None for any."""
    skip: int = 0
    """How many such commands pass unharmed first."""
    times: int = 1
    """How many are hit then."""
    code: int = 11600
    millis: int = 0

    def fits(self, name: str, collection: object) -> bool:
        """Tell whether the fault waits for such a command."""
        names = _WRITES if self.command == WRITE else {self.command}
        return self.times > 0 and name in names and self.collection in {None, collection}


class FaultScript:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Wait for one more fault's command."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    @property
    def pending(self) -> int:
        """How many commands are still to be hit."""
        return sum(fault.times for fault in self._faults)

    def take(self, name: str, command: dict[str, Any]) -> Fault | None:
        """Find the fault that hits a command, if one does."""
        fault = next((fault for fault in self._faults if fault.fits(name, command.get(name))), None)
        if fault is None:
            return None
        if fault.skip:
            fault.skip -= 1
            return None
        fault.times -= 1
        return fault
