"""The contract of every store, one process at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.contracts import samples
from ticketbot.tickets import errors
from ticketbot.tickets.model import (
    Change,
    ChannelId,
    GuildId,
    InteractionId,
    MessageId,
    Millis,
    Notice,
    Participant,
    RoleId,
    StalePanel,
    TicketState,
    UserId,
)

if TYPE_CHECKING:
    from ticketbot.services.store_ports import TicketStore


class Snowflake(int):
    """Like hikari's ids: a subclass of int."""


def _at(offset: int) -> Millis:
    return Millis(samples.NOW + offset)


async def test_it_answers_a_ping(store: TicketStore) -> None:
    await store.ping()


async def test_numbers_count_from_one_in_each_guild(store: TicketStore) -> None:
    numbers = [await samples.take_number(store) for _ in range(3)]
    others = [await samples.take_number(store, samples.OTHER_GUILD) for _ in range(2)]

    assert numbers == [1, 2, 3]
    assert others == [1, 2]


async def test_numbers_asked_for_together_differ(store: TicketStore) -> None:
    numbers = await asyncio.gather(*(samples.take_number(store) for _ in range(30)))

    assert sorted(numbers) == list(range(1, 31))


async def test_every_field_comes_back(store: TicketStore) -> None:
    ticket = samples.ticket(
        state=TicketState.DELETING,
        slot=3,
        channel_id=ChannelId(21),
        claimer_id=UserId(22),
        claimer_name="Sam",
        claim_message_id=MessageId(35),
        closer_id=UserId(23),
        closer_name="Mia",
        closed_at=_at(5),
        close_reason="Réglé.",
        deleter_id=UserId(24),
        archiving_since=InteractionId(25),
        notice=Notice.CLOSED,
        change=Change(by_id=UserId(29), member_id=UserId(30), role_id=RoleId(31)),
        participants=(Participant(id=32), Participant(id=33, is_role=True)),
        colleague_ids=(UserId(34),),
        locked_at=_at(6),
        stale_overwrites=(Participant(id=33, is_role=True),),
        stale_readers=(Participant(id=32),),
        attachment_limit=27,
        transcript_mark="28",
        transcript_message_id=26,
        revision=7,
    )
    await store.add(ticket)

    assert await store.by_number(samples.GUILD, 1) == ticket


async def test_fields_without_value_come_back_without(store: TicketStore) -> None:
    ticket = samples.ticket()
    await store.add(ticket)

    assert await store.by_number(samples.GUILD, 1) == ticket


async def test_a_swap_takes_away_what_the_next_revision_lacks(store: TicketStore) -> None:
    ticket = samples.ticket(
        slot=0, channel_id=ChannelId(21), claimer_id=UserId(22), closed_at=_at(5), notice=Notice.WELCOME
    )
    await store.add(ticket)
    bare = samples.ticket(revision=1)
    await store.swap(ticket, bare)

    assert await store.by_number(samples.GUILD, 1) == bare
    assert await store.unfinished(before=_at(1)) == []


async def test_ids_may_be_of_a_subclass_of_int(store: TicketStore) -> None:
    guild_id, opener_id, channel_id = GuildId(Snowflake(2**62)), UserId(Snowflake(2**61)), ChannelId(Snowflake(2**60))
    number = await samples.take_number(store, guild_id)
    ticket = samples.ticket(guild_id=guild_id, number=number, opener_id=opener_id, channel_id=channel_id, slot=0)
    await store.add(ticket)
    await store.save_config(None, samples.config(guild_id=guild_id, panel_channel_id=channel_id))

    assert await store.by_number(guild_id, number) == ticket
    assert await store.by_channel(guild_id, channel_id) == ticket
    assert await store.live_of(guild_id, opener_id) == [ticket]
    assert await store.record_interaction(InteractionId(Snowflake(2**59)), now=samples.NOW)
    assert await store.config(guild_id) is not None


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("", ""),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\ud83c\udf9f", "🎟"),
        ("\udf9f\ud83c", "\N{REPLACEMENT CHARACTER}" * 2),
        ("$set.a \"\\' ; DROP TABLE tickets", "$set.a \"\\' ; DROP TABLE tickets"),
        ("\u202e\u200bA\u0301\uffff\U0010ffff\n", "\u202e\u200bA\u0301\uffff\U0010ffff\n"),
    ],
)
async def test_any_name_can_be_stored(store: TicketStore, name: str, stored: str) -> None:
    await store.add(samples.ticket(opener_name=name))
    found = await store.by_number(samples.GUILD, 1)
    assert found is not None
    await store.swap(found, samples.moved(found))
    again = await store.by_number(samples.GUILD, 1)

    assert found.opener_name == stored
    assert again == samples.moved(found)


