"""Python loads this by itself at the start of a process that has this folder on its path.

It lets a bot, which knows nothing of it, die at a write to its SQLite file, when the order file says so; or wait for
the disk at each; or read a clock that is wrong; or wait, when it first looks for unfinished tickets, until as many
others do.
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


class MortalConnection(sqlite3.Connection):
    """Counts the transactions that are committed, and dies at the one that was ordered."""

    order = ""
    seen = 0

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - whatever sqlite3 takes
        """Carry out a statement; a commit may be the last."""
        if "unfinished = 1" in sql:
            wait_for_the_others()
        after = self.fate() if sql == "COMMIT" else None
        if after is not None:
            pathlib.Path(os.environ["CHAOS_ORDER"]).with_suffix(".obeyed").touch()
        if after is False:
            os.kill(os.getpid(), signal.SIGKILL)
        if sql == "COMMIT":
            time.sleep(float(os.environ.get("CHAOS_DISK_SECONDS", "0")))
        cursor = super().execute(sql, parameters)
        if after:
            os.kill(os.getpid(), signal.SIGKILL)
        return cursor

    def fate(self) -> bool | None:
        """Count a commit; tell whether to die after it, before it, or (None) not at all."""
        try:
            order = pathlib.Path(os.environ["CHAOS_ORDER"]).read_text(encoding="utf-8")
        except OSError:
            return None
        if order != self.order:
            self.order, self.seen = order, 0
        self.seen += 1
        wanted = json.loads(order)
        return wanted["after"] if self.seen == wanted["at"] else None


@functools.cache
def wait_for_the_others() -> None:
    """Wait, once in the life of a process, until as many are here as were ordered."""
    folder, count = pathlib.Path(os.environ["CHAOS_ORDER"]).with_suffix(".here"), int(os.environ["CHAOS_TOGETHER"])
    folder.mkdir(exist_ok=True)
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < count:
        time.sleep(0.002)


if "CHAOS_CLOCK" in os.environ:
    true_time_ns = time.time_ns

    def shifted_time_ns() -> int:
        """Tell the time by a clock that is wrong by what a file says."""
        return true_time_ns() + int(pathlib.Path(os.environ["CHAOS_CLOCK"]).read_text(encoding="utf-8") or "0")

    time.time_ns = shifted_time_ns

if "CHAOS_ORDER" in os.environ:
    sqlite3.connect = functools.partial(sqlite3.connect, factory=MortalConnection)
