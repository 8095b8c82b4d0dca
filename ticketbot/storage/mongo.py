"""The shared store: MongoDB, for several processes or hosts.

Every write touches one document. The commands used are ``find``, ``insert``, ``findAndModify``, ``createIndexes`` and
``dropIndexes``; filters are by equality, ``$in``, ``$lt`` and ``$gt``; updates by ``$set`` and ``$unset``: compatible
servers have these. Filters for tickets hold the guild, so that the collection may be sharded by it; only ``unfinished``
asks all shards.
"""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING, Any

import attrs
from pymongo import errors as mongo_errors

from ticketbot.storage import documents, mongo_migrations, mongo_numbers, mongo_reads, mongo_writes
from ticketbot.storage.dump import DumpReader
from ticketbot.storage.errors import UnusableStoreError
from ticketbot.storage.mongo_numbers import MongoNumbers
from ticketbot.storage.mongo_owners import HeartbeatOwners
from ticketbot.storage.mongo_writes import driver_errors
from ticketbot.storage.record_reader import RecentRecords, RecordReader
from ticketbot.tickets import errors
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Iterable, Iterator, Mapping, Sequence

    from ticketbot.config.mongo import Collection, MongoCollections
    from ticketbot.storage.documents import Document
    from ticketbot.storage.dump import StoreDump
    from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, InteractionId, Millis, Ticket, UserId


