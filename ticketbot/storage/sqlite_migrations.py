"""The tables of the embedded store, and the steps that carry those of earlier versions over.

All steps run in one transaction, which the caller opens and commits: other processes wait for it, and a process that is
killed leaves the file as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from ticketbot.storage import migrations
from ticketbot.storage.errors import UnusableStoreError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from ticketbot.storage.documents import Document

_TICKETS: Final = """
    CREATE TABLE tickets (
        id TEXT PRIMARY KEY,
        guild INTEGER NOT NULL,
        number INTEGER NOT NULL,
        channel INTEGER,
        slot TEXT,
        unfinished INTEGER,
        changed INTEGER NOT NULL,
        lease INTEGER NOT NULL DEFAULT 0,
        revision INTEGER NOT NULL,
        document TEXT NOT NULL,
        UNIQUE (guild, channel),
        UNIQUE (guild, slot)
    )
"""
_TICKET_INDEXES: Final = (
    "CREATE INDEX tickets_by_number ON tickets (guild, number)",
    "CREATE INDEX unfinished_tickets ON tickets (changed) WHERE unfinished = 1",
)
_OPENINGS: Final = (
    "CREATE TABLE openings (id TEXT PRIMARY KEY, opener TEXT NOT NULL, at INTEGER NOT NULL)",
    "CREATE INDEX openings_by_opener ON openings (opener, at)",
    "CREATE INDEX openings_by_age ON openings (at)",
)
_FREE_NUMBERS: Final = """
    CREATE TABLE free_numbers (guild INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (guild, number))
    WITHOUT ROWID
"""
_TABLES: Final = (
    "CREATE TABLE configs (guild INTEGER PRIMARY KEY, revision INTEGER NOT NULL, document TEXT NOT NULL)",
    "CREATE TABLE counters (guild INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
    _TICKETS,
    *_TICKET_INDEXES,
    "CREATE TABLE presses (id INTEGER PRIMARY KEY, at INTEGER NOT NULL)",
    "CREATE INDEX presses_by_age ON presses (at)",
    *_OPENINGS,
    _FREE_NUMBERS,
)


def is_current(connection: sqlite3.Connection) -> bool:
    """Return whether the file has this version's tables.

    Raises
    ------
    UnusableStoreError
        A later version of the bot wrote it.
    """
    version = _version(connection)
    if version > migrations.VERSION:
        raise UnusableStoreError(
            f"a later version of the bot wrote it (store version {version}, this one knows {migrations.VERSION})"
        )
    return version == migrations.VERSION


def has_tables(connection: sqlite3.Connection) -> bool:
    """Return whether the file has any tables."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(tables)


def migrate(connection: sqlite3.Connection) -> None:
    """Create the tables, or carry those of an earlier version over; call it in a transaction.

    Raises
    ------
    UnusableStoreError
        The file is not a store of this bot.
    """
    version = _version(connection)
    if version:
        for step in _STEPS[version - 1 :]:
            step(connection)
    else:
        if has_tables(connection):
            raise UnusableStoreError("it is a database, but not one of this bot")
        for statement in _TABLES:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {migrations.VERSION:d}")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return version


def _to_2(connection: sqlite3.Connection) -> None:
    """Record openings."""
    for statement in _OPENINGS:
        connection.execute(statement)


def _to_3(connection: sqlite3.Connection) -> None:
    """Rewrite the documents in the present format."""
    _rewrite(connection, "SELECT id, document FROM tickets", _UPDATE_TICKET, migrations.upgrade_ticket)
    _rewrite(connection, "SELECT guild, document FROM configs", _UPDATE_CONFIG, migrations.upgrade_config)


def _to_4(connection: sqlite3.Connection) -> None:
    """Let what is unique about tickets be unique within their guild, as on MongoDB."""
    connection.execute("ALTER TABLE tickets RENAME TO old_tickets")
    connection.execute(_TICKETS)
    connection.execute("INSERT INTO tickets SELECT * FROM old_tickets")
    connection.execute("DROP TABLE old_tickets")
    for statement in _TICKET_INDEXES:
        connection.execute(statement)


def _to_5(connection: sqlite3.Connection) -> None:
    """Keep the numbers that were returned."""
    connection.execute(_FREE_NUMBERS)


def _to_6(connection: sqlite3.Connection) -> None:
    """Rewrite the documents in format 3."""
    _to_3(connection)


def _to_7(connection: sqlite3.Connection) -> None:
    """Rewrite the documents in format 4."""
    _to_3(connection)


_STEPS: Final = (_to_2, _to_3, _to_4, _to_5, _to_6, _to_7)
"""What carries a file from each version to the next, from 1."""

_UPDATE_TICKET: Final = "UPDATE tickets SET revision = :revision, document = :document WHERE id = :key"
_UPDATE_CONFIG: Final = "UPDATE configs SET revision = :revision, document = :document WHERE guild = :key"


def _rewrite(
    connection: sqlite3.Connection, select: str, update: str, upgrade: Callable[[dict[str, Any]], Document]
) -> None:
    """Rewrite all documents that are documents at all; others stay, and are told when they are read."""
    for key, text in _rows(connection, select):
        try:
            document = orjson.loads(text)
        except ValueError:
            continue
        if not isinstance(document, dict):
            continue
        upgraded = upgrade(cast("Document", document))
        if migrations.is_number(upgraded.get("revision")):
            written = {"key": key, "revision": upgraded["revision"], "document": orjson.dumps(upgraded).decode()}
            connection.execute(update, written)


def _rows(connection: sqlite3.Connection, select: str) -> Sequence[tuple[object, str]]:
    return connection.execute(select).fetchall()
