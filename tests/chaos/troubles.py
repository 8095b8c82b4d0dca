"""What may go wrong with one call to Discord, and what a member may then be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator.faults import Cut, Drop, Hang, RateLimit, Respond, missing_permissions, server_error, too_large

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.faults import Action as Fault

CALL_SECONDS: Final = 0.8
"""How long the bot waits for one call in these stories."""

_ALWAYS: Final = 9
"""More often than the bot tries."""


_LOST: Final = ("discord_unavailable",)


@attrs.frozen(kw_only=True)
class Trouble:
    """A fault, how often it strikes, and the refusals that tell of it; none if it should pass unseen."""

    fault: Fault
    times: int = 1
    refusals: tuple[str, ...] = ()

    @property
    def is_final(self) -> bool:
        """Whether the bot's own second and third try of the call do not help."""
        return self.times > 1 or (bool(self.refusals) and self.refusals != _LOST)


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
