"""MongoNumbers: gives tickets their numbers on MongoDB, so that none is given twice and none is lost to a kill.

A counter holds the last number, and the *pending* ones: those given out of which no channel is known yet. A number is
put among the pending ones by compare-and-swap, and then taken by the insertion of a ticket's record, whose ``_id`` is
made of it. So a pending number without a record is free, whoever died in between, and returning one means to delete
its record. It stops to be pending once its ticket is open, and in any case before the record of an open ticket is
deleted; it never becomes pending again. A process that read the counter long ago may still insert a record under a
number that was used meanwhile: ``is_held`` finds that it is not pending, at once and before a channel is created.
"""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
import pymongo

from ticketbot.storage import documents, migrations, mongo_reads, mongo_writes
from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildId, TicketState

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from ticketbot.config.mongo import Collection
    from ticketbot.storage.documents import Document
    from ticketbot.tickets.model import Ticket

MOST_PENDING: Final = 100
"""How many numbers of a guild may be pending.

With more tickets being opened at once, further numbers are counted and not kept: one whose process is killed before it
has recorded its ticket, or whose ticket is refused, is lost.
"""

_TRIES: Final = 200
"""How often a number is tried for while other processes take the ones that were seen."""

_KEPT: Final = "number_kept"
"""The key of a record whose number was a pending one when it was inserted.

Others were counted without being kept, imported, or written by an earlier version: their numbers are theirs alone.
"""


@attrs.frozen
class _Counter:
    """A guild's counter as it was read."""

    guild_id: GuildId
    last: int = 0
    revision: int | None = None
    """None for one that has no pending numbers yet: it was written by an earlier version, or does not exist."""
    pending: tuple[int, ...] = ()
    exists: bool = False


