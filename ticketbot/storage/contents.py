"""Contents: all that a store keeps, to be moved into another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.tickets.model import GuildConfig, GuildId, Ticket


@attrs.frozen(kw_only=True)
class Contents:
    """What is moved: all but leases and presses, which are forgotten within minutes anyway."""

    configs: Sequence[GuildConfig] = ()
    counters: Mapping[GuildId, int] = attrs.field(factory=dict["GuildId", int])
    """The last number that each guild gave."""
    tickets: Sequence[Ticket] = ()
