"""Why a server that the bot needs cannot be reached, in words for whoever runs the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aiohttp
import hikari

from ticketbot.discord import api_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

_REASONS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, "its name cannot be resolved: is this machine online?"),
    (aiohttp.ClientConnectorCertificateError, "its certificate is not trusted: is there a proxy, is the clock right?"),
    (aiohttp.ClientSSLError, "no encrypted connection can be made: is there a proxy?"),
    (ConnectionRefusedError, "it refuses the connection"),
    (aiohttp.ServerTimeoutError, "it does not answer in time"),
    (TimeoutError, "it does not answer in time"),
    (ConnectionResetError, "it ends the connection without an answer"),
    (aiohttp.ServerDisconnectedError, "it ends the connection without an answer"),
)
_LOGIN_REFUSED: Final = 18
"""MongoDB's code AuthenticationFailed."""

_OF_MONGODB: Final = {
    "ServerSelectionTimeoutError": "no server answers at MONGODB_URI, or its replica set was not initiated",
    "NXDOMAIN": "the name in MONGODB_URI cannot be resolved",
}
"""By the names of classes: the driver is not loaded by those who do not use it."""


def why(error: BaseException) -> str:
    """Return why a call failed, without addresses or texts of others; classes and codes where no words fit."""
    for link in _chain(error):
        if isinstance(link, hikari.HTTPResponseError):
            return f"it answers with status {int(link.status)}"
        if type(link).__name__ == "OperationFailure" and getattr(link, "code", None) == _LOGIN_REFUSED:
            return "it refuses the user name or the password in MONGODB_URI"
        if words := _OF_MONGODB.get(type(link).__name__):
            return words
        for kind, words in _REASONS:
            if isinstance(link, kind):
                return words
    return api_errors.describe(error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__
