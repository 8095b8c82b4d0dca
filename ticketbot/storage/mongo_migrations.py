"""The indexes of the shared store, and the steps that carry collections of earlier versions over.

Any number of processes may take the same steps at once, and any may be killed in the middle: each step can be repeated,
and changes a document only if it still has the revision that was read. The version is kept in the collection ``meta``,
and raised when a step is complete.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import pymongo
from pymongo import errors as mongo_errors

from ticketbot.storage import migrations, mongo_reads
from ticketbot.storage.errors import MissingStoreError, UnusableStoreError
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ticketbot.config.mongo import Collection, MongoCollections
    from ticketbot.storage.documents import Document

_VERSION_ID: Final = "version"
_TRIES: Final = 20
"""How often collections are gone through while other processes change documents."""

_INDEX_NOT_FOUND: Final = (26, 27)
"""Codes of MongoDB for a collection or an index that does not exist."""

_UNIQUE_INDEXES: Final = tuple(
    pymongo.IndexModel(
        [("guild", pymongo.ASCENDING), (key, pymongo.ASCENDING)],
        unique=True,
        # Not sparse: that would count tickets without the key, since each has a guild.
        partialFilterExpression={key: {"$exists": True}},
    )
    for key in ("slot", "channel")
)
"""They begin with the guild, so that the collection can be sharded by it."""

_OLD_UNIQUE_INDEXES: Final = ("slot_1", "channel_1")
"""Those of versions 1 to 3, by name."""

_TICKET_INDEXES: Final = (
    *_UNIQUE_INDEXES,
    pymongo.IndexModel([("guild", pymongo.ASCENDING), ("number", pymongo.ASCENDING)]),
    pymongo.IndexModel([("unfinished", pymongo.ASCENDING), ("changed_at", pymongo.ASCENDING)]),
)
_INTERACTION_INDEXES: Final = (pymongo.IndexModel([("at", pymongo.ASCENDING)]),)
_OPENING_INDEXES: Final = (
    pymongo.IndexModel([("opener", pymongo.ASCENDING), ("at", pymongo.ASCENDING)]),
    pymongo.IndexModel([("at", pymongo.ASCENDING)]),
)


async def prepare(collections: MongoCollections, *, create: bool) -> None:
    """Carry collections of an earlier version over, and create the indexes that are missing.

    Raises
    ------
    UnusableStoreError
        A later version of the bot wrote them.
    MissingStoreError
        There are none, and ``create`` is false.
    """
    if not await _exist(collections):
        await _require_no_other(collections)
        if not create:
            raise MissingStoreError(f"there is no store in the database {collections.database}")
    while (version := await _version(collections.meta)) < migrations.VERSION:
        await _STEPS[version - 1](collections)
        # Changes nothing if another process has completed the step first.
        await collections.meta.find_one_and_update(
            {"_id": _VERSION_ID, "version": version}, {"$set": {"version": version + 1}}
        )
    await collections.tickets.create_indexes(list(_TICKET_INDEXES))
    await collections.presses.create_indexes(list(_INTERACTION_INDEXES))
    await collections.openings.create_indexes(list(_OPENING_INDEXES))


async def _require_no_other(collections: MongoCollections) -> None:
    """Refuse to begin a new store in the address's database where the default database holds one.

    Version 0.1.0 passed over the name in the address; a new store would count tickets from 1 again.
    """
    if collections.default is None:
        return
    with contextlib.suppress(mongo_errors.OperationFailure):  # the login may not read it: then it was not used
        if await _exist(collections.default):
            raise UnusableStoreError(
                f"it names the database {collections.database}, which holds no store, but the database "
                f"{collections.default.database} does: set MONGODB_DATABASE to the one that is meant"
            )


async def _exist(collections: MongoCollections) -> bool:
    places: tuple[tuple[Collection, int | str], ...] = (
        (collections.meta, ""),
        (collections.configs, 0),
        (collections.counters, 0),
        (collections.tickets, ""),
    )
    for collection, start in places:
        if await mongo_reads.find(collection, {"_id": {"$gt": start}}, sort="_id", limit=1):
            return True
    return False


async def _version(meta: Collection) -> int:
    found = await meta.find_one({"_id": _VERSION_ID})
    if found is None:
        # An empty database, or one of version 1, which did not write its version.
        try:
            await meta.insert_one({"_id": _VERSION_ID, "version": 1})
        except mongo_errors.DuplicateKeyError:
            return await _version(meta)
        return 1
    version = found.get("version")
    if not migrations.is_number(version) or version < 1:
        raise UnusableStoreError("its collection meta holds no version")
    if version > migrations.VERSION:
        raise UnusableStoreError(
            f"a later version of the bot wrote it (store version {version}, this one knows {migrations.VERSION})"
        )
    return version


async def _to_2(_: MongoCollections) -> None:
    """Record openings: what that needs is created at each start."""


async def _to_3(collections: MongoCollections) -> None:
    """Rewrite the documents in the present format."""
    await _rewrite(collections.tickets, "", migrations.upgrade_ticket)
    await _rewrite(collections.configs, 0, migrations.upgrade_config)


async def _to_4(collections: MongoCollections) -> None:
    """Make the unique indexes of tickets begin with their guild; the old indexes go when the new ones stand."""
    await collections.tickets.create_indexes(list(_UNIQUE_INDEXES))
    for name in _OLD_UNIQUE_INDEXES:
        try:
            await collections.tickets.drop_index(name)
        except mongo_errors.OperationFailure as error:
            if error.code not in _INDEX_NOT_FOUND:
                raise


async def _to_5(_: MongoCollections) -> None:
    """Keep the numbers that were returned: a counter gets them with the next ticket."""


async def _to_6(collections: MongoCollections) -> None:
    """Rewrite the documents in format 3."""
    await _to_3(collections)


async def _to_7(collections: MongoCollections) -> None:
    """Rewrite the documents in format 4."""
    await _to_3(collections)


_STEPS: Final = (_to_2, _to_3, _to_4, _to_5, _to_6, _to_7)
"""What carries collections from each version to the next, from 1."""


async def _rewrite(collection: Collection, start: int | str, upgrade: Callable[[Mapping[str, Any]], Document]) -> None:
    """Rewrite all documents, again where one was changed meanwhile; damaged ones stay as they are."""
    for _ in range(_TRIES):
        is_complete = True
        async for document in mongo_reads.read_all(collection, start):
            upgraded = upgrade(document)
            if upgraded != document and not await _replace(collection, document, upgraded):
                is_complete = False
        if is_complete:
            return
    raise errors.StoreUnavailableError("records keep changing: does an earlier version of the bot still run?")


async def _replace(collection: Collection, document: Document, upgraded: Document) -> bool:
    """Replace a document that nobody has changed since it was read; return whether that is so.

    One without a revision is damaged, and left as it is.
    """
    revision = next((key for key in ("revision", "rev") if migrations.is_number(document.get(key))), None)
    if revision is None:
        return True
    query = {"_id": document["_id"], revision: document[revision]}
    if migrations.is_number(document.get("guild")):
        query["guild"] = document["guild"]
    update: dict[str, Document] = {"$set": {key: value for key, value in upgraded.items() if key != "_id"}}
    if absent := sorted(document.keys() - upgraded.keys()):
        update["$unset"] = dict.fromkeys(absent, "")
    return bool(await collection.find_one_and_update(query, update, {"_id": 1}))
