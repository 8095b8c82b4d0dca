"""Faults of one call to Discord, and what a member may be told about them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator.faults import Cut, Drop, Hang, RateLimit, Respond, missing_permissions, server_error, too_large

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tests.harness.scenario import Scenario
    from tests.simulator.faults import Call, Effect, Fault

CALL_SECONDS: Final = 0.8
"""Seconds that the bot waits for one call in these tests."""

RECOVERY_CALLS: Final = ("GET /guilds/{guild_id}", "GET /guilds/{guild_id}/channels")
"""Calls that recovery makes on its timer."""

_ANSWERS: Final = ("POST /interactions", "PATCH /webhooks", "POST /webhooks")
"""Calls that answer a press or a command: when they fail, so does the answer."""

_PAUSE: Final = 4.0
"""Seconds; longer than the bot pauses between two tries of a call."""

_ALWAYS: Final = 9
"""More often than the bot tries a call."""


_LOST: Final = ("discord_unavailable",)


@attrs.frozen(kw_only=True)
class FaultCase:
    """A fault, how often it happens, and the refusals that may report it; none if nobody should notice."""

    fault: Effect
    times: int = 1
    refusals: tuple[str, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether the fault outlasts the bot's own tries of the call."""
        return self.times > 1 or (bool(self.refusals) and self.refusals != _LOST)

    def inject(self, scenario: Scenario, *, at: int, ignoring: Collection[str] = RECOVERY_CALLS) -> Fault:
        """Plan the fault for the ``at``-th next call, counted from 1, and for its repetitions."""
        seen: list[Call] = []

        def is_due(call: Call) -> bool:
            if call.route in ignoring:
                return False
            if len(seen) < at:
                seen.append(call)
            target = seen[-1]
            return len(seen) == at and (call.method, call.path) == (target.method, target.path)

        return scenario.sim.faults.add(is_due, self.fault, times=self.times)

    def blocks_answer(self, fault: Fault) -> bool:
        """Return whether the fault prevents the answer to the member."""
        return self.is_final and any(call.route.startswith(_ANSWERS) for call in fault.seen)


def is_idle(scenario: Scenario) -> bool:
    """Return whether the bot has made no call but recovery's for longer than it pauses between two tries."""
    calls = [call for call in scenario.sim.calls[-50:] if call.route not in RECOVERY_CALLS]
    return all(call.ended is not None and time.monotonic() - call.ended > _PAUSE for call in calls)


FAULT_CASES: Final[Mapping[str, FaultCase]] = {
    "403": FaultCase(fault=missing_permissions(), refusals=("missing_permissions",)),
    "404": FaultCase(fault=Respond(404, {"message": "404: Not Found", "code": 0}), refusals=("discord_refused",)),
    "413": FaultCase(fault=too_large(), refusals=("transcript_too_large", "discord_refused")),
    "429": FaultCase(fault=RateLimit(0.3)),
    "429 global": FaultCase(fault=RateLimit(0.3, "global")),
    "429 for long": FaultCase(fault=RateLimit(11, "shared"), refusals=("discord_busy",)),
    "500": FaultCase(fault=server_error(500), refusals=_LOST),
    "500 always": FaultCase(fault=server_error(500), times=_ALWAYS, refusals=_LOST),
    "502 applied": FaultCase(fault=server_error(502, after=True), refusals=_LOST),
    "502 applied always": FaultCase(fault=server_error(502, after=True), times=_ALWAYS, refusals=_LOST),
    "dropped before": FaultCase(fault=Drop(), refusals=_LOST),
    "dropped before always": FaultCase(fault=Drop(), times=_ALWAYS, refusals=_LOST),
    "dropped after": FaultCase(fault=Drop(after=True), refusals=_LOST),
    "dropped after always": FaultCase(fault=Drop(after=True), times=_ALWAYS, refusals=_LOST),
    "cut short": FaultCase(fault=Cut(), refusals=_LOST),
    "cut short always": FaultCase(fault=Cut(), times=_ALWAYS, refusals=_LOST),
    "garbled": FaultCase(fault=Cut(garbled=True), refusals=_LOST),
    "oddly broken": FaultCase(fault=Respond(500, ["no"]), refusals=_LOST),
    "hangs before": FaultCase(fault=Hang(CALL_SECONDS + 0.7), refusals=_LOST),
    "hangs after": FaultCase(fault=Hang(CALL_SECONDS + 0.7, after=True), refusals=_LOST),
}

SOME_CASES: Final = ("403", "429", "500 always", "502 applied", "dropped after always", "hangs after")
"""One of each kind: refused, to be tried later, given up, and with an unknown outcome."""
