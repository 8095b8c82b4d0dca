"""Which stores the contract binds, and how a process opens one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from tests.fakes.store import MemoryStore
from ticketbot.config import mongo
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.sqlite import SqliteTicketStore

if TYPE_CHECKING:
    from ticketbot.ports import TicketStore

SERVER_VARIABLE = "TICKETBOT_TEST_MONGODB_URI"


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
                return await SqliteTicketStore.open(Path(self.place))
            case Kind.DOUBLE | Kind.SERVER:
                store = MongoTicketStore(mongo.connect(self.place, self.database))
                await store.prepare()
                return store
