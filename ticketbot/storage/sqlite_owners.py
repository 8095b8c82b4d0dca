"""The owners of work on the embedded store: each process locks a file, and the lock ends with the process."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from typing import TYPE_CHECKING, Final

import filelock

from ticketbot.storage.signs_of_life import SignsOfLife
from ticketbot.tickets import errors
from ticketbot.tickets.model import OwnerId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WATCH_INTERVAL: Final = 0.5
"""Seconds."""

_LOCK: Final = ".lock"
_ROLE: Final = ".role"
_HOLDER: Final = ".holder"
_GUARD: Final = ".guard"


class LockFileOwners:
    """The Owners port on a folder beside the SQLite file; the port documents its methods.

    The operating system knows at once that a process has ended. One that runs but hangs still has its lock: it is taken
    for gone when it did not touch its file for ``hang_seconds``.

    A role is a lock on a file, too; another file names its holder, so that the role of one that hangs can be taken: its
    file is replaced, and with it the lock. Whoever takes a role has a third lock meanwhile.
    """

    def __init__(self, folder: Path, hang_seconds: float) -> None:
        """Lock a new file in the folder.

        Raises
        ------
        StoreUnavailableError
            The folder cannot be written.
        """
        self._folder = folder
        self._signs = SignsOfLife(hang_seconds, WATCH_INTERVAL)
        self._hanging: set[OwnerId] = set()
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            self._id, self._lock = self._lock_new_file()
        except OSError as error:
            raise errors.StoreUnavailableError(f"{folder} cannot be written ({error.strerror})") from error
        self._roles: dict[str, filelock.BaseFileLock] = {}

    @property
    def own_id(self) -> OwnerId:
        return self._id

    @property
    def watch_interval(self) -> float:
        return WATCH_INTERVAL

    def is_gone(self, owner_id: OwnerId) -> bool:
        return owner_id != self._id and (owner_id in self._hanging or not self._is_locked(owner_id))

    @property
    def living(self) -> Sequence[OwnerId]:
        return sorted({self._id, *self._signs.known()} - self._hanging)

    def may_seem_gone(self) -> bool:
        return self._signs.may_seem_silent()

    async def watch(self) -> bool:
        given_at = time.monotonic()
        try:
            os.utime(self._path(self._id))
            found = {OwnerId(path.stem): path.stat().st_mtime_ns for path in self._folder.glob(f"*{_LOCK}")}
        except OSError as error:
            raise errors.StoreUnavailableError(f"{self._folder} cannot be read ({error.strerror})") from error
        others = {owner: touched for owner, touched in found.items() if owner != self._id}
        before = set(self._signs.known()) | self._hanging
        ended = {owner for owner in others if not self._is_locked(owner)}
        hanging = self._signs.watch(
            {owner: at for owner, at in others.items() if owner not in ended}, given_at=given_at
        )
        newly_hanging = hanging - self._hanging
        self._hanging = hanging
        return bool(ended or newly_hanging or before - others.keys())

    async def hold(self, role: str) -> bool:
        if self._has(role):
            if self._holder(role) == self._id:
                return True
            self._roles.pop(role).release()  # taken by another process while this one hung
            return False
        guard = _lock(self._folder / f"{role}{_GUARD}")
        try:
            return _acquire(guard) and self._take(role)
        except OSError as error:
            raise errors.StoreUnavailableError(f"{self._folder} cannot be written ({error.strerror})") from error
        finally:
            guard.release()

    async def is_held(self, role: str) -> bool:
        if self._has(role):
            return False
        lock = self._lock_on(role)
        is_free = _acquire(lock)
        lock.release()
        return not is_free and self._holder(role) not in self._hanging

    async def release(self, role: str) -> None:
        if role in self._roles:
            self._roles[role].release()

    async def close(self) -> None:
        for lock in self._roles.values():
            lock.release()
        with contextlib.suppress(OSError):  # Windows deletes no file that is open
            self._path(self._id).unlink()
        self._lock.release()
        with contextlib.suppress(OSError):
            self._path(self._id).unlink()

    def _lock_new_file(self) -> tuple[OwnerId, filelock.BaseFileLock]:
        while True:
            owner_id = OwnerId(secrets.token_hex(8))
            lock = _lock(self._path(owner_id))
            if _acquire(lock) and self._path(owner_id).exists():
                return owner_id, lock
            lock.release()  # another process looked at the file before it was locked, and deletes it

    def _is_locked(self, owner_id: OwnerId) -> bool:
        """Return whether a process is there; delete the file of one that has ended."""
        if not self._path(owner_id).exists():
            return False
        lock = _lock(self._path(owner_id))
        try:
            if not _acquire(lock):
                return True
        except OSError:
            return self._path(owner_id).exists()
        with contextlib.suppress(OSError):
            self._path(owner_id).unlink()
        lock.release()
        with contextlib.suppress(OSError):
            self._path(owner_id).unlink()
        return False

    def _has(self, role: str) -> bool:
        return role in self._roles and self._roles[role].is_locked

    def _holder(self, role: str) -> OwnerId | None:
        """Return who last took a role, whether or not they still have it."""
        try:
            return OwnerId((self._folder / f"{role}{_HOLDER}").read_text(encoding="ascii"))
        except OSError:
            return None

    def _take(self, role: str) -> bool:
        """Take a role that is free, or whose holder hangs; return whether that is so."""
        lock = self._lock_on(role)
        if not _acquire(lock):
            if self._holder(role) not in self._hanging:
                return False
            with contextlib.suppress(OSError):  # Windows deletes no file that is open: there the role stays
                (self._folder / f"{role}{_ROLE}").unlink()
            lock = self._lock_on(role)
            if not _acquire(lock):
                return False
        holder = self._folder / f"{role}{_HOLDER}"
        written = holder.with_suffix(".new")
        written.touch(mode=0o600)
        written.write_text(self._id, encoding="ascii")
        written.replace(holder)
        self._roles[role] = lock
        return True

    def _lock_on(self, role: str) -> filelock.BaseFileLock:
        return _lock(self._folder / f"{role}{_ROLE}")

    def _path(self, owner_id: OwnerId) -> Path:
        return self._folder / f"{owner_id}{_LOCK}"


def _lock(path: Path) -> filelock.BaseFileLock:
    # Not for one thread alone: the folder belongs to the process.
    return filelock.FileLock(path, thread_local=False, mode=0o600)


def _acquire(lock: filelock.BaseFileLock) -> bool:
    """Take a lock if it is free; return whether that is so."""
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return False
    return True
