"""A store as version 1 wrote it, literally, and what it holds."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any, Final

import attrs
import pymongo

from tests.contracts import samples
from ticketbot.config import mongo
from ticketbot.storage.dump import StoreDump
from ticketbot.tickets.model import (
    ChannelId,
    InteractionId,
    Language,
    MessageId,
    Notice,
    StalePanel,
    TicketState,
    UserId,
)

if TYPE_CHECKING:
    from pathlib import Path

    from ticketbot.tickets.model import Ticket

Document = dict[str, Any]

GUILD: Final = samples.GUILD
SLOT: Final = f"{GUILD}:7:0"
_OPEN: Final[Document] = {
    "_id": f"{GUILD}-1",
    "guild": GUILD,
    "number": 1,
    "opener": 7,
    "opener_name": "Ünïcødé 🎟️",
    "state": "open",
    "created_at": samples.NOW,
    "changed_at": samples.NOW,
    "press": 2**60,
    "revision": 3,
    "slot": SLOT,
    "channel": 21,
    "notice": "welcome",
    "unfinished": 1,
}
_RESERVED: Final[Document] = {
    "_id": f"{GUILD}-2",
    "guild": GUILD,
    "number": 2,
    "opener": 8,
    "opener_name": "Ada",
    "state": "reserved",
    "created_at": samples.NOW,
    "changed_at": samples.NOW,
    "press": 11,
    "revision": 0,
    "slot": f"{GUILD}:8:0",
    "doubtful_since": samples.NOW,
    "unfinished": 1,
}
TICKETS: Final = (_OPEN, _RESERVED)
CONFIG: Final[Document] = {
    "_id": GUILD,
    "panel_channel": 31,
    "transcript_channel": 32,
    "category": 33,
    "staff_role_ids": [34, 35],
    "panel_message": 36,
    "panel_look": "abc",
    "left_panels": [37, 38, 39, 0],
    "language": "en",
    "rev": 4,
}
LEASED_UNTIL: Final = samples.NOW + 60_000
"""The end of the first ticket's lease."""
RECORDED: Final = InteractionId(41)
"""An interaction that was recorded."""

DUMP: Final = StoreDump(
    configs=[
        samples.config(
            panel_channel_id=31,
            transcript_channel_id=32,
            category_id=33,
            staff_role_ids=(34, 35),
            panel_message_id=36,
            panel_fingerprint="abc",
            stale_panels=(StalePanel(ChannelId(37), MessageId(38)), StalePanel(ChannelId(39))),
            language=Language.ENGLISH,
            revision=7,
        )
    ],
    counters={GUILD: 2},
    tickets=[
        samples.ticket(
            opener_id=7,
            interaction_id=2**60,
            revision=6,
            slot=0,
            channel_id=21,
            notice=Notice.WELCOME,
        ),
        samples.ticket(
            number=2,
            opener_id=8,
            opener_name="Ada",
            state=TicketState.RESERVED,
            interaction_id=11,
            revision=3,
            slot=0,
            creation_unknown_since=samples.NOW,
        ),
    ],
)
"""What the store holds, read by this version."""

_TABLES: Final = """
CREATE TABLE configs (guild INTEGER PRIMARY KEY, revision INTEGER NOT NULL, document TEXT NOT NULL);
CREATE TABLE counters (guild INTEGER PRIMARY KEY, n INTEGER NOT NULL);
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
);
CREATE INDEX tickets_by_number ON tickets (guild, number);
CREATE INDEX unfinished_tickets ON tickets (changed) WHERE unfinished = 1;
CREATE TABLE presses (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE INDEX presses_by_age ON presses (at);
PRAGMA journal_mode = WAL;
PRAGMA user_version = 1;
"""
_ADD: Final = """
INSERT INTO tickets (id, guild, number, channel, slot, unfinished, changed, lease, revision, document)
VALUES (:_id, :guild, :number, :channel, :slot, :unfinished, :changed_at, :lease, :revision, :document)
"""


def numbered(number: int) -> Document:
    """Return one more ticket."""
    return _RESERVED | {"_id": f"{GUILD}-{number}", "number": number, "opener": number, "slot": f"{GUILD}:{number}:0"}


def numbered_now(number: int) -> Ticket:
    """Return that ticket as this version reads it."""
    return attrs.evolve(DUMP.tickets[1], number=number, opener_id=UserId(number))


def fill_sqlite(path: Path, *, more: int = 0) -> None:
    """Write the file, with ``more`` tickets."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(_TABLES)
        for ticket in (*TICKETS, *(numbered(100 + number) for number in range(more))):
            lease = LEASED_UNTIL if ticket is _OPEN else 0
            row = {"channel": None, **ticket, "lease": lease, "document": json.dumps(ticket)}
            connection.execute(_ADD, row)
        connection.execute("INSERT INTO configs VALUES (?, ?, ?)", (GUILD, CONFIG["rev"], json.dumps(CONFIG)))
        connection.execute("INSERT INTO counters VALUES (?, 2)", (GUILD,))
        connection.execute("INSERT INTO presses VALUES (?, ?)", (RECORDED, samples.NOW))
        connection.commit()


async def fill_mongo(uri: str, database: str, *, more: int = 0) -> None:
    """Write the collections, with ``more`` tickets."""
    collections = mongo.connect(uri, database)
    await collections.tickets.create_indexes(
        [
            pymongo.IndexModel([("slot", 1)], unique=True, sparse=True),
            pymongo.IndexModel([("channel", 1)], unique=True, sparse=True),
            pymongo.IndexModel([("guild", 1), ("number", 1)]),
            pymongo.IndexModel([("unfinished", 1), ("changed_at", 1)]),
        ]
    )
    await collections.presses.create_indexes([pymongo.IndexModel([("at", 1)])])
    for ticket in (*TICKETS, *(numbered(100 + number) for number in range(more))):
        lease = LEASED_UNTIL if ticket is _OPEN else 0
        await collections.tickets.insert_one(ticket | {"lease": lease, "mark": 5})
    await collections.configs.insert_one(CONFIG | {"mark": 5})
    await collections.counters.insert_one({"_id": GUILD, "n": 2})
    await collections.presses.insert_one({"_id": RECORDED, "at": samples.NOW, "mark": 5})
    await collections.close()


def export() -> list[str]:
    """Return the lines of its export."""
    rows: list[object] = [
        {"ticketbot-export": 1, "version": "0.1.0"},
        {"config": CONFIG},
        {"counter": {"guild": GUILD, "n": 2}},
        *({"ticket": ticket} for ticket in TICKETS),
        {"end": {"configs": 1, "counters": 1, "tickets": 2}},
    ]
    return [json.dumps(row) + "\n" for row in rows]
