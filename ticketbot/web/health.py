"""The health routes of both servers: ``/healthz`` (the process lives) and ``/readyz`` (it can do its work)."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

_LOGGER = logging.getLogger(__name__)

Probe: TypeAlias = Callable[[], Awaitable[str | None]]
"""Returns why the bot is not ready, None if it is; raises where the store does not answer."""


def routes(probe: Probe, readiness: Callable[[], str] = lambda: "ready") -> list[web.RouteDef]:
    """Return the routes; ``/readyz`` answers 503 and the reason while the bot is not ready, ``readiness`` otherwise."""

    async def readyz(_request: web.Request) -> web.Response:
        try:
            reason = await probe()
        except Exception as error:  # noqa: BLE001 - whatever it is, the store cannot be used
            _LOGGER.warning("not ready: %s", type(error).__name__)
            reason = "store unreachable"
        return web.Response(text=f"{readiness()}\n") if reason is None else web.Response(status=503, text=f"{reason}\n")

    return [web.get("/healthz", _healthz), web.get("/readyz", readyz)]


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="alive\n")
