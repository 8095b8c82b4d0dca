"""Open the store that the settings name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol, TypeVar

from ticketbot.storage.errors import UnusableStoreError
from ticketbot.storage.sqlite import SqliteTicketStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.config.settings import StoreSettings
    from ticketbot.storage.mongo import MongoTicketStore

_LOGGER = logging.getLogger(__name__)

_T = TypeVar("_T")

FILE = "ticketbot.sqlite3"
"""The embedded store's file in its folder."""


class Connector(Protocol):
    """Calls a function that reaches a store for the first time, as often as it decides; the name is for the log."""

    async def __call__(self, name: str, call: Callable[[], Awaitable[_T]], /) -> _T:
        """Call it until it succeeds, or give up."""
        ...


async def connect_once(_name: str, call: Callable[[], Awaitable[_T]]) -> _T:
    """Call once; a store that does not answer is an error."""
    return await call()


async def open_store(
    settings: StoreSettings, contact: Connector, *, create: bool = True
) -> SqliteTicketStore | MongoTicketStore:
    """Open MongoDB if the settings have its address, and the embedded store otherwise.

    Raises
    ------
    UnusableStoreError
        It cannot be used as it is set up; the text names the setting.
    MissingStoreError
        It does not exist, or is empty, and ``create`` is false.
    """
    if settings.mongodb_uri is not None:
        return await _open_mongo(settings, settings.mongodb_uri.get_secret_value(), contact, create=create)
    path = settings.data.absolute() / FILE
    try:
        return await contact("the store", lambda: SqliteTicketStore.open(path, create=create))
    except UnusableStoreError as error:
        raise type(error)(f"TICKETBOT_DATA: {error}") from error


async def _open_mongo(settings: StoreSettings, uri: str, contact: Connector, *, create: bool) -> MongoTicketStore:
    # imported only here: loading the driver takes a third of the time of a start
    from ticketbot.config import mongo as mongo_config  # noqa: PLC0415
    from ticketbot.storage.mongo import MongoTicketStore  # noqa: PLC0415

    try:
        collections = mongo_config.connect(uri, settings.mongodb_database)
    except ValueError as error:
        raise UnusableStoreError(f"MONGODB_URI or MONGODB_DATABASE: {error}") from error
    if collections.unused_database is not None:
        _LOGGER.warning(
            "MONGODB_DATABASE names the database %s, MONGODB_URI %s: %s is used",
            collections.database, collections.unused_database, collections.database,
        )  # fmt: skip
    store = MongoTicketStore(collections)
    try:
        await contact("MongoDB", lambda: store.prepare(create=create))
    except BaseException as error:
        await store.close()
        if isinstance(error, UnusableStoreError):
            raise type(error)(f"MONGODB_URI: {error}") from error
        raise
    return store
