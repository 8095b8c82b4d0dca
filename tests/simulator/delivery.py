"""Bringing interactions to an endpoint: signed HTTP requests, and what their answers mean."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import attrs
import orjson
from nacl.signing import SigningKey

from tests.simulator import errors, uploads
from tests.simulator.interactions import TURN, CallbackType

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from tests.simulator.interactions import Interaction, Interactions
    from tests.simulator.openapi import Document

_CALLBACK: Final = "/interactions/1/token/callback"
_PATIENCE: Final = 5.0
_FOREVER: Final = 3600.0


@attrs.frozen
class HttpReply:
    """What an endpoint answered; the status is None where the connection broke or nothing came."""

    url: str
    status: int | None
    body: Any = None
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    elapsed: float = 0.0
    error: str = ""
    parsed: uploads.Body = attrs.field(factory=uploads.Body)


class Deliverer:
    """Signs and posts, as Discord does."""

    def __init__(self, interactions: Interactions, document: Document, violations: list[str]) -> None:
        self._interactions = interactions
        self._document = document
        self._violations = violations
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.key = SigningKey.generate()
        self.trust: ssl.SSLContext | bool = True
        """Whose certificates an https endpoint may have; True: those of the usual authorities."""

    @property
    def public_key(self) -> str:
        """The key that signatures are checked with."""
        return self.key.verify_key.encode().hex()

    def start(self) -> None:
        """Open the client; each request has its own connection, so that a restarted bot is found."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0))

    async def close(self) -> None:
        """Drop what is still under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def signed(self, body: bytes, timestamp: str | None = None) -> dict[str, str]:
        """Make the headers of a request."""
        timestamp = str(int(time.time())) if timestamp is None else timestamp
        return {
            "Content-Type": "application/json",
            "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
            "X-Signature-Ed25519": self.key.sign(timestamp.encode() + body).signature.hex(),
            "X-Signature-Timestamp": timestamp,
        }

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, patience: float = _PATIENCE
    ) -> HttpReply:
        """Post bytes; read the answer."""
        assert self._session is not None
        started = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=max(patience, 0.001))
        try:
            async with self._session.post(url, data=body, headers=headers, timeout=timeout, ssl=self.trust) as response:
                parsed = await _read(response)
                elapsed = time.monotonic() - started
                return HttpReply(
                    url, response.status, parsed.json, dict(response.headers), elapsed=elapsed, parsed=parsed
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return HttpReply(url, None, elapsed=time.monotonic() - started, error=f"{type(error).__name__}: {error}")

    def deliver(self, interaction: Interaction, url: str) -> None:
        """Send an interaction in the background."""
        interaction.body = orjson.dumps(interaction.payload)
        interaction.headers = self.signed(interaction.body)
        task = asyncio.get_running_loop().create_task(self._deliver(interaction, url))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, interaction: Interaction, url: str) -> None:
        posting = asyncio.ensure_future(self.post(url, interaction.body, interaction.headers, patience=_FOREVER))
        try:
            while not posting.done() and not interaction.failed:  # that ends it at the deadline
                await asyncio.wait({posting}, timeout=TURN)
        finally:
            posting.cancel()
            await asyncio.wait({posting})
        if not posting.cancelled():
            self._heed(interaction, posting.result())

    def _heed(self, interaction: Interaction, reply: HttpReply) -> None:
        interaction.replies.append(reply)
        if interaction.callback is not None or interaction.failed:
            return
        if reply.status is None:
            self._interactions.fail(interaction, f"no answer from the endpoint: {reply.error}")
        elif not 200 <= reply.status < 300:
            self._interactions.fail(interaction, f"the endpoint answered {reply.status}")
        elif reply.body is not None:
            self._take(interaction, reply)

    def _take(self, interaction: Interaction, reply: HttpReply) -> None:
        """Carry out an answer that came in the body."""
        operation = self._document.find("POST", _CALLBACK)
        assert operation is not None
        problems = operation.check_body(reply.body)
        problems += [(name, "UNKNOWN_FIELD", "Unknown part of the form") for name in reply.parsed.strange]
        try:
            if problems:
                raise errors.invalid_forms(problems)
            self._interactions.respond(interaction, reply.body, reply.parsed.files)
        except errors.DiscordError as error:
            answer = f"answer to {interaction}"
            self._violations += [f"{answer}: {path}: {code}: {words}" for path, code, words in error.problems]
            self._interactions.fail(interaction, f"the endpoint's answer is refused: {error} {error.errors}")

    async def accepts(self, url: str) -> bool:
        """Ask as Discord does when the URL is saved: a signed PING, and one with a wrong signature."""
        body = orjson.dumps({"id": "1", "type": 1, "version": 1, "token": "ping", "application_id": "1"})
        good = await self.post(url, body, self.signed(body))
        bad = self.signed(body)
        bad["X-Signature-Ed25519"] = SigningKey.generate().sign(body).signature.hex()
        refused = await self.post(url, body, bad)
        return good.status == 200 and good.body == {"type": int(CallbackType.PONG)} and refused.status == 401


async def _read(response: aiohttp.ClientResponse) -> uploads.Body:
    try:
        return await uploads.read_answer(response)
    except errors.DiscordError:
        return uploads.Body((await response.read()).decode(errors="replace"))
