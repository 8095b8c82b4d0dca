"""InteractionServer: Discord's signed interactions at ``POST /`` in REST mode, with health routes.

hikari's own hook answers 400 to a bad signature where Discord demands 401, answers 500 to signed nonsense, and accepts
any timestamp; so the code around its listeners is ours.
Source: Discord's documentation, "Receiving and Responding", section "Security and Authorization".
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import re
import time
from typing import TYPE_CHECKING, Any, Final, cast

import nacl.exceptions
import nacl.signing
import orjson
from aiohttp import web

from ticketbot.texts import buttons, quotes
from ticketbot.texts.settings import components, typed
from ticketbot.web import connections, health
from ticketbot.web.connections import BoundedConnections

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    import hikari

    from ticketbot.interactions.in_flight import InFlight
    from ticketbot.interactions.raw_payloads import RawPayloads
    from ticketbot.web.health import Probe

_LOGGER = logging.getLogger(__name__)

MAX_BODY: Final = 1 << 20
"""Bytes of a request's body, at most; Discord's largest interactions have some ten thousand."""

TIMESTAMP_WINDOW: Final = 300.0
"""Seconds by which a request's timestamp may differ from our clock."""

_BODY_TIMEOUT: Final = 10.0
"""Seconds within which a request's body must arrive."""

_LINGER: Final = 1.0
"""Seconds for which the body of a refused request is still taken, and thrown away.

A connection that is closed while its client sends is reset, and the client may lose the refusal.
"""

_READ_BUFFER: Final = 1 << 16
"""Bytes of a request that are read ahead; aiohttp holds up to twice as many."""

_SIGNATURE: Final = "X-Signature-Ed25519"
_TIMESTAMP: Final = "X-Signature-Timestamp"
_SIGNATURE_FORM: Final = re.compile(r"[0-9a-fA-F]{128}")
_LONGEST: Final = 32
"""Characters of a timestamp, at most."""

_FIRST_ERROR: Final = 400
"""From this status on an answer is a refusal."""

_WARNING_INTERVAL: Final = 60.0
"""Seconds between two warnings about the clock."""

_REQUIRED_FIELDS: Final = (
    *("id", "channel_id", "author", "content", "timestamp", "edited_timestamp", "tts", "pinned", "type", "flags"),
)
"""The fields of a message that hikari requires."""

_ID_LIMIT: Final = 1 << 63
"""Discord's ids have 63 bits."""

_PING: Final = 1
_MODAL_SUBMIT: Final = 5
_PONG: Final = b'{"type":1}'


