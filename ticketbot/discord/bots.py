"""The bot as hikari knows it: one that opens a websocket, or one that is sent signed requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.discord import clients
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from ticketbot.config.settings import Settings

RETRIES: Final = 2
"""How often a call to Discord that failed is repeated."""


def gateway_bot(settings: Settings) -> hikari.GatewayBot:
    """Make a bot that opens a websocket; it keeps no cache and asks for no event but interactions.

    Raises
    ------
    ValueError
        What is given as token cannot be one.
    """
    return hikari.GatewayBot(
        settings.token.get_secret_value(),
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
        intents=hikari.Intents.NONE,
        auto_chunk_members=False,
        cache_settings=hikari.impl.CacheSettings(components=hikari.api.CacheComponents.NONE),
        http_settings=clients.http_settings(settings.call_seconds),
        max_rate_limit=clients.MAX_RATE_LIMIT,
        max_retries=RETRIES,
        rest_url=clients.address_of(settings.api_url),
    )


async def require_session(rest: hikari.api.RESTClient) -> None:
    """See that the gateway can be had, and lets the bot in today.

    hikari asks the same when it starts, and would end the process.

    Raises
    ------
    DiscordBusyError
        All sessions of the day are used up.
    """
    found = await rest.fetch_gateway_bot_info()
    if found.session_start_limit.remaining < found.shard_count:
        raise errors.DiscordBusyError(found.session_start_limit.reset_after.total_seconds())


def rest_bot(settings: Settings) -> hikari.RESTBot:
    """Make a bot that is sent signed requests; our own server takes them."""
    return hikari.RESTBot(
        settings.token.get_secret_value(),
        hikari.TokenType.BOT,
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
        http_settings=clients.http_settings(settings.call_seconds),
        max_rate_limit=clients.MAX_RATE_LIMIT,
        max_retries=RETRIES,
        rest_url=clients.address_of(settings.api_url),
    )
