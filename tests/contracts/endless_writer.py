"""``python -m tests.contracts.endless_writer <file>``: write tickets until killed; print each number once written.

With ``ready`` as another argument, print a line before the file is opened.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.contracts import samples
from ticketbot.storage.sqlite import SqliteTicketStore


async def _main(path: Path) -> None:
    store = await SqliteTicketStore.open(path)
    while True:
        ticket = await store.reserve(samples.reservation())
        await store.swap(ticket, samples.moved(ticket))
        print(ticket.number, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    if "ready" in sys.argv:
        print("ready", flush=True)  # noqa: T201 - the signal
    asyncio.run(_main(Path(sys.argv[1])))
