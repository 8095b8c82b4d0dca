"""Discord's gateway: a websocket that greets, takes heartbeats, and tells of interactions. Source: "Gateway"."""

from __future__ import annotations

import asyncio
import json
import sys
import zlib
from typing import TYPE_CHECKING, Any

import attrs
from aiohttp import WSMsgType, web

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from tests.standin.simulator import Simulator

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11


class Stream:
    """One direction of a compressed connection."""

    def __init__(self, kind: str | None) -> None:
        self._kind = kind
        self._zlib = zlib.compressobj()
        self._zstd = zstd.ZstdCompressor()

    async def send(self, socket: web.WebSocketResponse, payload: dict[str, Any]) -> None:
        text = json.dumps(payload).encode()
        if self._kind == "zlib-stream":
            await socket.send_bytes(self._zlib.compress(text) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
        elif self._kind == "zstd-stream":
            await socket.send_bytes(self._zstd.compress(text, zstd.ZstdCompressor.FLUSH_BLOCK))
        else:
            await socket.send_str(text.decode())


@attrs.define(eq=False)
class Session:
    """One identified connection."""

    socket: web.WebSocketResponse
    stream: Stream
    identify: dict[str, Any]
    sequence: int = 0

    async def dispatch(self, event: str, data: object) -> None:
        self.sequence += 1
        await self.stream.send(self.socket, {"op": DISPATCH, "t": event, "s": self.sequence, "d": data})


class Gateway:
    """All connections."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self.sessions: list[Session] = []
        self.identified: list[dict[str, Any]] = []
        """What each connection said of itself, the closed ones too."""

    async def dispatch(self, event: str, data: object) -> None:
        """Tell the newest session of something; wait a little for one to be there."""
        for _ in range(200):
            if self.sessions:
                await self.sessions[-1].dispatch(event, data)
                return
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        for session in list(self.sessions):
            await session.socket.close()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        stream = Stream(request.query.get("compress"))
        await stream.send(socket, {"op": HELLO, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        session: Session | None = None
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT and message.type is not WSMsgType.BINARY:
                    continue
                payload = json.loads(message.data)
                if payload["op"] == HEARTBEAT:
                    await stream.send(socket, {"op": ACK, "d": None, "s": None, "t": None})
                elif payload["op"] == IDENTIFY:
                    if payload["d"]["token"] != self._sim.token:
                        await socket.close(code=4004, message=b"Authentication failed.")
                        break
                    session = Session(socket, stream, payload["d"])
                    self.identified.append(payload["d"])
                    await session.dispatch("READY", self._ready())
                    self.sessions.append(session)
                elif payload["op"] == RESUME:
                    await stream.send(socket, {"op": INVALID, "d": False, "s": None, "t": None})
        finally:
            if session in self.sessions:
                self.sessions.remove(session)
        return socket

    def _ready(self) -> dict[str, Any]:
        return {
            "v": 10,
            "user": {**self._sim.bot.payload(), "mfa_enabled": True, "verified": True, "email": None},
            "guilds": [{"id": str(guild), "unavailable": True} for guild in self._sim.guilds],
            "session_id": "simulated",
            "resume_gateway_url": self._sim.gateway_url,
            "shard": [0, 1],
            "application": {"id": str(self._sim.application_id), "flags": self._sim.application_flags},
        }
