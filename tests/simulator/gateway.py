"""The gateway: websocket sessions, compression, heartbeats, events, resuming."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import secrets
import sys
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import aiohttp
import attrs
import orjson
from aiohttp import web

from tests.simulator import payloads
from tests.simulator.state import MESSAGE_CONTENT, MESSAGE_CONTENT_LIMITED

if TYPE_CHECKING:
    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import DiscordState, Guild

zstd: Final[Any] = importlib.import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _HELLO, _ACK = 0, 1, 2, 6, 7, 9, 10, 11

_GUILDS: Final = 1 << 0
_MEMBERS: Final = 1 << 1
_MESSAGES: Final = 1 << 9
_CONTENT: Final = 1 << 15
_INTENTS: Final[tuple[tuple[str, int], ...]] = (
    ("GUILD_MEMBER_", _MEMBERS),
    ("GUILD_", _GUILDS),
    ("CHANNEL_", _GUILDS),
    ("THREAD_", _GUILDS),
    ("MESSAGE_", _MESSAGES),
)
_CAN_ENCODE: Final = (None, "zlib-stream", "zstd-stream")

Encode: TypeAlias = Callable[[bytes], bytes]


def _encoder(compress: str | None) -> Encode:
    if compress == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda raw: deflate.compress(raw) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream":
        compressor = zstd.ZstdCompressor()
        return lambda raw: compressor.compress(raw, zstd.ZstdCompressor.FLUSH_BLOCK)
    return lambda raw: raw


@attrs.define(eq=False)
class Connection:
    """One open websocket."""

    socket: web.WebSocketResponse
    encode: Encode
    text: bool
    transport: asyncio.Transport | None
    outgoing: asyncio.Queue[Json | None] = attrs.field(factory=asyncio.Queue["dict[str, Any] | None"])

    async def send_forever(self) -> None:
        """Send what is put into the queue, in order; None ends the connection."""
        while (payload := await self.outgoing.get()) is not None:
            raw = self.encode(orjson.dumps(payload))
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                await (self.socket.send_str(raw.decode()) if self.text else self.socket.send_bytes(raw))


@attrs.define(eq=False)
class Session:
    """A bot's session; it outlives its connections, so that it can be resumed."""

    id: str
    intents: int
    shard: tuple[int, int]
    connection: Connection | None = None
    sent: list[Json] = attrs.field(factory=list["dict[str, Any]"])

    def dispatch(self, name: str, data: Json) -> None:
        """Send an event now, or when the session is resumed."""
        payload: Json = {"op": _DISPATCH, "s": len(self.sent) + 1, "t": name, "d": data}
        self.sent.append(payload)
        if self.connection is not None:
            self.connection.outgoing.put_nowait(payload)

    def wants(self, name: str, guild_id: int | None) -> bool:
        """Tell whether an event is for this session."""
        number, count = self.shard
        if guild_id is not None and (guild_id >> 22) % count != number:
            return False
        needed = next((intent for prefix, intent in _INTENTS if name.startswith(prefix)), 0)
        return not needed or bool(self.intents & needed)


