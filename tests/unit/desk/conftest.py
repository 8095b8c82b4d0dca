from __future__ import annotations

import attrs
import pytest

from tests.fakes.channels import MemoryChannels
from tests.fakes.store import MemoryStore
from tests.unit.tickets import values
from ticketbot.desk.tickets import TicketDesk
from ticketbot.tickets.model import ChannelId, GuildConfig, Member, Millis, Press, Ticket, TicketState


@attrs.define
class HandClock:
    """A clock that stands still until it is moved."""

    now: Millis = values.NOW

    def __call__(self) -> Millis:
        return self.now

    def forward(self, milliseconds: int) -> None:
        self.now = Millis(self.now + milliseconds)


@attrs.define(kw_only=True)
class House:
    """A desk with what it stands on, and a way to press buttons."""

    store: MemoryStore
    channels: MemoryChannels
    clock: HandClock
    desk: TicketDesk
    announced: list[Ticket] = attrs.field(factory=list[Ticket])
    can_announce: bool = True
    presses: int = 9000

    def press(self, member: Member, channel_id: ChannelId | None = None) -> Press:
        self.presses += 1
        return values.press(member, self.presses, channel_id or ChannelId(1))

    async def announce(self, ticket: Ticket, config: GuildConfig) -> bool:
        assert config == values.CONFIG
        self.announced.append(ticket)
        return self.can_announce

    async def opened(self, member: Member = values.OPENER) -> Ticket:
        return await self.desk.open(self.press(member))

    async def closed(self, member: Member = values.OPENER) -> Ticket:
        ticket = await self.opened(member)
        return await self.desk.close(self.press(values.STAFF, ticket.channel_id))

    async def current(self, ticket: Ticket) -> Ticket | None:
        return await self.store.by_number(ticket.guild_id, ticket.number)

    async def require_in_order(self) -> None:
        """Check that records and channels belong together, and nothing is left to be done."""
        tickets = await self.store.tickets_of(values.GUILD)
        assert {ticket.channel_id for ticket in tickets} == set(self.channels.channels)
        assert not [ticket for ticket in tickets if ticket.is_unfinished]
        for ticket in tickets:
            assert ticket.channel_id is not None
            channel = self.channels.channels[ticket.channel_id]
            assert channel.opener_sees == (ticket.state is TicketState.OPEN)
            assert channel.notices.count(channel.notices[0]) == 1


@pytest.fixture
async def house() -> House:
    store, channels, clock = MemoryStore(), MemoryChannels(), HandClock()
    await store.save_config(None, values.CONFIG)
    return House(
        store=store,
        channels=channels,
        clock=clock,
        desk=TicketDesk(store=store, channels=channels, clock=clock),
    )
