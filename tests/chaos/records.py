"""Read a bot's store directly, from the SQLite file or from MongoDB."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sqlite3
import urllib.parse
from typing import TYPE_CHECKING, Any, Final

import attrs
import pymongo

from tests.contracts.stores import SERVER_VARIABLE
from tests.mongo_double.control import Control
from ticketbot.storage import documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.harness.scenario import Scenario
    from ticketbot.tickets.model import GuildConfig, Ticket


SERVER: Final = os.environ.get(SERVER_VARIABLE, "")
"""The address of a real MongoDB server, if one was given."""


@attrs.frozen(kw_only=True)
class Records:
    """All tickets of all servers, and each server's counter."""

    tickets: tuple[Ticket, ...] = ()
    counters: Mapping[int, int] = attrs.field(factory=dict[int, int])
    free: Mapping[int, frozenset[int]] = attrs.field(factory=dict[int, "frozenset[int]"])
    """The numbers that go to the next tickets, by server."""


def read(scenario: Scenario) -> Records:
    """Read the store that a scenario's processes use, as it is now."""
    database = scenario.environment.get("MONGODB_DATABASE", "ticketbot")
    double = double_of(scenario)
    if double is not None:
        return _from_double(double, database)
    if _is_on_server(scenario):
        return _from_server(database)
    return _from_file(scenario.folder / "data" / "ticketbot.sqlite3")


def configs(scenario: Scenario) -> tuple[GuildConfig, ...]:
    """Read the configurations in the store of a scenario's processes, SQLite or the double."""
    double = double_of(scenario)
    if double is not None:
        stored = double.documents(scenario.environment.get("MONGODB_DATABASE", "ticketbot"), "configs")
        return tuple(map(documents.to_config, stored))
    if not (scenario.data / "ticketbot.sqlite3").exists():
        return ()
    with contextlib.closing(sqlite3.connect(scenario.data / "ticketbot.sqlite3", timeout=30.0)) as connection:
        found = connection.execute("SELECT document FROM configs ORDER BY guild").fetchall()
    return tuple(documents.to_config(json.loads(document)) for (document,) in found)


def drop(scenario: Scenario) -> None:
    """Drop a scenario's database from the given server."""
    if _is_on_server(scenario):
        with pymongo.MongoClient[dict[str, Any]](SERVER) as client:
            client.drop_database(scenario.environment["MONGODB_DATABASE"])


def store_name(scenario: Scenario) -> str:
    """Return the name of a scenario's store, as in ``environment.Store``."""
    if _is_on_server(scenario):
        return "server"
    return "sqlite" if double_of(scenario) is None else "mongodb"


def double_of(scenario: Scenario) -> Control | None:
    """Return the MongoDB double that a scenario uses; None if it uses another store."""
    uri = scenario.environment.get("MONGODB_URI")
    if uri is None or _is_on_server(scenario):
        return None
    port = urllib.parse.urlsplit(uri).port
    assert port is not None, "a double has a port"
    return Control(port)


def _is_on_server(scenario: Scenario) -> bool:
    return bool(SERVER) and scenario.environment.get("MONGODB_URI") == SERVER


def _from_file(path: Path) -> Records:
    if not path.exists():
        return Records()
    with contextlib.closing(sqlite3.connect(path, timeout=30.0)) as connection:
        tickets = connection.execute("SELECT document FROM tickets ORDER BY guild, number").fetchall()
        counters = connection.execute("SELECT guild, n FROM counters").fetchall()
        free = connection.execute("SELECT guild, number FROM free_numbers").fetchall()
    return Records(
        tickets=tuple(_ticket(document) for (document,) in tickets),
        counters=dict(counters),
        free={guild: frozenset(number for owner, number in free if owner == guild) for guild, _ in counters},
    )


def _from_double(double: Control, database: str) -> Records:
    counters = double.documents(database, "counters")  # first: a number is pending before it has a record
    return _from_documents(counters, double.documents(database, "tickets"))


def _from_server(database: str) -> Records:
    with pymongo.MongoClient[dict[str, Any]](SERVER) as client:
        counters = list(client[database]["counters"].find())
        return _from_documents(counters, client[database]["tickets"].find())


def _from_documents(counters: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]) -> Records:
    tickets = _tickets(found)
    taken = {(ticket.guild_id, ticket.number) for ticket in tickets}
    return Records(
        tickets=tickets,
        counters={counter["_id"]: int(counter["n"]) for counter in counters},
        free={
            counter["_id"]: frozenset(one for one in counter.get("pending", ()) if (counter["_id"], one) not in taken)
            for counter in counters
        },
    )


@functools.lru_cache(maxsize=1_000)
def _ticket(document: str) -> Ticket:
    """Return the ticket of a document; the same ones are read again and again while a test waits."""
    return documents.to_ticket(json.loads(document))


def _tickets(found: Iterable[Mapping[str, Any]]) -> tuple[Ticket, ...]:
    return tuple(documents.to_ticket(document) for document in found)
