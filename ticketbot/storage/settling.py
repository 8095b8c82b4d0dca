"""Writes to MongoDB whose answer may be lost: how the store learns whether they stand.

A connection that breaks before the server applied a write and one that breaks after look the same from here. Each
write therefore carries a mark of its own, and can be applied once only: its filter names a revision, or its ``_id``
is unique. When the answer is lost the write is sent once more; if that changes nothing, the mark tells whose it was.

The second write comes first, and the reading after it, for durability: a write that changes nothing still waits until
most members have everything before it, so what is read then is not rolled back later.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from typing import TYPE_CHECKING, Any, TypeVar

import bson.errors
from pymongo import errors as mongo_errors

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping

    from ticketbot.config.mongo import Collection

_LOGGER = logging.getLogger(__name__)

_T = TypeVar("_T")


def new_mark() -> int:
    """Make a mark by which a writer knows its own write again."""
    return secrets.randbits(62)


@contextlib.contextmanager
def driver_errors() -> Generator[None]:
    """Turn whatever the driver raises into ``StoreUnavailableError``."""
    try:
        yield
    except (mongo_errors.PyMongoError, bson.errors.BSONError, OverflowError) as error:  # OverflowError: over 64 bits
        raise errors.StoreUnavailableError from error


async def twice(write: Callable[[], Awaitable[_T]]) -> tuple[_T, bool]:
    """Write, and once more if the first answer was lost; tell whether it was."""
    try:
        return await write(), False
    except (mongo_errors.AutoReconnect, mongo_errors.WriteConcernError) as error:
        if error.timeout:
            # All the time is used up, and a server that hangs once hangs twice.
            raise
        _LOGGER.warning("an answer of MongoDB was lost (%s); asking whether the write stands", type(error).__name__)
    return await write(), True


async def insert(collection: Collection, document: Mapping[str, Any]) -> bool:
    """Insert a document; tell whether it stands, or another was in its way.

    Raises
    ------
    StoreUnavailableError
        The answer was lost, and what stands there now does not tell.
    """

    async def write() -> bool:
        try:
            await collection.insert_one(dict(document))
        except mongo_errors.DuplicateKeyError:
            return False
        return True

    stands, was_lost = await twice(write)
    if stands or not was_lost:
        return stands
    found = await collection.find_one({"_id": document["_id"]})
    return found is not None and _is_ours(found, document)


async def change(
    collection: Collection, query: Mapping[str, Any], update: Mapping[str, Any], *, mark: str = "mark"
) -> bool:
    """Change the document that a filter finds; tell whether the change stands.

    Raises
    ------
    StoreUnavailableError
        The answer was lost, and what stands there now does not tell.
    DuplicateKeyError
        A unique index refuses the change.
    """

    async def write() -> bool:
        # The driver's types forget that nothing may be found.
        return bool(await collection.find_one_and_update(query, update, {"_id": 1}))

    stands, was_lost = await twice(write)
    if stands or not was_lost:
        return stands
    found = await collection.find_one({"_id": query["_id"]})
    return _is_ours(found or {}, update["$set"], mark=mark)


async def remove(collection: Collection, query: Mapping[str, Any]) -> bool:
    """Remove the document that a filter finds; tell whether it was found, or, when the answer was lost, is gone."""

    async def write() -> bool:
        return bool(await collection.find_one_and_delete(query, {"_id": 1}))

    removed, was_lost = await twice(write)
    return removed or (was_lost and await collection.find_one({"_id": query["_id"]}) is None)


def _is_ours(found: Mapping[str, Any], written: Mapping[str, Any], *, mark: str = "mark") -> bool:
    if found.get(mark) == written[mark]:
        return True
    if all(found.get(key) == written[key] for key in ("revision", "rev") if key in written):
        return False
    raise errors.StoreUnavailableError("the answer was lost, and somebody wrote in between")
