"""What happened behind each press: Discord's calls, the store's records, the process and its log."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Final, cast

from tests.playground.texts import display_name
from tests.simulator import faults
from tests.simulator.interactions import InteractionType
from tests.simulator.state import walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.playground.stage import Stage
    from tests.simulator.errors import Json
    from tests.simulator.faults import Action, Call, Fault
    from tests.simulator.interactions import Interaction

_PRESSES: Final = 25
_QUIET: Final = 5.0
"""Seconds without a call after which the next one is the bot's own idea, not part of the press before it."""
_LOG_LINES: Final = 40

TARGETS: Final[Mapping[str, str]] = {
    "channel": "POST /guilds/{guild_id}/channels",
    "message": "POST /channels/{channel_id}/messages",
    "overwrite": "PUT /channels/{channel_id}/permissions/{overwrite_id}",
    "deletion": "DELETE /channels/{channel_id}",
    "answer": "POST /interactions/{interaction_id}/{interaction_token}/callback",
}
"""Which call a fault can be ordered for, besides any."""

KINDS: Final[Mapping[str, Action]] = {
    "403": faults.missing_permissions(),
    "500": faults.server_error(),
    "hang": faults.Hang(10.0),
    "drop": faults.Drop(),
    "429": faults.RateLimit(2.0),
}
"""What can be ordered to go wrong."""


class Backstage:
    """Watches the stage from behind."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ordered: list[tuple[str, str, Fault]] = []
        self._groups: dict[int, int] = {}
        """The press that each call belongs to; 0 is the bot itself."""
        self._last = (0, 0.0)

    def draw(self) -> Json:
        """Draw all that is behind the page."""
        return {"bot": self._bot(), "presses": self._presses(), "store": self.records(), "log": self._log()}

    # The process and what shall go wrong.

    def _bot(self) -> Json:
        stage = self._stage
        process = None if stage.bot is None else stage.bot.process
        return {
            "running": stage.is_running,
            "online": stage.is_online,
            "busy": stage.busy,
            "mode": stage.mode,
            "pid": process.pid if process is not None and stage.is_running else None,
            "exit": None if process is None else process.returncode,
            "trouble": stage.trouble,
            "latency": round(stage.sim.latency * 1000),
            "faults": [{"kind": kind, "target": target} for kind, target, fault in self._ordered if fault.left],
            "violations": len(stage.sim.violations),
        }

    def order(self, kind: str, target: str) -> None:
        """Let the next call, or the next one of a kind, go wrong."""
        route = TARGETS.get(target)
        fault = self._stage.sim.faults.add(route or (lambda _: True), KINDS[kind])
        self._ordered.append((kind, target, fault))
        self._stage.sim.world.touch()

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._stage.sim.faults.clear()
        self._ordered.clear()
        self._stage.sim.world.touch()

    def _log(self) -> list[str]:
        return self._stage.log_lines(_LOG_LINES)

    # Presses and calls.

    def _presses(self) -> list[Json]:
        interactions = list(self._stage.sim.interactions.by_token.values())
        calls = self._stage.sim.calls
        for call in calls[len(self._groups) :]:
            self._groups[call.index] = self._owner(call, interactions)
        by_press: dict[int, list[Call]] = {}
        for call in calls:
            by_press.setdefault(self._groups[call.index], []).append(call)
        drawn = [self._press(one, by_press.get(one.id, [])) for one in interactions[-_PRESSES:]]
        if own := by_press.get(0):
            origin = own[0].started
            drawn.insert(0, {"id": "0", "calls": [self._call(call, origin) for call in own[-_PRESSES:]]})
        return drawn[::-1]

    def _owner(self, call: Call, interactions: Sequence[Interaction]) -> int:
        """Find the press that a call belongs to: by its token, else by its time."""
        for one in reversed(interactions):
            if one.token in call.path:
                self._last = one.id, call.started
                return one.id
        latest = next((one for one in reversed(interactions) if one.sent <= call.started), None)
        if latest is None or latest.sent < self._stage.started <= call.started:
            return 0  # a new process does nothing for a press that an earlier one had
        before = max(latest.sent, self._last[1] if self._last[0] == latest.id else 0.0)
        under_way = any(self._groups.get(one.index) == latest.id and one.ended is None for one in self._stage.sim.calls)
        if call.started - before > _QUIET and not under_way:
            return 0
        self._last = latest.id, call.started
        return latest.id

    def _press(self, one: Interaction, calls: Sequence[Call]) -> Json:
        data = one.payload["data"]
        pressed: Json = one.payload.get("message") or {}  # as it was then: it may be gone, or have other buttons now
        parts = walk(pressed.get("components", []))
        label = next((part.get("label") for part in parts if part.get("custom_id") == data.get("custom_id")), None)
        command = one.type is InteractionType.COMMAND
        return {
            "id": str(one.id),
            "who": display_name(one.member),
            "what": f"/{data['name']}" if command else data.get("custom_id", ""),
            "label": label,
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
        """Tell all of one call: what was sent, and what came back."""
        call = self._stage.sim.calls[index]
        hidden = "…"
        path = call.path
        for one in self._stage.sim.interactions.by_token.values():
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
        """Read the store's file, without ever writing to it."""
        path = self._stage.data / "ticketbot.sqlite3"
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
    """Read a table; the document in each row is laid open, and ids are texts, as they are for scripts."""
    rows: list[dict[str, Any]] = []
    for row in store.execute(f"SELECT * FROM {table}"):  # noqa: S608  # a name of ours
        columns: dict[str, Any] = dict(row)
        document = json.loads(columns.pop("document", "{}"))
        rows.append({key: _shown(value) for key, value in {**document, **columns}.items()})
    return rows


def _shown(value: object) -> object:
    if isinstance(value, list):
        return [_shown(one) for one in cast("list[object]", value)]
    return str(value) if isinstance(value, int) and abs(value) > 2**53 - 1 else value


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def _kind(body: object) -> object:
    return cast("Json", body).get("type") if isinstance(body, dict) else None
