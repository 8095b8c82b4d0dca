"""Discord's hosts for files: attachments as long as their message lives, and whatever a test puts there."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

import attrs
import yarl
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.state import Attachment, DiscordState

PREFIX: Final = "/media"
"""Where all of those hosts are found here, as ``/media/cdn.discordapp.com/…``."""


@attrs.frozen(kw_only=True)
class Served:
    """What is answered for one address."""

    content: bytes = b""
    content_type: str = "application/octet-stream"
    status: int = 200
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    seconds: float = 0
    """How long the answer takes."""
    declared: int | None = None
    """The length that is promised; None is the true one."""


@attrs.frozen(kw_only=True)
class Asked:
    """One request for a file."""

    url: str
    headers: Mapping[str, str]


class MediaHosts:
    """Serves files."""

    def __init__(self, discord: DiscordState) -> None:
        self._discord = discord
        self._served: dict[str, Served] = {}
        self.asked: list[Asked] = []
        """All requests so far."""

    def put(self, url: str, served: Served) -> None:
        """Answer this for an address, with whatever query; instead of an attachment, if one is there."""
        self._served[_bare(url)] = served

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for a file."""
        url = f"https://{request.match_info['host']}/{request.match_info['path']}"
        self.asked.append(Asked(url=f"{url}?{request.query_string}", headers=dict(request.headers)))
        served = self._served.get(_bare(url)) or self._attachment(request)
        await asyncio.sleep(served.seconds)
        headers = {"Content-Type": served.content_type, **served.headers}
        if served.declared is None:
            return web.Response(status=served.status, body=served.content, headers=headers)
        response = web.StreamResponse(status=served.status, headers=headers)
        response.content_length = served.declared
        await response.prepare(request)
        await response.write(served.content)
        if request.transport is not None:
            request.transport.abort()
        return response

    def _attachment(self, request: web.Request) -> Served:
        found = self._named(request.match_info["path"])
        if found is None or request.query.get("hm") != f"{found.id:x}":
            return Served(status=404, content=b"This content is no longer available.", content_type="text/plain")
        return Served(content=found.content, content_type=found.content_type)

    def _named(self, path: str) -> Attachment | None:
        place, _, rest = path.partition("/")
        parts = rest.split("/")
        if place not in {"attachments", "ephemeral-attachments"} or len(parts) != 3 or not parts[1].isdecimal():
            return None
        found = self._discord.attachments.get(int(parts[1]))
        return found if found is not None and found.filename == parts[2] else None


def signed(attachment: Attachment) -> str:
    """Write an attachment's address as Discord gives it out: with a signature that is another one each time."""
    return f"{attachment.url}?ex={1 << 31:x}&is={time.monotonic_ns() & 0xFFFFFFFF:x}&hm={attachment.id:x}&"


def _bare(url: str) -> str:
    parsed = yarl.URL(url)
    return f"{parsed.host}{parsed.path}"
