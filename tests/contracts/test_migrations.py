"""Stores and exports of version 1 are carried over to this one, whatever happens meanwhile; later ones are refused."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from pymongo import errors as mongo_errors

from tests.contracts import samples, version_1
from tests.contracts.racers import COUNT
from tests.contracts.stores import Address, Kind, connected
from tests.mongo_double.faults import FaultKind
from tests.mongo_double.server import running_in_thread
from ticketbot.admin import transfer
from ticketbot.config import mongo
from ticketbot.storage import migrations
from ticketbot.storage.errors import UnusableStoreError
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, Millis, UserId

if TYPE_CHECKING:
    from tests.contracts.racers import Racers
    from tests.mongo_double.control import Control

_ROOT = Path(__file__).parents[2]
_MORE = 150


async def _fill(address: Address, *, more: int = 0) -> None:
    if address.kind is Kind.SQLITE:
        version_1.fill_sqlite(Path(address.place), more=more)
    else:
        await version_1.fill_mongo(address.place, address.database, more=more)


async def test_a_store_of_version_1_is_carried_over(shared: Address) -> None:
    await _fill(shared)
    store = await shared.open()
    opened, reserved = version_1.DUMP.tickets

    assert isinstance(store, SqliteTicketStore | MongoTicketStore)
    assert await store.dump() == version_1.DUMP
    assert await store.config(version_1.GUILD) == version_1.DUMP.configs[0]
    assert await store.by_channel(version_1.GUILD, ChannelId(21)) == opened
    assert await store.live_of(version_1.GUILD, UserId(8)) == [reserved]
    assert len(await store.unfinished(before=Millis(samples.NOW + 1))) == 2
    assert await samples.take_number(store, version_1.GUILD) == 3
    await store.record_opening(opened)
    assert await store.openings_of(version_1.GUILD, UserId(7), after=Millis(0)) == [samples.NOW]
    assert not await store.record_interaction(version_1.RECORDED, now=samples.NOW)
    await store.swap(reserved, samples.moved(reserved, channel_id=ChannelId(22), creation_unknown_since=None))
    with pytest.raises(errors.SlotTakenError):
        await store.add(samples.ticket(number=3, opener_id=7, slot=0))
    with pytest.raises(errors.StaleTicketError):
        await store.add(samples.ticket(number=3, channel_id=ChannelId(21)))
    await store.close()


async def test_a_store_that_was_carried_over_is_opened_as_it_is(shared: Address) -> None:
    await _fill(shared)
    for _ in range(2):
        store = await shared.open()
        assert isinstance(store, SqliteTicketStore | MongoTicketStore)
        assert await store.dump() == version_1.DUMP
        await store.close()


async def test_processes_that_start_at_once_carry_a_store_over_once(shared: Address, racers: Racers) -> None:
    await _fill(shared, more=_MORE)
    numbers = await racers.run(shared, "take_numbers", times=5)
    store = await shared.open()

    assert sorted(number for taken in numbers for number in taken) == list(range(3, 3 + 5 * COUNT))
    assert isinstance(store, SqliteTicketStore | MongoTicketStore)
    dump = await store.dump()
    more = [version_1.numbered_now(100 + number) for number in range(_MORE)]
    assert dump.tickets == [*version_1.DUMP.tickets, *more]
    assert (dump.configs, dump.unreadable) == (version_1.DUMP.configs, ())
    await store.close()


async def test_damaged_records_stay_as_they_are_and_keep_no_others(shared: Address) -> None:
    await _fill(shared)
    damaged = version_1.numbered(5) | {"press": "x"}
    if shared.kind is Kind.SQLITE:
        with contextlib.closing(sqlite3.connect(shared.place)) as connection:
            connection.execute("UPDATE configs SET document = 'no json'")
            connection.execute(
                "INSERT INTO tickets VALUES (?, ?, 5, NULL, NULL, NULL, 0, 0, 0, ?)",
                (damaged["_id"], damaged["guild"], '{"press": "x"}'),
            )
            connection.commit()
    else:
        collections = mongo.connect(shared.place, shared.database)
        await collections.configs.find_one_and_update({"_id": version_1.GUILD}, {"$set": {"left_panels": [1]}})
        await collections.tickets.insert_one(damaged)
        await collections.close()
    store = await shared.open()

    assert isinstance(store, SqliteTicketStore | MongoTicketStore)
    dump = await store.dump()
    assert (dump.configs, dump.tickets) == ([], version_1.DUMP.tickets)
    assert len(dump.unreadable) == 2
    await store.close()


@pytest.mark.parametrize("seconds", [0.0, 0.005, 0.02, 0.05, 0.1, 0.2])
async def test_a_process_killed_while_it_carries_a_file_over_leaves_it_whole(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "store.sqlite3"
    version_1.fill_sqlite(path, more=3_000)
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own module, waited for
        [sys.executable, "-m", "tests.contracts.endless_writer", str(path), "ready"], cwd=_ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout:
        await asyncio.to_thread(process.stdout.readline)
        time.sleep(seconds)  # noqa: ASYNC251 - nothing else runs here
        process.send_signal(signal.SIGKILL)
    process.wait(60)
    store = await SqliteTicketStore.open(path)

    dump = await store.dump()
    assert dump.tickets[:2] == version_1.DUMP.tickets
    assert (dump.configs, dump.unreadable) == (version_1.DUMP.configs, ())
    assert len(dump.tickets) >= 3_002
    await store.close()


def _mongo_steps() -> list[tuple[str, int]]:
    """Return each command with which a migration changes something, by how many such come before it."""
    return [
        *(("insert", skipped) for skipped in range(1)),
        *(("findAndModify", skipped) for skipped in range(6)),
        *(("createIndexes", skipped) for skipped in range(4)),
        *(("dropIndexes", skipped) for skipped in range(2)),
    ]


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
@pytest.mark.parametrize(("command", "skip"), _mongo_steps())
async def test_a_migration_that_was_interrupted_is_completed(kind: FaultKind, command: str, skip: int) -> None:
    with running_in_thread() as control:
        await version_1.fill_mongo(control.uri, "ticketbot")
        control.fail(kind, command, skip=skip)
        with pytest.raises(errors.StoreUnavailableError):
            async with connected(control):
                pass
        assert control.pending_faults == 0
        await _require_one_ticket_per_slot(control)

        async with connected(control) as store:
            assert await store.dump() == version_1.DUMP
        await _require_one_ticket_per_slot(control)
        assert control.violations == []


async def _require_one_ticket_per_slot(control: Control) -> None:
    """See that another version, which writes right now, cannot give one slot to two tickets."""
    collections = mongo.connect(control.uri, "ticketbot")
    with pytest.raises(mongo_errors.DuplicateKeyError):
        await collections.tickets.insert_one({"_id": "x", "guild": version_1.GUILD, "slot": version_1.SLOT})
    await collections.close()


async def test_a_process_of_version_1_that_still_runs_cannot_write_over_what_was_carried_over() -> None:
    with running_in_thread() as control:
        await version_1.fill_mongo(control.uri, "ticketbot")
        async with connected(control):
            collections = mongo.connect(control.uri, "ticketbot")
            old = version_1.TICKETS[0]
            query = {"_id": old["_id"], "revision": old["revision"]}

            assert await collections.tickets.find_one_and_update(query, {"$set": {"press": 1}}) is None
            await collections.close()


async def test_a_ticket_that_moves_while_it_is_carried_over_is_carried_over_as_it_is_then() -> None:
    with running_in_thread() as control:
        await version_1.fill_mongo(control.uri, "ticketbot")
        control.fail(FaultKind.SLOW, "findAndModify", collection="tickets", millis=500)
        store = MongoTicketStore(mongo.connect(control.uri, "ticketbot"))
        preparing = asyncio.create_task(store.prepare())
        while control.pending_faults:  # noqa: ASYNC110 - the double is another program
            await asyncio.sleep(0.001)
        await _move_as_version_1(control)
        await preparing

        opened = version_1.DUMP.tickets[0]
        expected = attrs.evolve(opened, claimer_id=9, revision=opened.revision + 1)
        assert await store.by_number(version_1.GUILD, 1) == expected
        await store.close()


async def _move_as_version_1(control: Control) -> None:
    collections = mongo.connect(control.uri, "ticketbot")
    old = version_1.TICKETS[0]
    query = {"_id": old["_id"], "revision": old["revision"]}
    change = {"$set": {"claimer": 9, "revision": old["revision"] + 1}}
    assert await collections.tickets.find_one_and_update(query, change)
    await collections.close()


async def test_collections_of_a_later_version_are_refused(double: Control) -> None:
    collections = mongo.connect(double.uri, "later")
    await collections.meta.insert_one({"_id": "version", "version": migrations.VERSION + 1})
    store = MongoTicketStore(collections)

    with pytest.raises(UnusableStoreError, match="a later version of the bot wrote it"):
        await store.prepare()
    await store.close()


async def test_collections_whose_version_is_damaged_are_refused(double: Control) -> None:
    collections = mongo.connect(double.uri, "damaged")
    await collections.meta.insert_one({"_id": "version", "version": "3"})
    store = MongoTicketStore(collections)

    with pytest.raises(UnusableStoreError, match="no version"):
        await store.prepare()
    await store.close()


def test_an_export_of_version_1_is_read_as_this_version() -> None:
    assert transfer.load(version_1.export()) == version_1.DUMP


@pytest.mark.parametrize("document", [{}, {"format": "x"}, {"format": True}, {"format": 99}, {"left_panels": 7}])
def test_carrying_over_never_fails(document: dict[str, Any]) -> None:
    assert migrations.upgrade_ticket(document).keys() >= {key for key in document if key == "format"}
    assert "left_panels" not in migrations.upgrade_config(document)


def test_carrying_over_twice_is_the_same_as_once() -> None:
    ticket = random.choice(version_1.TICKETS)  # noqa: S311 - no secret
    once = migrations.upgrade_ticket(ticket)

    assert migrations.upgrade_ticket(once) == once
    config = migrations.upgrade_config(version_1.CONFIG)
    assert migrations.upgrade_config(config) == config
