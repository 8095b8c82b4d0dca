"""``python -m tests.contracts.restless <file>``: write tickets until killed; print each number once it was written."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.contracts import values
from ticketbot.storage.sqlite import SqliteTicketStore


async def _main(path: Path) -> None:
    store = await SqliteTicketStore.open(path)
    while True:
        number = await store.next_number(values.GUILD)
        ticket = values.ticket(number=number)
        await store.add(ticket)
        await store.swap(ticket, values.moved(ticket))
        print(number, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
