"""Damage records in a store, past its own checks."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING, Any

from tests.contracts.stores import Address, Kind
from tests.fakes.store import MemoryStore
from ticketbot.config import mongo

if TYPE_CHECKING:
    from ticketbot.services.store_ports import TicketStore
    from ticketbot.tickets.model import GuildId

_TABLES = {"tickets": "id", "configs": "guild"}


async def damage_ticket(store: TicketStore, address: Address, name: str, **keys: Any) -> None:  # noqa: ANN401 - JSON
    """Set keys of a ticket's document to other values."""
    if isinstance(store, MemoryStore):
        store.records[name].update(keys)
    else:
        await _damage(address, "tickets", name, keys)


async def damage_config(store: TicketStore, address: Address, guild_id: GuildId, **keys: Any) -> None:  # noqa: ANN401 - JSON
    """Set keys of a configuration's document to other values."""
    if isinstance(store, MemoryStore):
        store.configurations[guild_id].update(keys)
    else:
        await _damage(address, "configs", guild_id, keys)


async def _damage(address: Address, table: str, record_id: object, keys: dict[str, Any]) -> None:
    if address.kind is Kind.SQLITE:
        with contextlib.closing(sqlite3.connect(address.place)) as connection:
            where = f"{table} WHERE {_TABLES[table]} = ?"
            (document,) = connection.execute(f"SELECT document FROM {where}", (record_id,)).fetchone()  # noqa: S608 - ours
            changed = json.dumps(json.loads(document) | keys)
            connection.execute(f"UPDATE {where.replace(' WHERE', ' SET document = ? WHERE')}", (changed, record_id))  # noqa: S608 - ours
            connection.commit()
        return
    collections = mongo.connect(address.place, address.database)
    collection = collections.tickets if table == "tickets" else collections.configs
    assert await collection.find_one_and_update({"_id": record_id}, {"$set": keys})
    await collections.close()