@attrs.frozen
class MongoNumbers:
    """Reserves numbers in the collections ``counters`` and ``tickets``; driver's errors are the caller's."""

    _counters: Collection
    _tickets: Collection
    _locks: weakref.WeakValueDictionary[GuildId, asyncio.Lock] = attrs.field(
        factory=weakref.WeakValueDictionary[GuildId, asyncio.Lock], init=False, repr=False
    )
    """One for each guild, so that one process's reservations do not make each other's counters out of date."""

    async def reserve(self, ticket: Ticket) -> Ticket:
        """Record a ticket under the lowest free number.

        Raises
        ------
        SlotTakenError
            Its slot is another ticket's.
        StoreUnavailableError
            Other processes took every number that was tried.
        UnreadableRecordError
            The counter is damaged.
        """
        async with self._locks.setdefault(ticket.guild_id, asyncio.Lock()):
            for _ in range(_TRIES):
                number, is_kept = await self._offer(ticket.guild_id)
                if number is None:
                    continue
                numbered = attrs.evolve(ticket, number=number)
                if not await self._insert(numbered, is_kept=is_kept):
                    continue
                if not is_kept or await self.is_held(numbered):
                    return numbered
                await mongo_writes.remove(self._tickets, _filter(numbered) | {"revision": numbered.revision})
        raise errors.StoreUnavailableError("other processes took every number")

    async def is_held(self, ticket: Ticket) -> bool:
        """Return whether a reserved ticket's record is unchanged and its number its own."""
        found, counter = await asyncio.gather(self._tickets.find_one(_filter(ticket)), self._read(ticket.guild_id))
        if found is None or found.get("revision") != ticket.revision:
            return False
        return _KEPT not in found or ticket.number in counter.pending

    async def settle(self, guild_id: GuildId, numbers: Container[int]) -> None:
        """Take the numbers of tickets that have a channel from the pending ones: they are never given again."""
        for _ in range(_TRIES):
            counter = await self._read(guild_id)
            kept = [number for number in counter.pending if number not in numbers]
            if len(kept) == len(counter.pending) or await self._change(counter, counter.last, kept):
                return
        raise errors.StoreUnavailableError("the counter keeps changing")

    async def raise_to(self, guild_id: GuildId, number: int, returned: Iterable[int]) -> None:
        """Raise the last number that a guild gave, if it is lower; ``returned`` are free if they are above it."""
        for _ in range(_TRIES):
            counter = await self._read(guild_id)
            if counter.exists and counter.last >= number:
                return
            free = [one for one in returned if counter.last < one <= number]
            pending = sorted({*counter.pending, *free})[:MOST_PENDING]
            if await self._change(counter, max(number, counter.last), pending):
                return
        raise errors.StoreUnavailableError("the counter keeps changing")

    async def _offer(self, guild_id: GuildId) -> tuple[int | None, bool]:
        """Return a number to insert a record under, or None to try again; and whether it is a pending one."""
        counter = await self._read(guild_id)
        states = await self._states(counter)
        free = [one for one in counter.pending if one not in states]
        if free:
            return min(free), True
        unsettled = [one for one in counter.pending if states[one] == TicketState.RESERVED]
        number = counter.last + 1
        is_kept = len(unsettled) < MOST_PENDING
        is_ours = await self._change(counter, number, [*unsettled, *([number] if is_kept else [])])
        return (number if is_ours else None), is_kept

    async def _insert(self, ticket: Ticket, *, is_kept: bool) -> bool:
        """Insert a record; return False if the number is another ticket's."""
        document = documents.from_ticket(ticket) | {
            "lease": 0,
            "mark": mongo_writes.new_mark(),
        }  # version 0.1 reads leases
        if await mongo_writes.insert(self._tickets, document | ({_KEPT: 1} if is_kept else {})):
            return True
        # The record in the way may be gone by now: then neither is found, and the next number is tried.
        holder = await self._tickets.find_one({"guild": ticket.guild_id, "slot": documents.slot_key(ticket)})
        if holder is not None and holder["_id"] != documents.ticket_id(ticket):
            raise errors.SlotTakenError
        return False

    async def _states(self, counter: _Counter) -> Mapping[int, object]:
        """Return the states of the records with pending numbers, by number."""
        if not counter.pending:
            return {}
        ids = [documents.id_of(counter.guild_id, number) for number in counter.pending]
        query = {"_id": {"$in": ids}, "guild": counter.guild_id}
        found = await mongo_reads.find(self._tickets, query, sort="_id", keys=("state",))
        by_id = {document["_id"]: document.get("state") for document in found}
        return {number: by_id[name] for number, name in zip(counter.pending, ids, strict=True) if name in by_id}

    async def _read(self, guild_id: GuildId) -> _Counter:
        found = await self._counters.find_one({"_id": guild_id})
        if found is None:
            return _Counter(guild_id)
        revision = found.get("revision")
        return _Counter(
            guild_id,
            last=documents.to_counter(guild_id, found.get("n"))[1],
            revision=revision if migrations.is_number(revision) else None,
            pending=tuple(pending_of(found)),
            exists=True,
        )

    async def _change(self, counter: _Counter, last: int, pending: Sequence[int]) -> bool:
        """Replace a counter that is as it was read; return whether that is sure.

        Where the answer is lost and the change was made, False is returned all the same: then the counter is read
        again, and the number is pending there.
        """
        new: Document = {"n": last, "pending": list(pending), "revision": (counter.revision or 0) + 1}
        if not counter.exists:
            return await mongo_writes.insert(
                self._counters, {"_id": counter.guild_id, "mark": mongo_writes.new_mark(), **new}
            )
        query: dict[str, Any] = {"_id": counter.guild_id, "n": counter.last}
        if counter.revision is not None:
            query["revision"] = counter.revision
        changed, _ = await mongo_writes.retry_once(
            lambda: self._counters.find_one_and_update(
                query, {"$set": new}, return_document=pymongo.ReturnDocument.AFTER
            )
        )
        return bool(changed)


def pending_of(counter: Mapping[str, Any]) -> list[int]:
    """Return the pending numbers of a counter's document; what is not valid there is left out."""
    found = counter.get("pending")
    if not isinstance(found, list):
        return []
    return [one for one in cast("list[object]", found) if migrations.is_number(one)]


def _filter(ticket: Ticket) -> dict[str, Any]:
    return {"_id": documents.ticket_id(ticket), "guild": ticket.guild_id}
