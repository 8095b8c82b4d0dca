"""Open the store that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.storage.unusable import UnusableStoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.config.settings import StoreSettings
    from ticketbot.storage.mongo import MongoTicketStore

_T = TypeVar("_T")

FILE = "ticketbot.sqlite3"
"""The embedded store's file in its folder."""


class Contact(Protocol):
    """Calls what reaches a store for the first time, and decides how often; the name is for whoever reads the log."""

    async def __call__(self, name: str, call: Callable[[], Awaitable[_T]], /) -> _T:
        """Call until it answers, or is given up."""
        ...


async def at_once(_name: str, call: Callable[[], Awaitable[_T]]) -> _T:
    """Call once; a store that does not answer is an error."""
    return await call()


async def open_store(settings: StoreSettings, contact: Contact) -> SqliteTicketStore | MongoTicketStore:
    """Open MongoDB if the settings have an address of it, and the embedded store otherwise.

    Raises
    ------
    UnusableStoreError
        It cannot be used as it is set up; the text names the setting.
    """
    if settings.mongodb_uri is None:
        try:
            return await contact("the store", lambda: SqliteTicketStore.open(settings.data / FILE))
        except UnusableStoreError as error:
            raise UnusableStoreError(f"TICKETBOT_DATA: {error}") from error
    # the driver is loaded by those who use it alone: it takes a third of the time to start
    from ticketbot.config import mongo as mongo_config  # noqa: PLC0415
    from ticketbot.storage.mongo import MongoTicketStore  # noqa: PLC0415

    try:
        store = MongoTicketStore(
            mongo_config.connect(settings.mongodb_uri.get_secret_value(), settings.mongodb_database)
        )
    except ValueError as error:
        raise UnusableStoreError(f"MONGODB_URI or MONGODB_DATABASE: {error}") from error
    try:
        await contact("MongoDB", store.prepare)
    except BaseException as error:
        await store.close()
        if isinstance(error, UnusableStoreError):
            raise UnusableStoreError(f"MONGODB_URI: {error}") from error
        raise
    return store
