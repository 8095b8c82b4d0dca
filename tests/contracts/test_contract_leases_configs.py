"""What every store keeps to with leases, presses and configurations, one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contracts import values
from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildId, Millis, PressId

if TYPE_CHECKING:
    from ticketbot.ports import TicketStore


def _at(offset: int) -> Millis:
    return Millis(values.NOW + offset)


async def test_a_lease_is_held_until_its_end(store: TicketStore) -> None:
    ticket = values.ticket()
    await store.add(ticket)
    leases = [
        await store.lease(ticket, now=_at(now), until=_at(until))
        for now, until in ((0, 100), (50, 150), (100, 200), (101, 201), (102, 202))
    ]

    assert leases == [True, False, False, True, False]


async def test_a_swap_leaves_the_lease_and_a_lease_the_revision(store: TicketStore) -> None:
    ticket = values.ticket()
    await store.add(ticket)
    assert await store.lease(ticket, now=_at(0), until=_at(100))
    await store.swap(ticket, values.moved(ticket))

    assert not await store.lease(values.moved(ticket), now=_at(1), until=_at(101))


async def test_there_is_no_lease_of_nothing(store: TicketStore) -> None:
    assert not await store.lease(values.ticket(), now=_at(0), until=_at(100))


async def test_a_press_is_taken_once(store: TicketStore) -> None:
    taken = [await store.take_press(PressId(press), now=_at(0)) for press in (1, 2, 1)]

    assert taken == [True, True, False]


async def test_old_presses_are_forgotten(store: TicketStore) -> None:
    for press in range(1, 4):
        await store.take_press(PressId(press), now=_at(press))
    await store.forget_presses(before=_at(3))
    taken = [await store.take_press(PressId(press), now=_at(9)) for press in range(1, 4)]

    assert taken == [True, True, False]


async def test_a_guild_has_no_configuration_at_first(store: TicketStore) -> None:
    assert await store.config(values.GUILD) is None


async def test_a_configuration_comes_back(store: TicketStore) -> None:
    await store.save_config(None, values.config(panel_message_id=5))
    await store.save_config(None, values.config(guild_id=values.OTHER_GUILD, staff_role_ids=()))

    assert await store.config(values.GUILD) == values.config(panel_message_id=5)
    assert await store.config(values.OTHER_GUILD) == values.config(guild_id=values.OTHER_GUILD, staff_role_ids=())


async def test_a_save_takes_away_what_the_next_revision_lacks(store: TicketStore) -> None:
    first = values.config(panel_message_id=5)
    second = values.next_config(first, panel_message_id=None, staff_role_ids=())
    await store.save_config(None, first)
    await store.save_config(first, second)

    assert await store.config(values.GUILD) == second


async def test_the_second_save_of_a_revision_is_refused(store: TicketStore) -> None:
    first = values.config()
    await store.save_config(None, first)
    second = values.next_config(first, panel_message_id=5)
    await store.save_config(first, second)

    with pytest.raises(errors.StaleConfigError):
        await store.save_config(first, values.next_config(first))
    with pytest.raises(errors.StaleConfigError):
        await store.save_config(None, values.config())
    assert await store.config(values.GUILD) == second


async def test_a_save_over_nothing_is_refused(store: TicketStore) -> None:
    with pytest.raises(errors.StaleConfigError):
        await store.save_config(values.config(), values.next_config(values.config()))


async def test_a_save_that_skips_a_revision_is_a_mistake(store: TicketStore) -> None:
    with pytest.raises(ValueError, match="does not follow"):
        await store.save_config(None, values.config(revision=1))


async def test_configurations_come_in_pages(store: TicketStore) -> None:
    for guild in (30, 10, 20):
        await store.save_config(None, values.config(guild_id=GuildId(guild)))
    first = await store.configs(after=GuildId(0), limit=2)
    second = await store.configs(after=GuildId(20), limit=2)

    assert [config.guild_id for config in first] == [10, 20]
    assert [config.guild_id for config in second] == [30]
