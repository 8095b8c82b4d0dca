"""How the embedded store's file is opened: private, with a write-ahead log, and with this version's tables."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Final

from ticketbot.storage import sqlite_migrations
from ticketbot.storage.errors import MissingStoreError, UnusableStoreError
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from pathlib import Path

_TRUNCATION_PATIENCE_MS: Final = 100

_LOCKED: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_WITHOUT_LOCKS: Final = (
    *(sqlite3.SQLITE_IOERR_LOCK, sqlite3.SQLITE_IOERR_RDLOCK, sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK),
    *(sqlite3.SQLITE_IOERR_SHMLOCK, sqlite3.SQLITE_IOERR_SHMMAP),
)
"""What SQLite reports on network file systems."""
_NO_ROOM: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_NO_ROOM_FOR_FOLDERS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
_NOT_OURS: Final = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def connect(path: Path, busy_seconds: float, *, create: bool) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Open the file, and create the folders and tables that are missing; only their owner may read them.

    The first connection writes, the second only reads, and never waits for a lock. Tables of an earlier version are
    carried over.

    Raises
    ------
    StoreUnavailableError
        Another process locks it, or the disk is full or fails: it may be tried again.
    UnusableStoreError
        It cannot be opened, is not ours, or was written by a later version of the bot.
    MissingStoreError
        There is none, or an empty one, and ``create`` is false.
    """
    try:
        if not create and (not path.exists() or not path.stat().st_size):
            raise MissingStoreError(f"there is no store in {path.parent}")
        _create_private(path)
        # One thread uses the connection after this one; sqlite3's own check would only get in the way.
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _explain(path, "cannot be opened", error) from error
    try:
        _prepare(connection, busy_seconds)
    except (sqlite3.Error, UnusableStoreError) as error:
        connection.close()
        raise _explain(path, "cannot be used", error) from error
    reader = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    reader.execute("PRAGMA query_only = ON")
    return connection, reader


def truncate_log(connection: sqlite3.Connection) -> None:
    """Write the write-ahead log into the file and empty it, unless another process uses it right now."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {_TRUNCATION_PATIENCE_MS:d}")
    # What fails here (a full disk) fails the next write too, and is told there.
    with contextlib.suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {patience:d}")


def _explain(path: Path, what: str, error: Exception) -> Exception:
    """Return the error to raise: one that may be tried again, or one that says what to do."""
    extended: int = getattr(error, "sqlite_errorcode", 0)  # absent where it was not SQLite that raised
    code = extended & 0xFF
    if extended in _WITHOUT_LOCKS:
        return UnusableStoreError(f"{path} {what}: its file system cannot lock files; use a local disk")
    if code in _LOCKED:
        return errors.StoreUnavailableError(f"another process holds {path}")
    if code in _NO_ROOM or (isinstance(error, OSError) and error.errno in _NO_ROOM_FOR_FOLDERS):
        return errors.StoreUnavailableError(f"the disk of {path} is full or fails")
    if isinstance(error, UnusableStoreError):
        return UnusableStoreError(f"{path} {what}: {error}")
    words = error.strerror if isinstance(error, OSError) else error
    advice = (
        "move it away, and import a backup (`ticketbot store import`)"
        if code in _NOT_OURS
        else "let the user that the bot runs as write to the folder and the files in it, or choose another folder"
    )
    return UnusableStoreError(f"{path} {what} ({words}); {advice}")


def _create_private(path: Path) -> None:
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    # SQLite gives its -wal and -shm files the permissions of the file itself.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare(connection: sqlite3.Connection, busy_seconds: float) -> None:
    _begin_wal(connection, busy_seconds)
    # FULL: a write that returned survives a power cut. fullfsync: on macOS too; elsewhere it does nothing.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    # What is deleted is overwritten, whatever the library was compiled to do.
    connection.execute("PRAGMA secure_delete = ON")
    if sqlite_migrations.is_current(connection):
        truncate_log(connection)  # a process that was killed could not
        return
    _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    had_tables = sqlite_migrations.has_tables(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Again: another process may have migrated it meanwhile.
        if not sqlite_migrations.is_current(connection):
            sqlite_migrations.migrate(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    if had_tables:
        # Earlier versions did not overwrite what they deleted.
        with contextlib.suppress(sqlite3.OperationalError):  # another process writes: most of it is overwritten anyway
            connection.execute("VACUUM")
        truncate_log(connection)


def _begin_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Switch to WAL; SQLite does not wait for other processes here, so the waiting is ours."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
            continue
        if mode != "wal":
            raise UnusableStoreError("its file system cannot do write-ahead logging; use a local disk")
        return
