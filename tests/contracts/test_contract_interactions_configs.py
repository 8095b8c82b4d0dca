"""The contract of every store for interactions and configurations, one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contracts import samples
from tests.contracts.stores import Kind
from ticketbot.tickets import errors
from ticketbot.tickets.model import Block, CannedReply, GuildId, InteractionId, Millis, Participant

if TYPE_CHECKING:
    from tests.contracts.conftest import Place
    from ticketbot.services.store_ports import TicketStore


def _at(offset: int) -> Millis:
    return Millis(samples.NOW + offset)


async def test_an_interaction_is_recorded_once(store: TicketStore) -> None:
    taken = [await store.record_interaction(InteractionId(press), now=_at(0)) for press in (1, 2, 1)]

    assert taken == [True, True, False]


async def test_old_interactions_are_forgotten(store: TicketStore) -> None:
    for press in range(1, 4):
        await store.record_interaction(InteractionId(press), now=_at(press))
    await store.forget_interactions(before=_at(3))
    taken = [await store.record_interaction(InteractionId(press), now=_at(9)) for press in range(1, 4)]

    assert taken == [True, True, False]


async def test_openings_are_counted_by_member_and_guild_and_outlive_their_tickets(store: TicketStore) -> None:
    for number, at in ((1, 10), (2, 30), (3, 20)):
        ticket = samples.ticket(number=number, created_at=_at(at), slot=number)
        await store.add(ticket)
        await store.record_opening(ticket)
        await store.record_opening(ticket)
        await store.discard(ticket)
    await store.record_opening(samples.ticket(number=4, opener_id=samples.OTHER_OPENER, created_at=_at(40)))
    await store.record_opening(samples.ticket(guild_id=samples.OTHER_GUILD, created_at=_at(50)))

    assert await store.openings_of(samples.GUILD, samples.OPENER, after=_at(9)) == [_at(10), _at(20), _at(30)]
    assert await store.openings_of(samples.GUILD, samples.OPENER, after=_at(10)) == [_at(20), _at(30)]
    assert await store.openings_of(samples.GUILD, samples.OTHER_OPENER, after=_at(0)) == [_at(40)]
    assert await store.openings_of(samples.OTHER_GUILD, samples.OPENER, after=_at(0)) == [_at(50)]


async def test_old_openings_are_forgotten(store: TicketStore) -> None:
    for number in range(1, 4):
        await store.record_opening(samples.ticket(number=number, created_at=_at(number)))
    await store.forget_openings(before=_at(3))

    assert await store.openings_of(samples.GUILD, samples.OPENER, after=_at(0)) == [_at(3)]


async def test_a_guild_is_forgotten_and_no_other(store: TicketStore) -> None:
    for guild_id in (samples.GUILD, samples.OTHER_GUILD):
        await samples.take_number(store, guild_id)
        await store.save_config(None, samples.config(guild_id=guild_id))
        for number in (11, 12):
            ticket = samples.ticket(guild_id=guild_id, number=number, slot=number, channel_id=number)
            await store.add(ticket)
            await store.record_opening(ticket)
    for _ in range(2):
        await store.forget_guild(samples.GUILD)

        assert await store.config(samples.GUILD) is None
        assert await store.tickets_of(samples.GUILD) == []
        assert await store.live_of(samples.GUILD, samples.OPENER) == []
        assert await store.openings_of(samples.GUILD, samples.OPENER, after=_at(-1)) == []
    assert await samples.take_number(store) == 1
    assert await store.config(samples.OTHER_GUILD) == samples.config(guild_id=samples.OTHER_GUILD)
    assert len(await store.tickets_of(samples.OTHER_GUILD)) == 2
    assert len(await store.openings_of(samples.OTHER_GUILD, samples.OPENER, after=_at(-1))) == 2
    assert await samples.take_number(store, samples.OTHER_GUILD) == 2


async def test_a_guild_has_no_configuration_at_first(store: TicketStore) -> None:
    assert await store.config(samples.GUILD) is None


async def test_a_configuration_comes_back(store: TicketStore) -> None:
    await store.save_config(None, samples.config(panel_message_id=5))
    await store.save_config(None, samples.config(guild_id=samples.OTHER_GUILD, staff_role_ids=()))

    assert await store.config(samples.GUILD) == samples.config(panel_message_id=5)
    assert await store.config(samples.OTHER_GUILD) == samples.config(guild_id=samples.OTHER_GUILD, staff_role_ids=())


async def test_what_administrators_set_comes_back(store: TicketStore) -> None:
    member, role = Participant(id=2**62), Participant(id=7, is_role=True)
    settings = samples.config(
        panel_title="Aide ?",
        panel_text="Appuyez.",
        welcome_title="Bienvenue",
        welcome_text="Dites-nous tout.",
        color="#5865F2",
        time_zone="Europe/Paris",
        max_open_tickets=2,
        max_openings=9,
        blocks=(Block(target=member, until=samples.NOW, reason="Ünïcødé 🚫"), Block(target=role)),
        replies=(CannedReply(name="Preuves", text="Joignez-les."),),
    )

    await store.save_config(None, settings)

    assert await store.config(settings.guild_id) == settings


async def test_a_save_takes_away_what_the_next_revision_lacks(store: TicketStore) -> None:
    first = samples.config(panel_message_id=5)
    second = samples.next_config(first, panel_message_id=None, staff_role_ids=())
    await store.save_config(None, first)
    await store.save_config(first, second)

    assert await store.config(samples.GUILD) == second


async def test_the_second_save_of_a_revision_is_refused(store: TicketStore) -> None:
    first = samples.config()
    await store.save_config(None, first)
    second = samples.next_config(first, panel_message_id=5)
    await store.save_config(first, second)

    with pytest.raises(errors.StaleConfigError):
        await store.save_config(first, samples.next_config(first))
    with pytest.raises(errors.StaleConfigError):
        await store.save_config(None, samples.config())
    assert await store.config(samples.GUILD) == second


async def test_a_save_over_nothing_is_refused(store: TicketStore) -> None:
    with pytest.raises(errors.StaleConfigError):
        await store.save_config(samples.config(), samples.next_config(samples.config()))


async def test_a_save_that_skips_a_revision_is_a_mistake(store: TicketStore) -> None:
    with pytest.raises(ValueError, match="does not follow"):
        await store.save_config(None, samples.config(revision=1))


async def test_configurations_come_in_pages(store: TicketStore) -> None:
    for guild in (30, 10, 20):
        await store.save_config(None, samples.config(guild_id=GuildId(guild)))
    first = await store.configs(after=GuildId(0), limit=2)
    second = await store.configs(after=GuildId(20), limit=2)

    assert [config.guild_id for config in first] == [10, 20]
    assert [config.guild_id for config in second] == [30]


async def test_a_configuration_that_has_not_changed_is_not_decoded_again(place: Place) -> None:
    for kind in (Kind.SQLITE, Kind.DOUBLE):
        async with place(kind) as address:
            store, other = await address.open(), await address.open()
            first = samples.config()
            await store.save_config(None, first)
            read = await store.config(samples.GUILD)

            assert read == first
            assert await store.config(samples.GUILD) is read

            second = samples.next_config(first, panel_message_id=5)
            await other.save_config(first, second)
            assert await store.config(samples.GUILD) == second
            await other.forget_guild(samples.GUILD)
            assert await store.config(samples.GUILD) is None
            await store.close()
            await other.close()


async def test_few_configurations_are_remembered(place: Place) -> None:
    for kind in (Kind.SQLITE, Kind.DOUBLE):
        async with place(kind) as address:
            store = await address.open()
            guilds = [GuildId(guild) for guild in range(1, 67)]
            for guild in guilds:
                await store.save_config(None, samples.config(guild_id=guild))
            first, *_, last = [await store.config(guild) for guild in guilds]

            assert await store.config(guilds[-1]) is last
            assert await store.config(guilds[0]) is not first
            await store.close()
