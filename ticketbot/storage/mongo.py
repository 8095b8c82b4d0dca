"""The shared store: MongoDB, for several processes or hosts.

Every write touches one document. Used are ``find``, ``insert``, ``findAndModify`` and ``createIndexes``; filters by
equality, ``$lt`` and ``$gt``; updates by ``$set``, ``$unset`` and ``$inc``: nothing that a compatible server may lack.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import attrs
import pymongo
from pymongo import errors as mongo_errors

from ticketbot.storage import documents, settling
from ticketbot.storage.settling import driver_errors
from ticketbot.storage.unusable import UnusableStoreError
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.config.mongo import Collection, MongoCollections
    from ticketbot.storage.contents import Contents
    from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, Millis, PressId, Ticket, UserId

_TICKET_INDEXES: Final = (
    # Sparse: tickets without a slot or a channel do not count. A channel's id is unique on all of Discord.
    pymongo.IndexModel([("slot", pymongo.ASCENDING)], unique=True, sparse=True),
    pymongo.IndexModel([("channel", pymongo.ASCENDING)], unique=True, sparse=True),
    pymongo.IndexModel([("guild", pymongo.ASCENDING), ("number", pymongo.ASCENDING)]),
    pymongo.IndexModel([("unfinished", pymongo.ASCENDING), ("changed_at", pymongo.ASCENDING)]),
)
_PRESS_INDEXES: Final = (pymongo.IndexModel([("at", pymongo.ASCENDING)]),)


@attrs.frozen
class MongoTicketStore:
    """The TicketStore port on MongoDB; call ``prepare`` first."""

    _collections: MongoCollections

    async def prepare(self) -> None:
        """Create the indexes that are not there yet.

        Raises
        ------
        UnusableStoreError
            The server refuses: without the indexes two tickets could take one slot.
        """
        with driver_errors():
            try:
                await self._collections.tickets.create_indexes(list(_TICKET_INDEXES))
                await self._collections.presses.create_indexes(list(_PRESS_INDEXES))
            except mongo_errors.AutoReconnect:
                raise
            except mongo_errors.OperationFailure as error:
                if error.timeout:
                    raise
                raise UnusableStoreError(f"MongoDB refuses an index or the login: {error.code} {error}") from error

    async def ping(self) -> None:
        """Ask the store for a sign of life."""
        with driver_errors():
            await self._collections.client.get_database("admin").command("ping")

    async def close(self) -> None:
        """Let go of all connections; closing twice does no harm."""
        await self._collections.close()

    async def next_number(self, guild_id: GuildId) -> int:
        """Take the guild's next number; one whose answer was lost is never given again, and leaves a gap."""

        async def count() -> int:
            counted = await self._collections.counters.find_one_and_update(
                {"_id": guild_id}, {"$inc": {"n": 1}}, upsert=True, return_document=pymongo.ReturnDocument.AFTER
            )
            return counted["n"]

        async def count_from_one() -> int:
            try:
                return await count()
            except mongo_errors.DuplicateKeyError:
                # Two first upserts at the same time: MongoDB lets one fail. Now the document is there.
                return await count()

        with driver_errors():
            number, _ = await settling.twice(count_from_one)
            return number

    async def add(self, ticket: Ticket) -> None:
        """Record a new ticket.

        Raises
        ------
        SlotTakenError
            The opener already has a ticket in that guild with that slot.
        StaleTicketError
            The number or the channel is another ticket's.
        """
        document = documents.from_ticket(ticket) | {"lease": 0, "mark": settling.new_mark()}
        with driver_errors():
            if not await settling.insert(self._collections.tickets, document):
                is_known = await self._collections.tickets.find_one({"_id": document["_id"]}) is not None
                raise errors.StaleTicketError if is_known else await self._clash(ticket)

    async def swap(self, before: Ticket, after: Ticket) -> None:
        """Replace a ticket by its next revision.

        Raises
        ------
        StaleTicketError
            The record is gone or has another revision; or the channel is another ticket's.
        SlotTakenError
            ``after`` takes a slot that another ticket holds.
        """
        documents.require_next(before, after)
        query = {"_id": documents.ticket_id(before), "revision": before.revision}
        update = _update(documents.from_ticket(after), documents.OPTIONAL_TICKET_KEYS)
        with driver_errors():
            try:
                stands = await settling.change(self._collections.tickets, query, update)
            except mongo_errors.DuplicateKeyError as error:
                raise await self._clash(after) from error
        if not stands:
            raise errors.StaleTicketError

    async def discard(self, ticket: Ticket) -> None:
        """Forget a ticket.

        Raises
        ------
        StaleTicketError
            The record is gone or has another revision.
        """
        query = {"_id": documents.ticket_id(ticket), "revision": ticket.revision}
        with driver_errors():
            if not await settling.remove(self._collections.tickets, query):
                raise errors.StaleTicketError

    async def by_number(self, guild_id: GuildId, number: int) -> Ticket | None:
        """Find a ticket by what it is known by."""
        return await self._ticket({"_id": documents.id_of(guild_id, number)})

    async def by_channel(self, guild_id: GuildId, channel_id: ChannelId) -> Ticket | None:
        """Find the ticket that a channel belongs to."""
        return await self._ticket({"channel": channel_id, "guild": guild_id})

    async def live_of(self, guild_id: GuildId, opener_id: UserId) -> Sequence[Ticket]:
        """List a member's tickets that hold a slot, by number."""
        low, high = documents.slot_range(guild_id, opener_id)
        return await self._tickets({"slot": {"$gt": low, "$lt": high}}, sort="number")

    async def tickets_of(self, guild_id: GuildId, *, after: int = 0, limit: int = 100) -> Sequence[Ticket]:
        """List a guild's tickets with a number above ``after``, by number, at most ``limit``."""
        return await self._tickets({"guild": guild_id, "number": {"$gt": after}}, sort="number", limit=limit)

    async def unfinished(self, *, before: Millis, limit: int = 100) -> Sequence[Ticket]:
        """List tickets of all guilds that are unfinished since before a moment, oldest first, at most ``limit``."""
        return await self._tickets({"unfinished": 1, "changed_at": {"$lt": before}}, sort="changed_at", limit=limit)

    async def lease(self, ticket: Ticket, *, now: Millis, until: Millis) -> bool:
        """Take the right to finish a ticket until a moment, if nobody holds it now; tell whether it was got."""
        query = {"_id": documents.ticket_id(ticket), "lease": {"$lt": now}}
        update = {"$set": {"lease": until, "lease_mark": settling.new_mark()}}
        with driver_errors():
            return await settling.change(self._collections.tickets, query, update, mark="lease_mark")

    async def take_press(self, press_id: PressId, *, now: Millis) -> bool:
        """Remember a press; tell whether it was new."""
        document = {"_id": press_id, "at": now, "mark": settling.new_mark()}
        with driver_errors():
            return await settling.insert(self._collections.presses, document)

    async def forget_presses(self, *, before: Millis) -> None:
        """Forget the presses taken before a moment."""
        with driver_errors():
            while await self._collections.presses.find_one_and_delete({"at": {"$lt": before}}, {"_id": 1}):
                pass

    async def config(self, guild_id: GuildId) -> GuildConfig | None:
        """Find a guild's configuration."""
        with driver_errors():
            document = await self._collections.configs.find_one({"_id": guild_id})
        return None if document is None else documents.to_config(document)

    async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
        """Replace a configuration by its next revision; None stands for no configuration yet.

        Raises
        ------
        StaleConfigError
            The record has another revision, or there is one already.
        """
        documents.require_next_config(before, after)
        if before is None:
            await self._add_config(after)
            return
        query = {"_id": before.guild_id, "rev": before.revision}
        update = _update(documents.from_config(after), documents.OPTIONAL_CONFIG_KEYS)
        with driver_errors():
            if not await settling.change(self._collections.configs, query, update):
                raise errors.StaleConfigError

    async def configs(self, *, after: GuildId, limit: int = 100) -> Sequence[GuildConfig]:
        """List configurations of guilds with an id above ``after``, by id, at most ``limit``."""
        found = await self._find(self._collections.configs, {"_id": {"$gt": after}}, sort="_id", limit=limit)
        return [documents.to_config(document) for document in found]

    async def counters(self, *, after: GuildId, limit: int = 100) -> Sequence[tuple[GuildId, int]]:
        """List the last numbers of guilds with an id above ``after``, by id, at most ``limit``."""
        found = await self._find(self._collections.counters, {"_id": {"$gt": after}}, sort="_id", limit=limit)
        return [(document["_id"], document["n"]) for document in found]

    async def restore(self, contents: Contents) -> None:
        """Add what another store kept; counters only rise.

        Counters come first and configurations last: wherever it is interrupted, no number can be given twice, and no
        server has its configuration without its tickets. What fails takes back what it added, if the server lets it.

        Raises
        ------
        StaleTicketError, SlotTakenError, StaleConfigError
            Something stands where a ticket or a configuration should go.
        """
        async with contextlib.AsyncExitStack() as undo:
            for guild_id, number in contents.counters.items():
                await self._raise_counter(guild_id, number)
            for ticket in contents.tickets:
                await self.add(ticket)
                undo.push_async_callback(self.discard, ticket)
            for config in contents.configs:
                await self._add_config(config)
                query = {"_id": config.guild_id, "rev": config.revision}
                undo.push_async_callback(settling.remove, self._collections.configs, query)
            undo.pop_all()

    async def _raise_counter(self, guild_id: GuildId, number: int) -> None:
        """Let the guild's next number be above another; no number that was given is given again."""
        lower = {"_id": guild_id, "n": {"$lt": number}}
        counters = self._collections.counters
        with driver_errors():
            await settling.insert(counters, {"_id": guild_id, "n": number, "mark": settling.new_mark()})
            # twice does no harm: it can only be raised to the same number
            await settling.twice(lambda: counters.find_one_and_update(lower, {"$set": {"n": number}}))

    async def _add_config(self, config: GuildConfig) -> None:
        with driver_errors():
            document = documents.from_config(config) | {"mark": settling.new_mark()}
            if not await settling.insert(self._collections.configs, document):
                raise errors.StaleConfigError

    async def _clash(self, ticket: Ticket) -> errors.TicketError:
        """Tell what another ticket has: the channel, or else the slot. Servers do not name the index in one way."""
        if ticket.channel_id is not None:
            other = await self._collections.tickets.find_one({"channel": ticket.channel_id})
            if other is not None and other["_id"] != documents.ticket_id(ticket):
                return errors.StaleTicketError()
        return errors.SlotTakenError()

    async def _ticket(self, query: Mapping[str, Any]) -> Ticket | None:
        with driver_errors():
            document = await self._collections.tickets.find_one(query)
        return None if document is None else documents.to_ticket(document)

    async def _tickets(self, query: Mapping[str, Any], *, sort: str, limit: int = 0) -> list[Ticket]:
        found = await self._find(self._collections.tickets, query, sort=sort, limit=limit)
        return [documents.to_ticket(document) for document in found]

    async def _find(
        self, collection: Collection, query: Mapping[str, Any], *, sort: str, limit: int = 0
    ) -> list[dict[str, Any]]:
        with driver_errors():
            # One batch, so that the answer is of one moment and no cursor stays open on the server. Its size must be
            # said too: else a server puts 101 documents into it, and forgets the rest.
            cursor = collection.find(query, sort=[(sort, pymongo.ASCENDING)], limit=-limit, batch_size=limit)
            return await cursor.to_list(None)


def _update(document: Mapping[str, Any], optional_keys: frozenset[str]) -> dict[str, dict[str, Any]]:
    """Make the update that turns a document's predecessor into it, and leaves its lease as it is."""
    values = {key: value for key, value in document.items() if key != "_id"} | {"mark": settling.new_mark()}
    absent = dict.fromkeys(sorted(optional_keys - document.keys()), "")
    # Older servers refuse an empty $unset.
    return {"$set": values} | ({"$unset": absent} if absent else {})
