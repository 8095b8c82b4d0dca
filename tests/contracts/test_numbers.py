"""The numbers of tickets: given once each, and given again if their ticket never had a channel."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contracts import samples
from tests.contracts.stores import Kind, connected
from tests.mongo_double.faults import FaultKind
from tests.mongo_double.server import running_in_thread
from ticketbot.storage import mongo_numbers
from ticketbot.storage.dump import StoreDump
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import TicketState, UserId

if TYPE_CHECKING:
    from tests.contracts.stores import Address
    from tests.mongo_double.control import Control
    from ticketbot.services.store_ports import TicketStore
    from ticketbot.tickets.model import Ticket

_ROOT = Path(__file__).parents[2]


async def _reserve(store: TicketStore) -> int:
    return (await store.reserve(samples.reservation())).number


async def test_a_reservation_is_recorded_with_its_number(store: TicketStore) -> None:
    reserved = await store.reserve(samples.reservation())

    assert reserved.number == 1
    assert await store.by_number(samples.GUILD, 1) == reserved
    await store.confirm_reservation(reserved)


async def test_a_returned_number_goes_to_the_next_ticket_the_lowest_first(store: TicketStore) -> None:
    reserved = [await store.reserve(samples.reservation()) for _ in range(4)]
    await store.discard(reserved[2])
    await store.discard(reserved[1])

    assert [await _reserve(store) for _ in range(4)] == [2, 3, 5, 6]


async def test_the_number_of_a_ticket_that_had_a_channel_is_not_given_again(store: TicketStore) -> None:
    reserved = await store.reserve(samples.reservation())
    opened = samples.moved(reserved, state=TicketState.OPEN)
    await store.swap(reserved, opened)
    await store.discard(opened)

    assert await _reserve(store) == 2


async def test_a_returned_number_is_its_guilds_own(store: TicketStore) -> None:
    await store.discard(await store.reserve(samples.reservation(guild_id=samples.OTHER_GUILD)))
    await _reserve(store)

    assert await _reserve(store) == 2


async def test_a_slot_that_is_taken_costs_no_number(store: TicketStore) -> None:
    await store.add(samples.ticket(number=50, opener_id=UserId(7), slot=0))
    with pytest.raises(errors.SlotTakenError):
        await store.reserve(samples.ticket(state=TicketState.RESERVED, opener_id=UserId(7), slot=0))

    assert [await _reserve(store) for _ in range(2)] == [1, 2]


async def test_a_reservation_that_was_discarded_or_moved_is_not_confirmed(store: TicketStore) -> None:
    discarded, moved = [await store.reserve(samples.reservation()) for _ in range(2)]
    await store.discard(discarded)
    await store.swap(moved, samples.moved(moved))

    for ticket in (discarded, moved):
        with pytest.raises(errors.StaleTicketError):
            await store.confirm_reservation(ticket)


async def test_a_forgotten_guild_begins_at_one_without_its_returned_numbers(store: TicketStore) -> None:
    reserved = [await store.reserve(samples.reservation()) for _ in range(3)]
    await store.discard(reserved[1])
    await store.forget_guild(samples.GUILD)

    assert [await _reserve(store) for _ in range(2)] == [1, 2]


async def test_an_imported_tickets_number_is_passed_over(shared: Address) -> None:
    store = await shared.open()
    assert isinstance(store, SqliteTicketStore | MongoTicketStore)
    reserved = [await store.reserve(samples.reservation()) for _ in range(3)]
    await store.discard(reserved[1])
    await store.restore(StoreDump(tickets=[samples.ticket(number=2), samples.ticket(number=4)]))

    assert [await _reserve(store) for _ in range(2)] == [5, 6]
    await store.close()


async def test_returned_numbers_move_to_another_store(shared: Address) -> None:
    store = await shared.open()
    assert isinstance(store, SqliteTicketStore | MongoTicketStore)
    await store.restore(StoreDump(counters={samples.GUILD: 9}, free={samples.GUILD: [3, 7]}))
    dump = await store.dump()

    assert (dump.counters, dump.free) == ({samples.GUILD: 9}, {samples.GUILD: [3, 7]})
    assert [await _reserve(store) for _ in range(3)] == [3, 7, 10]
    await store.close()


async def test_a_merge_frees_no_number_that_the_store_has_given_out(shared: Address) -> None:
    store = await shared.open()
    assert isinstance(store, SqliteTicketStore | MongoTicketStore)
    for _ in range(5):
        await samples.take_number(store)
    await store.restore(StoreDump(counters={samples.GUILD: 9}, free={samples.GUILD: [3, 7]}))

    assert [await _reserve(store) for _ in range(2)] == [7, 10]
    await store.close()


async def test_the_number_of_an_imported_reservation_is_returned_with_it(shared: Address) -> None:
    store = await shared.open()
    assert isinstance(store, SqliteTicketStore | MongoTicketStore)
    imported = samples.ticket(number=2, state=TicketState.RESERVED)
    await store.restore(StoreDump(counters={samples.GUILD: 4}, tickets=[imported]))
    await store.confirm_reservation(imported)
    await store.discard(imported)

    assert [await _reserve(store) for _ in range(2)] == [2, 5]
    await store.close()


async def _overtaken(control: Control, slow: MongoTicketStore, other: MongoTicketStore) -> asyncio.Task[Ticket]:
    """Let a reservation be held up while another process uses the number that it was about to take."""
    control.fail(FaultKind.SLOW, "insert", collection="tickets", millis=400)
    reserving = asyncio.create_task(slow.reserve(samples.reservation()))
    while control.pending_faults:  # noqa: ASYNC110 - the double is another program
        await asyncio.sleep(0.001)
    assert await samples.take_number(other) == 1
    return reserving


async def test_a_process_that_was_held_up_takes_no_number_that_was_used_meanwhile() -> None:
    with running_in_thread() as control:
        async with connected(control) as held_up, connected(control) as other:
            reserving = await _overtaken(control, held_up, other)

            assert (await reserving).number == 2
            assert [ticket.number for ticket in await other.tickets_of(samples.GUILD)] == [2]


async def test_what_such_a_process_left_when_it_was_killed_is_not_confirmed() -> None:
    with running_in_thread() as control:
        async with connected(control) as killed, connected(control) as other:
            reserving = await _overtaken(control, killed, other)
            control.fail(FaultKind.REFUSE, "find", code=13)
            with pytest.raises(errors.StoreUnavailableError):
                await reserving
            (left,) = await other.tickets_of(samples.GUILD)

            assert left.number == 1
            with pytest.raises(errors.StaleTicketError):
                await other.confirm_reservation(left)
            await other.discard(left)
            assert await _reserve(other) == 2


async def test_more_openings_at_once_than_are_kept_still_get_a_number_each() -> None:
    with running_in_thread() as control:
        async with connected(control) as store:
            reserved = [await store.reserve(samples.reservation()) for _ in range(mongo_numbers.MOST_PENDING + 2)]
            (counter,) = control.documents("ticketbot", "counters")

            assert [one.number for one in reserved] == list(range(1, len(reserved) + 1))
            assert len(counter["pending"]) == mongo_numbers.MOST_PENDING
            await store.confirm_reservation(reserved[-1])
            await store.discard(reserved[0])
            assert await _reserve(store) == 1


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
@pytest.mark.parametrize(("command", "collection"), [("findAndModify", "counters"), ("insert", "tickets")])
async def test_a_reservation_that_fails_in_the_middle_costs_no_number(
    kind: FaultKind, command: str, collection: str
) -> None:
    with running_in_thread() as control:
        async with connected(control) as store:
            assert await samples.take_number(store) == 1
            control.fail(kind, command, collection=collection, times=2)
            with pytest.raises(errors.StoreUnavailableError):
                await store.reserve(samples.reservation())
            left = list(await store.tickets_of(samples.GUILD))
            numbers = [ticket.number for ticket in left] + [await _reserve(store) for _ in range(2)]

            assert sorted(numbers)[:2] == [2, 3]


async def test_a_damaged_counter_gives_no_number(shared: Address) -> None:
    if shared.kind is Kind.SQLITE:
        pytest.skip("a column of SQLite holds numbers")
    store = await shared.open()
    assert isinstance(store, MongoTicketStore)
    collections = store._collections  # pyright: ignore[reportPrivateUsage] - to damage it
    await collections.counters.insert_one({"_id": samples.GUILD, "n": "5", "pending": "x", "revision": "y"})

    with pytest.raises(errors.UnreadableRecordError):
        await _reserve(store)
    await store.close()


async def test_a_process_killed_at_any_moment_loses_no_number(shared: Address) -> None:
    used: list[int] = []
    for round_number in range(4):
        used += await asyncio.to_thread(_reserve_until_killed, shared, 0.05 + 0.06 * round_number)
    store = await shared.open()
    known = [ticket.number for ticket in await store.tickets_of(samples.GUILD, limit=10_000)]
    while set(known) != set(range(1, max(known) + 1)) and len(known) < max(known) + 9:
        known.append(await _reserve(store))

    assert len(used) > 20
    assert set(used) <= set(known)
    assert sorted(known) == list(range(1, len(known) + 1))
    await store.close()


def _reserve_until_killed(address: Address, seconds: float) -> list[int]:
    """Run two processes that reserve numbers and return some, and kill them some seconds after each has opened three.

    Returns the numbers that they opened.
    """
    command = [sys.executable, "-m", "tests.contracts.endless_opener", address.kind, address.place, address.database]
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True))  # noqa: S603 - ours
            for _ in range(2)
        ]
        lines: list[str] = []
        for process in processes:
            assert process.stdout is not None
            lines.extend(process.stdout.readline() for _ in range(3))
        time.sleep(seconds)
        for process in processes:
            process.kill()
        for process in processes:
            assert process.stdout is not None
            lines.extend(process.stdout.readlines())
    return [int(line) for line in lines if line.endswith("\n")]


async def test_a_returned_number_that_is_known_to_be_used_is_not_given(shared: Address) -> None:
    store = await shared.open()
    assert isinstance(store, SqliteTicketStore | MongoTicketStore)
    reserved = [await store.reserve(samples.reservation()) for _ in range(3)]
    await store.discard(reserved[0])
    await store.discard(reserved[1])
    await store.restore(StoreDump(used={samples.GUILD: {2, 3}}))

    assert [await _reserve(store) for _ in range(2)] == [1, 4]
    await store.close()