async def test_a_slot_is_taken_once(store: TicketStore) -> None:
    await store.add(samples.ticket(slot=0))

    with pytest.raises(errors.SlotTakenError):
        await store.add(samples.ticket(number=2, slot=0))
    assert await store.by_number(samples.GUILD, 2) is None


async def test_slots_of_other_members_guilds_and_places_do_not_clash(store: TicketStore) -> None:
    await store.add(samples.ticket(slot=0))
    await store.add(samples.ticket(number=2, slot=1))
    await store.add(samples.ticket(number=3, slot=0, opener_id=samples.OPENER + 1))
    await store.add(samples.ticket(guild_id=samples.OTHER_GUILD, slot=0))
    await store.add(samples.ticket(number=4))
    await store.add(samples.ticket(number=5))


async def test_a_swap_releases_the_slot(store: TicketStore) -> None:
    ticket = samples.ticket(slot=0)
    await store.add(ticket)
    await store.swap(ticket, samples.moved(ticket, slot=None, state=TicketState.CLOSED))
    await store.add(samples.ticket(number=2, slot=0))

    assert [live.number for live in await store.live_of(samples.GUILD, samples.OPENER)] == [2]


async def test_a_swap_cannot_take_another_tickets_slot(store: TicketStore) -> None:
    closed = samples.ticket(state=TicketState.CLOSED)
    await store.add(closed)
    await store.add(samples.ticket(number=2, slot=0))

    with pytest.raises(errors.SlotTakenError):
        await store.swap(closed, samples.moved(closed, slot=0))
    assert await store.by_number(samples.GUILD, 1) == closed


async def test_a_discarded_ticket_releases_its_slot_and_channel(store: TicketStore) -> None:
    ticket = samples.ticket(slot=0, channel_id=ChannelId(9))
    await store.add(ticket)
    await store.discard(ticket)
    await store.add(samples.ticket(number=2, slot=0, channel_id=ChannelId(9)))

    assert await store.by_number(samples.GUILD, 1) is None


async def test_a_number_is_recorded_once(store: TicketStore) -> None:
    await store.add(samples.ticket(slot=0))

    with pytest.raises(errors.StaleTicketError):
        await store.add(samples.ticket(slot=1))


async def test_a_channel_belongs_to_one_ticket(store: TicketStore) -> None:
    await store.add(samples.ticket(slot=0, channel_id=ChannelId(9)))
    second = samples.ticket(number=2, slot=1)
    await store.add(second)

    with pytest.raises(errors.StaleTicketError):
        await store.swap(second, samples.moved(second, channel_id=ChannelId(9)))


async def test_the_second_swap_of_a_revision_is_refused(store: TicketStore) -> None:
    ticket = samples.ticket()
    await store.add(ticket)
    first = samples.moved(ticket, claimer_id=UserId(1))
    await store.swap(ticket, first)

    with pytest.raises(errors.StaleTicketError):
        await store.swap(ticket, samples.moved(ticket, claimer_id=UserId(2)))
    assert await store.by_number(samples.GUILD, 1) == first


async def test_a_swap_of_nothing_is_refused(store: TicketStore) -> None:
    ticket = samples.ticket()

    with pytest.raises(errors.StaleTicketError):
        await store.swap(ticket, samples.moved(ticket))
    assert await store.by_number(samples.GUILD, 1) is None


async def test_a_swap_that_skips_a_revision_is_refused_as_a_mistake(store: TicketStore) -> None:
    ticket = samples.ticket()
    await store.add(ticket)

    with pytest.raises(ValueError, match="does not follow"):
        await store.swap(ticket, samples.ticket(revision=2))


async def test_a_discard_of_an_old_revision_is_refused(store: TicketStore) -> None:
    ticket = samples.ticket()
    await store.add(ticket)
    await store.swap(ticket, samples.moved(ticket))

    with pytest.raises(errors.StaleTicketError):
        await store.discard(ticket)
    assert await store.by_number(samples.GUILD, 1) == samples.moved(ticket)


