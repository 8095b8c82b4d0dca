"""What the store holds, read past the bot: straight from the SQLite file or from the double of MongoDB."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import urllib.parse
from typing import TYPE_CHECKING, Any

import attrs

from tests.wire.control import Control
from ticketbot.storage import documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.scenarios.world import World
    from ticketbot.tickets.model import Ticket


@attrs.frozen(kw_only=True)
class Records:
    """All tickets of all servers, and each server's counter."""

    tickets: tuple[Ticket, ...] = ()
    counters: Mapping[int, int] = attrs.field(factory=dict[int, int])


def read(world: World) -> Records:
    """Read the store that a world's processes use, as it is now."""
    double = double_of(world)
    if double is None:
        return _from_file(world.folder / "data" / "ticketbot.sqlite3")
    return _from_double(double, world.environment.get("MONGODB_DATABASE", "ticketbot"))


def double_of(world: World) -> Control | None:
    """Give the double of MongoDB on which a world keeps its records; None if it keeps them in a file."""
    uri = world.environment.get("MONGODB_URI")
    if uri is None:
        return None
    port = urllib.parse.urlsplit(uri).port
    assert port is not None, "a double has a port"
    return Control(port)


def _from_file(path: Path) -> Records:
    if not path.exists():
        return Records()
    with contextlib.closing(sqlite3.connect(path, timeout=30.0)) as connection:
        tickets = connection.execute("SELECT document FROM tickets ORDER BY guild, number").fetchall()
        counters = connection.execute("SELECT guild, n FROM counters").fetchall()
    return Records(tickets=_tickets(json.loads(document) for (document,) in tickets), counters=dict(counters))


def _from_double(double: Control, database: str) -> Records:
    counters = {document["_id"]: int(document["n"]) for document in double.documents(database, "counters")}
    return Records(tickets=_tickets(double.documents(database, "tickets")), counters=counters)


def _tickets(found: Iterable[Mapping[str, Any]]) -> tuple[Ticket, ...]:
    return tuple(documents.to_ticket(document) for document in found)
