"""MongoDB over a network that fails: what a member is told is true, and no write is made twice."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Final

import attrs
import pytest

from tests.contracts import values
from tests.contracts.stores import connected
from tests.wire.faults import FaultKind
from tests.wire.server import running_in_thread
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import Millis, PressId, TicketState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from tests.wire.control import Control

    Deed = Callable[[MongoTicketStore, Callable[[str, str], None]], Awaitable[None]]

_LOST: Final = (FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.NOT_PRIMARY, FaultKind.WRITE_CONCERN)
_LATER: Final = Millis(values.NOW + 60_000)


async def _number(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    first = await store.next_number(values.GUILD)
    fail("findAndModify", "counters")
    second = await store.next_number(values.GUILD)

    assert first < second <= first + 2
    assert await store.next_number(values.GUILD) == second + 1


async def _add(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "tickets")
    await store.add(values.ticket(slot=0))

    assert await store.by_number(values.GUILD, 1) == values.ticket(slot=0)


async def _add_to_taken_slot(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    await store.add(values.ticket(slot=0))
    fail("insert", "tickets")

    with pytest.raises(errors.SlotTakenError):
        await store.add(values.ticket(number=2, slot=0))


async def _swap(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    ticket = values.ticket(slot=0)
    await store.add(ticket)
    fail("findAndModify", "tickets")
    await store.swap(ticket, values.moved(ticket, slot=None))

    assert await store.by_number(values.GUILD, 1) == values.moved(ticket, slot=None)


async def _swap_of_old_revision(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    ticket = values.ticket()
    await store.add(ticket)
    await store.swap(ticket, values.moved(ticket))
    fail("findAndModify", "tickets")

    with pytest.raises(errors.StaleTicketError):
        await store.swap(ticket, values.moved(ticket))


async def _discard(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    await store.add(values.ticket())
    fail("findAndModify", "tickets")
    await store.discard(values.ticket())

    assert await store.by_number(values.GUILD, 1) is None


async def _discard_of_old_revision(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    ticket = values.ticket()
    await store.add(ticket)
    await store.swap(ticket, values.moved(ticket))
    fail("findAndModify", "tickets")

    with pytest.raises(errors.StaleTicketError):
        await store.discard(ticket)


async def _lease(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    await store.add(values.ticket())
    fail("findAndModify", "tickets")

    assert await store.lease(values.ticket(), now=values.NOW, until=_LATER)
    assert not await store.lease(values.ticket(), now=values.NOW, until=_LATER)


async def _press(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "presses")

    assert await store.take_press(PressId(1), now=values.NOW)
    assert not await store.take_press(PressId(1), now=values.NOW)


async def _first_config(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    fail("insert", "configs")
    await store.save_config(None, values.config())

    assert await store.config(values.GUILD) == values.config()


async def _next_config(store: MongoTicketStore, fail: Callable[[str, str], None]) -> None:
    first, second = values.config(), values.next_config(values.config(), panel_message_id=5)
    await store.save_config(None, first)
    fail("findAndModify", "configs")
    await store.save_config(first, second)

    assert await store.config(values.GUILD) == second


_DEEDS: Final = (
    _number,
    _add,
    _add_to_taken_slot,
    _swap,
    _swap_of_old_revision,
    _discard,
    _discard_of_old_revision,
    _lease,
    _press,
    _first_config,
    _next_config,
)


@pytest.mark.parametrize("replica_set", [None, "rs0"])
@pytest.mark.parametrize("kind", _LOST)
async def test_one_lost_answer_changes_nothing(kind: FaultKind, replica_set: str | None) -> None:
    # All at once, each with a server of its own: after a fault the driver waits half a second before it looks again.
    await asyncio.gather(*(_do(deed, kind, replica_set) for deed in _DEEDS))


async def _do(deed: Deed, kind: FaultKind, replica_set: str | None) -> None:
    try:
        with running_in_thread(replica_set) as control:
            async with connected(control) as store:
                await deed(store, lambda command, collection: control.fail(kind, command, collection=collection))
            assert control.pending_faults == 0
            assert control.violations == []
    except BaseException as error:
        error.add_note(f"in {deed.__name__}")
        raise


async def test_a_write_that_is_lost_twice_is_told_as_unknown() -> None:
    ticket = values.ticket()
    with running_in_thread() as control:
        async with connected(control) as store:
            await store.add(ticket)
            control.fail(FaultKind.DROP_AFTER, "findAndModify", times=2)

            with pytest.raises(errors.StoreUnavailableError):
                await store.swap(ticket, values.moved(ticket))
            assert await store.by_number(values.GUILD, 1) == values.moved(ticket)


@attrs.frozen
class _Pair:
    """Two processes' stores on one server."""

    control: Control
    ours: MongoTicketStore
    theirs: MongoTicketStore

    async def lose(self, kind: FaultKind, command: str, deed: Awaitable[object]) -> asyncio.Task[object]:
        """Begin a deed of ours whose first answer is lost; go on as soon as it is, before we ask again."""
        self.control.fail(kind, command)
        task = asyncio.ensure_future(_as_coroutine(deed))
        while self.control.pending_faults:  # noqa: ASYNC110 - the double is another program
            await asyncio.sleep(0.001)
        return task


