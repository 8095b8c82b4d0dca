"""Faults inside an unchanged bot process: Python imports this module at the start when its folder is on the path.

It kills the process at a commit to its SQLite file when the kill request says so, delays each commit, or shifts the
clock.
"""  # noqa: INP001 - found by its name alone, in a folder on the path

from __future__ import annotations

import functools
import json
import os
import pathlib
import signal
import sqlite3
import time
from typing import Any


class KillableConnection(sqlite3.Connection):
    """Counts commits, and kills the process at the requested one."""

    order = ""
    seen = 0

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - whatever sqlite3 takes
        """Execute a statement; kill the process before or after it when that is due."""
        after = self.kill_is_due() if sql == "COMMIT" else None
        if after is not None:
            pathlib.Path(os.environ["CHAOS_KILL_REQUEST"]).with_suffix(".done").touch()
        if after is False:
            os.kill(os.getpid(), signal.SIGKILL)
        if sql == "COMMIT":
            time.sleep(float(os.environ.get("CHAOS_DISK_SECONDS", "0")))
        cursor = super().execute(sql, parameters)
        if after:
            os.kill(os.getpid(), signal.SIGKILL)
        return cursor

    def kill_is_due(self) -> bool | None:
        """Count a commit; return whether to kill the process after it, before it (False) or not at all (None)."""
        try:
            order = pathlib.Path(os.environ["CHAOS_KILL_REQUEST"]).read_text(encoding="utf-8")
        except OSError:
            return None
        if order != self.order:
            self.order, self.seen = order, 0
        self.seen += 1
        wanted = json.loads(order)
        return wanted["after"] if self.seen == wanted["at"] else None


if "CHAOS_CLOCK" in os.environ:
    true_time_ns = time.time_ns

    def shifted_time_ns() -> int:
        """Return the time shifted by the nanoseconds in a file."""
        return true_time_ns() + int(pathlib.Path(os.environ["CHAOS_CLOCK"]).read_text(encoding="utf-8") or "0")

    time.time_ns = shifted_time_ns

if "CHAOS_KILL_REQUEST" in os.environ:
    sqlite3.connect = functools.partial(sqlite3.connect, factory=KillableConnection)
