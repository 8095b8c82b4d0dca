"""Open the store that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.storage.unusable import UnusableStoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.config.settings import StoreSettings
    from ticketbot.storage.mongo import MongoTicketStore

    Contact = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]
    """Calls what speaks to a server for the first time, and decides how often."""

FILE = "ticketbot.sqlite3"
"""The embedded store's file in its folder."""


async def at_once(prepare: Callable[[], Awaitable[None]]) -> None:
    """Call a server once; one that does not answer is an error."""
    await prepare()


async def open_store(settings: StoreSettings, contact: Contact) -> SqliteTicketStore | MongoTicketStore:
    """Open MongoDB if the settings have an address of it, and the embedded store otherwise.

    Raises
    ------
    UnusableStoreError
        It cannot be used as it is set up; the text names the setting.
    """
    if settings.mongodb_uri is None:
        try:
            return await SqliteTicketStore.open(settings.data / FILE)
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
        await contact(store.prepare)
    except BaseException as error:
        await store.close()
        if isinstance(error, UnusableStoreError):
            raise UnusableStoreError(f"MONGODB_URI: {error}") from error
        raise
    return store
