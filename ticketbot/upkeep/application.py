"""The application as its owner set it up on Discord, and the two settings of it that the bot needs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

import attrs
import hikari

from ticketbot.discord import clients, failures, raw
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from pydantic import HttpUrl

_CONTENT: Final = 1 << 18 | 1 << 19
"""Flags of an application that reads what members write: Discord's own, and for less than a hundred servers."""

_CONTENT_LIMITED: Final = 1 << 19
_SETTABLE: Final = 1 << 13 | 1 << 15 | _CONTENT_LIMITED
"""The flags that an application may set itself."""


class DiscordError(Exception):
    """Discord does not do what was asked; the text says why, and what to do."""


class TokenRefusedError(DiscordError):
    """Discord does not know the token."""


@attrs.frozen(kw_only=True)
class Application:
    """What matters here of an application."""

    id: int
    name: str
    bot_id: int
    flags: int
    verify_key: str
    """What Discord signs interactions with, in hexadecimal digits."""
    address: str | None
    """Where Discord sends interactions; None for over the gateway."""

    @property
    def reads_messages(self) -> bool:
        """Whether Discord shows it what members write."""
        return bool(self.flags & _CONTENT)


@contextlib.asynccontextmanager
async def connected(token: str, api_url: HttpUrl) -> AsyncGenerator[hikari.api.RESTClient]:
    """Speak to Discord, and turn what it refuses into ``DiscordError``."""
    try:
        async with clients.opened(token, api_url) as rest:
            yield rest
    except ValueError as error:
        raise TokenRefusedError("DISCORD_TOKEN is not a token; copy it again from the Developer Portal") from error


async def fetch(rest: hikari.api.RESTClient) -> Application:
    """Fetch the application that the token belongs to.

    Raises
    ------
    DiscordError
        Discord does not know the token, or does not answer.
    """
    with _told():
        async with failures.translated():
            return _application(await raw.application(rest))


async def switch_on_message_content(rest: hikari.api.RESTClient, application: Application) -> Application:
    """Let Discord show the application what members write.

    Raises
    ------
    DiscordError
        Discord refuses: beyond a hundred servers it wants to be asked in the Developer Portal.
    """
    flags = application.flags & _SETTABLE | _CONTENT_LIMITED
    with _told("set the flag; switch on Message Content Intent in the Developer Portal, page Bot"):
        async with failures.translated():
            changed = _application(await raw.edit_application(rest, {"flags": flags}))
    if not changed.reads_messages:
        raise DiscordError("Discord did not set the flag; switch on Message Content Intent in the Developer Portal")
    return changed


async def set_address(rest: hikari.api.RESTClient, address: str | None) -> Application:
    """Tell Discord where to send interactions; None brings them back to the gateway.

    Raises
    ------
    DiscordError
        Discord refuses: it looks whether a bot answers at the address.
    """
    with _told(
        "take the address: it asks it for a signed answer first, so the bot must be running and reachable there"
    ):
        async with failures.translated():
            return _application(await raw.edit_application(rest, {"interactions_endpoint_url": address}))


@contextlib.contextmanager
def _told(wish: str = "answer as expected") -> Generator[None]:
    try:
        yield
    except errors.DiscordRefusedError as error:
        if isinstance(error.__cause__, hikari.UnauthorizedError):
            raise TokenRefusedError("Discord refuses DISCORD_TOKEN; copy it again from the Developer Portal") from error
        raise DiscordError(f"Discord does not {wish} (code {error.code})") from error
    except errors.TicketError as error:
        raise DiscordError(f"Discord cannot be reached ({failures.told(error.__cause__ or error)})") from error


def _application(payload: Mapping[str, Any]) -> Application:
    return Application(
        id=int(payload["id"]),
        name=payload["name"],
        bot_id=int(payload["bot"]["id"]),
        flags=int(payload.get("flags") or 0),
        verify_key=payload["verify_key"],
        address=payload.get("interactions_endpoint_url"),
    )
