"""The embedded store's file: how it is opened, and the tables in it."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Final

from ticketbot.storage.unusable import UnusableStoreError
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from pathlib import Path

VERSION: Final = 1
"""Raised with each change to the tables; a file of a later version is refused."""

_TABLES: Final = (
    "CREATE TABLE configs (guild INTEGER PRIMARY KEY, revision INTEGER NOT NULL, document TEXT NOT NULL)",
    "CREATE TABLE counters (guild INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
    """
    CREATE TABLE tickets (
        id TEXT PRIMARY KEY,
        guild INTEGER NOT NULL,
        number INTEGER NOT NULL,
        channel INTEGER UNIQUE,
        slot TEXT UNIQUE,
        unfinished INTEGER,
        changed INTEGER NOT NULL,
        lease INTEGER NOT NULL DEFAULT 0,
        revision INTEGER NOT NULL,
        document TEXT NOT NULL
    )
    """,
    "CREATE INDEX tickets_by_number ON tickets (guild, number)",
    "CREATE INDEX unfinished_tickets ON tickets (changed) WHERE unfinished = 1",
    "CREATE TABLE presses (id INTEGER PRIMARY KEY, at INTEGER NOT NULL)",
    "CREATE INDEX presses_by_age ON presses (at)",
)

_LOCKED: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_WITHOUT_LOCKS: Final = (
    *(sqlite3.SQLITE_IOERR_LOCK, sqlite3.SQLITE_IOERR_RDLOCK, sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK),
    *(sqlite3.SQLITE_IOERR_SHMLOCK, sqlite3.SQLITE_IOERR_SHMMAP),
)
"""What file systems of a network say."""
_NO_ROOM: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_NO_ROOM_FOR_FOLDERS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
_NOT_OURS: Final = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def connect(path: Path, busy_seconds: float) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Open the file, with the folders and tables that it lacks; only its owner may read them.

    The first connection writes, the second only reads, and never waits for a lock.

    Raises
    ------
    StoreUnavailableError
        Another process locks it, or the disk is full or fails: it may be tried again.
    UnusableStoreError
        It cannot be opened, is not ours, or was written by a later version of the bot.
    """
    try:
        _create_private(path)
        # One thread uses the connection after this one; sqlite3's own check would only get in the way.
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise _told(path, "cannot be opened", error) from error
    try:
        _prepare(connection, busy_seconds)
    except (sqlite3.Error, UnusableStoreError) as error:
        connection.close()
        raise _told(path, "cannot be used", error) from error
    reader = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    reader.execute("PRAGMA query_only = ON")
    return connection, reader


def _told(path: Path, what: str, error: Exception) -> Exception:
    """Tell whether something passes without anybody starting the bot again, or what a person has to do."""
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
    if _is_current(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Again: another process may have been faster.
        if not _is_current(connection):
            _create_tables(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


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


def _is_current(connection: sqlite3.Connection) -> bool:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise UnusableStoreError(f"a later version of the bot wrote it (schema {version}, this one knows {VERSION})")
    return version == VERSION


def _create_tables(connection: sqlite3.Connection) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables:
        raise UnusableStoreError("it is a database, but not one of this bot")
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION:d}")
