"""The creations of a ticket's channel: more than one if Discord's answer was lost, or a process ended.

Each creation has a moment of its own, which the channel's topic shows. So the channels of two creations can be told
apart, and from their clones: staff that clones a channel copies its topic, but the clone is younger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets.model import Millis, TicketState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.tickets.model import ChannelId, InteractionId, Ticket

_DISCORD_EPOCH: Final = 1_420_070_400_000
"""Milliseconds from the beginning of 1970 to that of Discord's ids; Discord's documentation, "Snowflakes"."""

TOLERANCE: Final = 300_000
"""Milliseconds between a creation and its channel, at most: a lost call may last minutes, and clocks differ."""


def repeat(ticket: Ticket, *, at: Millis) -> Ticket:
    """Return the reserved ticket with one more creation of its channel."""
    return attrs.evolve(ticket, recreated_at=(*ticket.recreated_at, at), revision=ticket.revision + 1)


def moments(ticket: Ticket) -> Sequence[Millis]:
    """Return the moment of each creation, oldest first, each in a second of its own."""
    found = [ticket.created_at]
    for moment in ticket.recreated_at:
        found.append(Millis(max(moment, found[-1] + 1000)))
    return found


def may_be_of(ticket: Ticket, creation: int, channel_id: ChannelId) -> bool:
    """Return whether a channel is old enough, and young enough, to be that of a creation, which counts from 0.

    A reserved ticket's first creation is dated by Discord's clock, which made the ids of both the interaction and the
    channel. Of a later one only ours is known, which may be wrong.
    """
    if ticket.state is not TicketState.RESERVED:
        return True
    age = _made_at(channel_id) - _made_at(ticket.interaction_id)
    return age >= -TOLERANCE and (creation > 0 or age <= TOLERANCE)


def may_be_deleted(ticket: Ticket, creation: int, channel_id: ChannelId) -> bool:
    """Return whether a channel was made at about the moment of a creation: not by somebody, later."""
    return abs(_made_at(channel_id) - moments(ticket)[creation]) <= TOLERANCE


def _made_at(snowflake: ChannelId | InteractionId) -> int:
    return (snowflake >> 22) + _DISCORD_EPOCH
