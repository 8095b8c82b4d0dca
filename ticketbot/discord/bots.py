"""hikari's bots: one that opens a websocket, and one that is sent signed requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import hikari

from ticketbot.discord import clients
from ticketbot.discord.request_queue import QueueingBuckets
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from ticketbot.config.settings import Settings
    from ticketbot.discord.request_queue import RequestQueue

RETRIES: Final = 2
"""How often a failed call to Discord is repeated."""


def gateway_bot(settings: Settings, queue: RequestQueue) -> hikari.GatewayBot:
    """Return a bot that opens a websocket, without a cache and without events but interactions.

    Raises
    ------
    ValueError
        The token has not the form of one.
    """
    bot = hikari.GatewayBot(
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
    QueueingBuckets.install(cast("hikari.impl.RESTClientImpl", bot.rest), queue)
    return bot


async def require_session(rest: hikari.api.RESTClient) -> None:
    """Check that the gateway can be reached and has sessions left.

    hikari asks the same when it starts, and would end the process.

    Raises
    ------
    DiscordBusyError
        All sessions of the day were started.
    """
    found = await rest.fetch_gateway_bot_info()
    if found.session_start_limit.remaining < found.shard_count:
        raise errors.DiscordBusyError(found.session_start_limit.reset_after.total_seconds())


def rest_bot(settings: Settings, queue: RequestQueue) -> hikari.RESTBot:
    """Return a bot that is sent signed requests; our own server receives them."""
    bot = hikari.RESTBot(
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
    QueueingBuckets.install(cast("hikari.impl.RESTClientImpl", bot.rest), queue)
    return bot
