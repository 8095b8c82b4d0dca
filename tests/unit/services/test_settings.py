"""Settings are saved whole or not at all, and the panel follows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services.configuration import ConfigurationService
from ticketbot.services.settings import SettingsService
from ticketbot.services.wanted_settings import WantedPanel, WantedSettings
from ticketbot.tickets import errors
from ticketbot.tickets.model import CannedReply, ChannelId, GuildId, InteractionId, Language, PanelId, RoleId, TopicId
from ticketbot.tickets.panels import Panel, PanelRule
from ticketbot.tickets.permissions import Permission
from ticketbot.tickets.preflight import Place, Preflight, Problem
from ticketbot.tickets.rules import BrokenRulesError
from ticketbot.tickets.topic_lists import NEW
from ticketbot.tickets.topics import Topic, TopicRule

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.model import GuildConfig, Request

REPORT = Topic(id=NEW, name="Signalement", staff_role_ids=(RoleId(310),))
IDEA = Topic(id=NEW, name="Idée")


def service_of(harness: ServiceHarness) -> SettingsService:
    panels = ConfigurationService(store=harness.store, channels=harness.channels, clock=harness.clock)
    return SettingsService(store=harness.store, panels=panels, clock=harness.clock)


def wanted(*topics: Topic, overflow: tuple[int, ...] = ()) -> WantedSettings:
    return WantedSettings(
        language=Language.ENGLISH, overflow_category_ids=tuple(map(ChannelId, overflow)), topics=topics
    )


async def current(harness: ServiceHarness) -> GuildConfig:
    config = await harness.store.config(values.GUILD)
    assert config is not None
    return config


async def save(harness: ServiceHarness, settings: WantedSettings) -> bool:
    before = await current(harness)
    service = service_of(harness)
    return await service.save(before, await service.planned(before, settings))


async def test_new_topics_get_ids_that_no_topic_ever_had(harness: ServiceHarness) -> None:
    assert await save(harness, wanted(REPORT, IDEA, overflow=(204,)))
    config = await current(harness)
    assert [topic.id for topic in config.topics] == [1, 2]
    assert config.language is Language.ENGLISH
    assert config.overflow_category_ids == (204,)

    await save(harness, wanted(config.topics[0]))
    await save(harness, wanted(config.topics[0], IDEA))

    assert [topic.id for topic in (await current(harness)).topics] == [1, 3]


async def test_deleted_topic_is_forgotten_once_no_ticket_has_it(harness: ServiceHarness) -> None:
    await save(harness, wanted(REPORT, IDEA))
    request = attrs.evolve(harness.press(values.OPENER), topic_id=TopicId(1))
    ticket = await harness.service.open(request)

    await save(harness, wanted())
    await save(harness, wanted())
    assert [topic.id for topic in (await current(harness)).former_topics] == [1]
    latest = await harness.current(ticket)
    assert latest is not None
    await harness.store.discard(latest)
    await save(harness, wanted())

    assert (await current(harness)).former_topics == ()


async def test_broken_rule_refuses_all_topics(harness: ServiceHarness) -> None:
    with pytest.raises(BrokenRulesError) as refused:
        await save(harness, wanted(REPORT, attrs.evolve(IDEA, name="")))
    assert [violation.rule for violation in refused.value.violations] == [TopicRule.NAME]
    with pytest.raises(BrokenRulesError):
        await save(harness, wanted(overflow=(1, 2, 3, 4, 5, 6)))

    assert (await current(harness)).topics == ()


async def test_settings_that_were_changed_meanwhile_are_not_overwritten(harness: ServiceHarness) -> None:
    service = service_of(harness)
    before = await current(harness)
    planned = await service.planned(before, wanted(REPORT))
    await save(harness, wanted(IDEA))

    with pytest.raises(errors.StaleConfigError):
        await service.save(before, planned)

    assert [topic.name for topic in (await current(harness)).topics] == ["Idée"]


async def test_panel_that_cannot_be_renewed_now_is_told(harness: ServiceHarness) -> None:
    panels = ConfigurationService(store=harness.store, channels=harness.channels, clock=harness.clock)
    await panels.configure(values.CONFIG, values.ADMINISTRATOR, interaction_id=InteractionId(1))
    harness.channels.words = "other words"
    harness.channels.fail("edit_panel", errors.DiscordUnavailableError())

    assert not await save(harness, wanted(REPORT))
    assert await save(harness, wanted(IDEA))


async def test_what_the_bot_lacks_is_looked_for_once_for_equal_places(harness: ServiceHarness) -> None:
    service = service_of(harness)
    planned = await service.planned(await current(harness), wanted(REPORT, IDEA))
    assert await service.lacking(planned) == []
    harness.channels.preflight_result = Preflight(problems=(Problem.ROLE_MISSING,))
    harness.channels.calls.clear()

    found = await service.lacking(planned)

    assert [topic and topic.name for topic, _ in found] == [None, "Signalement"]
    assert harness.channels.calls == ["preflight", "preflight"]


async def test_added_roles_are_shown_open_tickets_after_a_question_alone(harness: ServiceHarness) -> None:
    service = service_of(harness)
    await save(harness, wanted(REPORT, IDEA))
    await harness.service.open(attrs.evolve(harness.press(values.OPENER), topic_id=TopicId(1)))

    def staffed(index: int, *role_ids: int) -> Callable[[GuildConfig], GuildConfig]:
        def change(config: GuildConfig) -> GuildConfig:
            topics = list(config.topics)
            topics[index] = attrs.evolve(topics[index], staff_role_ids=tuple(map(RoleId, role_ids)))
            return attrs.evolve(config, topics=tuple(topics))

        return change

    other = await service.edit(asked(harness), staffed(1, 310, 311))
    assert (other.added_role_ids, other.open_tickets) == ({310, 311}, 0), "that topic has no open ticket"
    request = asked(harness)
    edited = await service.edit(request, staffed(0, 310, 311))
    assert (edited.added_role_ids, edited.open_tickets) == ({311}, 1)
    assert edited.config.unapplied_role_ids == values.CONFIG.staff_role_ids, "from which the other topic was taken"
    assert not await service.show_open_tickets(asked(harness), InteractionId(1)), "another change"
    with pytest.raises(errors.NotAdministratorError):
        await service.show_open_tickets(harness.press(values.STAFF), request.id)

    assert await service.show_open_tickets(asked(harness), request.id)
    assert await service.show_open_tickets(asked(harness), request.id)

    assert RoleId(311) in (await current(harness)).unapplied_role_ids


async def test_undoing_shows_open_tickets_again_to_the_roles_that_lost_them(harness: ServiceHarness) -> None:
    service = service_of(harness)
    await save(harness, wanted(REPORT))
    await harness.service.open(attrs.evolve(harness.press(values.OPENER), topic_id=TopicId(1)))
    request = asked(harness)
    await service.edit(
        request,
        lambda config: attrs.evolve(config, topics=(attrs.evolve(config.topics[0], staff_role_ids=(RoleId(9),)),)),
    )

    undone = await service.undo(asked(harness), request.id)

    assert undone.open_tickets == 0
    assert set((await current(harness)).unapplied_role_ids) == {9, 310}


def asked(harness: ServiceHarness) -> Request:
    return harness.press(values.ADMINISTRATOR)


def named(name: str) -> Callable[[GuildConfig], GuildConfig]:
    return lambda config: attrs.evolve(config, topics=(*config.topics, attrs.evolve(IDEA, name=name)))


async def test_an_edit_is_saved_with_what_undoes_it(harness: ServiceHarness) -> None:
    service = service_of(harness)
    request = asked(harness)

    edited = await service.edit(request, named("Idée"))

    assert edited.config == await current(harness)
    assert [topic.id for topic in edited.config.topics] == [1]
    assert "topics.1.name" in [one.path for one in edited.changes]
    undone = await service.undo(asked(harness), request.id)
    assert undone.config.topics == ()
    again = await service.undo(asked(harness), request.id)
    assert again.changes == (), "it is no longer the last change"


async def test_an_edit_that_changes_nothing_saves_nothing(harness: ServiceHarness) -> None:
    before = await current(harness)

    assert (await service_of(harness).edit(asked(harness), lambda config: config)).changes == ()
    assert await current(harness) == before


async def test_edits_at_the_same_moment_are_both_saved(harness: ServiceHarness) -> None:
    service = service_of(harness)

    await asyncio.gather(*(service.edit(asked(harness), named(name)) for name in ("Un", "Deux", "Trois")))

    assert {topic.name for topic in (await current(harness)).topics} == {"Un", "Deux", "Trois"}


async def test_edit_that_others_are_always_faster_than_is_refused(harness: ServiceHarness) -> None:
    def change(config: GuildConfig) -> GuildConfig:
        harness.store.configurations[values.GUILD]["revision"] += 1
        return named("Idée")(config)

    with pytest.raises(errors.StaleConfigError):
        await service_of(harness).edit(asked(harness), change)


async def test_settings_are_for_administrators_of_configured_servers_and_edits_are_made_once(
    harness: ServiceHarness,
) -> None:
    service = service_of(harness)
    request = asked(harness)
    with pytest.raises(errors.NotAdministratorError):
        await service.edit(harness.press(values.STAFF), named("Idée"))
    with pytest.raises(errors.NotConfiguredError):
        await service.read(attrs.evolve(request, guild_id=GuildId(99)))
    await service.edit(request, named("Idée"))

    with pytest.raises(errors.RepeatedInteractionError):
        await service.edit(request, named("Autre"))


async def test_who_sees_the_servers_transcripts_is_not_said_of_topics_that_use_them(harness: ServiceHarness) -> None:
    service = service_of(harness)
    own = attrs.evolve(REPORT, name="Ailleurs", transcript_channel_id=ChannelId(77))
    planned = await service.planned(await current(harness), wanted(REPORT, own))
    harness.channels.preflight_result = Preflight(transcript_readers=(RoleId(999),))

    found = await service.lacking(planned, {None, *(topic.id for topic in planned.topics)})

    assert [topic and topic.name for topic, _ in found] == [None, "Ailleurs"]


async def test_what_the_bot_would_lack_for_a_topic_blocks_its_saving(harness: ServiceHarness) -> None:
    service = service_of(harness)
    harness.channels.preflight_result = Preflight(problems=(Problem.ROLE_MISSING,))

    def add(config: GuildConfig) -> GuildConfig:
        return attrs.evolve(config, topics=(REPORT,))

    edited = await service.edit(asked(harness), add)
    assert edited.is_blocked
    assert [topic and topic.name for topic, _ in edited.lacking] == ["Signalement"]
    assert (await current(harness)).topics == ()

    harness.channels.preflight_result = Preflight(problems=(Problem.CATEGORY_NEARLY_FULL,))
    edited = await service.edit(asked(harness), add)
    assert not edited.is_blocked
    assert edited.lacking
    assert (await current(harness)).topics


async def test_open_tickets_of_a_topic_are_counted(harness: ServiceHarness) -> None:
    await save(harness, wanted(REPORT))
    request = attrs.evolve(harness.press(values.OPENER), topic_id=TopicId(1))
    await harness.service.open(request)

    assert await service_of(harness).count_open(values.GUILD, TopicId(1)) == 1
    assert await service_of(harness).count_open(values.GUILD, TopicId(2)) == 0


async def test_transcripts_channel_that_others_read_is_saved_when_that_is_accepted(harness: ServiceHarness) -> None:
    service = service_of(harness)
    await save(harness, wanted(IDEA))
    harness.channels.preflight_result = Preflight(transcript_readers=(RoleId(9),))

    def changed(**fields: object) -> Callable[[GuildConfig], GuildConfig]:
        values_: Any = {"transcript_channel_id": ChannelId(209), **fields}
        return lambda config: attrs.evolve(config, topics=(attrs.evolve(config.topics[0], **values_),))

    edited = await service.edit(asked(harness), changed(emoji="📝"))
    assert edited.exposed is not None
    assert edited.exposed[1:] == (209, (9,))
    assert [one.path for one in edited.changes] == ["topics.1.emoji"]
    edited = await service.edit(asked(harness), changed())
    assert edited.exposed is not None
    assert edited.changes == ()

    edited = await service.edit(asked(harness), changed(), accepts_readers=True)
    assert edited.exposed is None
    assert (await current(harness)).topics[0].transcript_channel_id == 209


async def test_an_edit_that_breaks_a_rule_of_replies_saves_nothing(harness: ServiceHarness) -> None:
    before = await current(harness)

    with pytest.raises(BrokenRulesError):
        await service_of(harness).edit(
            asked(harness), lambda config: attrs.evolve(config, replies=(CannedReply(name="", text="x"),))
        )

    assert await current(harness) == before


async def test_roles_that_the_last_change_made_staff_are_told_with_the_tickets_that_they_would_see(
    harness: ServiceHarness,
) -> None:
    service = service_of(harness)
    await save(harness, wanted(IDEA))
    await harness.service.open(attrs.evolve(harness.press(values.OPENER), topic_id=TopicId(1)))
    request = asked(harness)
    staff = (*values.CONFIG.staff_role_ids, RoleId(311))
    await service.edit(
        request, lambda config: attrs.evolve(config, topics=(attrs.evolve(config.topics[0], staff_role_ids=staff),))
    )

    assert await service.tickets_to_show(values.GUILD, request.id) == ({311}, 1)
    assert await service.tickets_to_show(values.GUILD, InteractionId(1)) == ((), 0), "another change"
    assert await service.tickets_to_show(GuildId(99), request.id) == ((), 0), "another server"


async def test_preview_returns_what_would_be_saved_and_saves_nothing(harness: ServiceHarness) -> None:
    before = await current(harness)
    harness.channels.preflight_result = Preflight(problems=(Problem.ROLE_MISSING,))

    planned, lacking = await service_of(harness).preview(before, attrs.evolve(before, topics=(REPORT,)))

    assert [topic.id for topic in planned.topics] == [1]
    assert [topic and topic.name for topic, _ in lacking] == ["Signalement"]
    assert await current(harness) == before


@pytest.mark.parametrize(
    ("of_server", "language"), [(Language.ENGLISH, Language.ENGLISH), (None, values.ADMINISTRATOR.language)]
)
async def test_reset_takes_everything_back_but_what_the_command_sets(
    harness: ServiceHarness, of_server: Language | None, language: Language
) -> None:
    await save(harness, attrs.evolve(wanted(REPORT, overflow=(204,)), tells_opener=True, color="#FFFFFF"))
    harness.channels.preflight_result = Preflight(language=of_server)

    edited = await service_of(harness).reset(asked(harness))

    kept = ("guild_id", "panel_channel_id", "transcript_channel_id", "category_id", "staff_role_ids")
    assert {name: getattr(edited.config, name) for name in kept} == {
        name: getattr(values.CONFIG, name) for name in kept
    }
    assert (edited.config.topics, edited.config.overflow_category_ids) == ((), ())
    assert (edited.config.tells_opener, edited.config.color, edited.config.language) == (None, None, language)


async def test_what_the_bot_lacks_where_a_new_panel_stands_blocks_its_saving(harness: ServiceHarness) -> None:
    service = service_of(harness)
    of_panel = (Place.PANEL, ChannelId(501), (Permission.SEND_MESSAGES,))
    of_category = (Place.CATEGORY, ChannelId(203), (Permission.SEND_MESSAGES,))
    problems = (Problem.CHANNEL_TYPE, Problem.ROLE_MISSING)
    harness.channels.preflight_result = Preflight(missing=(of_panel, of_category), problems=problems)
    panel = Panel(id=PanelId(0), channel_id=ChannelId(501))

    edited = await service.edit(asked(harness), lambda config: attrs.evolve(config, panels=(panel,)))

    assert edited.is_blocked
    assert edited.lacking == [(None, Preflight(missing=(of_panel,), problems=(Problem.CHANNEL_TYPE,)))]
    harness.channels.preflight_result = Preflight()
    await service.edit(asked(harness), lambda config: attrs.evolve(config, panels=(panel,)))
    harness.channels.calls.clear()
    edited = await service.edit(asked(harness), lambda config: attrs.evolve(config, replies=()))
    assert "preflight" not in harness.channels.calls, "it stood there before"


async def test_panels_of_a_file_offer_topics_by_their_names(harness: ServiceHarness) -> None:
    before = await current(harness)
    panel = WantedPanel(panel=Panel(id=PanelId(0), channel_id=ChannelId(501)), topics=(" idée",))

    applied = attrs.evolve(wanted(REPORT, IDEA), panels=(panel,)).applied(before)
    assert [one.topic_ids for one in applied.panels] == [(2,)]

    with pytest.raises(BrokenRulesError) as refused:
        attrs.evolve(wanted(REPORT), panels=(panel,)).applied(before)
    assert [one.rule for one in refused.value.violations] == [PanelRule.TOPIC]
