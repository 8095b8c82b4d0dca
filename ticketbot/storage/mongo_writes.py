"""Writes to MongoDB whose answer may be lost: how the store learns whether they were made.

A connection that breaks before the server applied a write and one that breaks after look the same to a client. Each
write therefore carries a random mark, and can be applied only once: its filter names a revision, or its ``_id`` is
unique. When the answer is lost the write is sent once more; if that changes nothing, the mark says whose write it was.

The write is repeated before the document is read, for durability: a write that changes nothing still waits until most
members of the replica set have everything before it, so what is read then is not rolled back later.
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
    """Return a random mark, by which a process recognises its own write."""
    return secrets.randbits(62)


@contextlib.contextmanager
def driver_errors() -> Generator[None]:
    """Raise ``StoreUnavailableError`` for whatever the driver raises."""
    try:
        yield
    except (mongo_errors.PyMongoError, bson.errors.BSONError, OverflowError) as error:  # OverflowError: over 64 bits
        raise errors.StoreUnavailableError from error


async def retry_once(write: Callable[[], Awaitable[_T]]) -> tuple[_T, bool]:
    """Write, and write again if the answer was lost; return the result, and whether it was lost."""
    try:
        return await write(), False
    except (mongo_errors.AutoReconnect, mongo_errors.WriteConcernError) as error:
        if error.timeout:
            # The whole time limit was used up: there is none left for another attempt.
            raise
        _LOGGER.warning("an answer of MongoDB was lost (%s); repeating the write", type(error).__name__)
    return await write(), True


async def insert(collection: Collection, document: Mapping[str, Any]) -> bool:
    """Insert a document; return False if another one is in its place.

    Raises
    ------
    StoreUnavailableError
        The answer was lost, and what is stored now does not say whether the write was made.
    """

    async def write() -> bool:
        try:
            await collection.insert_one(dict(document))
        except mongo_errors.DuplicateKeyError:
            return False
        return True

    written, was_lost = await retry_once(write)
    if written or not was_lost:
        return written
    found = await collection.find_one(_filter(document))
    return found is not None and _is_ours(found, document)


async def change(
    collection: Collection, query: Mapping[str, Any], update: Mapping[str, Any], *, mark: str = "mark"
) -> bool:
    """Change the document that a filter finds; return whether it was changed.

    Raises
    ------
    StoreUnavailableError
        The answer was lost, and what is stored now does not say whether the write was made.
    DuplicateKeyError
        A unique index refuses the change.
    """

    async def write() -> bool:
        # The driver's types do not say that it may return None.
        return bool(await collection.find_one_and_update(query, update, {"_id": 1}))

    written, was_lost = await retry_once(write)
    if written or not was_lost:
        return written
    found = await collection.find_one(_filter(query))
    return _is_ours(found or {}, update["$set"], mark=mark)


async def remove(collection: Collection, query: Mapping[str, Any]) -> bool:
    """Remove the document that a filter finds; return whether it was found, or is gone where the answer was lost."""

    async def write() -> bool:
        return bool(await collection.find_one_and_delete(query, {"_id": 1}))

    removed, was_lost = await retry_once(write)
    return removed or (was_lost and await collection.find_one(_filter(query)) is None)


def _filter(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filter for the one document with an ``_id``; the guild says on which shard a ticket is."""
    return {key: keys[key] for key in ("_id", "guild") if key in keys}


def _is_ours(found: Mapping[str, Any], written: Mapping[str, Any], *, mark: str = "mark") -> bool:
    if found.get(mark) == written[mark]:
        return True
    if all(found.get(key) == written[key] for key in ("revision", "rev") if key in written):
        return False
    raise errors.StoreUnavailableError("the answer was lost, and another write followed")
