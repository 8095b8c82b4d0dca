from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services.configuration import ConfigurationService, PanelRenewal
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, GuildId, InteractionId, Language, PanelId, RoleId, TopicId
from ticketbot.tickets.panels import Panel
from ticketbot.tickets.permissions import Permission
from ticketbot.tickets.preflight import Place, Preflight, Problem
from ticketbot.tickets.topics import Topic

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.model import GuildConfig, Member

MOVED = attrs.evolve(values.CONFIG, panel_channel_id=ChannelId(299))


PRESSES = itertools.count(1)


def service_of(harness: ServiceHarness) -> ConfigurationService:
    return ConfigurationService(store=harness.store, channels=harness.channels, clock=harness.clock)


async def configure(harness: ServiceHarness, wanted: GuildConfig, by: Member = values.ADMINISTRATOR) -> Preflight:
    return await service_of(harness).configure(wanted, by, interaction_id=InteractionId(next(PRESSES)))


async def test_configuration_is_saved_with_its_panel(harness: ServiceHarness) -> None:
    await configure(harness, values.CONFIG)
    saved = await harness.store.config(values.GUILD)

    assert saved is not None
    assert harness.channels.panels == {saved.panel_message_id: values.CONFIG.panel_channel_id}


async def test_command_that_comes_twice_is_carried_out_once(harness: ServiceHarness) -> None:
    first = InteractionId(next(PRESSES))
    await service_of(harness).configure(MOVED, values.ADMINISTRATOR, interaction_id=first)
    await configure(harness, values.CONFIG)
    latest = await harness.store.config(values.GUILD)

    with pytest.raises(errors.RepeatedInteractionError):
        await service_of(harness).configure(MOVED, values.ADMINISTRATOR, interaction_id=first)
    assert await harness.store.config(values.GUILD) == latest


async def test_only_administrators_configure(harness: ServiceHarness) -> None:
    with pytest.raises(errors.NotAdministratorError):
        await configure(harness, MOVED, values.STAFF)
    assert await harness.store.config(values.GUILD) == values.CONFIG


@pytest.mark.parametrize(
    "preflight",
    [
        Preflight(missing=((Place.PANEL, ChannelId(1), (Permission.SEND_MESSAGES,)),)),
        Preflight(problems=(Problem.EVERYONE_ROLE,)),
    ],
)
async def test_blocking_problem_prevents_saving(harness: ServiceHarness, preflight: Preflight) -> None:
    harness.channels.preflight_result = preflight

    assert await configure(harness, MOVED) == preflight
    assert await harness.store.config(values.GUILD) == values.CONFIG
    assert not harness.channels.panels


async def test_warning_does_not_prevent_saving(harness: ServiceHarness) -> None:
    harness.channels.preflight_result = Preflight(problems=(Problem.MESSAGE_CONTENT,))

    await configure(harness, MOVED)

    saved = await harness.store.config(values.GUILD)
    assert saved is not None
    assert saved.panel_channel_id == MOVED.panel_channel_id


async def test_panel_stays_where_it_is_or_moves_as_one(harness: ServiceHarness) -> None:
    await configure(harness, values.CONFIG)
    first = dict(harness.channels.panels)
    await configure(harness, values.CONFIG)
    same = dict(harness.channels.panels)
    await configure(harness, MOVED)

    assert same == first
    assert list(harness.channels.panels.values()) == [MOVED.panel_channel_id]


async def test_old_panel_that_cannot_be_removed_is_reported(harness: ServiceHarness) -> None:
    await configure(harness, values.CONFIG)
    harness.channels.fail("remove_panel", errors.MissingPermissionsError())

    assert (await configure(harness, MOVED)).problems == (Problem.OLD_PANEL_STAYS,)
    assert len(harness.channels.panels) == 2
    assert (await configure(harness, MOVED)).problems == ()
    assert list(harness.channels.panels.values()) == [MOVED.panel_channel_id]


async def test_panel_that_comes_back_to_a_channel_is_not_removed_from_it(harness: ServiceHarness) -> None:
    await configure(harness, values.CONFIG)
    harness.channels.fail("remove_panel", errors.DiscordUnavailableError())
    await configure(harness, MOVED)

    assert (await configure(harness, values.CONFIG)).problems == ()
    saved = await harness.store.config(values.GUILD)
    assert saved is not None
    assert saved.stale_panels == ()
    assert saved.panel_message_id in harness.channels.panels


