"""MongoDB over a network that fails: results are true, and no write is made twice."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Final

import attrs
import pytest

from tests.contracts import samples
from tests.contracts.stores import connected
from tests.mongo_double.faults import FaultKind
from tests.mongo_double.server import running_in_thread
from ticketbot.storage.dump import StoreDump
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import InteractionId, Millis, TicketState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from tests.mongo_double.control import Control

    Operation = Callable[[MongoTicketStore, Callable[[str, str], None]], Awaitable[None]]

_LOST: Final = (FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.NOT_PRIMARY, FaultKind.WRITE_CONCERN)


async def _first_number(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "counters")

    assert await samples.take_number(store) == 1
    assert await samples.take_number(store) == 2


async def _next_number(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    await samples.take_number(store)
    fail("findAndModify", "counters")

    assert await samples.take_number(store) == 2
    assert await samples.take_number(store) == 3


async def _record_of_number(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "tickets")
    reserved = await store.reserve(samples.reservation())

    assert reserved.number == 1
    assert await store.by_number(samples.GUILD, 1) == reserved
    assert await samples.take_number(store) == 2


async def _return_number(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    reserved = await store.reserve(samples.reservation())
    fail("findAndModify", "tickets")
    await store.discard(reserved)

    assert await samples.take_number(store) == 1
    assert await samples.take_number(store) == 2


async def _settle_number(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    reserved = await store.reserve(samples.reservation())
    opened = samples.moved(reserved, state=TicketState.OPEN)
    await store.swap(reserved, opened)
    fail("findAndModify", "counters")
    await store.discard(opened)

    assert await samples.take_number(store) == 2


async def _add(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "tickets")
    await store.add(samples.ticket(slot=0))

    assert await store.by_number(samples.GUILD, 1) == samples.ticket(slot=0)


async def _add_to_taken_slot(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    await store.add(samples.ticket(slot=0))
    fail("insert", "tickets")

    with pytest.raises(errors.SlotTakenError):
        await store.add(samples.ticket(number=2, slot=0))


async def _swap(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    ticket = samples.ticket(slot=0)
    await store.add(ticket)
    fail("findAndModify", "tickets")
    await store.swap(ticket, samples.moved(ticket, slot=None))

    assert await store.by_number(samples.GUILD, 1) == samples.moved(ticket, slot=None)


async def _swap_of_old_revision(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    ticket = samples.ticket()
    await store.add(ticket)
    await store.swap(ticket, samples.moved(ticket))
    fail("findAndModify", "tickets")

    with pytest.raises(errors.StaleTicketError):
        await store.swap(ticket, samples.moved(ticket))


async def _discard(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    await store.add(samples.ticket())
    fail("findAndModify", "tickets")
    await store.discard(samples.ticket())

    assert await store.by_number(samples.GUILD, 1) is None


async def _discard_of_old_revision(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    ticket = samples.ticket()
    await store.add(ticket)
    await store.swap(ticket, samples.moved(ticket))
    fail("findAndModify", "tickets")

    with pytest.raises(errors.StaleTicketError):
        await store.discard(ticket)


async def _press(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "presses")

    assert await store.record_interaction(InteractionId(1), now=samples.NOW)
    assert not await store.record_interaction(InteractionId(1), now=samples.NOW)


async def _opening(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "openings")
    await store.record_opening(samples.ticket())

    assert await store.openings_of(samples.GUILD, samples.OPENER, after=Millis(0)) == [samples.NOW]


async def _forget_guild(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    await store.add(samples.ticket())
    await store.save_config(None, samples.config())
    fail("findAndModify", "tickets")
    await store.forget_guild(samples.GUILD)

    assert await store.dump() == StoreDump(configs=[], tickets=[])


async def _first_config(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "configs")
    await store.save_config(None, samples.config())

    assert await store.config(samples.GUILD) == samples.config()


async def _next_config(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    first, second = samples.config(), samples.next_config(samples.config(), panel_message_id=5)
    await store.save_config(None, first)
    fail("findAndModify", "configs")
    await store.save_config(first, second)

    assert await store.config(samples.GUILD) == second


_OPERATIONS: Final = (
    _first_number,
    _next_number,
    _record_of_number,
    _return_number,
    _settle_number,
    _add,
    _add_to_taken_slot,
    _swap,
    _swap_of_old_revision,
    _discard,
    _discard_of_old_revision,
    _press,
    _opening,
    _forget_guild,
    _first_config,
    _next_config,
)


@pytest.mark.parametrize("replica_set", [None, "rs0"])
@pytest.mark.parametrize("kind", _LOST)
async def test_one_lost_answer_changes_nothing(kind: FaultKind, replica_set: str | None) -> None:
    # All at once, each on a server of its own: after a fault the driver waits half a second before it tries again.
    await asyncio.gather(*(_do(operation, kind, replica_set) for operation in _OPERATIONS))


async def _do(operation: Operation, kind: FaultKind, replica_set: str | None) -> None:
    try:
        with running_in_thread(replica_set) as control:
            async with connected(control) as store:
                await operation(store, lambda command, collection: control.fail(kind, command, collection=collection))
            assert control.pending_faults == 0
            assert control.violations == []
    except BaseException as error:
        error.add_note(f"in {operation.__name__}")
        raise


async def test_a_write_that_is_lost_twice_is_reported_as_unknown() -> None:
    ticket = samples.ticket()
    with running_in_thread() as control:
        async with connected(control) as store:
            await store.add(ticket)
            control.fail(FaultKind.DROP_AFTER, "findAndModify", times=2)

            with pytest.raises(errors.StoreUnavailableError):
                await store.swap(ticket, samples.moved(ticket))
            assert await store.by_number(samples.GUILD, 1) == samples.moved(ticket)


@attrs.frozen
class _Pair:
    """Two processes' stores on one server."""

    control: Control
    ours: MongoTicketStore
    theirs: MongoTicketStore

    async def lose(self, kind: FaultKind, command: str, operation: Awaitable[object]) -> asyncio.Task[object]:
        """Start an operation whose first answer is lost; return as soon as it is, before the store repeats it."""
        self.control.fail(kind, command)
        task = asyncio.ensure_future(_as_coroutine(operation))
        while self.control.pending_faults:  # noqa: ASYNC110 - the double is another program
            await asyncio.sleep(0.001)
        return task


