"""The page over HTTP, for this machine alone: files, live state, moves, and what goes on behind."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from tests.playground.backstage import KINDS, TARGETS, Backstage
from tests.playground.moves import Moves, UnknownError
from tests.playground.tour import Tour
from tests.playground.view import Reads, View
from tests.simulator.errors import DiscordError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.playground.stage import Stage
    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Message

_PAGE: Final = Path(__file__).parent / "page"
_KINDS: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILE_POLICY: Final = "sandbox allow-scripts allow-popups; frame-ancestors 'self'"
"""A file is whatever somebody attached: it gets an origin of its own, and cannot reach the page."""

_TOGETHER: Final = 0.03
"""Seconds for which changes are collected before the page is told."""
_LOOK_AGAIN: Final = 0.5
"""Seconds after which is looked again without a sign: a process may have ended, or written to its store."""
_LATENCIES: Final = 10_000


class Site:
    """Serves one stage to any number of browser windows."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._moves = Moves(stage)
        self._reads = Reads()
        self._backstage = Backstage(stage)
        self._tour = Tour(stage)
        self._changed = asyncio.Condition()
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        stage.sim.world.watchers.append(self._on_change)
        for person in stage.people:
            for channel in person.channels():
                self._reads.mark(person, channel)

    def application(self) -> web.Application:
        """Make the application."""
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[_guard])
        app.router.add_get("/", self._static)
        app.router.add_get("/page/{name}", self._static)
        app.router.add_get("/live", self._live)
        app.router.add_get("/files/{message}/{name}", self._file)
        app.router.add_get("/calls/{index}", self._call)
        app.router.add_post("/moves/write", self._write)
        app.router.add_post("/moves/{name}", self._move)
        app.router.add_post("/backstage/{name}", self._order)
        app.on_shutdown.append(self._close)
        return app

    async def _close(self, _: web.Application) -> None:
        self._closing = True
        self._on_change()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # The page.

    async def _static(self, request: web.Request) -> web.Response:
        path = _PAGE / request.match_info.get("name", "index.html")
        if path.suffix not in _KINDS or not path.is_file():
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
        return web.Response(body=path.read_bytes(), content_type=_KINDS[path.suffix], charset="utf-8", headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        message = self._moves.message(request.match_info["message"])
        name = request.match_info["name"]
        attachment = next((one for one in message.attachments if one.filename == name), None)
        if attachment is None:
            raise web.HTTPNotFound
        kind = attachment.content_type.partition(";")[0]
        if kind == "text/html" and message.author is self._stage.sim.application.bot:
            self._tour.has_read()
        headers = {"Content-Security-Policy": _FILE_POLICY, "Content-Type": attachment.content_type}
        return web.Response(body=attachment.content, headers=headers)

    # What is shown, live.

    def _on_change(self) -> None:
        task = asyncio.get_running_loop().create_task(self._wake())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """Send what a member sees as server-sent events: at first all parts, then those that changed."""
        language = "en" if request.query.get("language") == "en" else "fr"
        person = (
            self._moves.person({"person": request.query["person"], "language": language})
            if (request.query.get("person"))
            else self._stage.admin
        )
        channel = request.query.get("channel", "")
        view = View(
            stage=self._stage,
            reads=self._reads,
            person=person,
            language=language,
            channel_id=int(channel) if channel.isdecimal() else None,
        )
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        sent: dict[str, bytes] = {}
        with contextlib.suppress(ConnectionError):
            while not self._closing:
                parts = {name: orjson.dumps(part) for name, part in self._draw(view).items()}
                news = {name: part for name, part in parts.items() if sent.get(name) != part}
                sent = parts
                if news:
                    body = b",".join(b'"' + name.encode() + b'":' + part for name, part in news.items())
                    await response.write(b"data: {" + body + b"}\n\n")
                await self._wait()
        return response

    def _draw(self, view: View) -> Json:
        behind = self._backstage.draw()
        return view.draw() | behind | {"tour": self._tour.draw(behind["store"]["tickets"])}

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_AGAIN), self._changed:
                await self._changed.wait()
        await asyncio.sleep(_TOGETHER)

    # What people do.

    async def _move(self, request: web.Request) -> web.Response:
        moves: dict[str, Callable[[Json], Awaitable[Interaction | None]]] = {
            "press": self._moves.press,
            "select": self._moves.select,
            "submit": self._moves.submit,
            "command": self._moves.command,
            "edit": self._moves.edit,
            "delete": self._moves.delete,
            "react": self._moves.react,
        }
        move = moves.get(request.match_info["name"])
        if move is None:
            raise web.HTTPNotFound
        made = await move(await request.json())
        return web.json_response({"interaction": None if made is None else str(made.id)})

    async def _write(self, request: web.Request) -> web.Response:
        data: dict[str, Any] = {}
        files: list[tuple[str, bytes]] = []
        for key, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files.append((value.filename, value.file.read()))
            else:
                data[key] = value
        made: Message = await self._moves.write(data, files)
        return web.json_response({"message": str(made.id)})

    # Behind.

    async def _call(self, request: web.Request) -> web.Response:
        index = request.match_info["index"]
        if not index.isdecimal() or int(index) >= len(self._stage.sim.calls):
            raise web.HTTPNotFound
        return web.Response(body=orjson.dumps(self._backstage.call(int(index))), content_type="application/json")

    async def _order(self, request: web.Request) -> web.Response:
        data: Json = await request.json()
        name = request.match_info["name"]
        if name == "kill":
            await self._stage.kill_bot()
        elif name == "stop":
            await self._stage.stop_bot()
        elif name == "start":
            await self._stage.start_bot()
        elif name == "latency":
            self._stage.sim.latency = min(max(int(data["ms"]), 0), _LATENCIES) / 1000
            self._on_change()
        elif name == "fault" and data["kind"] in KINDS and data["target"] in ("any", *TARGETS):
            self._backstage.order(data["kind"], data["target"])
        elif name == "clear":
            self._backstage.clear()
        else:
            raise web.HTTPNotFound
        return web.json_response({})


@web.middleware
async def _guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer this machine's own page alone, and say in words what people cannot do."""
    origin = request.headers.get("Origin")
    if request.host.partition(":")[0] not in ("127.0.0.1", "localhost"):
        return web.Response(status=421, text="this page is for this machine alone")
    if request.method == "POST" and origin is not None and origin != f"http://{request.host}":
        return web.Response(status=403, text="this page takes orders from itself alone")
    try:
        response = await handler(request)
    except (RefusedError, DiscordError, UnknownError) as error:
        words = error.message if isinstance(error, DiscordError) else str(error)
        return web.json_response({"refused": words}, status=404 if isinstance(error, UnknownError) else 409)
    except (KeyError, ValueError, TypeError):
        return web.json_response({"refused": "malformed"}, status=400)
    if not response.prepared:
        response.headers.update({"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"})
    return response
