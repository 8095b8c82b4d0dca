from __future__ import annotations

import attrs
import pytest

from tests.fakes.channels import MemoryChannels
from tests.fakes.owners import MemoryOwners
from tests.fakes.store import MemoryStore
from tests.unit.tickets import values
from ticketbot.metrics.disabled import NoMetrics
from ticketbot.services.effects import TicketEffects
from ticketbot.services.ports import Delivery
from ticketbot.services.tickets import TicketService
from ticketbot.tickets import actions
from ticketbot.tickets.model import ChannelId, GuildConfig, Member, Millis, Request, Ticket, TicketState


@attrs.define
class ManualClock:
    """A clock that moves only when told."""

    now: Millis = values.NOW

    def __call__(self) -> Millis:
        return self.now

    def forward(self, milliseconds: int) -> None:
        self.now = Millis(self.now + milliseconds)


@attrs.define(kw_only=True)
class ServiceHarness:
    """The ticket service on fakes, and a way to press buttons."""

    store: MemoryStore
    channels: MemoryChannels
    clock: ManualClock
    owners: MemoryOwners
    service: TicketService
    announced: list[Ticket] = attrs.field(factory=list[Ticket])
    delivery: Delivery = Delivery.DELIVERED
    """What becomes of answers."""
    presses: int = 9000

    def press(self, member: Member, channel_id: ChannelId | None = None) -> Request:
        self.presses += 1
        return values.press(member, self.presses, channel_id or ChannelId(1))

    async def announce(self, ticket: Ticket, config: GuildConfig) -> Delivery:
        """Answer with the notice, which is in the channel then; the answer to a deletion is none."""
        assert config == values.CONFIG
        self.announced.append(ticket)
        if self.delivery is Delivery.DELIVERED and ticket.notice is not None and ticket.channel_id is not None:
            self.channels.channels[ticket.channel_id].notices.append(ticket.notice)
        return self.delivery

    async def open_ticket(self, member: Member = values.OPENER) -> Ticket:
        return await self.service.open(self.press(member))

    async def closed_ticket(self, member: Member = values.OPENER) -> Ticket:
        ticket = await self.open_ticket(member)
        return await self.service.run(actions.CLOSE, self.press(values.STAFF, ticket.channel_id))

    async def current(self, ticket: Ticket) -> Ticket | None:
        return await self.store.by_number(ticket.guild_id, ticket.number)

    async def assert_consistent(self) -> None:
        """Check that records and channels match, and that no ticket is unfinished."""
        tickets = await self.store.tickets_of(values.GUILD)
        assert {ticket.channel_id for ticket in tickets} == set(self.channels.channels)
        assert not [ticket for ticket in tickets if ticket.is_unfinished]
        for ticket in tickets:
            assert ticket.channel_id is not None
            channel = self.channels.channels[ticket.channel_id]
            assert channel.opener_sees == (ticket.state is TicketState.OPEN)
            assert channel.notices.count(channel.notices[0]) == 1


@pytest.fixture
async def harness() -> ServiceHarness:
    store, channels, clock = MemoryStore(), MemoryChannels(), ManualClock()
    await store.save_config(None, values.CONFIG)
    owners = MemoryOwners()
    effects = TicketEffects(
        store=store, channels=channels, transcripts=channels, metrics=NoMetrics(), clock=clock, owners=owners
    )
    return ServiceHarness(
        store=store,
        channels=channels,
        clock=clock,
        owners=owners,
        service=TicketService(effects=effects, max_openings=1000),  # one opener in most tests
    )
