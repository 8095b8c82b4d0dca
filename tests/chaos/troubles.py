"""What may go wrong with one call to Discord, and what a member may then be told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator.faults import Cut, Drop, Hang, RateLimit, Respond, missing_permissions, server_error, too_large

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tests.scenarios.world import World
    from tests.simulator.faults import Action, Call, Fault

CALL_SECONDS: Final = 0.8
"""How long the bot waits for one call in these stories."""

SWEEP: Final = ("GET /guilds/{guild_id}", "GET /guilds/{guild_id}/channels")
"""Calls that recovery makes on its timer."""

_TO_THE_MEMBER: Final = ("POST /interactions", "PATCH /webhooks", "POST /webhooks")
"""Calls that answer a press or a command: when they fail, so does the answer."""

_PAUSE: Final = 4.0
"""Seconds, more than the bot waits between two tries of a call."""

_ALWAYS: Final = 9
"""More often than the bot tries."""


_LOST: Final = ("discord_unavailable",)


@attrs.frozen(kw_only=True)
class Trouble:
    """A fault, how often it strikes, and the refusals that tell of it; none if it should pass unseen."""

    fault: Action
    times: int = 1
    refusals: tuple[str, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether the bot's own second and third try of the call do not help."""
        return self.times > 1 or (bool(self.refusals) and self.refusals != _LOST)

    def strikes(self, world: World, *, at: int, passing_over: Collection[str] = SWEEP) -> Fault:
        """Plan it for one of the next calls, from 1, and for those by which the bot tries it again."""
        seen: list[Call] = []

        def is_due(call: Call) -> bool:
            if call.route in passing_over:
                return False
            if len(seen) < at:
                seen.append(call)
            target = seen[-1]
            return len(seen) == at and (call.method, call.path) == (target.method, target.path)

        return world.sim.faults.add(is_due, self.fault, times=self.times)

    def cuts_off(self, fault: Fault) -> bool:
        """Tell whether it keeps the answer itself from the member."""
        return self.is_final and any(call.route.startswith(_TO_THE_MEMBER) for call in fault.seen)


def is_quiet(world: World) -> bool:
    """Tell whether no call but recovery's was made for longer than the bot waits between two tries."""
    calls = [call for call in world.sim.calls[-50:] if call.route not in SWEEP]
    return all(call.ended is not None and time.monotonic() - call.ended > _PAUSE for call in calls)


TROUBLES: Final[Mapping[str, Trouble]] = {
    "403": Trouble(fault=missing_permissions(), refusals=("missing_permissions",)),
    "404": Trouble(fault=Respond(404, {"message": "404: Not Found", "code": 0}), refusals=("discord_refused",)),
    "413": Trouble(fault=too_large(), refusals=("transcript_too_large", "discord_refused")),
    "429": Trouble(fault=RateLimit(0.3)),
    "429 global": Trouble(fault=RateLimit(0.3, "global")),
    "429 for long": Trouble(fault=RateLimit(11, "shared"), refusals=("discord_busy",)),
    "500": Trouble(fault=server_error(500), refusals=_LOST),
    "500 always": Trouble(fault=server_error(500), times=_ALWAYS, refusals=_LOST),
    "502 applied": Trouble(fault=server_error(502, after=True), refusals=_LOST),
    "502 applied always": Trouble(fault=server_error(502, after=True), times=_ALWAYS, refusals=_LOST),
    "dropped before": Trouble(fault=Drop(), refusals=_LOST),
    "dropped before always": Trouble(fault=Drop(), times=_ALWAYS, refusals=_LOST),
    "dropped after": Trouble(fault=Drop(after=True), refusals=_LOST),
    "dropped after always": Trouble(fault=Drop(after=True), times=_ALWAYS, refusals=_LOST),
    "cut short": Trouble(fault=Cut(), refusals=_LOST),
    "cut short always": Trouble(fault=Cut(), times=_ALWAYS, refusals=_LOST),
    "garbled": Trouble(fault=Cut(garbled=True), refusals=_LOST),
    "oddly broken": Trouble(fault=Respond(500, ["no"]), refusals=_LOST),  # type: ignore[arg-type] - a proxy's words
    "hangs before": Trouble(fault=Hang(CALL_SECONDS + 0.7), refusals=_LOST),
    "hangs after": Trouble(fault=Hang(CALL_SECONDS + 0.7, after=True), refusals=_LOST),
}
