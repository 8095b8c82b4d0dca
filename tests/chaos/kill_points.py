"""Kill a process at a given call to Discord or write to its store, before or after that takes effect."""

from __future__ import annotations

import json
import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from tests.chaos import records
from tests.mongo_double.faults import WRITE, FaultKind
from tests.simulator.faults import Drop

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.mongo_double.control import Control
    from tests.simulator.faults import Call, Fault

_INJECTED: Final = Path(__file__).parent / "injected"


class Operation(StrEnum):
    """What a kill point counts."""

    CALLS = "calls"
    WRITES = "writes"


@attrs.frozen(kw_only=True)
class KillPoint:
    """A moment at which a process is killed."""

    operation: Operation
    at: int
    """Which call or write, counted from 1."""
    after: bool
    """Whether that call or write still takes effect."""


@attrs.define(eq=False, kw_only=True)
class ProcessKiller:
    """Kills the process that was started last at a kill point."""

    scenario: Scenario
    kill_point: KillPoint
    _double: Control | None = attrs.field(init=False)
    _fault: Fault | None = None
    _seen: int = 0

    def __attrs_post_init__(self) -> None:
        self._double = records.double_of(self.scenario)

    def arm(self) -> None:
        """Begin to count calls or writes."""
        if self.kill_point.operation is Operation.CALLS:
            self._fault = self.scenario.sim.faults.add(self._is_due, Drop(after=self.kill_point.after))
        elif self._double is not None:
            kind = FaultKind.HANG_AFTER if self.kill_point.after else FaultKind.HANG_BEFORE
            self._double.fail(kind, WRITE, skip=self.kill_point.at - 1)
        else:
            request = {"name": secrets.token_hex(4), "at": self.kill_point.at, "after": self.kill_point.after}
            path = kill_request_path(self.scenario)
            written = path.with_suffix(".new")
            written.write_text(json.dumps(request), encoding="utf-8")
            written.replace(path)  # atomic: the process may be reading it

    def has_killed(self) -> bool:
        """Return whether the kill was triggered."""
        if self.kill_point.operation is Operation.CALLS:
            assert self._fault is not None
            return self._fault.times == 0
        if self._double is None:
            return kill_request_path(self.scenario).with_suffix(".done").exists()
        if self._double.pending_faults:
            return False
        self.scenario.started[-1].process.kill()
        return True

    def disarm(self) -> None:
        """Cancel the kill, and remove what it left."""
        self.scenario.sim.faults.clear()
        for path in (kill_request_path(self.scenario), kill_request_path(self.scenario).with_suffix(".done")):
            path.unlink(missing_ok=True)
        if self._double is not None:
            assert self._double.violations == []
            self._double.clear()

    def _is_due(self, _call: Call) -> bool:
        self._seen += 1
        if self._seen != self.kill_point.at:
            return False
        self.scenario.started[-1].process.kill()
        return True


def kill_request_path(scenario: Scenario) -> Path:
    """Return the file in which a scenario's processes look for a kill request."""
    return scenario.folder / "kill-request.json"


def make_killable(scenario: Scenario) -> None:
    """Let processes started from now on obey kill requests."""
    path = os.pathsep.join(part for part in (str(_INJECTED), scenario.environment.get("PYTHONPATH", "")) if part)
    scenario.environment |= {"PYTHONPATH": path, "CHAOS_KILL_REQUEST": str(kill_request_path(scenario))}