async def _as_coroutine(deed: Awaitable[object]) -> object:
    return await deed


@pytest.fixture
async def pair() -> AsyncGenerator[_Pair]:
    with running_in_thread() as control:
        async with connected(control) as ours, connected(control) as theirs:
            yield _Pair(control, ours, theirs)


async def test_a_move_that_another_made_meanwhile_is_not_taken_for_ours(pair: _Pair) -> None:
    ticket = values.ticket()
    await pair.ours.add(ticket)
    task = await pair.lose(FaultKind.DROP_BEFORE, "findAndModify", pair.ours.swap(ticket, values.moved(ticket)))
    # To the letter the same move.
    await pair.theirs.swap(ticket, values.moved(ticket))

    with pytest.raises(errors.StaleTicketError):
        await task


async def test_a_move_that_another_went_on_from_is_told_as_unknown(pair: _Pair) -> None:
    ticket = values.ticket()
    await pair.ours.add(ticket)
    moved = values.moved(ticket)
    task = await pair.lose(FaultKind.DROP_AFTER, "findAndModify", pair.ours.swap(ticket, moved))
    await pair.theirs.swap(moved, values.moved(moved))

    with pytest.raises(errors.StoreUnavailableError):
        await task
    assert await pair.ours.by_number(values.GUILD, 1) == values.moved(moved)


async def test_a_move_of_a_ticket_that_is_gone_meanwhile_is_told_as_unknown(pair: _Pair) -> None:
    ticket = values.ticket()
    await pair.ours.add(ticket)
    moved = values.moved(ticket)
    task = await pair.lose(FaultKind.DROP_AFTER, "findAndModify", pair.ours.swap(ticket, moved))
    await pair.theirs.discard(moved)

    with pytest.raises(errors.StoreUnavailableError):
        await task


async def test_our_move_stands_though_another_leased_the_ticket_meanwhile(pair: _Pair) -> None:
    ticket = values.ticket()
    await pair.ours.add(ticket)
    task = await pair.lose(FaultKind.DROP_AFTER, "findAndModify", pair.ours.swap(ticket, values.moved(ticket)))
    assert await pair.theirs.lease(ticket, now=values.NOW, until=_LATER)

    assert await task is None


async def test_a_lease_that_another_got_meanwhile_is_not_taken_for_ours(pair: _Pair) -> None:
    ticket = values.ticket()
    await pair.ours.add(ticket)
    lease = functools.partial(MongoTicketStore.lease, ticket=ticket, now=values.NOW, until=_LATER)
    task = await pair.lose(FaultKind.DROP_BEFORE, "findAndModify", lease(pair.ours))

    assert await lease(pair.theirs)
    assert await task is False


async def test_a_press_that_another_took_meanwhile_is_not_taken_for_ours(pair: _Pair) -> None:
    take = functools.partial(MongoTicketStore.take_press, press_id=PressId(1), now=values.NOW)
    task = await pair.lose(FaultKind.DROP_BEFORE, "insert", take(pair.ours))

    assert await take(pair.theirs)
    assert await task is False


async def test_a_slot_that_another_took_meanwhile_is_refused(pair: _Pair) -> None:
    closed = values.ticket(state=TicketState.CLOSED)
    await pair.ours.add(closed)
    task = await pair.lose(FaultKind.DROP_BEFORE, "findAndModify", pair.ours.swap(closed, values.moved(closed, slot=0)))
    await pair.theirs.add(values.ticket(number=2, slot=0))

    with pytest.raises(errors.SlotTakenError):
        await task


async def test_a_first_configuration_that_another_saved_meanwhile_is_refused(pair: _Pair) -> None:
    task = await pair.lose(FaultKind.DROP_BEFORE, "insert", pair.ours.save_config(None, values.config()))
    await pair.theirs.save_config(None, values.config())

    with pytest.raises(errors.StaleConfigError):
        await task
