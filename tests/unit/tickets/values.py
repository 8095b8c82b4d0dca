"""Values that the tests of the rules speak of."""

from __future__ import annotations

import attrs

from ticketbot.tickets import lifecycle
from ticketbot.tickets.model import (
    ChannelId,
    GuildConfig,
    GuildId,
    InteractionId,
    Member,
    Millis,
    Request,
    RoleId,
    Ticket,
    TicketState,
    UserId,
)

GUILD = GuildId(100)
STAFF_ROLE = RoleId(300)
CHANNEL = ChannelId(500)
NOW = Millis(1_000_000)

CONFIG = GuildConfig(
    guild_id=GUILD,
    panel_channel_id=ChannelId(201),
    transcript_channel_id=ChannelId(202),
    category_id=ChannelId(203),
    staff_role_ids=(STAFF_ROLE, RoleId(301)),
)
OPENER = Member(id=UserId(1), display_name="Léa Martin")
STAFF = Member(id=UserId(2), display_name="Staff", role_ids=frozenset({STAFF_ROLE}))
ADMINISTRATOR = Member(id=UserId(3), display_name="Admin", is_administrator=True)
STRANGER = Member(id=UserId(4), display_name="Stranger", role_ids=frozenset({RoleId(999)}))


def press(member: Member = OPENER, interaction_id: int = 9000, channel_id: ChannelId = CHANNEL) -> Request:
    return Request(id=InteractionId(interaction_id), guild_id=GUILD, channel_id=channel_id, member=member)


def ticket_in(state: TicketState) -> Ticket:
    """Give a ticket of OPENER's that went the usual way to a state."""
    ticket = lifecycle.reserve(press(), number=7, slot=0, at=NOW)
    if state is TicketState.RESERVED:
        return ticket
    ticket = lifecycle.mark_announced(lifecycle.attach_channel(ticket, CHANNEL, at=NOW), at=NOW)
    if state is TicketState.OPEN:
        return ticket
    ticket = lifecycle.mark_announced(lifecycle.close(ticket, press(STAFF), at=NOW), at=NOW)
    if state is TicketState.CLOSED:
        return ticket
    return lifecycle.begin_deletion(ticket, press(STAFF), at=NOW)


def opened_by(member: Member) -> Ticket:
    return attrs.evolve(ticket_in(TicketState.OPEN), opener_id=member.id)
