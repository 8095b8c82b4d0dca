"""A process that owns work on a store, and takes the gateway if it is free: ``python -m …owner_process KIND ADDRESS``.

It prints its id, and lives until it is killed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from ticketbot.config import mongo
from ticketbot.services.store_ports import Role
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.sqlite import SqliteTicketStore


async def live(kind: str, address: str) -> None:
    store = (
        await SqliteTicketStore.open(Path(address))
        if kind == "sqlite"
        else MongoTicketStore(mongo.connect(address, "owners"))
    )
    owners = await store.join(hang_seconds=60.0)
    has_role = await owners.hold(Role.GATEWAY)
    print(owners.own_id, flush=True)  # noqa: T201 - read by the test
    while True:
        await owners.watch()
        if has_role and not await owners.hold(Role.GATEWAY):
            has_role = False
            print("lost the role", flush=True)  # noqa: T201 - as above
        await asyncio.sleep(owners.watch_interval)


if __name__ == "__main__":
    asyncio.run(live(*sys.argv[1:]))
