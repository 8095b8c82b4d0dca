"""Reading all of a server's tickets, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ticketbot.services.store_ports import TicketRecords
    from ticketbot.tickets.model import GuildId, Ticket


async def all_tickets(store: TicketRecords, guild_id: GuildId) -> AsyncGenerator[Ticket]:
    """Yield a server's tickets, by number."""
    number = 0
    while page := await store.tickets_of(guild_id, after=number):
        number = page[-1].number
        for ticket in page:
            yield ticket
