"""What the bot did for each interaction: its calls to Discord, its records, its process and its log."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Final, cast

from playground.client_actions import subcommands_of
from playground.message_html import display_name
from tests.simulator import faults
from tests.simulator.interactions import InteractionType
from tests.simulator.state import walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playground.server import PlaygroundServer
    from tests.simulator.errors import Json
    from tests.simulator.faults import Call, Effect, Fault
    from tests.simulator.interactions import Interaction

_PRESSES: Final = 25
_QUIET: Final = 5.0
"""Seconds without a call after which the next one does not belong to the interaction before it."""
_LOG_LINES: Final = 40
_COMMANDS: Final = (InteractionType.COMMAND, InteractionType.AUTOCOMPLETE)
_VERBS: Final[Mapping[InteractionType, str]] = {
    InteractionType.COMMAND: "ran",
    InteractionType.COMPONENT: "pressed",
    InteractionType.AUTOCOMPLETE: "typed",
    InteractionType.MODAL: "sent",
}
"""What a member did, by the page's names; options of a select are ``chosen``."""

FAULT_ROUTES: Final[Mapping[str, str]] = {
    "channel": "POST /guilds/{guild_id}/channels",
    "message": "POST /channels/{channel_id}/messages",
    "overwrite": "PUT /channels/{channel_id}/permissions/{overwrite_id}",
    "deletion": "DELETE /channels/{channel_id}",
    "answer": "POST /interactions/{interaction_id}/{interaction_token}/callback",
}
"""The routes that a fault can be injected into, by the page's names."""

FAULTS: Final[Mapping[str, Effect]] = {
    "403": faults.missing_permissions(),
    "500": faults.server_error(),
    "hang": faults.Hang(10.0),
    "drop": faults.Drop(),
    "429": faults.RateLimit(2.0),
}
"""The faults that can be injected, by the page's names."""


