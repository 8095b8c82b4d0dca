"""The MongoDB client and the collections it gives: the only module that names the client's class."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any, Final

import attrs
import pymongo.errors
from motor.motor_asyncio import AsyncIOMotorClient

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCollection

    Client = AsyncIOMotorClient[dict[str, Any]]
    Collection = AsyncIOMotorCollection[dict[str, Any]]

TIMEOUT_MS: Final = 10_000
"""How long one operation may take, with everything that the driver does for it; without it, a hung server hangs us."""

_GOODBYE: Final = 3.0
"""Seconds that a server has to hear goodbye."""


@attrs.frozen(kw_only=True)
class MongoCollections:
    """One client's collections."""

    client: Client
    configs: Collection
    counters: Collection
    tickets: Collection
    presses: Collection

    async def close(self) -> None:
        """Let go of all connections; a server that hangs is not waited for."""
        loop, closed = asyncio.get_running_loop(), asyncio.Event()

        def close() -> None:
            self.client.close()
            with contextlib.suppress(RuntimeError):  # nobody waits any more
                loop.call_soon_threadsafe(closed.set)

        # The client says goodbye to the server while it closes, and blocks for that long.
        threading.Thread(target=close, name="goodbye", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(closed.wait(), _GOODBYE)


def connect(uri: str, database: str, *, timeout_ms: int = TIMEOUT_MS) -> MongoCollections:
    """Make a client; it connects when it is first used.

    What the address says about reading and writing is overruled: a write counts once most members of a replica set
    have it on disk, and only the primary is read from. ``retryWrites`` stays as the address says, or on: some
    compatible servers need it off, and the store copes with both.

    Raises
    ------
    ValueError
        The address or the name is not usable. The text does not repeat it: it may hold a password.
    """
    try:
        client: Client = AsyncIOMotorClient(
            uri, appname="ticketbot", w="majority", journal=True, readPreference="primary", timeoutMS=timeout_ms
        )
        tables = client.get_database(database)
    except (pymongo.errors.PyMongoError, ValueError) as error:
        raise ValueError(f"the MongoDB address or database name is not valid ({type(error).__name__})") from None
    return MongoCollections(
        client=client,
        configs=tables.get_collection("configs"),
        counters=tables.get_collection("counters"),
        tickets=tables.get_collection("tickets"),
        presses=tables.get_collection("presses"),
    )
