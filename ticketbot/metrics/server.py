"""MetricsServer: the figures and the state of health, on a port of their own, for whoever runs the bot."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import exposition

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus_client import CollectorRegistry

_LOGGER = logging.getLogger(__name__)


class MetricsServer:
    """Serves ``/metrics``, ``/healthz`` and ``/readyz``; not for the public."""

    def __init__(self, registry: CollectorRegistry, probe: Callable[[], Awaitable[bool]]) -> None:
        self._registry = registry
        self._probe = probe
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; tell the port, which the system chose if 0 was asked for."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/metrics", self._metrics),
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _metrics(self, request: web.Request) -> web.Response:
        encode, content_type = exposition.choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, _request: web.Request) -> web.Response:
        try:
            ready = await self._probe()
        except Exception as error:  # noqa: BLE001 - whatever it is, the store cannot be used
            _LOGGER.warning("not ready: %s", type(error).__name__)
            ready = False
        return web.Response(status=200 if ready else 503, text="ready\n" if ready else "not ready\n")
