"""hikari's REST clients, and how they are set up."""

from __future__ import annotations

import contextlib
import functools
import ssl
from typing import TYPE_CHECKING, Final

import attrs
import hikari

from ticketbot.discord import api, responses
from ticketbot.discord.request_queue import QueueingBuckets

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pydantic import HttpUrl

    from ticketbot.discord.request_queue import RequestQueue
    from ticketbot.discord.responses import TokenState

MAX_RATE_LIMIT: Final = 10.0
"""Seconds that hikari waits for a rate limit; for a longer one the member is asked to try again."""

CALL_SECONDS: Final = 10.0
"""For one try of a call."""

UPLOAD_SECONDS: Final = 140.0
"""For one try of a large upload: 25 MiB at 1.5 Mbit/s."""


@attrs.frozen(kw_only=True)
class Clients:
    """hikari's REST clients."""

    rest: hikari.api.RESTClient
    """For almost all calls."""
    no_retry: hikari.api.RESTClient
    """Never repeats a request by itself."""
    uploads: hikari.api.RESTClient
    """Waits long enough for large uploads."""
    queue: RequestQueue
    """Where the requests of all of them wait."""


@functools.cache
def _trust() -> ssl.SSLContext:
    """Return what all connections verify certificates with: loading them takes as long as a twentieth of the start."""
    return ssl.create_default_context()


def http_settings(seconds: float = CALL_SECONDS) -> hikari.impl.HTTPSettings:
    """Return the settings of connections to Discord; ``seconds`` is for one try of a request."""
    return hikari.impl.HTTPSettings(
        ssl=_trust(),
        force_close_transports=False,  # hikari's default opens a new connection for every call
        timeouts=hikari.impl.HTTPTimeoutSettings(acquire_and_connect=3.0, total=seconds),
    )


def address_of(api_url: HttpUrl) -> str:
    """Return the address of Discord's API as hikari takes it: without a slash at the end."""
    return str(api_url).rstrip("/")


@contextlib.asynccontextmanager
async def open_client(  # noqa: PLR0913 - each is a setting of the client
    token: str,
    api_url: HttpUrl,
    *,
    retries: int = 0,
    seconds: float = CALL_SECONDS,
    token_state: TokenState | None = None,
    queue: RequestQueue | None = None,
) -> AsyncGenerator[hikari.api.RESTClient]:
    """Open a client that repeats a failed request at most ``retries`` times; its requests wait in ``queue``, if any."""
    app = hikari.RESTApp(
        http_settings=http_settings(seconds),
        max_rate_limit=MAX_RATE_LIMIT,
        max_retries=retries,
        url=address_of(api_url),
    )
    if queue is not None:
        QueueingBuckets.install(app, queue)
    await app.start()
    try:
        client = app.acquire(token, hikari.TokenType.BOT)
        client.start()
        responses.check(api.session(client), token_state)
        try:
            yield client
        finally:
            await client.close()
    finally:
        await app.close()
