"""The MongoDB client and its collections: the only module that names the client's class."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import threading
import urllib.parse
import warnings
from typing import TYPE_CHECKING, Any, Final

import attrs
import pymongo.errors
from motor.motor_asyncio import AsyncIOMotorClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from motor.motor_asyncio import AsyncIOMotorCollection

    Client = AsyncIOMotorClient[dict[str, Any]]
    Collection = AsyncIOMotorCollection[dict[str, Any]]

_LOGGER = logging.getLogger(__name__)

TIMEOUT_MS: Final = 10_000
"""How long one operation may take, retries included; without a limit a hung server would hang the bot."""

DEFAULT_DATABASE: Final = "ticketbot"

_OF_MONGODB: Final = frozenset({"admin", "config", "local"})
"""MongoDB's own databases: in an address they say where the login is kept, not where data belongs."""

_CLOSING: Final = 3.0
"""Seconds that closing the connections may take."""

_UNESCAPED: Final = (
    "in the address, write the special characters of user name and password as % and two digits: "
    "@ as %40, / as %2F, : as %3A, ? as %3F, # as %23, [ as %5B, ] as %5D, % as %25"
)
_NOT_VALID: Final = "the MongoDB address or database name is not valid"


@attrs.frozen(kw_only=True)
class MongoCollections:
    """One client's collections."""

    client: Client
    database: str
    """The name of the database that they are in."""
    unused_database: str | None = None
    """The name of the one in the address, if another one is used."""
    default: MongoCollections | None = None
    """Those of the default database, if they are in the one that the address names: earlier versions used only that."""
    configs: Collection
    counters: Collection
    tickets: Collection
    presses: Collection
    openings: Collection
    owners: Collection
    """The processes that use the other collections, and which of them holds the gateway session."""
    meta: Collection
    """One document: the version of the other collections."""

    async def close(self) -> None:
        """Close all connections, without waiting for a server that hangs."""
        loop, closed = asyncio.get_running_loop(), asyncio.Event()

        def close() -> None:
            self.client.close()
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(closed.set)

        # While it closes, the client ends its sessions on the server, and blocks for that long.
        threading.Thread(target=close, name="mongo-close", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(closed.wait(), _CLOSING)


def connect(uri: str, database: str | None, *, timeout_ms: int = TIMEOUT_MS) -> MongoCollections:
    """Create a client; it connects when it is first used.

    Without a database's name the one in the address is used, or else ``DEFAULT_DATABASE``.

    The address's read and write concerns are overruled: a write counts once most members of a replica set have it on
    disk, and only the primary is read from. ``retryWrites`` stays as the address says, or on: some
    compatible servers need it off, and the store copes with both.

    Raises
    ------
    ValueError
        The address or the name is not usable. The text does not repeat it: it may hold a password.
    """
    if "@" in _parts(uri).path:  # what stands before a / in the password would be taken for the host
        raise ValueError(_UNESCAPED)
    try:
        with warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            client: Client = AsyncIOMotorClient(
                uri, appname="ticketbot", w="majority", journal=True, readPreference="primary", timeoutMS=timeout_ms
            )
        for name in _named(uri, [str(complaint.message) for complaint in complaints]):
            _LOGGER.warning(
                "the option %s in the MongoDB address, or its value, is not known to the driver: ignored", name
            )
        in_address = _database_in_address(client)
        name = database if database is not None else in_address or DEFAULT_DATABASE
        collections = _collections(client, name)
    except (pymongo.errors.PyMongoError, ValueError) as error:
        if _is_password_unescaped(uri):
            raise ValueError(_UNESCAPED) from None
        raise ValueError(f"{_NOT_VALID} ({type(error).__name__})") from None
    if database is None and name != DEFAULT_DATABASE:
        return attrs.evolve(collections, default=_collections(client, DEFAULT_DATABASE))
    return attrs.evolve(collections, unused_database=None if in_address in {None, name} else in_address)


def has_password(uri: str) -> bool:
    """Return whether a MongoDB address has a password in it.

    Raises
    ------
    ValueError
        The address is not usable. The text does not repeat it.
    """
    return _parts(uri).password is not None


def _parts(uri: str) -> urllib.parse.SplitResult:
    """Return the parts of an address; Python's own errors would repeat what may be a password."""
    try:
        return urllib.parse.urlsplit(uri)
    except ValueError:
        raise ValueError(_UNESCAPED if "@" in uri else _NOT_VALID) from None


def _named(uri: str, complaints: Sequence[str]) -> Sequence[str]:
    """Return the names of an address's options that the driver complains about; their values may be secret."""
    if _is_password_unescaped(uri):
        return []
    options = urllib.parse.parse_qsl(_parts(uri).query, keep_blank_values=True)
    words = [re.findall(r"\w+", complaint.partition(". Did you mean")[0].lower()) for complaint in complaints]
    return [name for name, _ in options if any(name.lower() in found for found in words)]


def _database_in_address(client: Client) -> str | None:
    try:
        name = client.get_default_database().name
    except pymongo.errors.ConfigurationError:
        return None
    return None if name in _OF_MONGODB else name


def _collections(client: Client, database: str) -> MongoCollections:
    found = client.get_database(database)
    return MongoCollections(
        client=client,
        database=database,
        configs=found.get_collection("configs"),
        counters=found.get_collection("counters"),
        tickets=found.get_collection("tickets"),
        presses=found.get_collection("presses"),
        openings=found.get_collection("openings"),
        owners=found.get_collection("owners"),
        meta=found.get_collection("meta"),
    )


def _is_password_unescaped(uri: str) -> bool:
    """Return whether an address that the driver refuses has a user name or password that it may refuse it for."""
    login, at, _ = uri.partition("://")[2].rpartition("@")
    return bool(at) and (re.search(r"[@/?#]|:.*:|%(?![0-9A-Fa-f]{2})", login) is not None)
