"""REST mode: Discord's signed interactions at ``POST /``, health routes, and an orderly end.

hikari's own hook answers 400 to a bad signature where Discord demands 401, 500 to signed nonsense, takes any
timestamp, and verifies nothing else; so the few lines around its listeners are ours, and its listeners do the work.
Source: Discord's documentation, "Receiving and Responding", section "Security and Authorization".
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import time
from typing import TYPE_CHECKING, Any, Final, cast

import nacl.exceptions
import nacl.signing
import orjson
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    import hikari

    from ticketbot.discord.work import WorkInHand

    Probe = Callable[[], Awaitable[None]]

_LOGGER = logging.getLogger(__name__)

MAX_BODY: Final = 1 << 20
"""Bytes of a request's body; Discord's largest interactions are a few ten thousand."""

TIMESTAMP_WINDOW: Final = 300.0
"""Seconds by which a request's timestamp may differ from our clock."""

_BODY_PATIENCE: Final = 10.0
"""Seconds that a request's body may take to arrive."""

_COMPLAINT_PAUSE: Final = 60.0
"""Seconds between two complaints about the time."""

_KEPT: Final = (
    *("id", "channel_id", "author", "content", "timestamp", "edited_timestamp", "tts", "pinned", "type", "flags"),
)
"""What hikari demands of a message."""

_MOST_IDS: Final = 1 << 63
"""Discord's ids are numbers of 63 bits."""

_PING: Final = 1
_PONG: Final = b'{"type":1}'


class InteractionServer:
    """An aiohttp application that hands Discord's interactions to the listeners that lightbulb and miru set."""

    def __init__(self, bot: hikari.RESTBot, public_key: bytes, work: WorkInHand, probe: Probe) -> None:
        self._bot = bot
        self._key = nacl.signing.VerifyKey(public_key)
        self._work = work
        self._probe = probe
        self._ready = False
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._complained = -_COMPLAINT_PAUSE

    async def start(self, host: str, port: int) -> int:
        """Listen; tell the port, which the system chose if 0 was asked for."""
        app = web.Application(client_max_size=MAX_BODY)
        app.add_routes(
            [
                web.post("/", self._interaction),
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
            ]
        )
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=5.0,
            auto_decompress=False,  # Discord compresses nothing, and what others compress may be a bomb
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self._ready = True
        return int(self._runner.addresses[0][1])

    @property
    def wants_requests(self) -> bool:
        """Whether requests are wanted: not before it listens, nor once it is about to end."""
        return self._ready

    def retire(self) -> None:
        """Say at ``/readyz`` that no more requests are wanted; those that come are still served."""
        self._ready = False

    async def close(self) -> None:
        """Stop accepting; requests that are being answered get their answer."""
        self._ready = False
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, _request: web.Request) -> web.Response:
        if not self._ready:
            return web.Response(status=503, text="stopping\n")
        try:
            await self._probe()
        except Exception as error:  # noqa: BLE001 - whatever it is, the store cannot be used
            _LOGGER.warning("not ready: %s", type(error).__name__)
            return web.Response(status=503, text="store unreachable\n")
        return web.Response(text="ready\n")

    async def _interaction(self, request: web.Request) -> web.Response:
        try:
            # a body that came with the headers needs no timer
            async with contextlib.nullcontext() if request.content.is_eof() else asyncio.timeout(_BODY_PATIENCE):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408, text="the body does not come\n")
        if not self._is_signed(request, body):
            return web.Response(status=401, text="invalid request signature\n")
        try:
            payload = orjson.loads(body)
            if payload["type"] == _PING:
                return web.Response(body=_PONG, content_type="application/json")
            if "message" in payload:
                payload["message"] = _without_content(payload["message"])
            interaction = self._bot.entity_factory.deserialize_interaction(payload)
            listener = self._bot.interaction_server.get_listener(type(interaction))
        except Exception as error:  # noqa: BLE001 - any fault of the payload is the sender's
            _LOGGER.warning("signed request that is no interaction: %s", type(error).__name__)
            return web.Response(status=400, text="not an interaction\n")
        if listener is None or not _is_sound(interaction):
            return web.Response(status=400, text="no such interaction is expected\n")
        with self._work.begun():
            return await self._answer(interaction, listener)

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        timestamp = request.headers.get("X-Signature-Timestamp", "")
        signature = request.headers.get("X-Signature-Ed25519", "")
        try:
            self._key.verify(timestamp.encode() + body, bytes.fromhex(signature))
            ahead = time.time() - float(timestamp)
        except (ValueError, nacl.exceptions.BadSignatureError):
            return False
        if abs(ahead) <= TIMESTAMP_WINDOW:
            return True
        self._complain_of_the_time(ahead)
        return False

    def _complain_of_the_time(self, ahead: float) -> None:
        """Tell the operator why good requests are refused: a clock that is wrong here, or an old request sent again."""
        now = time.monotonic()
        if now - self._complained >= _COMPLAINT_PAUSE:
            self._complained = now
            words = "a request of Discord's is %.0f s old by this machine's clock, and refused; is the clock right?"
            _LOGGER.warning(words, ahead)

    async def _answer(self, interaction: hikari.PartialInteraction, listener: Callable[..., Any]) -> web.Response:
        try:
            call = listener(interaction)
            if inspect.isasyncgen(call):
                # lightbulb's: it answers through the callback endpoint, and gives nothing
                generator = cast("AsyncGenerator[Any]", call)
                task = asyncio.create_task(self._exhaust(interaction, generator))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                return web.Response(status=202)
            result = await call
        except Exception as error:  # noqa: BLE001 - the handlers answer for themselves; this is their last resort
            _LOGGER.warning("interaction %s has no answer: %s", interaction.id, type(error).__name__)
            return web.Response(status=500, text="no answer\n")
        if result is None:
            return web.Response(status=202)
        content, files = result.build(self._bot.entity_factory)
        assert not files, "no first answer carries files"
        return web.Response(body=orjson.dumps(content), content_type="application/json")

    async def _exhaust(self, interaction: hikari.PartialInteraction, generator: AsyncGenerator[Any]) -> None:
        with self._work.begun():
            try:
                async for _ in generator:
                    pass
            except Exception as error:  # noqa: BLE001 - as above
                _LOGGER.warning("interaction %s has no answer: %s", interaction.id, type(error).__name__)


def _is_sound(interaction: Any) -> bool:  # noqa: ANN401 - of several kinds, with fields of any type
    """Tell whether the fields that listeners rely on are what they should be: hikari takes them as they come."""
    name = getattr(interaction, "custom_id", None) or getattr(interaction, "command_name", None)
    texts = (name, interaction.locale, interaction.token)
    ids = (interaction.id, interaction.channel_id, interaction.guild_id or 0)
    return all(isinstance(text, str) for text in texts) and all(0 <= number < _MOST_IDS for number in ids)


def _without_content(message: dict[str, Any]) -> dict[str, Any]:
    """Leave out of the message that carries a button what no button looks at; a new kind of embed costs no press."""
    return {**{key: message[key] for key in _KEPT}, "attachments": (), "embeds": ()}
