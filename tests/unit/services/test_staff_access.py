"""Roles that become or cease to be staff: open tickets' overwrites follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from tests.fakes.channels import MemoryChannels
from tests.fakes.store import MemoryStore
from tests.unit.tickets import values
from ticketbot.services import recovery, staff_access
from ticketbot.services.configuration import ConfigurationService
from ticketbot.services.settings import SettingsService
from ticketbot.services.staff_access import StaffAccess
from ticketbot.tickets import errors
from ticketbot.tickets.inheritance import staff_changes
from ticketbot.tickets.model import ChannelId, GuildConfig, Participant, RoleId, Ticket, TopicId
from ticketbot.tickets.permissions import Permission
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.model import GuildId
    from ticketbot.tickets.permissions import Overwrite

OLD, NEW = RoleId(310), RoleId(311)
TOPIC = Topic(id=TopicId(1), name="Signalement", staff_role_ids=(OLD,))


@pytest.fixture
async def access(harness: ServiceHarness) -> StaffAccess:
    await save(harness, topics=(TOPIC,), last_topic_id=TopicId(1))
    return StaffAccess(store=harness.store, channels=harness.channels)


async def current(harness: ServiceHarness) -> GuildConfig:
    config = await harness.store.config(values.GUILD)
    assert config is not None
    return config


async def save(harness: ServiceHarness, **fields: object) -> None:
    panels = ConfigurationService(store=harness.store, channels=harness.channels, clock=harness.clock)
    service = SettingsService(store=harness.store, panels=panels, clock=harness.clock)
    before = await current(harness)
    await service.save(before, attrs.evolve(before, **fields, revision=before.revision + 1))


async def opened(harness: ServiceHarness, topic_id: TopicId | None = TOPIC.id) -> Ticket:
    ticket = await harness.service.open(attrs.evolve(harness.press(values.OPENER), topic_id=topic_id))
    assert ticket.channel_id is not None
    for role_id in values.CONFIG.staff_role_ids if topic_id is None else (OLD,):
        await shown(harness, ticket, role_id)
    return ticket


async def shown(harness: ServiceHarness, ticket: Ticket, role_id: RoleId) -> None:
    await harness.channels.set_overwrite(ticket, await current(harness), Participant(id=role_id, is_role=True))


def roles(harness: ServiceHarness, ticket: Ticket) -> set[int]:
    assert ticket.channel_id is not None
    return {target.id for target in harness.channels.channels[ticket.channel_id].overwrites if target.is_role}


async def test_role_that_is_staff_no_more_loses_open_tickets(harness: ServiceHarness, access: StaffAccess) -> None:
    ticket = await opened(harness)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(NEW,)),))
    assert (await current(harness)).unapplied_role_ids == (OLD,)

    assert await access.apply(values.GUILD) == 1

    assert roles(harness, ticket) == set()
    assert (await current(harness)).unapplied_role_ids == ()
    assert await access.apply(values.GUILD) == 0


async def test_role_that_becomes_staff_sees_open_tickets_where_that_is_wanted(
    harness: ServiceHarness, access: StaffAccess
) -> None:
    ticket = await opened(harness)
    before = await current(harness)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(OLD, NEW)),))
    after = await current(harness)

    assert staff_changes(before, after) == ({NEW}, frozenset())
    assert await staff_access.count(harness.store, before, after) == 1
    assert await staff_access.count(harness.store, after, before) == 0
    assert await access.apply(values.GUILD) == 0
    assert roles(harness, ticket) == {OLD}

    await staff_access.request(harness.store, values.GUILD, {NEW})
    await staff_access.request(harness.store, values.GUILD, {NEW})
    assert await access.apply(values.GUILD) == 1

    assert roles(harness, ticket) == {OLD, NEW}


async def test_other_topics_tickets_keep_their_staff(harness: ServiceHarness, access: StaffAccess) -> None:
    ticket = await opened(harness, None)
    before = roles(harness, ticket)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=values.CONFIG.staff_role_ids),))

    await access.apply(values.GUILD)

    assert roles(harness, ticket) == before


async def test_role_that_was_added_to_a_ticket_keeps_it(harness: ServiceHarness, access: StaffAccess) -> None:
    ticket = await opened(harness)
    added = attrs.evolve(ticket, participants=(Participant(id=OLD, is_role=True),), revision=ticket.revision + 1)
    await harness.store.swap(ticket, added)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(NEW,)),))

    await access.apply(values.GUILD)

    assert roles(harness, ticket) == {OLD}


async def test_one_channels_failure_stops_no_other_and_is_tried_again(
    harness: ServiceHarness, access: StaffAccess
) -> None:
    first = await opened(harness)
    member = attrs.evolve(values.OPENER, id=values.OPENER.id + 1)
    second = await harness.service.open(attrs.evolve(harness.press(member), topic_id=TOPIC.id))
    await shown(harness, second, OLD)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(NEW,)),))
    harness.channels.fail("set_overwrite", errors.DiscordUnavailableError())

    with pytest.raises(errors.DiscordUnavailableError):
        await access.apply(values.GUILD)
    assert (roles(harness, first), roles(harness, second)) == ({OLD}, set())
    assert (await current(harness)).unapplied_role_ids == (OLD,)

    await recovery.recover(harness.service.effects)

    assert roles(harness, first) == set()
    assert (await current(harness)).unapplied_role_ids == ()


async def test_channel_that_is_deleted_meanwhile_is_passed_over(harness: ServiceHarness, access: StaffAccess) -> None:
    await opened(harness)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(NEW,)),))
    harness.channels.fail("set_overwrite", errors.ChannelGoneError())

    assert await access.apply(values.GUILD) == 0

    assert (await current(harness)).unapplied_role_ids == ()


async def test_missing_channel_needs_nothing(harness: ServiceHarness, access: StaffAccess) -> None:
    await opened(harness)
    harness.channels.channels.clear()
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(NEW,)),))

    assert await access.apply(values.GUILD) == 0

    assert (await current(harness)).unapplied_role_ids == ()


async def test_opening_on_its_way_is_waited_for(harness: ServiceHarness, access: StaffAccess) -> None:
    harness.channels.fail("create", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await opened(harness)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(NEW,)),))

    assert await access.apply(values.GUILD) == 0

    assert (await current(harness)).unapplied_role_ids == (OLD,)


async def test_settings_that_are_saved_meanwhile_are_looked_at_again(
    harness: ServiceHarness, access: StaffAccess
) -> None:
    ticket = await opened(harness)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(NEW,)),))

    class Meanwhile(MemoryChannels):
        async def role_overwrites(self, guild_id: GuildId) -> Mapping[ChannelId, Mapping[RoleId, Overwrite]]:
            await save(harness, overflow_category_ids=(ChannelId(77),))
            return await harness.channels.role_overwrites(guild_id)

    channels = Meanwhile(channels=harness.channels.channels)
    await StaffAccess(store=harness.store, channels=channels).apply(values.GUILD)

    assert (await current(harness)).unapplied_role_ids == (OLD,)
    assert await access.apply(values.GUILD) == 0
    assert roles(harness, ticket) == set()
    assert (await current(harness)).unapplied_role_ids == ()


async def test_server_without_settings_has_nothing_to_apply(harness: ServiceHarness) -> None:
    access = StaffAccess(store=harness.store, channels=harness.channels)
    harness.store.configurations.clear()

    await staff_access.request(harness.store, values.GUILD, {NEW})

    assert await access.apply(values.GUILD) == 0


@pytest.mark.parametrize("conflicts", [1, 9])
async def test_request_is_repeated_where_somebody_else_saves(harness: ServiceHarness, conflicts: int) -> None:
    class Busy(MemoryStore):
        left = conflicts

        async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
            self.left -= 1
            if self.left >= 0:
                raise errors.StaleConfigError
            await super().save_config(before, after)

    store = Busy()
    store.configurations = harness.store.configurations

    if conflicts == 1:
        await staff_access.request(store, values.GUILD, {NEW})
    else:
        with pytest.raises(errors.StaleConfigError):
            await staff_access.request(store, values.GUILD, {NEW})

    assert (await current(harness)).unapplied_role_ids == ((NEW,) if conflicts == 1 else ())


async def test_recovery_looks_first_at_servers_whose_staff_changed(
    harness: ServiceHarness, access: StaffAccess
) -> None:
    ticket = await opened(harness)
    panels = ConfigurationService(store=harness.store, channels=harness.channels, clock=harness.clock)
    service = SettingsService(store=harness.store, panels=panels, clock=harness.clock)
    request = harness.press(values.ADMINISTRATOR)

    def remove(config: GuildConfig) -> GuildConfig:
        return attrs.evolve(config, topics=(attrs.evolve(config.topics[0], staff_role_ids=(NEW,)),))

    await service.edit(request, remove)
    assert panels.work.take_suspects(5) == [values.GUILD], "recovery looks at it in its next round"
    await access.apply(values.GUILD)
    assert roles(harness, ticket) == set()

    await service.undo(harness.press(values.ADMINISTRATOR), request.id)
    assert panels.work.take_suspects(5) == [values.GUILD]
    await access.apply(values.GUILD)

    assert roles(harness, ticket) == {OLD}


async def test_participant_that_is_staff_no_more_sees_no_notes(harness: ServiceHarness, access: StaffAccess) -> None:
    ticket = await opened(harness)
    role = Participant(id=OLD, is_role=True)
    noted = attrs.evolve(ticket, participants=(role,), has_notes=True, revision=ticket.revision + 1)
    await harness.store.swap(ticket, noted)
    await shown(harness, noted, OLD)
    assert ticket.channel_id is not None
    channel = harness.channels.channels[ticket.channel_id]
    assert channel.overwrites[role].allow & Permission.MANAGE_THREADS
    channel.note_readers.add(role)
    await save(harness, topics=(attrs.evolve(TOPIC, staff_role_ids=(NEW,)),))

    assert await access.apply(values.GUILD) == 1

    assert channel.overwrites[role].deny & Permission.MANAGE_THREADS
    assert not channel.note_readers