@attrs.frozen
class MongoTicketStore:
    """The TicketStore port on MongoDB; call ``prepare`` first. The port documents its methods."""

    _collections: MongoCollections
    _numbers: MongoNumbers = attrs.field(
        default=attrs.Factory(
            lambda self: MongoNumbers(self._collections.counters, self._collections.tickets), takes_self=True
        ),
        init=False,
    )
    _records: RecordReader = attrs.field(factory=RecordReader, init=False)
    _configs: RecentRecords[Document, GuildConfig] = attrs.field(
        factory=lambda: RecentRecords(documents.to_config), init=False
    )

    @property
    def location(self) -> str:
        """Where the store is, for people."""
        return f"MongoDB, database {self._collections.database}"

    async def prepare(self, *, create: bool = True) -> None:
        """Carry collections of an earlier version over, and create the indexes that are missing.

        Raises
        ------
        UnusableStoreError
            A later version of the bot wrote them, or the server refuses: without the indexes two tickets could take
            one slot.
        MissingStoreError
            The database holds no store, and ``create`` is false.
        """
        with driver_errors():
            try:
                await mongo_migrations.prepare(self._collections, create=create)
            except mongo_errors.AutoReconnect:
                raise
            except mongo_errors.OperationFailure as error:
                if error.timeout:
                    raise
                raise UnusableStoreError(f"MongoDB refuses an index or the login: {error.code} {error}") from error

    async def join(self, *, hang_seconds: float) -> HeartbeatOwners:
        """Become one of the processes that work on the store's tickets.

        ``hang_seconds`` is for the embedded store: here, a process that hangs shows no less than one that has ended.
        """
        del hang_seconds
        owners = HeartbeatOwners(self._collections.owners)
        await owners.watch()
        return owners

    async def ping(self) -> None:
        with driver_errors():
            await self._collections.client.get_database("admin").command("ping")

    async def close(self) -> None:
        await self._collections.close()

    async def add(self, ticket: Ticket) -> None:
        document = documents.from_ticket(ticket) | {
            "lease": 0,
            "mark": mongo_writes.new_mark(),
        }  # version 0.1 reads leases
        with driver_errors():
            if not await mongo_writes.insert(self._collections.tickets, document):
                is_known = await self._collections.tickets.find_one(_filter(ticket)) is not None
                raise errors.StaleTicketError if is_known else await self._conflict(ticket)

    async def reserve(self, ticket: Ticket) -> Ticket:
        with driver_errors():
            return await self._numbers.reserve(ticket)

    async def confirm_reservation(self, ticket: Ticket) -> None:
        with driver_errors():
            if not await self._numbers.is_held(ticket):
                raise errors.StaleTicketError

    async def swap(self, before: Ticket, after: Ticket) -> None:
        documents.require_next(before, after)
        query = _filter(before) | {"revision": before.revision}
        update = _update(documents.from_ticket(after), documents.OPTIONAL_TICKET_KEYS)
        with driver_errors():
            try:
                is_swapped = await mongo_writes.change(self._collections.tickets, query, update)
            except mongo_errors.DuplicateKeyError as error:
                raise await self._conflict(after) from error
        if not is_swapped:
            raise errors.StaleTicketError

    async def discard(self, ticket: Ticket) -> None:
        query = _filter(ticket) | {"revision": ticket.revision}
        with driver_errors():
            if ticket.state is not TicketState.RESERVED:
                await self._numbers.settle(ticket.guild_id, {ticket.number})
            if not await mongo_writes.remove(self._collections.tickets, query):
                raise errors.StaleTicketError

    async def by_number(self, guild_id: GuildId, number: int) -> Ticket | None:
        return await self._ticket({"_id": documents.id_of(guild_id, number), "guild": guild_id})

    async def by_channel(self, guild_id: GuildId, channel_id: ChannelId) -> Ticket | None:
        return await self._ticket({"guild": guild_id, "channel": channel_id})

    async def live_of(self, guild_id: GuildId, opener_id: UserId) -> Sequence[Ticket]:
        low, high = documents.slot_range(guild_id, opener_id)
        query = {"guild": guild_id, "slot": {"$gt": low, "$lt": high}}
        with driver_errors():
            found = await mongo_reads.find(self._collections.tickets, query, sort="number")
        return [self._records.read(document, documents.to_ticket) for document in found]

    async def tickets_of(self, guild_id: GuildId, *, after: int = 0, limit: int = 100) -> Sequence[Ticket]:
        fetch = self._fetch(self._collections.tickets, {"guild": guild_id, "number": {"$gt": after}}, sort="number")
        return await self._records.read_page(fetch, documents.to_ticket, limit=limit)

    async def unfinished(self, *, before: Millis, limit: int = 100) -> Sequence[Ticket]:
        query = {"unfinished": 1, "changed_at": {"$lt": before}}
        fetch = self._fetch(self._collections.tickets, query, sort="changed_at")
        return await self._records.read_page(fetch, documents.to_ticket, limit=limit)

    async def record_interaction(self, interaction_id: InteractionId, *, now: Millis) -> bool:
        document = {"_id": interaction_id, "at": now, "mark": mongo_writes.new_mark()}
        with driver_errors():
            return await mongo_writes.insert(self._collections.presses, document)

    async def forget_interactions(self, *, before: Millis) -> None:
        await self._delete(self._collections.presses, {"at": {"$lt": before}})

    async def record_opening(self, ticket: Ticket) -> None:
        document = documents.opening_of(ticket) | {"mark": mongo_writes.new_mark()}
        with driver_errors():
            await mongo_writes.insert(self._collections.openings, document)
            # `discard` does it in any case; a process of an earlier version, which may still run, does not.
            await self._numbers.settle(ticket.guild_id, {ticket.number})

    async def openings_of(self, guild_id: GuildId, opener_id: UserId, *, after: Millis) -> Sequence[Millis]:
        query = {"opener": documents.opener_key(guild_id, opener_id), "at": {"$gt": after}}
        with driver_errors():
            found = await mongo_reads.find(self._collections.openings, query, sort="at")
        return [document["at"] for document in found]

    async def forget_openings(self, *, before: Millis) -> None:
        await self._delete(self._collections.openings, {"at": {"$lt": before}})

    async def config(self, guild_id: GuildId) -> GuildConfig | None:
        with driver_errors():
            document = await self._collections.configs.find_one({"_id": guild_id})
        read = functools.partial(self._configs.read, guild_id)
        return None if document is None else self._records.read(document, read)

    async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
        documents.require_next_config(before, after)
        if before is None:
            await self._add_config(after)
            return
        query = {"_id": before.guild_id, "revision": before.revision}
        update = _update(documents.from_config(after), documents.OPTIONAL_CONFIG_KEYS)
        with driver_errors():
            if not await mongo_writes.change(self._collections.configs, query, update):
                raise errors.StaleConfigError

    async def configs(self, *, after: GuildId, limit: int = 100) -> Sequence[GuildConfig]:
        fetch = self._fetch(self._collections.configs, {"_id": {"$gt": after}}, sort="_id")
        return await self._records.read_page(fetch, documents.to_config, limit=limit)

    async def forget_guild(self, guild_id: GuildId) -> None:
        # The configuration first: without it no tickets are opened. The counter last, so that it can be repeated.
        await self._delete(self._collections.configs, {"_id": guild_id})
        await self._delete(self._collections.tickets, {"guild": guild_id})
        await self._delete(self._collections.openings, {"_id": {"$gt": f"{guild_id}-", "$lt": f"{guild_id}."}})
        await self._delete(self._collections.counters, {"_id": guild_id})

    async def dump(self) -> StoreDump:
        """Return all that is stored; counters are read last, so that none is behind its tickets."""
        reader = DumpReader()
        with driver_errors():
            configs = [document async for document in mongo_reads.read_all(self._collections.configs, 0)]
            tickets = [document async for document in mongo_reads.read_all(self._collections.tickets, "")]
            counters = [document async for document in mongo_reads.read_all(self._collections.counters, 0)]
        return reader.dump(
            reader.read(configs, documents.to_config),
            [(document["_id"], document.get("n")) for document in counters],
            reader.read(tickets, documents.to_ticket),
            _free_numbers(counters, {document["_id"] for document in tickets}),
        )

    async def restore(self, contents: StoreDump) -> None:
        """Add what another store kept; counters are only raised.

        Counters come first and configurations last: wherever it is interrupted, no number can be given twice, and no
        server has its configuration without its tickets. On a failure what was added is removed, if the server lets it.

        Raises
        ------
        StaleTicketError, SlotTakenError, StaleConfigError
            Another record is in the place of a ticket or a configuration.
        """
        async with contextlib.AsyncExitStack() as undo:
            for guild_id, number in contents.counters.items():
                reserved = [one for one in contents.tickets if one.state is TicketState.RESERVED]
                pending = [one.number for one in reserved if one.guild_id == guild_id]
                with driver_errors():
                    await self._numbers.raise_to(guild_id, number, [*contents.free.get(guild_id, ()), *pending])
            for guild_id, numbers in contents.used.items():
                with driver_errors():
                    await self._numbers.settle(guild_id, numbers)
            for ticket in contents.tickets:
                await self.add(ticket)
                undo.push_async_callback(self.discard, ticket)
            for config in contents.configs:
                await self._add_config(config)
                query = {"_id": config.guild_id, "revision": config.revision}
                undo.push_async_callback(mongo_writes.remove, self._collections.configs, query)
            undo.pop_all()

    @staticmethod
    async def _delete(collection: Collection, query: Mapping[str, Any]) -> None:
        """Delete all documents that a filter finds, each by a write of its own."""
        with driver_errors():
            while (await mongo_writes.retry_once(lambda: collection.find_one_and_delete(query, {"_id": 1})))[0]:
                pass

    async def _add_config(self, config: GuildConfig) -> None:
        with driver_errors():
            document = documents.from_config(config) | {"mark": mongo_writes.new_mark()}
            if not await mongo_writes.insert(self._collections.configs, document):
                raise errors.StaleConfigError

    async def _conflict(self, ticket: Ticket) -> errors.TicketError:
        """Return why an index refused a ticket: its channel, or else its slot; servers name indexes differently."""
        if ticket.channel_id is not None:
            query = {"guild": ticket.guild_id, "channel": ticket.channel_id}
            other = await self._collections.tickets.find_one(query)
            if other is not None and other["_id"] != documents.ticket_id(ticket):
                return errors.StaleTicketError()
        return errors.SlotTakenError()

    async def _ticket(self, query: Mapping[str, Any]) -> Ticket | None:
        with driver_errors():
            document = await self._collections.tickets.find_one(query)
        return None if document is None else self._records.read(document, documents.to_ticket)

    def _fetch(
        self, collection: Collection, query: Mapping[str, Any], *, sort: str
    ) -> Callable[[int], Awaitable[list[documents.Document]]]:
        """Return a function that reads the first documents of a list, as many as it is told."""

        async def fetch(limit: int) -> list[documents.Document]:
            with driver_errors():
                return await mongo_reads.find(collection, query, sort=sort, limit=limit)

        return fetch


def _free_numbers(counters: Iterable[Document], ticket_ids: Container[object]) -> Iterator[tuple[object, object]]:
    """Yield the guilds and numbers that are pending and belong to no ticket."""
    for counter in counters:
        for number in mongo_numbers.pending_of(counter):
            if documents.id_of(counter["_id"], number) not in ticket_ids:
                yield counter["_id"], number


def _filter(ticket: Ticket) -> dict[str, Any]:
    """Return the filter for a ticket's document; the guild says on which shard it is."""
    return {"_id": documents.ticket_id(ticket), "guild": ticket.guild_id}


def _update(document: Mapping[str, Any], optional_keys: frozenset[str]) -> dict[str, dict[str, Any]]:
    """Return the update that turns a document's predecessor into it."""
    values = {key: value for key, value in document.items() if key != "_id"} | {"mark": mongo_writes.new_mark()}
    absent = dict.fromkeys(sorted(optional_keys - document.keys()), "")
    # Older servers refuse an empty $unset.
    return {"$set": values} | ({"$unset": absent} if absent else {})
