"""What may go wrong with a call, on purpose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import attrs

Hook = Callable[["Call"], Awaitable[None]]


@attrs.define(kw_only=True)
class Call:
    """One request that the bot made."""

    index: int
    method: str
    route: str
    """With names for ids, such as ``POST /channels/{channel_id}/messages``."""
    path: str
    body: Any = None
    status: int = 0
    started: float = 0.0
    ended: float = 0.0


@attrs.define(kw_only=True)
class Fault:
    """One thing to go wrong."""

    match: Callable[[Call], bool]
    status: int = 0
    body: dict[str, Any] | None = None
    headers: dict[str, str] = attrs.field(factory=dict[str, str])
    apply: bool = False
    """Whether the call takes effect all the same."""
    drop: bool = False
    """Whether the connection is cut instead of an answer."""
    hang: float = 0.0
    """Seconds to say nothing first."""
    times: int = 1


class Faults:
    """The plan of what is to go wrong; each fault is used up."""

    def __init__(self) -> None:
        self._plan: list[Fault] = []
        self.met = 0

    def add(self, route: str | Callable[[Call], bool], **fault: Any) -> None:  # noqa: ANN401 - the fields of Fault
        match = route if callable(route) else lambda call: call.route == route
        self._plan.append(Fault(match=match, **fault))

    def clear(self) -> None:
        self._plan.clear()

    def take(self, call: Call) -> Fault | None:
        for fault in self._plan:
            if fault.match(call):
                fault.times -= 1
                if not fault.times:
                    self._plan.remove(fault)
                self.met += 1
                return fault
        return None


def rate_limited(retry_after: float, *, scope: str = "shared", everywhere: bool = False) -> dict[str, Any]:
    """Describe a 429 as fields of a Fault."""
    return {
        "status": 429,
        "body": {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere},
        "headers": {
            "Retry-After": str(retry_after),
            "X-RateLimit-Scope": "global" if everywhere else scope,
            **({"X-RateLimit-Global": "true"} if everywhere else {}),
        },
    }
