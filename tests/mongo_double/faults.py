"""Faults on demand: what a network or a replica set may do to one command."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import attrs

from tests.faults import FaultPlan, PlannedFault

WRITE: Final = "write"
"""Stands for any command that writes."""

_WRITES: Final = frozenset({"insert", "findAndModify"})


class FaultKind(StrEnum):
    """What happens to the command."""

    DROP_BEFORE = "drop_before"
    """The connection ends before the write."""
    DROP_AFTER = "drop_after"
    """The connection ends after the write."""
    HANG_BEFORE = "hang_before"
    """No answer ever comes, and nothing is written."""
    HANG_AFTER = "hang_after"
    """No answer ever comes, but it is written."""
    NOT_PRIMARY = "not_primary"
    """The server is no longer the primary; nothing was written."""
    WRITE_CONCERN = "write_concern"
    """It is written, but most members have not confirmed it."""
    SLOW = "slow"
    """It is carried out ``millis`` later, and answered then."""
    REFUSE = "refuse"
    """The server answers with the error ``code``; nothing was written."""


@attrs.define(eq=False, kw_only=True)
class Fault(PlannedFault):
    """A fault of the server."""

    kind: FaultKind = attrs.field(converter=FaultKind)
    command: str
    """The command's name, as in ``findAndModify``, or ``WRITE``."""
    collection: str | None = None
    """Which collection's; None for any."""
    code: int = 11600
    millis: int = 0

    def matches(self, name: str, collection: object) -> bool:
        """Return whether the fault is for such a command."""
        names = _WRITES if self.command == WRITE else {self.command}
        return name in names and self.collection in {None, collection}


class CommandFaults(FaultPlan[Fault]):
    """The faults of the server that are still to come."""

    def take(self, name: str, command: dict[str, Any]) -> Fault | None:
        """Return the fault that hits a command, if any, and count it."""
        return self.hit(lambda fault: fault.matches(name, command.get(name)))
