"""The stores that the contract tests run on, and how a process opens one."""

from __future__ import annotations

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from tests.fakes.store import MemoryStore
from ticketbot.config import mongo
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.sqlite import SqliteTicketStore

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from tests.mongo_double.control import Control
    from ticketbot.services.store_ports import TicketStore

SERVER_VARIABLE: Final = "TICKETBOT_TEST_MONGODB_URI"
TIMEOUT_MS: Final = 10_000
"""Longer than anything takes, except for a fault."""


class Kind(StrEnum):
    """A store, and what it runs on."""

    MEMORY = "memory"
    SQLITE = "sqlite"
    DOUBLE = "double"
    """MongoDB, spoken to our double of a server."""
    SERVER = "server"
    """MongoDB, spoken to the server given as ``TICKETBOT_TEST_MONGODB_URI``."""


@attrs.frozen
class Address:
    """Where one test's store is."""

    kind: Kind
    place: str = ""
    """The file, or the server's address."""
    database: str = ""

    async def open(self) -> TicketStore:
        """Open the store."""
        match self.kind:
            case Kind.MEMORY:
                return MemoryStore()
            case Kind.SQLITE:
                return await SqliteTicketStore.open(Path(self.place), busy_seconds=TIMEOUT_MS / 1000)
            case Kind.DOUBLE | Kind.SERVER:
                store = MongoTicketStore(mongo.connect(self.place, self.database))
                await store.prepare()
                return store


@contextlib.asynccontextmanager
async def connected(control: Control, *, timeout_ms: int = TIMEOUT_MS) -> AsyncGenerator[MongoTicketStore]:
    """Connect to a double."""
    store = MongoTicketStore(mongo.connect(control.uri, "ticketbot", timeout_ms=timeout_ms))
    try:
        await store.prepare()
        yield store
    finally:
        await store.close()
