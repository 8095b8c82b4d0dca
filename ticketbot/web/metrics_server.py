"""MetricsServer: metrics and health on a port of their own, for whoever runs the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import exposition

from ticketbot.web import health

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_client import CollectorRegistry

    from ticketbot.web.health import Probe


class MetricsServer:
    """Serves ``/metrics``, ``/healthz`` and ``/readyz``; not for the public."""

    def __init__(self, registry: CollectorRegistry, probe: Probe, readiness: Callable[[], str]) -> None:
        self._registry = registry
        self._probe = probe
        self._readiness = readiness
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; return the port, which the system chooses for 0."""
        app = web.Application()
        app.add_routes([web.get("/metrics", self._metrics), *health.routes(self._probe, self._readiness)])
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
