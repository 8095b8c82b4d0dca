"""The application in Discord's Developer Portal, and its two settings that the bot needs."""

from __future__ import annotations

import base64
import contextlib
from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.discord import api, api_errors, clients, unreachable
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    import hikari
    from pydantic import HttpUrl

_CONTENT_LIMITED: Final = 1 << 19
"""GATEWAY_MESSAGE_CONTENT_LIMITED: for applications on fewer than a hundred servers."""

_CONTENT: Final = 1 << 18 | _CONTENT_LIMITED
"""GATEWAY_MESSAGE_CONTENT, which Discord grants, and its limited form: each lets the bot read messages."""

_SETTABLE: Final = 1 << 13 | 1 << 15 | _CONTENT_LIMITED
"""The flags that an application may set itself. Discord's documentation, "Edit Current Application"."""


class DiscordError(Exception):
    """Discord does not do what was asked; the text says why, and what to do."""


class TokenRefusedError(DiscordError):
    """Discord does not know the token."""


@attrs.frozen(kw_only=True)
class Application:
    """The part of an application that the bot looks at."""

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


def may_be_token(token: str) -> bool:
    """Return whether a text has the form of a bot's token: three parts, the first of which is an id in base64."""
    first, *others = token.split(".")
    try:
        return len(others) == 2 and all(others) and base64.b64decode(first + "==").isdigit()  # noqa: PLR2004 - two more
    except ValueError:
        return False


@contextlib.asynccontextmanager
async def connected(token: str, api_url: HttpUrl, *, retries: int = 0) -> AsyncGenerator[hikari.api.RESTClient]:
    """Open a client for the token, which repeats a failed request at most ``retries`` times.

    Raises
    ------
    TokenRefusedError
        It cannot be a token.
    """
    async with contextlib.AsyncExitStack() as stack:
        try:
            rest = await stack.enter_async_context(clients.open_client(token, api_url, retries=retries))
        except ValueError as error:
            raise TokenRefusedError("DISCORD_TOKEN is not a token; copy it again from the Developer Portal") from error
        yield rest


async def fetch(rest: hikari.api.RESTClient) -> Application:
    """Fetch the application that the token belongs to.

    Raises
    ------
    DiscordError
        Discord does not know the token, or does not answer.
    """
    with _discord_errors():
        async with api_errors.translate_errors():
            return await _parse(rest, await api.fetch_application(rest))


async def switch_on_message_content(rest: hikari.api.RESTClient, application: Application) -> Application:
    """Switch on the Message Content Intent.

    Raises
    ------
    DiscordError
        Discord refuses: beyond a hundred servers it wants to be asked in the Developer Portal.
    """
    flags = application.flags & _SETTABLE | _CONTENT_LIMITED
    with _discord_errors("set the flag; switch on Message Content Intent in the Developer Portal, page Bot"):
        async with api_errors.translate_errors():
            changed = await _parse(rest, await api.edit_application(rest, {"flags": flags}))
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
    with _discord_errors(
        "take the address: it asks it for a signed answer first, so the bot must be running and reachable there"
    ):
        async with api_errors.translate_errors():
            return await _parse(rest, await api.edit_application(rest, {"interactions_endpoint_url": address}))


@contextlib.contextmanager
def _discord_errors(request: str = "answer as expected") -> Generator[None]:
    try:
        yield
    except errors.TokenRefusedError as error:
        raise TokenRefusedError("Discord refuses DISCORD_TOKEN; copy it again from the Developer Portal") from error
    except errors.DiscordRefusedError as error:
        raise DiscordError(f"Discord does not {request} (code {error.code})") from error
    except errors.TicketError as error:
        raise DiscordError(f"Discord cannot be reached ({unreachable.why(error)})") from error


async def _parse(rest: hikari.api.RESTClient, payload: Mapping[str, Any]) -> Application:
    """Read an application; Discord's schema does not promise that its answer has the bot."""
    bot: Mapping[str, Any] = payload.get("bot") or await api.fetch_my_user(rest)
    return Application(
        id=int(payload["id"]),
        name=payload.get("name") or "",
        bot_id=int(bot["id"]),
        flags=int(payload.get("flags") or 0),
        verify_key=payload.get("verify_key") or "",
        address=payload.get("interactions_endpoint_url"),
    )
