"""A proxy in front of Discord that lets requests wait until Discord takes them, as an operator may run one."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import aiohttp
import attrs
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from multidict import CIMultiDict, CIMultiDictProxy

_NOT_PASSED_ON: Final = ("Host", "Connection", "Transfer-Encoding", "Content-Length", "Content-Encoding")


@attrs.define(eq=False)
class LimitingProxy:
    """Passes requests on, so many a second of those with a bot's token; what Discord refuses is sent again."""

    upstream: str
    per_second: float
    session: aiohttp.ClientSession
    url: str = ""
    most_waiting: int = 0
    """How many requests waited at the same time, at most."""
    _waiting: int = 0
    _next: float = 0.0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = _passed_on(request.headers)
        while True:
            if "Authorization" in headers:
                await self._wait()
            async with self.session.request(
                request.method,
                self.upstream + request.path_qs.removeprefix("/api/v10"),
                headers=headers,
                data=body or None,
            ) as response:
                content = await response.read()
                if response.status != 429:
                    return web.Response(status=response.status, headers=_passed_on(response.headers), body=content)
                pause = float((await response.json())["retry_after"])
            await asyncio.sleep(pause)

    async def _wait(self) -> None:
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + 1 / self.per_second
        self._waiting += 1
        self.most_waiting = max(self.most_waiting, self._waiting)
        await asyncio.sleep(at - now)
        self._waiting -= 1


@contextlib.asynccontextmanager
async def limiting_proxy(upstream: str, per_second: float) -> AsyncGenerator[LimitingProxy]:
    """Return a context manager in which a proxy runs before an API at an address."""
    async with aiohttp.ClientSession() as session:
        proxy = LimitingProxy(upstream, per_second, session)
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", proxy.handle)
        runner = web.AppRunner(app, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _, port = runner.addresses[0]
        proxy.url = f"http://127.0.0.1:{port}/api/v10"
        try:
            yield proxy
        finally:
            await runner.cleanup()


def _passed_on(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    found = headers.copy()
    for name in _NOT_PASSED_ON:
        found.popall(name, None)
    return found
