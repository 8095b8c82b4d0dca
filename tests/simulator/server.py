"""The REST API over HTTP: tokens, the document's rules, faults, records; the routes do the work."""

from __future__ import annotations

import asyncio
import inspect
import time
import traceback
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs
import orjson
from aiohttp import web

from tests.simulator import errors, faults, openapi, uploads
from tests.simulator.faults import Call, CallFaults, Cut, Drop, Hang, Headers, RateLimit, Respond
from tests.simulator.rate_limits import RateLimits
from tests.simulator.routes import applications, channels, commands, guilds, interactions, messages
from tests.simulator.routing import ROUTES, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from typing import Literal

    from tests.simulator.openapi import Operation
    from tests.simulator.rate_limits import Refusal
    from tests.simulator.routing import Services
    from tests.simulator.schemas import Problem
    from tests.simulator.uploads import Body

    Hook: TypeAlias = Callable[[Call], Awaitable[None]]

_CALLBACK: Final = "POST /interactions/{interaction_id}/{interaction_token}/callback"
PREFIX: Final = "/api/v10"
_ROUTE_MODULES: Final = (applications, channels, commands, guilds, interactions, messages)


class _DroppedError(Exception):
    """The connection shall be cut."""


class Server:
    """Answers requests, strictly."""

    def __init__(self, services: Services, token: str, *, validate: bool) -> None:
        self.services = services
        self.token = token
        self.validate = validate
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.faults = CallFaults(self.calls)
        self.connections: set[object] = set()
        """The addresses that requests came from: one for each connection."""
        self.latency = 0.0
        self.rate_limits = RateLimits()
        self.before_apply: Hook | None = None
        self.after_apply: Hook | None = None
        self.document = openapi.discord()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, and record it."""
        path = request.path.removeprefix(PREFIX)
        operation = self.document.find(request.method, path)
        call = Call(
            index=len(self.calls),
            method=request.method,
            path=path,
            route=f"{request.method} {path}" if operation is None else operation.route,
            query=dict(request.query),
            token=self._token(request.headers, operation),
            started=time.monotonic(),
            reason=request.headers.get("X-Audit-Log-Reason"),
        )
        self.calls.append(call)
        if request.transport is not None:
            self.connections.add(request.transport.get_extra_info("peername"))
        self.services.discord.touch()
        try:
            refusal = self.rate_limits.check(call)
            if refusal is None:
                reply, headers = await self._answer(call, request, operation)
            else:
                reply, headers = _over_limit(refusal)
        except _DroppedError:
            if request.transport is not None:  # the other side may have died meanwhile
                request.transport.abort()
            return web.Response(status=500)
        finally:
            call.ended = time.monotonic()
        call.status, call.answer = reply.status, reply.body
        self.services.discord.touch()
        if isinstance(call.fault, Headers):
            headers = dict(call.fault.headers)
        self.rate_limits.note(reply.status, headers.get("X-RateLimit-Scope"))
        response = _response(reply, self.rate_limits.headers(call) | headers)
        return await _cut(response, request, call.fault) if isinstance(call.fault, Cut) else response

    def _token(
        self, headers: Mapping[str, str], operation: Operation | None
    ) -> Literal["bot", "interaction", "none", "wrong"]:
        if "Authorization" in headers:
            return "bot" if headers["Authorization"] == f"Bot {self.token}" else "wrong"
        if operation is not None and operation.route in ROUTES and not ROUTES[operation.route].with_token:
            return "interaction"
        return "none"

    async def _answer(
        self, call: Call, request: web.Request, operation: Operation | None
    ) -> tuple[Reply, dict[str, str]]:
        try:
            body = await uploads.read(request)
        except errors.DiscordError as error:
            return Reply(error.status, error.body()), {}
        call.json = body.json
        call.files = tuple((upload.filename, len(upload.content)) for upload in body.files)
        await asyncio.sleep(self.latency)
        fault = call.fault = self.faults.take(call)
        if isinstance(fault, RateLimit):
            return _rate_limited(fault)
        if fault is not None and not fault.after:
            made = await self._apply_fault(fault)
            if made is not None:
                return made, {}
        if self.before_apply is not None:
            await self.before_apply(call)
        reply = await self._apply(call, body, operation)
        call.applied = reply.status < 300
        if self.after_apply is not None:
            await self.after_apply(call)
        if fault is not None and fault.after:
            reply = await self._apply_fault(fault) or reply
        return reply, dict(reply.headers)

    async def _apply_fault(self, fault: faults.Effect) -> Reply | None:
        if isinstance(fault, Drop):
            raise _DroppedError
        if isinstance(fault, Hang):
            await asyncio.sleep(fault.seconds)
        return Reply(fault.status, fault.body) if isinstance(fault, Respond) else None

    async def _apply(self, call: Call, body: Body, operation: Operation | None) -> Reply:
        try:
            reply = await self._carry_out(call, body, operation)
        except errors.DiscordError as error:
            reply = Reply(error.status, error.body())
        except errors.SublimitError as error:
            limited, headers = _rate_limited(RateLimit(error.retry_after))
            kept = {key: headers[key] for key in ("Retry-After", "X-RateLimit-Scope")}
            return attrs.evolve(limited, headers=kept)
        except Exception:  # noqa: BLE001  # the test must see it, whatever it is
            self.violate(call, f"the simulator failed: {traceback.format_exc()}")
            return Reply(500, {"message": "500: Internal Server Error", "code": 0})
        if self.validate and operation is not None:
            problems = operation.check_answer(reply.status, reply.body)
            self._note(call, f"answer {reply.status}", problems)
        return reply

    async def _carry_out(self, call: Call, body: Body, operation: Operation | None) -> Reply:
        route = None if operation is None else ROUTES.get(operation.route)
        if operation is None or route is None:
            self.violate(call, "unknown route" if operation is None else "this route is not simulated")
            raise errors.DiscordError(404, 0, "404: Not Found")
        if route.with_token and call.token != "bot":  # noqa: S105  # a kind of token, not a token
            raise errors.unauthorized()
        if self.validate:
            self._check(call, body, operation)
        request = Request(
            services=self.services,
            parameters=operation.parameters,
            query=call.query,
            body={} if body.json is None else body.json,
            files=body.files,
        )
        try:
            reply = route.handler(request)
            return await reply if inspect.isawaitable(reply) else reply
        except errors.DiscordError as error:
            if self.validate and operation.route == _CALLBACK:  # nothing that members do makes one malformed
                self._note(call, "request", error.problems)
            raise

    def _check(self, call: Call, body: Body, operation: Operation) -> None:
        problems: list[Problem] = [(name, "UNKNOWN_FIELD", "Unknown part of the form") for name in body.strange]
        problems += operation.check_query(call.query)
        if body.json is not None or operation.body is not None:
            problems += operation.check_body({} if body.json is None and body.files else body.json)
        if problems:
            self._note(call, "request", problems)
            raise errors.invalid_forms(problems)

    def _note(self, call: Call, what: str, problems: Iterable[Problem]) -> None:
        for path, code, words in problems:
            self.violate(call, f"{what}: {path or '(whole)'}: {code}: {words}")

    def violate(self, call: Call, words: str) -> None:
        """Record that somebody did not keep to Discord's document."""
        self.violations.append(f"{call.method} {call.path}: {words}")


