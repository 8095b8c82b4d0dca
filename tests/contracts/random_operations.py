"""Random operations on a store or a server, the same for the same seed; each step returns its result as text."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import attrs
import pymongo
from pymongo import errors as mongo_errors

from tests.contracts import samples
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, GuildId, InteractionId, Millis, Notice, TicketState, UserId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.config.mongo import Collection, MongoCollections
    from ticketbot.services.store_ports import TicketStore
    from ticketbot.tickets.model import GuildConfig, Ticket

_GUILDS: Final = (samples.GUILD, samples.OTHER_GUILD)
_NUMBERED_GUILD: Final = GuildId(samples.GUILD - 7)
"""A guild in which all tickets have the numbers that the store gave them."""

_MEMBERS: Final = (UserId(7), UserId(77))


class StoreOperations:
    """Operations on a ``TicketStore``; with the same seed they are the same as long as the results are."""

    def __init__(self, store: TicketStore, seed: int) -> None:
        self._store = store
        self._random = random.Random(seed)  # noqa: S311 - a story, no secret
        self._now = samples.NOW
        self._seen: list[Ticket] = []
        self._reserved: list[Ticket] = []
        self._configs: list[GuildConfig] = []

    async def run(self, steps: int) -> list[str]:
        """Run some operations; return the result of each."""
        return [await self._step() for _ in range(steps)]

    async def _step(self) -> str:
        self._now = Millis(self._now + 1)
        operations: tuple[Callable[[], Awaitable[object]], ...] = (
            self._take_number,
            self._reserve,
            self._return_number,
            self._add,
            self._add,
            self._swap,
            self._swap,
            self._swap,
            self._discard,
            self._look,
            self._list,
            self._press,
            self._save,
        )
        operation = self._random.choice(operations)
        try:
            return f"{operation.__name__}: {await operation()}"
        except errors.TicketError as error:
            return f"{operation.__name__}: {type(error).__name__}"

    def _maybe(self, value: Any) -> Any:  # noqa: ANN401 - the value, or None
        return value if self._random.random() < 0.5 else None

    def _ticket(self) -> Ticket:
        """Return a ticket that was added before, in a revision that may be old."""
        return self._random.choice(self._seen[-30:]) if self._seen else samples.ticket(number=99)

    def _changes(self) -> dict[str, Any]:
        return {
            "state": self._random.choice(list(TicketState)),
            "slot": self._maybe(self._random.randrange(2)),
            "channel_id": self._maybe(ChannelId(self._random.randrange(1, 12))),
            "claimer_id": self._maybe(self._random.choice(_MEMBERS)),
            "notice": self._maybe(self._random.choice(list(Notice))),
            "changed_at": self._now,
        }

    async def _take_number(self) -> object:
        return await samples.take_number(self._store, _NUMBERED_GUILD)

    async def _reserve(self) -> object:
        opener_id, changed_at = UserId(1000 + len(self._reserved)), self._now
        reservation = samples.reservation(guild_id=_NUMBERED_GUILD, opener_id=opener_id, changed_at=changed_at)
        reserved = await self._store.reserve(reservation)
        self._reserved.append(reserved)
        return reserved.number

    async def _return_number(self) -> object:
        ticket = self._random.choice(self._reserved or [samples.reservation(guild_id=_NUMBERED_GUILD)])
        await self._store.discard(ticket)
        return ticket.number

    async def _add(self) -> object:
        ticket = samples.ticket(
            guild_id=self._random.choice(_GUILDS),
            number=self._random.randrange(1, 9),
            opener_id=self._random.choice(_MEMBERS),
            opener_name=self._random.choice(["Ada", "", "a\0b", "\ud83c\udf9f"]),
            **self._changes(),
        )
        await self._store.add(ticket)
        self._seen.append(ticket)
        return ticket

    async def _swap(self) -> object:
        before = self._ticket()
        after = samples.moved(before, **self._changes())
        await self._store.swap(before, after)
        self._seen.append(after)
        return after

    async def _discard(self) -> object:
        ticket = self._ticket()
        await self._store.discard(ticket)
        return ticket

    async def _look(self) -> object:
        guild_id = self._random.choice(_GUILDS)
        return (
            await self._store.by_number(guild_id, self._random.randrange(1, 9)),
            await self._store.by_channel(guild_id, ChannelId(self._random.randrange(1, 12))),
            await self._store.live_of(guild_id, self._random.choice(_MEMBERS)),
        )

    async def _list(self) -> object:
        limit = self._random.randrange(1, 6)
        return (
            await self._store.tickets_of(self._random.choice(_GUILDS), after=self._random.randrange(6), limit=limit),
            await self._store.unfinished(before=Millis(self._now - self._random.randrange(40)), limit=limit),
            await self._store.configs(after=GuildId(samples.GUILD - 1 + self._random.randrange(3)), limit=limit),
        )

    async def _press(self) -> object:
        if self._random.random() < 0.2:
            return await self._store.forget_interactions(before=Millis(self._now - 20))
        return await self._store.record_interaction(InteractionId(self._random.randrange(1, 9)), now=self._now)

    async def _save(self) -> object:
        before = self._maybe(self._random.choice(self._configs)) if self._configs else None
        changes = {"panel_message_id": self._maybe(9), "staff_role_ids": (1,) * self._random.randrange(3)}
        guild_id = self._random.choice(_GUILDS)
        after = (
            samples.config(guild_id=guild_id, **changes) if before is None else samples.next_config(before, **changes)
        )
        await self._store.save_config(before, after)
        self._configs.append(after)
        return await self._store.config(after.guild_id)


_NUMBERS: Final = (0, 1, 2, -1, 2**31, -(2**31) - 1, 2**63 - 1, -(2**63))
_TEXTS: Final = ("", "a", "b", "ab", "é", "🎟", "1:7:0", "1:7:1", "1:7;", "1:77:0")
_KEYS: Final[dict[str, tuple[int | str, ...]]] = {
    # A key holds one type: servers compare numbers with text differently, and the store never does.
    "slot": _TEXTS,
    "state": _TEXTS,
    "channel": _NUMBERS,
    "guild": (1, 2),
    "number": (1, 2, 2**40),
    "unfinished": (1,),
    "changed_at": _NUMBERS,
    "revision": (0, 1, 2),
}


@attrs.define
class CommandOperations:
    """Operations on a server, by the commands that the store uses, with all values that it might send."""

    _collections: MongoCollections
    _random: random.Random

    async def run(self, steps: int) -> list[str]:
        """Run some operations; return the result of each, and at the end all documents."""
        indexes = [
            *(
                pymongo.IndexModel(
                    [("guild", 1), (key, 1)], unique=True, partialFilterExpression={key: {"$exists": True}}
                )
                for key in ("slot", "channel")
            ),
            pymongo.IndexModel([("guild", 1), ("number", 1)], unique=True),
            pymongo.IndexModel([("unfinished", 1), ("changed_at", 1)]),
        ]
        seen = [str(await self._collections.tickets.create_indexes(indexes)) for _ in range(2)]
        seen += [await self._step() for _ in range(steps)]
        for collection in (self._collections.tickets, self._collections.counters):
            seen += [str(_plain(document)) for document in await collection.find({}, sort=[("_id", 1)]).to_list(None)]
        return seen

    async def _step(self) -> str:
        operations: tuple[Callable[[], Awaitable[object]], ...] = (
            self._insert,
            self._insert,
            self._update,
            self._update,
            self._update,
            self._delete,
            self._find,
            self._find,
            self._count,
        )
        operation = self._random.choice(operations)
        try:
            return f"{operation.__name__}: {await operation()}"
        except mongo_errors.OperationFailure as error:
            return f"{operation.__name__}: {type(error).__name__} {error.code}"

    @property
    def _tickets(self) -> Collection:
        return self._collections.tickets

    def _id(self) -> str:
        return f"1-{self._random.randrange(1, 9)}"

    def _document(self) -> dict[str, Any]:
        keys = self._random.sample(list(_KEYS), self._random.randrange(1, len(_KEYS)))
        return {key: self._random.choice(_KEYS[key]) for key in keys}

    def _condition(self) -> dict[str, Any]:
        key = self._random.choice(list(_KEYS))
        value = self._random.choice(_KEYS[key])
        operator = self._random.choice(["", "$lt", "$gt", "$in", "range"])
        if operator == "range":
            return {key: {"$gt": value, "$lt": self._random.choice(_KEYS[key])}}
        if operator == "$in":
            return {key: {"$in": self._random.choices(_KEYS[key], k=3)}}
        return {key: {operator: value} if operator else value}

    async def _insert(self) -> object:
        return (await self._tickets.insert_one({"_id": self._id(), **self._document()})).inserted_id

    async def _update(self) -> object:
        values_set = self._document()
        absent = {key: "" for key in _KEYS if key not in values_set}
        update: dict[str, Any] = {"$set": values_set}
        if self._random.random() < 0.7:
            update["$unset"] = absent
        query = {"_id": self._id(), **(self._condition() if self._random.random() < 0.5 else {})}
        when = self._random.choice([pymongo.ReturnDocument.BEFORE, pymongo.ReturnDocument.AFTER])
        return query, update, _plain(await self._tickets.find_one_and_update(query, update, return_document=when))

    async def _delete(self) -> object:
        query = {"_id": self._id(), **(self._condition() if self._random.random() < 0.5 else {})}
        return query, _plain(await self._tickets.find_one_and_delete(query, {"_id": 1}))

    async def _find(self) -> object:
        order = [(self._random.choice(list(_KEYS)), self._random.choice([1, -1])), ("_id", 1)]
        limit = self._random.randrange(4)
        query = self._condition()
        cursor = self._tickets.find(query, sort=order, limit=-limit)
        return query, order, [_plain(document) for document in await cursor.to_list(None)]

    async def _count(self) -> object:
        counted = await self._collections.counters.find_one_and_update(
            {"_id": self._random.randrange(2)},
            {"$inc": {"n": self._random.choice([1, 1, 2**31, 2**40])}},
            upsert=True,
            return_document=pymongo.ReturnDocument.AFTER,
        )
        return _plain(counted)


def _plain(document: dict[str, Any] | None) -> list[tuple[str, object]] | None:
    """Return a document in a comparable form: the order of its keys does not matter."""
    return None if document is None else sorted((key, _bare(value)) for key, value in document.items())


def _bare(value: object) -> object:
    return int(value) if isinstance(value, int) else value