async def _as_coroutine(operation: Awaitable[object]) -> object:
    return await operation


@pytest.fixture
async def pair() -> AsyncGenerator[_Pair]:
    with running_in_thread() as control:
        async with connected(control) as ours, connected(control) as theirs:
            yield _Pair(control, ours, theirs)


async def test_a_move_that_another_made_meanwhile_is_not_taken_for_ours(pair: _Pair) -> None:
    ticket = samples.ticket()
    await pair.ours.add(ticket)
    task = await pair.lose(FaultKind.DROP_BEFORE, "findAndModify", pair.ours.swap(ticket, samples.moved(ticket)))
    # Exactly the same move.
    await pair.theirs.swap(ticket, samples.moved(ticket))

    with pytest.raises(errors.StaleTicketError):
        await task


async def test_a_move_that_another_went_on_from_is_reported_as_unknown(pair: _Pair) -> None:
    ticket = samples.ticket()
    await pair.ours.add(ticket)
    moved = samples.moved(ticket)
    task = await pair.lose(FaultKind.DROP_AFTER, "findAndModify", pair.ours.swap(ticket, moved))
    await pair.theirs.swap(moved, samples.moved(moved))

    with pytest.raises(errors.StoreUnavailableError):
        await task
    assert await pair.ours.by_number(samples.GUILD, 1) == samples.moved(moved)


async def test_a_move_of_a_ticket_that_is_gone_meanwhile_is_reported_as_unknown(pair: _Pair) -> None:
    ticket = samples.ticket()
    await pair.ours.add(ticket)
    moved = samples.moved(ticket)
    task = await pair.lose(FaultKind.DROP_AFTER, "findAndModify", pair.ours.swap(ticket, moved))
    await pair.theirs.discard(moved)

    with pytest.raises(errors.StoreUnavailableError):
        await task


async def test_a_press_that_another_took_meanwhile_is_not_taken_for_ours(pair: _Pair) -> None:
    take = functools.partial(MongoTicketStore.record_interaction, interaction_id=InteractionId(1), now=samples.NOW)
    task = await pair.lose(FaultKind.DROP_BEFORE, "insert", take(pair.ours))

    assert await take(pair.theirs)
    assert await task is False


async def test_a_slot_that_another_took_meanwhile_is_refused(pair: _Pair) -> None:
    closed = samples.ticket(state=TicketState.CLOSED)
    await pair.ours.add(closed)
    task = await pair.lose(
        FaultKind.DROP_BEFORE, "findAndModify", pair.ours.swap(closed, samples.moved(closed, slot=0))
    )
    await pair.theirs.add(samples.ticket(number=2, slot=0))

    with pytest.raises(errors.SlotTakenError):
        await task


async def test_a_first_configuration_that_another_saved_meanwhile_is_refused(pair: _Pair) -> None:
    task = await pair.lose(FaultKind.DROP_BEFORE, "insert", pair.ours.save_config(None, samples.config()))
    await pair.theirs.save_config(None, samples.config())

    with pytest.raises(errors.StaleConfigError):
        await task
