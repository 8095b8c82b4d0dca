"""Tickets and configurations for tests of stores."""

from __future__ import annotations

from typing import Any, Final

import attrs

from ticketbot.tickets.model import (
    ChannelId,
    GuildConfig,
    GuildId,
    Millis,
    PressId,
    RoleId,
    Ticket,
    TicketState,
    UserId,
)

GUILD: Final = GuildId(1_100_000_000_000_000_001)
OTHER_GUILD: Final = GuildId(1_100_000_000_000_000_002)
OPENER: Final = UserId(1_200_000_000_000_000_001)
NOW: Final = Millis(1_800_000_000_000)


def ticket(**fields: Any) -> Ticket:  # noqa: ANN401 - any field of a ticket
    """Make a ticket; without other fields an open one that takes no slot and waits for nothing."""
    defaults: dict[str, Any] = {
        "guild_id": GUILD,
        "number": 1,
        "opener_id": OPENER,
        "opener_name": "Ünïcødé 🎟️",
        "state": TicketState.OPEN,
        "created_at": NOW,
        "changed_at": NOW,
        "press_id": PressId(1_300_000_000_000_000_001),
    }
    return Ticket(**defaults | fields)


def moved(before: Ticket, **fields: Any) -> Ticket:  # noqa: ANN401 - any field of a ticket
    """Make a ticket's next revision."""
    return attrs.evolve(before, revision=before.revision + 1, **fields)


def config(**fields: Any) -> GuildConfig:  # noqa: ANN401 - any field of a configuration
    """Make a configuration."""
    defaults: dict[str, Any] = {
        "guild_id": GUILD,
        "panel_channel_id": ChannelId(1_400_000_000_000_000_001),
        "transcript_channel_id": ChannelId(1_400_000_000_000_000_002),
        "category_id": ChannelId(1_400_000_000_000_000_003),
        "staff_role_ids": (RoleId(1_500_000_000_000_000_001), RoleId(1_500_000_000_000_000_002)),
    }
    return GuildConfig(**defaults | fields)


def next_config(before: GuildConfig, **fields: Any) -> GuildConfig:  # noqa: ANN401 - any field of a configuration
    """Make a configuration's next revision."""
    return attrs.evolve(before, revision=before.revision + 1, **fields)
