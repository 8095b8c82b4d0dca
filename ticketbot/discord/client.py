"""How Discord's API is spoken to: time-outs, and a client that sends each request once."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import hikari

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

MAX_RATE_LIMIT: Final = 10.0
"""Seconds that hikari waits for a rate limit by itself; a longer one becomes an answer to the member."""


def http_settings() -> hikari.impl.HTTPSettings:
    """Make the settings of a connection to Discord."""
    return hikari.impl.HTTPSettings(
        force_close_transports=False,  # hikari's default opens a new connection for every call
        timeouts=hikari.impl.HTTPTimeoutSettings(acquire_and_connect=3.0, total=10.0),
    )


@contextlib.asynccontextmanager
async def without_retries(token: str, api_url: str) -> AsyncGenerator[hikari.api.RESTClient]:
    """Make a client that sends each request once."""
    app = hikari.RESTApp(http_settings=http_settings(), max_rate_limit=MAX_RATE_LIMIT, max_retries=0, url=api_url)
    await app.start()
    try:
        client = app.acquire(token, hikari.TokenType.BOT)
        client.start()
        try:
            yield client
        finally:
            await client.close()
    finally:
        await app.close()
