"""What is checked in each of Discord's responses before hikari reads it: rate limits and the token.

aiohttp's tracing sees every response of a session, repeated requests too.
"""

from __future__ import annotations

import logging
import math
import re
from typing import TYPE_CHECKING, Final

import aiohttp
import multidict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import SimpleNamespace

    from ticketbot.services.ports import Metrics

_LOGGER = logging.getLogger(__name__)

_UNAUTHORIZED: Final = 401
_REFUSED_FROM: Final = 400
_BY_TOKEN_OF_INTERACTION: Final = re.compile(r"/(webhooks|interactions)/\d+/")
_CHANNEL: Final = re.compile(r"/channels/\d+$")
_LONGEST_RESET: Final = 86_400.0
"""Seconds; a rate limit that lasts longer than a day is taken for a mistake."""


class TokenState:
    """Whether Discord accepts the bot's token: one that was reset makes each call fail from then on."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._was_accepted = False
        self.is_refused = False

    def note(self, path: str, status: int) -> None:
        """Take in the status of a response; log the first refusal after the token was accepted once.

        A token that was never accepted ends the start, which says so.
        """
        if _BY_TOKEN_OF_INTERACTION.search(path):
            return
        if status == _UNAUTHORIZED and not self.is_refused:
            self.is_refused = True
            self._metrics.token_accepted(accepted=False)
            if self._was_accepted:
                _LOGGER.warning(
                    "Discord no longer accepts DISCORD_TOKEN: it was reset; copy the new one from the Developer "
                    "Portal, page Bot, and restart the bot"
                )
        elif status < _REFUSED_FROM:
            self._was_accepted = True
            if self.is_refused:
                self.is_refused = False
                self._metrics.token_accepted(accepted=True)
                _LOGGER.info("Discord accepts DISCORD_TOKEN again")


def check(session: aiohttp.ClientSession, token: TokenState | None = None) -> None:
    """Check the responses of a session from now on."""
    trace = aiohttp.TraceConfig()

    async def end(_: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestEndParams) -> None:
        _drop_unusable_rate_limit(request)
        if token is not None:
            token.note(request.url.path, request.response.status)

    trace.on_request_end.append(end)
    trace.freeze()
    session.trace_configs.append(trace)


def _drop_unusable_rate_limit(request: aiohttp.TraceRequestEndParams) -> None:
    """Remove the headers of a rate limit that would make hikari fail, which then takes the route for unlimited.

    Those of a channel's edit are removed too: Discord takes two new names in ten minutes, and where these headers say
    so, hikari spreads requests over that time and waits for each. Without them, it gives up by ``retry_after``.
    aiohttp has no public way to change a response's headers.
    """
    response = request.response
    is_edit = request.method == "PATCH" and _CHANNEL.search(request.url.path) is not None
    if is_edit or not has_usable_rate_limit(response.headers):
        kept = [(key, value) for key, value in response.headers.items() if not key.lower().startswith("x-ratelimit-")]
        usable = multidict.CIMultiDictProxy(multidict.CIMultiDict(kept))
        response._cache["headers"] = usable  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def has_usable_rate_limit(headers: Mapping[str, str]) -> bool:
    """Return whether hikari can compute with a response's rate limit; without any it can.

    It divides by the time until the reset, and by the requests that were already made
    (hikari 2.6.0, ``hikari/impl/buckets.py``, ``_calculate_sliding_window``).
    """
    if "X-RateLimit-Bucket" not in headers and "X-RateLimit-Remaining" not in headers:
        return True
    try:
        limit = int(headers.get("X-RateLimit-Limit", "1"))
        remaining = int(headers.get("X-RateLimit-Remaining", "1"))
        reset = float(headers.get("X-RateLimit-Reset", "0"))
        reset_after = float(headers.get("X-RateLimit-Reset-After", "0"))
    except ValueError:
        return False
    if "X-RateLimit-Bucket" not in headers:
        return True
    return remaining < limit and math.isfinite(reset) and 0 < reset_after <= _LONGEST_RESET