async def test_a_second_discard_is_refused(store: TicketStore) -> None:
    ticket = samples.ticket()
    await store.add(ticket)
    await store.discard(ticket)

    with pytest.raises(errors.StaleTicketError):
        await store.discard(ticket)


async def test_the_counter_outlives_the_tickets(store: TicketStore) -> None:
    ticket = samples.ticket(number=await samples.take_number(store))
    await store.add(ticket)
    await store.discard(ticket)

    assert await samples.take_number(store) == 2


async def test_a_ticket_is_found_by_its_channel_in_its_guild(store: TicketStore) -> None:
    ticket = samples.ticket(channel_id=ChannelId(9))
    await store.add(ticket)

    assert await store.by_channel(samples.GUILD, ChannelId(9)) == ticket
    assert await store.by_channel(samples.OTHER_GUILD, ChannelId(9)) is None
    assert await store.by_channel(samples.GUILD, ChannelId(8)) is None


async def test_live_tickets_are_those_of_one_member_that_hold_a_slot(store: TicketStore) -> None:
    for opener in (7, 76, 78, 770, 777):
        await store.add(samples.ticket(number=opener, slot=0, opener_id=opener))
    await store.add(samples.ticket(number=3, slot=10, opener_id=77))
    await store.add(samples.ticket(number=2, slot=9, opener_id=77))
    await store.add(samples.ticket(number=1, opener_id=77))
    await store.add(samples.ticket(guild_id=samples.OTHER_GUILD, slot=0, opener_id=77))

    assert [live.number for live in await store.live_of(samples.GUILD, UserId(77))] == [2, 3]


async def test_a_guilds_tickets_come_in_pages(store: TicketStore) -> None:
    for number in (10, 9, 2, 1):
        await store.add(samples.ticket(number=number))
    await store.add(samples.ticket(guild_id=samples.OTHER_GUILD, number=3))
    first = await store.tickets_of(samples.GUILD, limit=2)
    second = await store.tickets_of(samples.GUILD, after=2, limit=2)

    assert [ticket.number for ticket in first] == [1, 2]
    assert [ticket.number for ticket in second] == [9, 10]
    assert await store.tickets_of(samples.GUILD, after=10) == []


async def test_a_page_may_be_larger_than_a_drivers_first_batch(store: TicketStore) -> None:
    for number in range(1, 131):
        await store.add(samples.ticket(number=number))

    assert len(await store.tickets_of(samples.GUILD, limit=120)) == 120


async def test_unfinished_tickets_come_oldest_first(store: TicketStore) -> None:
    await store.add(samples.ticket(number=1, state=TicketState.RESERVED, changed_at=_at(-5)))
    await store.add(samples.ticket(number=2, state=TicketState.DELETING, changed_at=_at(-9)))
    await store.add(samples.ticket(number=3, notice=Notice.WELCOME, changed_at=_at(-7), guild_id=samples.OTHER_GUILD))
    await store.add(samples.ticket(number=4, changed_at=_at(-8)))
    await store.add(samples.ticket(number=5, state=TicketState.RESERVED, changed_at=_at(0)))

    assert [ticket.number for ticket in await store.unfinished(before=_at(0))] == [2, 3, 1]
    assert [ticket.number for ticket in await store.unfinished(before=_at(0), limit=2)] == [2, 3]


async def test_a_finished_ticket_is_no_longer_listed(store: TicketStore) -> None:
    ticket = samples.ticket(notice=Notice.CLOSED)
    await store.add(ticket)
    await store.swap(ticket, samples.moved(ticket, notice=None))

    assert await store.unfinished(before=_at(1)) == []


async def test_a_closed_store_is_unavailable(store: TicketStore) -> None:
    await store.close()

    with pytest.raises(errors.StoreUnavailableError):
        await samples.take_number(store)
    with pytest.raises(errors.StoreUnavailableError):
        await store.ping()


async def test_what_a_configuration_does_not_hold_any_more_is_gone_from_the_store(store: TicketStore) -> None:
    first = samples.config(stale_panels=(StalePanel(ChannelId(9), None),))
    await store.save_config(None, first)
    await store.save_config(first, samples.next_config(first, stale_panels=()))

    saved = await store.config(samples.GUILD)
    assert saved is not None
    assert saved.stale_panels == ()