async def test_panels_with_outdated_texts_are_renewed_once(harness: ServiceHarness) -> None:
    service = service_of(harness)
    await configure(harness, values.CONFIG)

    assert await service.renew_panels() == PanelRenewal(panels=0, failures=())
    harness.channels.words = "other words"
    assert await service.renew_panels() == PanelRenewal(panels=1, failures=())
    assert await service.renew_panels() == PanelRenewal(panels=0, failures=())
    assert harness.channels.calls.count("edit_panel") == 1


async def test_panel_that_was_never_posted_is_not_renewed(harness: ServiceHarness) -> None:
    assert await service_of(harness).renew_panels() == PanelRenewal(panels=0, failures=())


async def test_panel_that_cannot_be_renewed_is_reported_and_tried_again(harness: ServiceHarness) -> None:
    service = service_of(harness)
    await configure(harness, values.CONFIG)
    harness.channels.words = "other words"
    refused = errors.MissingPermissionsError()
    harness.channels.fail("edit_panel", refused)

    assert await service.renew_panels() == PanelRenewal(panels=0, failures=(refused,))
    assert await service.renew_panels() == PanelRenewal(panels=1, failures=())


async def test_panel_whose_edit_arrives_after_a_newer_one_is_edited_again(harness: ServiceHarness) -> None:
    await configure(harness, values.CONFIG)
    service, store = service_of(harness), harness.store

    async def overtake() -> None:
        harness.channels.before_panel_edit = None
        config = await store.config(values.GUILD)
        assert config is not None
        await store.save_config(config, attrs.evolve(config, language=Language.ENGLISH, revision=config.revision + 1))
        await service.renew_panel(values.GUILD)

    harness.channels.before_panel_edit = overtake
    harness.channels.words = "other words"
    await service.renew_panel(values.GUILD)

    assert harness.channels.edited_languages == [Language.ENGLISH, Language.FRENCH, Language.ENGLISH]
    assert await service.renew_panels() == PanelRenewal(panels=0, failures=())


async def test_panel_of_a_server_that_is_saved_all_the_time_is_left_to_the_others(harness: ServiceHarness) -> None:
    await configure(harness, values.CONFIG)

    async def save() -> None:
        config = await harness.store.config(values.GUILD)
        assert config is not None
        await harness.store.save_config(config, attrs.evolve(config, revision=config.revision + 1))

    harness.channels.before_panel_edit = save
    harness.channels.words = "other words"
    with pytest.raises(errors.StaleConfigError):
        await service_of(harness).renew_panel(values.GUILD)


async def test_panel_is_recorded_and_renewed_though_other_settings_are_saved_while_it_is_posted(
    harness: ServiceHarness,
) -> None:
    await configure(harness, values.CONFIG)

    async def save() -> None:
        harness.channels.before_panel_edit = None
        config = await harness.store.config(values.GUILD)
        assert config is not None
        changed = attrs.evolve(config, language=Language.ENGLISH, revision=config.revision + 1)
        await harness.store.save_config(config, changed)

    harness.channels.before_panel_edit = save
    await configure(harness, MOVED)

    stored = await harness.store.config(values.GUILD)
    assert stored is not None
    assert harness.channels.panels == {stored.panel_message_id: MOVED.panel_channel_id}
    assert (stored.language, stored.stale_panels) == (Language.ENGLISH, ())
    assert harness.channels.edited_languages[-1:] == [Language.ENGLISH]


async def test_command_that_another_one_overtakes_is_refused(harness: ServiceHarness) -> None:
    await configure(harness, values.CONFIG)

    async def overtake() -> None:
        harness.channels.before_panel_edit = None
        await configure(harness, attrs.evolve(MOVED, category_id=ChannelId(301)))

    harness.channels.before_panel_edit = overtake
    with pytest.raises(errors.StaleConfigError):
        await configure(harness, MOVED)

    stored = await harness.store.config(values.GUILD)
    assert stored is not None
    assert stored.category_id == 301
    assert stored.panel_message_id in harness.channels.panels


