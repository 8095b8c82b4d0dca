"""Two who press at the same instant: what the second finds is looked at again, and nobody is asked to try again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.unit.tickets import values
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import Notice, TicketState

if TYPE_CHECKING:
    from tests.unit.desk.conftest import House


async def test_claim_and_close_at_the_same_instant_both_count(house: House) -> None:
    ticket = await house.opened()
    claim = house.press(values.STAFF, ticket.channel_id)
    house.store.before_swaps.append(lambda: house.desk.claim(claim, house.announce))

    closed = await house.desk.close(house.press(values.OPENER, ticket.channel_id))

    assert (closed.state, closed.claimer_id) == (TicketState.CLOSED, values.STAFF.id)
    await house.require_in_order()


async def test_claim_that_comes_just_after_a_close_is_told_so(house: House) -> None:
    ticket = await house.opened()
    close = house.press(values.OPENER, ticket.channel_id)
    house.store.before_swaps.append(lambda: house.desk.close(close))

    with pytest.raises(errors.WrongStateError) as refused:
        await house.desk.claim(house.press(values.STAFF, ticket.channel_id), house.announce)

    assert refused.value.state is TicketState.CLOSED
    assert not house.announced


async def test_of_two_claims_at_the_same_instant_the_second_learns_of_the_first(house: House) -> None:
    ticket = await house.opened()
    first = house.press(values.STAFF, ticket.channel_id)
    house.store.before_swaps.append(lambda: house.desk.claim(first, house.announce))

    with pytest.raises(errors.AlreadyClaimedError):
        await house.desk.claim(house.press(values.ADMINISTRATOR, ticket.channel_id), house.announce)

    assert [claimed.claimer_id for claimed in house.announced] == [values.STAFF.id]


async def test_of_two_deletions_at_the_same_instant_the_second_does_nothing(house: House) -> None:
    ticket = await house.closed()
    first = house.press(values.STAFF, ticket.channel_id)
    house.store.before_swaps.append(lambda: house.desk.delete(first, house.announce))

    with pytest.raises(errors.NoTicketError):
        await house.desk.delete(house.press(values.ADMINISTRATOR, ticket.channel_id), house.announce)

    assert list(house.channels.transcripts.values()) == [ticket.number]


async def test_press_that_meets_others_again_and_again_is_asked_to_try_later(house: House) -> None:
    ticket = await house.opened()

    async def touch() -> None:
        current = await house.current(ticket)
        assert current is not None
        await house.store.swap(current, lifecycle.keep_going(current, at=house.clock()))

    for _ in range(3):
        house.store.before_swaps += [touch, lambda: asyncio.sleep(0)]

    with pytest.raises(errors.StaleTicketError):
        await house.desk.close(house.press(values.OPENER, ticket.channel_id))


async def test_presses_of_one_member_at_the_same_instant_take_one_number(house: House) -> None:
    presses = [house.press(values.OPENER) for _ in range(5)]
    await asyncio.gather(*(house.desk.open(press) for press in presses), return_exceptions=True)

    assert house.store.counters[values.GUILD] == 1
    await house.require_in_order()


async def test_opening_that_recovery_gave_back_meanwhile_leaves_no_channel(house: House) -> None:
    async def give_back() -> None:
        (reserved,) = await house.store.tickets_of(values.GUILD)
        await house.store.discard(reserved)

    house.store.before_swaps.append(give_back)

    with pytest.raises(errors.StaleTicketError):
        await house.opened()

    await house.require_in_order()
    await house.opened()


async def test_opening_that_recovery_finished_meanwhile_is_as_good(house: House) -> None:
    async def finish() -> None:
        (reserved,) = await house.store.tickets_of(values.GUILD)
        found = await house.desk.find_seat(reserved)
        assert found is not None
        await house.desk.welcome(reserved, found, values.CONFIG)

    house.store.before_swaps.append(finish)

    ticket = await house.opened()

    assert ticket.channel_id is not None
    assert house.channels.channels[ticket.channel_id].notices == [Notice.WELCOME]
    await house.require_in_order()