def _rate_limited(fault: RateLimit) -> tuple[Reply, dict[str, str]]:
    body: dict[str, Any] = {
        "message": "You are being rate limited.",
        "retry_after": fault.retry_after,
        "global": fault.scope == "global",
        "code": 0,
    }
    headers = {
        "Retry-After": str(int(fault.retry_after) + 1),
        "X-RateLimit-Scope": fault.scope,
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": f"{time.time() + fault.retry_after:.3f}",
        "X-RateLimit-Reset-After": f"{fault.retry_after:.3f}",
    }
    if fault.scope == "global":
        headers["X-RateLimit-Global"] = "true"
    return Reply(429, body), headers


def _over_limit(refusal: Refusal) -> tuple[Reply, dict[str, str]]:
    """Answer a request that is over a limit; who is shut out gets a page of the proxy's in place of JSON."""
    if refusal.scope == "banned":
        return Reply(429), {"Retry-After": "600", "Content-Type": "text/html"}
    return _rate_limited(RateLimit(refusal.retry_after, refusal.scope))


async def _cut(response: web.Response, request: web.Request, fault: Cut) -> web.StreamResponse:
    """Send half of an answer."""
    body = bytes(response.body or b"")  # type: ignore[arg-type]
    half = body[: len(body) // 2]
    if fault.garbled or not body:
        response.body = half or None
        return response
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    await stream.prepare(request)
    await stream.write(half)
    await asyncio.sleep(0.05)  # so that it is sent
    if request.transport is not None:
        request.transport.abort()
    return stream


def _response(reply: Reply, headers: dict[str, str]) -> web.Response:
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    return web.Response(
        status=reply.status, body=orjson.dumps(reply.body), content_type="application/json", headers=headers
    )
