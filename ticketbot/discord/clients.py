"""The ways in which Discord's API is called."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import attrs
import hikari

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pydantic import HttpUrl

MAX_RATE_LIMIT: Final = 10.0
"""Seconds that hikari waits for a rate limit by itself; a longer one becomes an answer to the member."""

CALL_SECONDS: Final = 10.0
"""For one try of a call."""

UPLOAD_SECONDS: Final = 140.0
"""For one try of a large upload: 25 MiB at 1.5 Mbit/s."""


@attrs.frozen(kw_only=True)
class Clients:
    """hikari's REST clients."""

    rest: hikari.api.RESTClient
    """For almost all calls."""
    once: hikari.api.RESTClient
    """Never repeats a request by itself."""
    patient: hikari.api.RESTClient
    """Waits long enough for large uploads."""


def http_settings(seconds: float = CALL_SECONDS) -> hikari.impl.HTTPSettings:
    """Make the settings of connections to Discord; one try of a request gets so many seconds."""
    return hikari.impl.HTTPSettings(
        force_close_transports=False,  # hikari's default opens a new connection for every call
        timeouts=hikari.impl.HTTPTimeoutSettings(acquire_and_connect=3.0, total=seconds),
    )


def address_of(api_url: HttpUrl) -> str:
    """Give the address of Discord's API as hikari wants it: with no slash at its end."""
    return str(api_url).rstrip("/")


@contextlib.asynccontextmanager
async def opened(
    token: str, api_url: HttpUrl, *, retries: int = 0, seconds: float = CALL_SECONDS
) -> AsyncGenerator[hikari.api.RESTClient]:
    """Make a client that repeats a request at most so often by itself."""
    app = hikari.RESTApp(
        http_settings=http_settings(seconds),
        max_rate_limit=MAX_RATE_LIMIT,
        max_retries=retries,
        url=address_of(api_url),
    )
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
