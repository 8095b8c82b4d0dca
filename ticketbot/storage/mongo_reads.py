"""Lists read from MongoDB: in single batches, so that no cursor has to outlive a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pymongo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from ticketbot.config.mongo import Collection

_PAGE: Final = 100


async def find(
    collection: Collection, query: Mapping[str, Any], *, sort: str, limit: int = 0, keys: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the first documents that a filter finds, as of one moment; 0 is no limit.

    Without ``keys`` they are whole; otherwise they have these and ``_id``.
    """
    # The size of the batch must be said too: by default a server puts 101 documents into it, and forgets the rest.
    order = [(sort, pymongo.ASCENDING)]
    cursor = collection.find(query, dict.fromkeys(keys, 1) or None, sort=order, limit=-limit, batch_size=limit)
    return await cursor.to_list(None)


async def read_all(collection: Collection, start: int | str) -> AsyncIterator[dict[str, Any]]:
    """Yield all documents by ``_id``, which must be of the type of ``start`` and above it."""
    after: object = start
    while page := await find(collection, {"_id": {"$gt": after}}, sort="_id", limit=_PAGE):
        for document in page:
            yield document
        after = page[-1]["_id"]
