"""How a process is killed at one call to Discord, or at one write to its store: before it stands, or after."""

from __future__ import annotations

import json
import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from tests.chaos import records
from tests.simulator.faults import Drop
from tests.wire.faults import WRITE, FaultKind

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tests.simulator.faults import Call, Fault
    from tests.wire.control import Control

_CHILD: Final = Path(__file__).parent / "child"


class Target(StrEnum):
    """What is counted."""

    CALLS = "calls"
    WRITES = "writes"


@attrs.frozen(kw_only=True)
class Aim:
    """Where a blow falls."""

    target: Target
    at: int
    """From 1: at which call or write."""
    after: bool
    """Whether that still takes effect."""


@attrs.define(eq=False, kw_only=True)
class Blow:
    """Kills the process that was started last."""

    world: World
    aim: Aim
    _double: Control | None = attrs.field(init=False)
    _fault: Fault | None = None
    _seen: int = 0

    def __attrs_post_init__(self) -> None:
        self._double = records.double_of(self.world)

    def prepare(self) -> None:
        """Count from here."""
        if self.aim.target is Target.CALLS:
            self._fault = self.world.sim.faults.add(self._is_due, Drop(after=self.aim.after))
        elif self._double is not None:
            kind = FaultKind.HANG_AFTER if self.aim.after else FaultKind.HANG_BEFORE
            self._double.fail(kind, WRITE, skip=self.aim.at - 1)
        else:
            order = {"name": secrets.token_hex(4), "at": self.aim.at, "after": self.aim.after}
            written = order_file(self.world).with_suffix(".new")
            written.write_text(json.dumps(order), encoding="utf-8")
            written.replace(order_file(self.world))  # a process that writes just now reads it whole, or not at all

    def has_fallen(self) -> bool:
        """Tell whether the process is dead, or dying."""
        if self.aim.target is Target.CALLS:
            assert self._fault is not None
            return self._fault.left == 0
        if self._double is None:
            return order_file(self.world).with_suffix(".obeyed").exists()
        if self._double.pending_faults:
            return False
        self.world.started[-1].process.kill()
        return True

    def spare(self) -> None:
        """Forget about it."""
        self.world.sim.faults.clear()
        for path in (order_file(self.world), order_file(self.world).with_suffix(".obeyed")):
            path.unlink(missing_ok=True)
        if self._double is not None:
            assert self._double.violations == []
            self._double.clear()

    def _is_due(self, _call: Call) -> bool:
        self._seen += 1
        if self._seen != self.aim.at:
            return False
        self.world.started[-1].process.kill()
        return True


def order_file(world: World) -> Path:
    """Tell where a world's processes look for the order to die."""
    return world.folder / "order.json"


def mortal(world: World, *, together: int = 1) -> None:
    """Let the processes that are started from now on obey orders to die; they begin to recover together."""
    path = os.pathsep.join(part for part in (str(_CHILD), world.environment.get("PYTHONPATH", "")) if part)
    world.environment |= {
        "PYTHONPATH": path,
        "CHAOS_ORDER": str(order_file(world)),
        "CHAOS_TOGETHER": str(together),
    }
