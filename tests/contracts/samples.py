"""Tickets and configurations for tests of stores."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.tickets.model import (
    UNNUMBERED,
    ChannelId,
    GuildConfig,
    GuildId,
    InteractionId,
    Millis,
    RoleId,
    Ticket,
    TicketState,
    UserId,
)

if TYPE_CHECKING:
    from ticketbot.services.store_ports import TicketStore

GUILD: Final = GuildId(1_100_000_000_000_000_001)
OTHER_GUILD: Final = GuildId(1_100_000_000_000_000_002)
OPENER: Final = UserId(1_200_000_000_000_000_001)
OTHER_OPENER: Final = UserId(1_200_000_000_000_000_002)
_OPENERS: Final = itertools.count(1_200_000_000_000_001_000 + os.getpid() * 1_000_000)
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
        "interaction_id": InteractionId(1_300_000_000_000_000_001),
    }
    return Ticket(**defaults | fields)


def moved(before: Ticket, **fields: Any) -> Ticket:  # noqa: ANN401 - any field of a ticket
    """Make a ticket's next revision."""
    return attrs.evolve(before, revision=before.revision + 1, **fields)


def reservation(**fields: Any) -> Ticket:  # noqa: ANN401 - any field of a ticket
    """Make a ticket to be reserved, of a member who has no other."""
    defaults: dict[str, Any] = {"state": TicketState.RESERVED, "opener_id": UserId(next(_OPENERS)), "slot": 0}
    return ticket(**defaults | {"number": UNNUMBERED} | fields)


async def take_number(store: TicketStore, guild_id: GuildId = GUILD) -> int:
    """Use a guild's next number for a ticket that was opened and deleted."""
    reserved = await store.reserve(reservation(guild_id=guild_id))
    opened = moved(reserved, state=TicketState.OPEN, slot=None)
    await store.swap(reserved, opened)
    await store.discard(opened)
    return reserved.number


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
