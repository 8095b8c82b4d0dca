"""``python -m tests.contracts.endless_opener <kind> <place> <database>``: open tickets until killed.

Every second reservation is given up; the number of each opened ticket is printed.
"""

from __future__ import annotations

import asyncio
import sys

from tests.contracts import samples
from tests.contracts.stores import Address, Kind
from ticketbot.tickets.model import TicketState


async def _main(address: Address) -> None:
    store = await address.open()
    while True:
        given_up = await store.reserve(samples.reservation())
        ticket = await store.reserve(samples.reservation())
        await store.discard(given_up)
        await store.confirm_reservation(ticket)
        await store.swap(ticket, samples.moved(ticket, state=TicketState.OPEN))
        print(ticket.number, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    asyncio.run(_main(Address(Kind(sys.argv[1]), sys.argv[2], sys.argv[3])))