class InteractionServer:
    """Passes Discord's interactions to the listeners that are set on hikari's bot."""

    def __init__(
        self, bot: hikari.RESTBot, public_key: bytes, in_flight: InFlight, raw_payloads: RawPayloads, probe: Probe
    ) -> None:
        self._bot = bot
        self._key = nacl.signing.VerifyKey(public_key)
        self._in_flight = in_flight
        self._raw_payloads = raw_payloads
        self._probe = probe
        self._ready = False
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None
        self._connections: BoundedConnections | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._warned_at = -_WARNING_INTERVAL

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port: the system chooses one for 0."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[self._track])
        app.add_routes(
            [
                web.post("/", self._interaction),
                *health.routes(self._why_not_ready),
            ]
        )
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=5.0,
            auto_decompress=False,  # Discord compresses nothing, and what others compress may be a bomb
            lingering_time=0.0,  # it has no limit of bytes
            read_bufsize=_READ_BUFFER,
            logger=connections.SERVER_LOGGER,
        )
        await self._runner.setup()
        assert self._runner.server is not None, "it is set up"
        self._connections = BoundedConnections(self._runner.server, most=connections.most_connections())
        self._listener = await asyncio.get_running_loop().create_server(self._connections, host, port)
        self._ready = True
        return int(self._listener.sockets[0].getsockname()[1])

    @property
    def is_accepting(self) -> bool:
        """Return whether requests are accepted: not before it listens, nor once it is about to stop."""
        return self._ready

    def stop_accepting(self) -> None:
        """Make ``/readyz`` answer 503; requests are still served."""
        self._ready = False

    async def close(self) -> None:
        """Stop listening, after requests under way are answered."""
        self._ready = False
        if self._listener is not None:
            self._listener.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _why_not_ready(self) -> str | None:
        return await self._probe() if self._ready else "stopping"

    @property
    def _bounds(self) -> BoundedConnections:
        assert self._connections is not None, "requests come after the start"
        return self._connections

    @web.middleware
    async def _track(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Note when a request begins and ends; a connection with a refused one is not used again."""
        transport = request.transport
        self._bounds.begin_request(transport)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.force_close()
            raise
        finally:
            self._bounds.end_request(transport)
        if response.status >= _FIRST_ERROR:
            response.force_close()
        return response

    async def _interaction(self, request: web.Request) -> web.Response:
        if not _has_signature_headers(request):  # which costs less than to keep its body
            return await _refuse_early(request, web.Response(status=401, text="invalid request signature\n"))
        try:
            # A body that came with the headers needs no timer.
            async with contextlib.nullcontext() if request.content.is_eof() else asyncio.timeout(_BODY_TIMEOUT):
                body = await self._read(request)
        except TimeoutError:
            return web.Response(status=408, text="the body did not arrive\n")
        except connections.CLIENT_FAULTS:
            return web.Response(status=400, text="the body broke off\n")
        if not self._is_signed(request, body):
            return web.Response(status=401, text="invalid request signature\n")
        self._bounds.prove(request.transport)
        return await self._receive(body)

    async def _receive(self, body: bytes) -> web.Response:
        """Pass a signed interaction to its listener; return the answer."""
        try:
            payload = orjson.loads(body)
            if payload["type"] == _PING:
                return web.Response(body=_PONG, content_type="application/json")
            if "message" in payload:
                payload["message"] = _without_content(payload["message"])
            interaction = self._bot.entity_factory.deserialize_interaction(payload)
            if payload["type"] == _MODAL_SUBMIT:
                self._raw_payloads.keep(interaction.id, payload["data"])
            listener = self._bot.interaction_server.get_listener(type(interaction))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the payload, the sender is at fault
            _LOGGER.warning("malformed interaction payload: %s", type(error).__name__)
            return web.Response(status=400, text="not an interaction\n")
        if listener is None or not _has_valid_fields(interaction):
            return web.Response(status=400, text="no such interaction is expected\n")
        with self._in_flight.track():
            return await self._answer(interaction, listener)

    async def _read(self, request: web.Request) -> bytes:
        """Return the body; what is not yet signed by anybody is counted while it arrives."""
        transport = request.transport
        if (request.content_length or 0) > MAX_BODY:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
        body = bytearray()
        try:
            while chunk := await request.content.readany():
                body += chunk
                self._bounds.hold(transport, len(chunk))
                del chunk  # as below
                if len(body) > MAX_BODY:
                    raise web.HTTPRequestEntityTooLarge(MAX_BODY, len(body))
            return bytes(body)
        finally:
            self._bounds.release(transport)
            body.clear()  # an error's traceback may keep it until the next collection of garbage

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        timestamp = request.headers.get(_TIMESTAMP, "")
        signature = request.headers.get(_SIGNATURE, "")
        try:
            self._key.verify(timestamp.encode() + body, bytes.fromhex(signature))
            age = time.time() - float(timestamp)
        except (ValueError, nacl.exceptions.BadSignatureError):
            return False
        if abs(age) <= TIMESTAMP_WINDOW:
            return True
        self._warn_about_clock(age)
        return False

    def _warn_about_clock(self, age: float) -> None:
        """Warn that a correctly signed request is refused: this clock is wrong, or an old request was sent again."""
        now = time.monotonic()
        if now - self._warned_at >= _WARNING_INTERVAL:
            self._warned_at = now
            words = "refused a signed request that is %.0f s old by this machine's clock; is the clock right?"
            _LOGGER.warning(words, age)

    async def _answer(self, interaction: hikari.PartialInteraction, listener: Callable[..., Any]) -> web.Response:
        try:
            call = listener(interaction)
            if inspect.isasyncgen(call):
                # lightbulb's: it answers through the callback endpoint and returns nothing
                generator = cast("AsyncGenerator[Any]", call)
                task = asyncio.create_task(self._exhaust(interaction, generator))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                return web.Response(status=202)
            result = await call
        except Exception as error:  # noqa: BLE001 - handlers answer on their own; this is the last resort
            _LOGGER.warning("interaction %s has no answer: %s", interaction.id, type(error).__name__)
            return web.Response(status=500, text="no answer\n")
        if result is None:
            return web.Response(status=202)
        content, files = result.build(self._bot.entity_factory)
        assert not files, "no first answer carries files"
        return web.Response(body=orjson.dumps(content), content_type="application/json")

    async def _exhaust(self, interaction: hikari.PartialInteraction, generator: AsyncGenerator[Any]) -> None:
        with self._in_flight.track():
            try:
                async for _ in generator:
                    pass
            except Exception as error:  # noqa: BLE001 - as above
                _LOGGER.warning("interaction %s has no answer: %s", interaction.id, type(error).__name__)


def _has_signature_headers(request: web.Request) -> bool:
    """Return whether a request has what may be a signature, and a timestamp."""
    signature = request.headers.get(_SIGNATURE, "")
    return _SIGNATURE_FORM.fullmatch(signature) is not None and 0 < len(request.headers.get(_TIMESTAMP, "")) <= _LONGEST


async def _refuse_early(request: web.Request, refusal: web.Response) -> web.Response:
    """Send a refusal, and then take what its client still sends of the body, as far as a body may be long."""
    if request.content.is_eof():
        return refusal
    refusal.force_close()
    with contextlib.suppress(TimeoutError, *connections.CLIENT_FAULTS):
        await refusal.prepare(request)
        await refusal.write_eof()
        taken = 0
        async with asyncio.timeout(_LINGER):
            while taken <= MAX_BODY and (chunk := await request.content.readany()):
                taken += len(chunk)
    return refusal


def _has_valid_fields(interaction: Any) -> bool:  # noqa: ANN401 - of several kinds, with fields of any type
    """Return whether the fields that listeners rely on have the right types; hikari does not check them."""
    name = getattr(interaction, "custom_id", None) or getattr(interaction, "command_name", None)
    texts = (name, interaction.locale, interaction.token)
    ids = (interaction.id, interaction.channel_id, interaction.guild_id or 0)
    return all(isinstance(text, str) for text in texts) and all(0 <= number < _ID_LIMIT for number in ids)


def _without_content(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message that carries a component without what no handler needs, such as new kinds of embeds."""
    needed = {**{key: message[key] for key in _REQUIRED_FIELDS}, "attachments": (), "embeds": ()}
    if quotes.is_question(message) or typed.is_refusal(message):
        needed |= {"components": message["components"], "embeds": message["embeds"]}
    elif any(map(buttons.is_menu, buttons.custom_ids_of(message))):
        needed["components"] = message["components"]
    if components.carries_file(message):
        needed |= {"attachments": message["attachments"], "embeds": message["embeds"]}
    return needed