async def test_servers_whose_transcripts_others_may_read_are_listed(harness: ServiceHarness) -> None:
    service = service_of(harness)
    assert [found async for found in service.visible_transcripts()] == []

    readers = (RoleId(999),)
    harness.channels.preflight_result = Preflight(transcript_readers=readers)
    assert [found async for found in service.visible_transcripts()] == [(values.CONFIG, readers)]

    topics = [
        Topic(id=TopicId(1), name="Signalement", transcript_channel_id=ChannelId(77)),
        Topic(id=TopicId(2), name="Idée"),
    ]
    stored = await harness.store.config(values.GUILD)
    assert stored is not None
    await harness.store.save_config(stored, attrs.evolve(stored, topics=tuple(topics), revision=stored.revision + 1))
    channels = {found.transcript_channel_id async for found, _ in service.visible_transcripts()}
    assert channels == {values.CONFIG.transcript_channel_id, 77}

    changed = await harness.store.config(values.GUILD)
    assert changed is not None
    await harness.store.save_config(changed, attrs.evolve(stored, revision=changed.revision + 1))
    harness.channels.fail("transcript_readers", errors.DiscordUnavailableError())
    assert [found async for found in service.visible_transcripts()] == []


async def test_servers_whose_transcripts_are_looked_at_are_spread_over_time(harness: ServiceHarness) -> None:
    await harness.store.save_config(None, attrs.evolve(values.CONFIG, guild_id=GuildId(values.GUILD + 1)))
    loop = asyncio.get_running_loop()
    start = loop.time()

    assert not [found async for found in service_of(harness).visible_transcripts(pause=0.1)]

    assert loop.time() - start >= 0.2


async def test_configuring_again_keeps_the_counter(harness: ServiceHarness) -> None:
    await harness.closed_ticket()

    await configure(harness, MOVED)

    assert (await harness.open_ticket()).number == 2


async def test_configuring_a_server_renews_its_further_panels(harness: ServiceHarness) -> None:
    panel = Panel(id=PanelId(1), channel_id=ChannelId(501))
    await harness.store.save_config(values.CONFIG, attrs.evolve(values.CONFIG, panels=(panel,), revision=1))

    await configure(harness, attrs.evolve(values.CONFIG, language=Language.ENGLISH))
    await configure(harness, attrs.evolve(values.CONFIG, language=Language.FRENCH))

    saved = await harness.store.config(values.GUILD)
    assert saved is not None
    assert [one.fingerprint for one in saved.panel_messages] == [harness.channels.panel_fingerprint(saved, panel)]
    assert harness.channels.calls.count("post_further_panel") == 1


async def test_roles_that_configuring_adds_or_takes_away_are_noted(harness: ServiceHarness) -> None:
    service = service_of(harness)
    wanted = attrs.evolve(values.CONFIG, staff_role_ids=(values.STAFF_ROLE, RoleId(311)))

    await service.configure(wanted, values.ADMINISTRATOR, interaction_id=InteractionId(next(PRESSES)))

    saved = await harness.store.config(values.GUILD)
    assert saved is not None
    assert saved.unapplied_role_ids == (301,), "which lost the tickets"
    assert service.work.take_suspects(9) == [values.GUILD]
    assert saved.last_change is not None
    assert [change.path for change in saved.last_change.entries] == ["staff_role_ids"], "of which others may be asked"


async def test_first_configuration_of_a_server_is_its_first_revision(harness: ServiceHarness) -> None:
    first = attrs.evolve(values.CONFIG, guild_id=GuildId(values.GUILD + 1), revision=7)

    await configure(harness, first)

    saved = await harness.store.config(first.guild_id)
    assert saved is not None
    assert (saved.revision, saved.stale_panels, saved.last_change) == (1, (), None)


async def test_panel_is_edited_as_it_is_when_a_choice_is_to_be_forgotten(harness: ServiceHarness) -> None:
    service = service_of(harness)
    await service.edit_panel(values.GUILD)
    assert "edit_panel" not in harness.channels.calls, "it was never posted"
    await configure(harness, values.CONFIG)

    await service.edit_panel(values.GUILD)
    await service.edit_panel(values.GUILD, PanelId(9))

    assert harness.channels.calls.count("edit_panel") == 1
    assert "edit_further_panel" not in harness.channels.calls
