"""What can go wrong between a bot and Discord, on order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from tests.faults import FaultPlan, PlannedFault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
    fault: Effect | None = None

    def __str__(self) -> str:
        return f"#{self.index} {self.method} {self.path} -> {self.status}"


@attrs.frozen
class Respond:
    """Answer this; ``after`` says to let the request take effect first."""

    status: int
    body: Any = attrs.field(factory=dict[str, Any])
    after: bool = False


@attrs.frozen
class Headers:
    """Let the request take effect, and answer with these headers in place of its own."""

    headers: Mapping[str, str]
    after: bool = attrs.field(default=True, init=False)


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


Effect: TypeAlias = Respond | Headers | Drop | Cut | Hang | RateLimit
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


@attrs.define(eq=False, kw_only=True)
class Fault(PlannedFault):
    """A fault of Discord's API."""

    matches: Callable[[Call], bool]
    effect: Effect
    seen: list[Call] = attrs.field(factory=list[Call])
    """The calls that it hit."""


class CallFaults(FaultPlan[Fault]):
    """The faults of Discord's API that are still to come."""

    def __init__(self, calls: list[Call]) -> None:
        super().__init__()
        self._calls = calls

    def add(self, match: Match, effect: Effect, *, times: int = 1) -> Fault:
        """Plan a fault: for a route template, for the calls that a function picks, or for the nth call from now."""
        if isinstance(match, int):
            due = len(self._calls) + match - 1
            return self.plan(Fault(matches=lambda call: call.index == due, effect=effect, times=times))
        if isinstance(match, str):
            return self.plan(Fault(matches=lambda call: call.route == match, effect=effect, times=times))
        return self.plan(Fault(matches=match, effect=effect, times=times))

    def take(self, call: Call) -> Effect | None:
        """Return what happens to a call, and count it."""
        fault = self.hit(lambda fault: fault.matches(call))
        if fault is None:
            return None
        fault.seen.append(call)
        return fault.effect
