"""What the store holds, read past the bot: straight from the SQLite file or from MongoDB."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import urllib.parse
from typing import TYPE_CHECKING, Any, Final

import attrs
import pymongo

from tests.contracts.stores import SERVER_VARIABLE
from tests.wire.control import Control
from ticketbot.storage import documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.scenarios.world import World
    from ticketbot.tickets.model import Ticket


SERVER: Final = os.environ.get(SERVER_VARIABLE, "")
"""The address of a MongoDB server that is no double, if one was given."""


@attrs.frozen(kw_only=True)
class Records:
    """All tickets of all servers, and each server's counter."""

    tickets: tuple[Ticket, ...] = ()
    counters: Mapping[int, int] = attrs.field(factory=dict[int, int])


def read(world: World) -> Records:
    """Read the store that a world's processes use, as it is now."""
    database = world.environment.get("MONGODB_DATABASE", "ticketbot")
    double = double_of(world)
    if double is not None:
        return _from_double(double, database)
    if _is_on_server(world):
        return _from_server(database)
    return _from_file(world.folder / "data" / "ticketbot.sqlite3")


def drop(world: World) -> None:
    """Leave nothing of a world on the server that was given."""
    if _is_on_server(world):
        with pymongo.MongoClient[dict[str, Any]](SERVER) as client:
            client.drop_database(world.environment["MONGODB_DATABASE"])


def place_of(world: World) -> str:
    """Tell where a world keeps its records, as ``stage.Store`` calls it."""
    if _is_on_server(world):
        return "server"
    return "sqlite" if double_of(world) is None else "mongodb"


def double_of(world: World) -> Control | None:
    """Give the double of MongoDB on which a world keeps its records; None if it keeps them elsewhere."""
    uri = world.environment.get("MONGODB_URI")
    if uri is None or _is_on_server(world):
        return None
    port = urllib.parse.urlsplit(uri).port
    assert port is not None, "a double has a port"
    return Control(port)


def _is_on_server(world: World) -> bool:
    return bool(SERVER) and world.environment.get("MONGODB_URI") == SERVER


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


def _from_server(database: str) -> Records:
    with pymongo.MongoClient[dict[str, Any]](SERVER) as client:
        counters = {document["_id"]: int(document["n"]) for document in client[database]["counters"].find()}
        return Records(tickets=_tickets(client[database]["tickets"].find()), counters=counters)


def _tickets(found: Iterable[Mapping[str, Any]]) -> tuple[Ticket, ...]:
    return tuple(documents.to_ticket(document) for document in found)
