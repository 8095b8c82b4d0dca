"""Four processes on one store: of those who want the same, one gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from tests.contracts import samples
from tests.contracts.racers import COUNT
from tests.contracts.stores import Kind
from ticketbot.tickets.model import GuildId, TicketState

if TYPE_CHECKING:
    from tests.contracts.racers import Racers
    from tests.contracts.stores import Address


def _part(address: Address) -> str:
    """Tell what makes two addresses of a kind differ."""
    return "place" if address.kind is Kind.SQLITE else "database"


def _winners(results: list[list[bool]]) -> list[int]:
    """Count, for each thing, those who got it."""
    return [sum(each) for each in zip(*results, strict=True)]


async def test_one_of_four_processes_gets_each_thing(shared: Address, racers: Racers) -> None:
    store = await shared.open()
    for number in range(1, 21):
        await store.add(samples.ticket(number=number, guild_id=samples.GUILD))

    assert _winners(await racers.run(shared, "take_presses", presses=20)) == [1] * 20
    assert _winners(await racers.run(shared, "discard_or_move", tickets=20)) == [1] * 20
    await store.close()


async def test_a_store_may_be_opened_first_by_several_at_once(shared: Address, racers: Racers) -> None:
    for attempt in range(8):
        fresh = attrs.evolve(shared, **{_part(shared): f"{getattr(shared, _part(shared))}_{attempt}"})
        results = await racers.run(fresh, "take_numbers", times=1)

        assert sorted(number for numbers in results for number in numbers) == list(range(1, COUNT + 1))


async def test_no_number_is_given_twice_nor_left_out(shared: Address, racers: Racers) -> None:
    results = await racers.run(shared, "take_numbers", times=60)

    assert sorted(number for numbers in results for number in numbers) == list(range(1, 60 * COUNT + 1))


async def test_a_number_that_was_returned_goes_to_one_ticket(shared: Address, racers: Racers) -> None:
    results = await racers.run(shared, "open_or_give_up", rounds=12)
    opened = [number for numbers in results for number in numbers]
    store = await shared.open()
    while max(opened) < len(opened) + 12 and set(opened) != set(range(1, max(opened) + 1)):
        opened.append((await store.reserve(samples.reservation())).number)

    assert sorted(opened) == list(range(1, len(opened) + 1))
    await store.close()


async def test_a_member_gets_one_ticket(shared: Address, racers: Racers) -> None:
    results = await racers.run(shared, "add", members=20)
    store = await shared.open()

    assert _winners(results) == [1] * 20
    assert len(await store.tickets_of(samples.GUILD)) == 20
    await store.close()


async def test_one_of_several_closed_tickets_gets_the_slot(shared: Address, racers: Racers) -> None:
    store = await shared.open()
    for number in range(20 * COUNT):
        opener = 100 + number // COUNT
        await store.add(samples.ticket(number=1 + number, opener_id=opener, state=TicketState.CLOSED))
    results = await racers.run(shared, "reopen", rounds=20)

    assert _winners(results) == [1] * 20
    await store.close()


async def test_each_move_is_made_by_one(shared: Address, racers: Racers) -> None:
    store = await shared.open()
    await store.add(samples.ticket())
    made = await racers.run(shared, "raise_revisions", number=1, rounds=60)
    found = await store.by_number(samples.GUILD, 1)

    assert found is not None
    assert found.revision == sum(made)
    await store.close()


async def test_each_save_is_made_by_one(shared: Address, racers: Racers) -> None:
    made = await racers.run(shared, "save_configs", rounds=60)
    store = await shared.open()
    found = await store.config(GuildId(samples.GUILD))

    assert found is not None
    assert found.revision == sum(made) - 1
    await store.close()