class Inspector:
    """Observes the bot of one server."""

    def __init__(self, server: PlaygroundServer) -> None:
        self._server = server
        self._faults: list[tuple[str, str, Fault]] = []
        self._groups: dict[int, int] = {}
        """The interaction that each call belongs to; 0 for none."""
        self._last = (0, 0.0)

    def to_json(self) -> Json:
        """Return everything about the bot as JSON."""
        return {"bot": self._bot(), "presses": self._presses(), "store": self.records(), "log": self._log()}

    # The process and the injected faults.

    def _bot(self) -> Json:
        server = self._server
        process = None if server.bot is None else server.bot.process
        return {
            "running": server.is_running,
            "online": server.is_online,
            "busy": server.busy,
            "mode": server.mode,
            "pid": process.pid if process is not None and server.is_running else None,
            "exit": None if process is None else process.returncode,
            "start_error": server.start_error,
            "latency": round(server.sim.latency * 1000),
            "faults": [{"kind": kind, "target": target} for kind, target, fault in self._faults if fault.times],
            "violations": len(server.sim.violations),
        }

    def add_fault(self, kind: str, target: str) -> None:
        """Inject a fault into the next call, or the next one to a route."""
        route = FAULT_ROUTES.get(target)
        fault = self._server.sim.faults.add(route or (lambda _: True), FAULTS[kind])
        self._faults.append((kind, target, fault))
        self._server.sim.discord.touch()

    def clear(self) -> None:
        """Remove all faults."""
        self._server.sim.faults.clear()
        self._faults.clear()
        self._server.sim.discord.touch()

    def _log(self) -> list[str]:
        return self._server.log_lines(_LOG_LINES)

    # Interactions and calls.

    def _presses(self) -> list[Json]:
        interactions = list(self._server.sim.interactions.by_token.values())
        calls = self._server.sim.calls
        for call in calls[len(self._groups) :]:
            self._groups[call.index] = self._owner(call, interactions)
        by_press: dict[int, list[Call]] = {}
        for call in calls:
            by_press.setdefault(self._groups[call.index], []).append(call)
        rows = [self._press(one, by_press.get(one.id, [])) for one in interactions[-_PRESSES:]]
        if own := by_press.get(0):
            origin = own[0].started
            rows.insert(0, {"id": "0", "calls": [self._call(call, origin) for call in own[-_PRESSES:]]})
        return rows[::-1]

    def _owner(self, call: Call, interactions: Sequence[Interaction]) -> int:
        """Return the interaction that a call belongs to: by its token, else by its time."""
        for one in reversed(interactions):
            if one.token in call.path:
                self._last = one.id, call.started
                return one.id
        latest = next((one for one in reversed(interactions) if one.sent <= call.started), None)
        if latest is None or latest.sent < self._server.started <= call.started:
            return 0  # a new process does not continue an interaction of an earlier one
        before = max(latest.sent, self._last[1] if self._last[0] == latest.id else 0.0)
        under_way = any(
            self._groups.get(one.index) == latest.id and one.ended is None for one in self._server.sim.calls
        )
        if call.started - before > _QUIET and not under_way:
            return 0
        self._last = latest.id, call.started
        return latest.id

    def _press(self, one: Interaction, calls: Sequence[Call]) -> Json:
        data = one.payload["data"]
        named = (
            " ".join([f"/{data['name']}", *subcommands_of(data)])
            if one.type in _COMMANDS
            else data.get("custom_id", "")
        )
        return {
            "id": str(one.id),
            "who": display_name(one.member),
            "verb": _VERBS[one.type] if one.type is not InteractionType.COMPONENT or "values" not in data else "chosen",
            "what": named,
            "label": _label(one) or named,
            "channel": one.channel.name,
            "acknowledged": _ms(one.acknowledged_after),
            "settled": one.is_settled,
            "failed": one.failed,
            "failure": one.failure,
            "replies": [
                {"status": reply.status, "ms": _ms(reply.elapsed), "kind": _kind(reply.body)} for reply in one.replies
            ],
            "calls": [self._call(call, one.sent) for call in calls],
        }

    def _call(self, call: Call, origin: float) -> Json:
        now = time.monotonic()
        method, _, route = call.route.partition(" ")
        return {
            "index": call.index,
            "method": method,
            "route": route,
            "status": call.status,
            "start": _ms(call.started - origin),
            "ms": _ms((call.ended or now) - call.started) if call.ended else None,
            "fault": call.fault is not None,
            "by": "interaction" if call.token == "interaction" else "bot",  # noqa: S105  # a kind of token
        }

    def call(self, index: int) -> Json:
        """Return the details of one call: the request and the response."""
        call = self._server.sim.calls[index]
        hidden = "…"
        path = call.path
        for one in self._server.sim.interactions.by_token.values():
            path = path.replace(one.token, hidden)
        return {
            "path": path,
            "query": call.query,
            "reason": call.reason,
            "request": call.json,
            "files": [{"name": name, "size": size} for name, size in call.files],
            "status": call.status,
            "answer": call.answer,
        }

    # The store.

    def records(self) -> Json:
        """Return the records in the store's file, which is opened read-only."""
        path = self._server.data / "ticketbot.sqlite3"
        tables: dict[str, list[Json]] = {"tickets": [], "configs": [], "counters": []}
        if path.exists():
            with contextlib.suppress(sqlite3.Error), contextlib.closing(_connect(f"{path.as_uri()}?mode=ro")) as store:
                tables = {name: _rows(store, name) for name in tables}
        return {"file": path.name, **tables}


def _connect(uri: str) -> sqlite3.Connection:
    store = sqlite3.connect(uri, uri=True, timeout=0.2, isolation_level=None)
    store.row_factory = sqlite3.Row
    return store


def _rows(store: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """Return a table's rows merged with their documents; large integers become strings for JavaScript."""
    rows: list[dict[str, Any]] = []
    for row in store.execute(f"SELECT * FROM {table}"):  # noqa: S608  # a name of ours
        columns: dict[str, Any] = dict(row)
        document = json.loads(columns.pop("document", "{}"))
        rows.append({key: _shown(value) for key, value in {**document, **columns}.items()})
    return rows


def _shown(value: object) -> object:
    if isinstance(value, list):
        return [_shown(one) for one in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in cast("dict[str, object]", value).items()}
    return str(value) if isinstance(value, int) and abs(value) > 2**53 - 1 else value


def _label(one: Interaction) -> str | None:
    """Return what stood on the button, the options that were chosen, or the title of the form."""
    data = one.payload["data"]
    if one.type is InteractionType.MODAL:
        return None if one.origin is None or one.origin.modal is None else one.origin.modal["title"]
    pressed: Json = one.payload.get("message") or {}  # as it was then: it may be deleted or edited by now
    parts = walk(pressed.get("components", []))
    used = next((part for part in parts if part.get("custom_id") == data.get("custom_id")), None)
    if used is None or "values" not in data:
        return None if used is None else used.get("label")
    chosen = [option["label"] for option in used.get("options", ()) if option["value"] in data["values"]]
    return ", ".join(chosen) or used.get("placeholder")


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def _kind(body: object) -> object:
    return cast("Json", body).get("type") if isinstance(body, dict) else None
