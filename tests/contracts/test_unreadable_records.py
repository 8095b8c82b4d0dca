"""A record that cannot be read costs itself alone, in every store."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.contracts import samples
from tests.contracts.damage import damage_config, damage_ticket
from tests.contracts.stores import Address, Kind
from ticketbot.storage import documents
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, GuildId, Millis, TicketState, UserId

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.contracts.conftest import Place
    from ticketbot.services.store_ports import TicketStore

_BEFORE = Millis(samples.NOW + 100)


@pytest.fixture(params=[Kind.MEMORY, Kind.SQLITE, Kind.DOUBLE])
async def damaged(request: pytest.FixtureRequest, place: Place) -> AsyncGenerator[TicketStore]:
    """Give a store whose tickets 1, 2 and 4 of 5, and first two configurations of four, cannot be read."""
    async with place(request.param) as address:
        store = await address.open()
        for number in range(1, 6):
            await store.add(
                samples.ticket(
                    number=number,
                    state=TicketState.RESERVED,
                    changed_at=Millis(samples.NOW + number),
                    opener_id=UserId(10 + number),
                    channel_id=ChannelId(20 + number),
                    slot=0,
                )
            )
            await store.save_config(None, samples.config(guild_id=GuildId(number)))
        for number in (1, 2, 4):
            await damage_ticket(store, address, documents.id_of(samples.GUILD, number), opener_name=7)
        for number in (1, 2):
            await damage_config(store, address, GuildId(number), staff_role_ids="123")
        yield store
        await store.close()


async def test_lists_hold_the_others(damaged: TicketStore) -> None:
    for limit in (1, 2, 3, 100):
        expected = [3, 5][:limit]
        tickets = await damaged.tickets_of(samples.GUILD, limit=limit)
        unfinished = await damaged.unfinished(before=_BEFORE, limit=limit)
        configs = await damaged.configs(after=GuildId(0), limit=limit)

        assert [ticket.number for ticket in tickets] == expected
        assert [ticket.number for ticket in unfinished] == expected
        assert [config.guild_id for config in configs] == [3, 4, 5][:limit]
    assert [ticket.number for ticket in await damaged.tickets_of(samples.GUILD, after=3, limit=1)] == [5]


async def test_asked_for_by_itself_it_is_named(damaged: TicketStore) -> None:
    name = f"ticket {samples.GUILD}-2 cannot be read: opener_name is not text"

    with pytest.raises(errors.UnreadableRecordError, match=name):
        await damaged.by_number(samples.GUILD, 2)
    with pytest.raises(errors.UnreadableRecordError, match=name):
        await damaged.by_channel(samples.GUILD, ChannelId(22))
    with pytest.raises(errors.UnreadableRecordError, match="configuration of server 1 cannot be read"):
        await damaged.config(GuildId(1))


async def test_its_opener_is_not_taken_for_somebody_without_tickets(damaged: TicketStore) -> None:
    with pytest.raises(errors.UnreadableRecordError):
        await damaged.live_of(samples.GUILD, UserId(12))
    assert [ticket.number for ticket in await damaged.live_of(samples.GUILD, UserId(13))] == [3]


async def test_it_is_logged_once_by_its_id(damaged: TicketStore, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        await damaged.tickets_of(samples.GUILD)
        await damaged.unfinished(before=_BEFORE)
        with contextlib.suppress(errors.UnreadableRecordError):
            await damaged.by_number(samples.GUILD, 1)

    assert [record.getMessage() for record in caplog.records if record.name.startswith("ticketbot")] == [
        f"ticket {samples.GUILD}-{number} cannot be read and is left out; `ticketbot check` says why"
        for number in (1, 2, 4)
    ]


@pytest.mark.parametrize("document", ["'no json'", "'[]'", "'7'", "x'ff00'", "CAST(x'ff' AS TEXT)", "''"])
async def test_a_row_that_is_no_document_costs_itself_alone(tmp_path: Path, document: str) -> None:
    address = Address(Kind.SQLITE, str(tmp_path / "store.sqlite3"))
    store = await address.open()
    for number in (1, 2):
        await store.add(samples.ticket(number=number))
    with contextlib.closing(sqlite3.connect(address.place)) as connection:
        connection.execute(f"UPDATE tickets SET document = {document} WHERE number = 1")  # noqa: S608 - above
        connection.commit()

    assert await store.tickets_of(samples.GUILD) == [samples.ticket(number=2)]
    with pytest.raises(errors.UnreadableRecordError, match="not a JSON object"):
        await store.by_number(samples.GUILD, 1)
    assert isinstance(store, SqliteTicketStore)
    assert [error.record for error in (await store.dump()).unreadable] == [f"ticket {samples.GUILD}-1"]
    await store.close()
