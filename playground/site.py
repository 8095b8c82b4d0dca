"""The page over HTTP, for this machine alone: files, live updates, members' actions and the inspector."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from playground.client_actions import ClientActions, UnknownError
from playground.client_view import ClientView, ReadState
from playground.inspector import FAULT_ROUTES, FAULTS, Inspector
from playground.tour import Tour
from tests.simulator.errors import DiscordError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playground.server import PlaygroundServer
    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Message

_PAGE: Final = Path(__file__).parent / "page"
_CONTENT_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILE_POLICY: Final = "sandbox allow-scripts allow-popups; frame-ancestors 'self'"
"""Attached files are untrusted: a sandbox with its own origin keeps them away from the page."""

_BATCH_SECONDS: Final = 0.03
"""Seconds for which changes are collected before they are sent."""
_POLL_SECONDS: Final = 0.5
"""Seconds between polls for what nothing announces: a process that ended, a record that was written."""
_MOST_LATENCY_MS: Final = 10_000


class Site:
    """Serves one ``PlaygroundServer`` to any number of browser windows."""

    def __init__(self, server: PlaygroundServer) -> None:
        self._server = server
        self._actions = ClientActions(server)
        self._read_state = ReadState()
        self._inspector = Inspector(server)
        self._tour = Tour(server)
        self._changed = asyncio.Condition()
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        server.sim.discord.watchers.append(self._on_change)
        for person in server.people:
            for channel in person.channels():
                self._read_state.mark(person, channel)

    def application(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[_guard])
        app.router.add_get("/", self._static)
        app.router.add_get("/page/{name}", self._static)
        app.router.add_get("/live", self._live)
        app.router.add_get("/files/{message}/{name}", self._file)
        app.router.add_get("/calls/{index}", self._call)
        app.router.add_post("/actions/write", self._write)
        app.router.add_post("/actions/{name}", self._act)
        app.router.add_post("/inspector/{name}", self._control)
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
        if path.suffix not in _CONTENT_TYPES or not path.is_file():
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
        return web.Response(
            body=path.read_bytes(), content_type=_CONTENT_TYPES[path.suffix], charset="utf-8", headers=headers
        )

    async def _file(self, request: web.Request) -> web.Response:
        message = self._actions.message(request.match_info["message"])
        name = request.match_info["name"]
        attachment = next((one for one in message.attachments if one.filename == name), None)
        if attachment is None:
            raise web.HTTPNotFound
        kind = attachment.content_type.partition(";")[0]
        if kind == "text/html" and message.author is self._server.sim.application.bot:
            self._tour.has_read()
        headers = {"Content-Security-Policy": _FILE_POLICY, "Content-Type": attachment.content_type}
        return web.Response(body=attachment.content, headers=headers)

    # Live updates.

    def _on_change(self) -> None:
        task = asyncio.get_running_loop().create_task(self._wake())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """Send what a member sees as server-sent events: all parts at first, then those that changed."""
        language = "en" if request.query.get("language") == "en" else "fr"
        person = (
            self._actions.person({"person": request.query["person"], "language": language})
            if (request.query.get("person"))
            else self._server.admin
        )
        channel = request.query.get("channel", "")
        view = ClientView(
            server=self._server,
            read_state=self._read_state,
            person=person,
            language=language,
            channel_id=int(channel) if channel.isdecimal() else None,
        )
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        sent: dict[str, bytes] = {}
        with contextlib.suppress(ConnectionError):
            while not self._closing:
                parts = {name: orjson.dumps(part) for name, part in self._parts(view).items()}
                news = {name: part for name, part in parts.items() if sent.get(name) != part}
                sent = parts
                if news:
                    body = b",".join(b'"' + name.encode() + b'":' + part for name, part in news.items())
                    await response.write(b"data: {" + body + b"}\n\n")
                await self._wait()
        return response

    def _parts(self, view: ClientView) -> Json:
        behind = self._inspector.to_json()
        return view.to_json() | behind | {"tour": self._tour.to_json(behind["store"])}

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS), self._changed:
                await self._changed.wait()
        await asyncio.sleep(_BATCH_SECONDS)

    # What members do.

    async def _act(self, request: web.Request) -> web.Response:
        moves: dict[str, Callable[[Json], Awaitable[Interaction | None]]] = {
            "press": self._actions.press,
            "select": self._actions.select,
            "submit": self._actions.submit,
            "command": self._actions.command,
            "menu": self._actions.menu,
            "autocomplete": self._actions.autocomplete,
            "edit": self._actions.edit,
            "delete": self._actions.delete,
            "react": self._actions.react,
        }
        move = moves.get(request.match_info["name"])
        if move is None:
            raise web.HTTPNotFound
        made = await move(await request.json())
        choices = None if made is None else made.choices
        return web.json_response({"interaction": None if made is None else str(made.id), "choices": choices})

    async def _write(self, request: web.Request) -> web.Response:
        data: dict[str, Any] = {}
        files: list[tuple[str, bytes]] = []
        for key, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files.append((value.filename, value.file.read()))
            else:
                data[key] = str(value).replace("\r\n", "\n")  # a form's line breaks; Discord's client sends "\n"
        made: Message = await self._actions.write(data, files)
        return web.json_response({"message": str(made.id)})

    # The inspector.

    async def _call(self, request: web.Request) -> web.Response:
        index = request.match_info["index"]
        if not index.isdecimal() or int(index) >= len(self._server.sim.calls):
            raise web.HTTPNotFound
        return web.Response(body=orjson.dumps(self._inspector.call(int(index))), content_type="application/json")

    async def _control(self, request: web.Request) -> web.Response:
        data: Json = await request.json()
        name = request.match_info["name"]
        if name == "kill":
            await self._server.kill_bot()
        elif name == "stop":
            await self._server.stop_bot()
        elif name == "start":
            await self._server.start_bot()
        elif name == "latency":
            self._server.sim.latency = min(max(int(data["ms"]), 0), _MOST_LATENCY_MS) / 1000
            self._on_change()
        elif name == "fault" and data["kind"] in FAULTS and data["target"] in ("any", *FAULT_ROUTES):
            self._inspector.add_fault(data["kind"], data["target"])
        elif name == "clear":
            self._inspector.clear()
        else:
            raise web.HTTPNotFound
        return web.json_response({})


@web.middleware
async def _guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse requests of other hosts and origins, and return refused actions as JSON."""
    origin = request.headers.get("Origin")
    if request.host.partition(":")[0] not in ("127.0.0.1", "localhost"):
        return web.Response(status=421, text="this page is for this machine alone")
    if request.method == "POST" and origin is not None and origin != f"http://{request.host}":
        return web.Response(status=403, text="this page accepts requests from itself alone")
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