class Gateway:
    """All sessions."""

    def __init__(self, discord: DiscordState, token: str, *, heartbeat: float = 41.25) -> None:
        self._discord = discord
        self._token = token
        self.heartbeat = heartbeat
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        """What bots sent to identify."""
        self.resumes: list[Json] = []
        """What bots sent to resume."""
        discord.listeners.append(self._on_event)

    @property
    def connected(self) -> list[Session]:
        """The sessions with an open connection."""
        return [session for session in self.sessions.values() if session.connection is not None]

    # Events

    def _on_event(self, name: str, guild_id: int | None, payload: Json) -> None:
        if guild_id is not None:
            guild = self._discord.guilds.get(guild_id)
            if guild is None or (self._discord.application.bot.id not in guild.members and name != "GUILD_DELETE"):
                return
        for session in self.sessions.values():
            if session.wants(name, guild_id):
                session.dispatch(name, payload)

    def joined(self, guild: Guild) -> None:
        """Tell sessions that the bot was added to a guild."""
        member = guild.members[self._discord.application.bot.id]
        self._on_event("GUILD_CREATE", guild.id, payloads.gateway_guild(guild, member))

    def send_interaction(self, interaction: Interaction) -> None:
        """Send an interaction to the sessions whose shard has the guild."""
        for session in self.sessions.values():
            if session.wants("INTERACTION_CREATE", interaction.member.guild.id):
                session.dispatch("INTERACTION_CREATE", interaction.payload)

    # What tests do to it

    def reconnect(self) -> None:
        """Ask all to reconnect and resume."""
        for session in self.connected:
            assert session.connection is not None
            session.connection.outgoing.put_nowait({"op": _RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Declare all sessions invalid."""
        for session in self.connected:
            assert session.connection is not None
            session.connection.outgoing.put_nowait({"op": _INVALID, "d": resumable})
            if not resumable:
                del self.sessions[session.id]

    def drop(self) -> None:
        """Cut all connections; the sessions can be resumed."""
        for session in self.connected:
            assert session.connection is not None
            if session.connection.transport is not None:
                session.connection.transport.abort()
            session.connection = None

    async def close(self, code: int = 1001) -> None:
        """Close all connections."""
        for session in self.connected:
            assert session.connection is not None
            await session.connection.socket.close(code=code)

    # The protocol

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection."""
        compress = request.query.get("compress")
        if request.query.get("v") != "10" or request.query.get("encoding") != "json" or compress not in _CAN_ENCODE:
            return web.Response(status=400, text="unknown version, encoding or compression")
        socket = web.WebSocketResponse(max_msg_size=4096 * 16)
        await socket.prepare(request)
        connection = Connection(socket, _encoder(compress), compress is None, request.transport)
        sender = asyncio.create_task(connection.send_forever())
        connection.outgoing.put_nowait(
            {"op": _HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000), "_trace": []}}
        )
        try:
            async for message in socket:
                if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    break
                await self._receive(connection, orjson.loads(message.data))
        finally:
            sender.cancel()
            for session in self.sessions.values():
                if session.connection is connection:
                    session.connection = None
        return socket

    async def _receive(self, connection: Connection, payload: Json) -> None:
        operation: int = payload["op"]
        data: Any = payload.get("d")
        if operation == _HEARTBEAT:
            connection.outgoing.put_nowait({"op": _ACK})
        elif operation == _IDENTIFY:
            await self._identify(connection, data)
        elif operation == _RESUME:
            await self._resume(connection, data)
        elif operation not in (3, 4, 8):
            await connection.socket.close(code=4001, message=b"Unknown opcode")

    async def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies.append({key: value for key, value in data.items() if key != "token"})
        if data["token"] != self._token:
            await connection.socket.close(code=4004, message=b"Authentication failed")
            return
        intents: int = data["intents"]
        granted = self._discord.application.flags & (MESSAGE_CONTENT | MESSAGE_CONTENT_LIMITED)
        if intents & _CONTENT and not granted:
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        number, count = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), intents, (number, count), connection)
        self.sessions[session.id] = session
        self._greet(session)

    def _greet(self, session: Session) -> None:
        application, bot = self._discord.application, self._discord.application.bot
        guilds = [
            guild
            for guild in self._discord.guilds.values()
            if bot.id in guild.members and session.wants("READY", guild.id)
        ]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": payloads.own_user(self._discord.application),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self._discord.base_url.replace("http", "ws", 1) + "/gateway/",
                "shard": list(session.shard),
                "application": {"id": str(application.id), "flags": application.flags},
                "private_channels": [],
                "relationships": [],
                "presences": [],
                "user_settings": {},
                "guild_join_requests": [],
                "geo_ordered_rtc_regions": [],
            },
        )
        if session.intents & _GUILDS:
            for guild in guilds:
                session.dispatch("GUILD_CREATE", payloads.gateway_guild(guild, guild.members[bot.id]))

    async def _resume(self, connection: Connection, data: Json) -> None:
        self.resumes.append({key: value for key, value in data.items() if key != "token"})
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self._token or data["seq"] > len(session.sent):
            connection.outgoing.put_nowait({"op": _INVALID, "d": False})
            return
        session.connection = connection
        for payload in session.sent[data["seq"] :]:
            connection.outgoing.put_nowait(payload)
        session.dispatch("RESUMED", {"_trace": []})
