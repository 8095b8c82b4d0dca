"""The owners of work on MongoDB: each process has a document, and changes it regularly.

Others judge by whether it changes while they watch, never by a moment in it: clocks of hosts differ, and the server's
own time would take an aggregation or another command that compatible servers may lack.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from ticketbot.storage import mongo_reads, mongo_writes
from ticketbot.storage.mongo_writes import driver_errors
from ticketbot.storage.signs_of_life import SignsOfLife
from ticketbot.tickets import errors
from ticketbot.tickets.model import OwnerId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.config.mongo import Collection

WATCH_INTERVAL: Final = 1.0
"""Seconds."""

SILENCE: Final = 5.0
"""Seconds without a change after which a process is taken for gone: others notice a kill within seven."""


class HeartbeatOwners:
    """The Owners port on a collection; the port documents its methods.

    Besides the documents of processes it has one for each role, which names its holder.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._id = OwnerId(secrets.token_hex(8))
        self._signs = SignsOfLife(SILENCE, WATCH_INTERVAL)
        self._gone: set[OwnerId] = set()
        self._unknown: set[OwnerId] = set()

    @property
    def own_id(self) -> OwnerId:
        return self._id

    @property
    def watch_interval(self) -> float:
        return WATCH_INTERVAL

    def is_gone(self, owner_id: OwnerId) -> bool:
        if owner_id == self._id or owner_id in self._signs.known():
            return owner_id in self._gone
        self._unknown.add(owner_id)  # it may have begun since this process last watched
        return owner_id in self._gone

    @property
    def living(self) -> Sequence[OwnerId]:
        return sorted({self._id, *self._signs.known()} - self._gone)

    def may_seem_gone(self) -> bool:
        return self._signs.may_seem_silent()

    async def watch(self) -> bool:
        unknown = self._unknown.copy()
        before = set(self._signs.known())
        given_at = time.monotonic()
        with driver_errors():
            await self._give_sign()
            found = [document async for document in mongo_reads.read_all(self._collection, "")]
        others = {
            OwnerId(document["_id"]): document["mark"]
            for document in found
            if document["_id"] != self._id and "holder" not in document
        }
        silent = self._signs.watch(others, given_at=given_at)
        ended = (before | unknown) - others.keys() - {self._id}
        self._unknown -= unknown
        news = (silent | ended) - self._gone
        self._gone = (self._gone | silent | ended) - (others.keys() - silent)
        for owner in silent:
            await self._forget(owner, others[owner])
        return bool(news)

    async def hold(self, role: str) -> bool:
        with driver_errors():
            holder = await self._holder(role)
            if holder is None:
                document = {"_id": role, "holder": self._id, "mark": mongo_writes.new_mark()}
                return await mongo_writes.insert(self._collection, document)
            if holder == self._id:
                return True
            if not self.is_gone(holder):
                return False
            update = {"$set": {"holder": self._id, "mark": mongo_writes.new_mark()}}
            return await mongo_writes.change(self._collection, {"_id": role, "holder": holder}, update)

    async def is_held(self, role: str) -> bool:
        with driver_errors():
            holder = await self._holder(role)
        return holder not in {None, self._id} and not self.is_gone(OwnerId(str(holder)))

    async def release(self, role: str) -> None:
        with driver_errors():
            await mongo_writes.remove(self._collection, {"_id": role, "holder": self._id})

    async def close(self) -> None:
        with contextlib.suppress(errors.StoreUnavailableError), driver_errors():
            # The roles that it may have had are those of a process that is gone from here on.
            await mongo_writes.remove(self._collection, {"_id": self._id})

    async def _holder(self, role: str) -> OwnerId | None:
        found = await self._collection.find_one({"_id": role})
        return None if found is None else OwnerId(found["holder"])

    async def _give_sign(self) -> None:
        mark: dict[str, Any] = {"mark": mongo_writes.new_mark()}
        if not await mongo_writes.change(self._collection, {"_id": self._id}, {"$set": mark}):
            await mongo_writes.insert(self._collection, {"_id": self._id} | mark)

    async def _forget(self, owner_id: OwnerId, mark: int) -> None:
        """Delete the document of a process that is gone, unless it has changed since; the next look tries again."""
        with contextlib.suppress(errors.StoreUnavailableError), driver_errors():
            await mongo_writes.remove(self._collection, {"_id": owner_id, "mark": mark})
