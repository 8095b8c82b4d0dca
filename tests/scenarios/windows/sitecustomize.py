"""Takes from a Python what Windows lacks; a bot that is started with this folder in PYTHONPATH runs without it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
import zoneinfo

import filelock


class LockFileEx(filelock.WindowsFileLock):
    """Locks as the system call of that name does: for one open file of one process, until that process ends.

    Everything above it is what ``filelock`` does on Windows, where it neither has nor needs ``fcntl``.
    """

    def _acquire(self) -> None:
        file = os.open(self.lock_file, os.O_RDWR | os.O_CREAT, self._open_mode())
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            self._mark_descriptor_owned(file)

    def _release(self) -> None:
        file = self._context.lock_file_fd
        assert file is not None
        self._mark_descriptor_released()
        os.close(file)


def add_signal_handler(*_: object) -> None:
    raise NotImplementedError


asyncio.SelectorEventLoop.add_signal_handler = add_signal_handler  # type: ignore[assignment,method-assign]
for name in ("pread", "pwrite", "preadv", "pwritev", "fchmod", "fork", "getuid", "umask"):
    delattr(os, name)
for name in ("fcntl", "grp", "pwd", "resource", "uvloop"):
    sys.modules[name] = None  # type: ignore[assignment]
filelock.FileLock = LockFileEx
zoneinfo.reset_tzpath(())
