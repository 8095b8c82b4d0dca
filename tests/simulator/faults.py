"""What can go wrong between a bot and Discord, on order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulator.errors import Json


@attrs.define(eq=False)
class Call:
    """One request that reached us; times are monotonic seconds."""

    index: int
    method: str
    path: str
    route: str
    """The template (``POST /guilds/{guild_id}/channels``), or the bare path of an unknown route."""
    query: dict[str, str]
    token: Literal["bot", "interaction", "none", "wrong"]
    started: float
    json: Any = None
    files: tuple[tuple[str, int], ...] = ()
    """Names and sizes of the uploaded files."""
    reason: str | None = None
    status: int | None = None
    """None while it runs, and where the connection was dropped."""
    answer: Any = None
    ended: float | None = None
    applied: bool = False
    """Whether it took effect (an answer below 300 was made)."""
    fault: Action | None = None

    def __str__(self) -> str:
        return f"#{self.index} {self.method} {self.path} -> {self.status}"


@attrs.frozen
class Respond:
    """Answer this; ``after`` says to let the request take effect first."""

    status: int
    body: Json = attrs.field(factory=dict[str, Any])
    after: bool = False


@attrs.frozen
class Drop:
    """Cut the connection; ``after`` says to let the request take effect first."""

    after: bool = False


@attrs.frozen
class Hang:
    """Wait, then go on; ``after`` says to let the request take effect first."""

    seconds: float
    after: bool = False


@attrs.frozen
class Cut:
    """Let the request take effect, and answer with half of the answer.

    ``garbled`` says that it looks whole; else the connection ends in the middle.
    """

    garbled: bool = False
    after: bool = attrs.field(default=True, init=False)


@attrs.frozen
class RateLimit:
    """Answer 429."""

    retry_after: float
    scope: Literal["user", "shared", "global"] = "user"


Action: TypeAlias = Respond | Drop | Cut | Hang | RateLimit
Match: TypeAlias = "str | int | Callable[[Call], bool]"


def missing_permissions() -> Respond:
    """403, though the bot has the permission."""
    return Respond(403, {"message": "Missing Permissions", "code": 50013})


def missing_access() -> Respond:
    """403, though the bot sees it."""
    return Respond(403, {"message": "Missing Access", "code": 50001})


def too_large() -> Respond:
    """413."""
    return Respond(413, {"message": "Request entity too large", "code": 40005})


def server_error(status: int = 500, *, after: bool = False) -> Respond:
    """One of Discord's bad moments."""
    return Respond(status, {"message": f"{status}: Internal Server Error", "code": 0}, after=after)


@attrs.define(eq=False)
class Fault:
    """A planned fault; ``left`` counts down."""

    matches: Callable[[Call], bool]
    action: Action
    left: int
    seen: list[Call] = attrs.field(factory=list[Call])
    """The calls that met it."""


class FaultPlan:
    """The faults to come, in the order in which they were added."""

    def __init__(self, calls: list[Call]) -> None:
        self._calls = calls
        self._faults: list[Fault] = []

    def add(self, match: Match, action: Action, *, times: int = 1) -> Fault:
        """Plan a fault: for a route template, for the calls that a function picks, or for the nth call from now."""
        if isinstance(match, int):
            due = len(self._calls) + match - 1
            fault = Fault(lambda call: call.index == due, action, times)
        elif isinstance(match, str):
            fault = Fault(lambda call: call.route == match, action, times)
        else:
            fault = Fault(match, action, times)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Plan nothing any more."""
        self._faults.clear()

    def take(self, call: Call) -> Action | None:
        """Find what shall happen to a call, and count it."""
        for fault in self._faults:
            if fault.left > 0 and fault.matches(call):
                fault.left -= 1
                fault.seen.append(call)
                return fault.action
        return None
