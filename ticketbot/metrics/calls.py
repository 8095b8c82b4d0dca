"""Count each HTTP request to Discord, repeated ones too, through aiohttp's tracing."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

import aiohttp

if TYPE_CHECKING:
    from types import SimpleNamespace

    from ticketbot.services.ports import Metrics

_SECRET: Final = re.compile(r"(?<=/)(webhooks|interactions)/(\d+)/[^/]+")
_ID: Final = re.compile(r"(?<=/)\d+(?=/|$)")
_VERSION: Final = re.compile(r"^.*?/v\d+(?=/)")


def route(path: str) -> str:
    """Return the template of a request's path, without ids and tokens of interactions."""
    return _ID.sub("{id}", _SECRET.sub(r"\1/\2/{token}", _VERSION.sub("", path)))


def watch(session: aiohttp.ClientSession, metrics: Metrics) -> None:
    """Count the requests of a session from now on."""
    trace = aiohttp.TraceConfig()

    async def begin(_: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestStartParams) -> None:
        context.begun = time.perf_counter()

    async def end(_: aiohttp.ClientSession, context: SimpleNamespace, request: aiohttp.TraceRequestEndParams) -> None:
        elapsed = time.perf_counter() - context.begun
        metrics.called(request.method, route(request.url.path), str(request.response.status), elapsed)

    async def fail(
        _: aiohttp.ClientSession, context: SimpleNamespace, request: aiohttp.TraceRequestExceptionParams
    ) -> None:
        elapsed = time.perf_counter() - context.begun
        metrics.called(request.method, route(request.url.path), "none", elapsed)

    trace.on_request_start.append(begin)
    trace.on_request_end.append(end)
    trace.on_request_exception.append(fail)
    trace.freeze()
    session.trace_configs.append(trace)
