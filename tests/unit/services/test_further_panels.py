"""Further panels: each is posted once, edited in place, and deleted, whatever interrupts that."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.tickets import values
from ticketbot.services.configuration import ConfigurationService, PanelRenewal
from ticketbot.tickets import errors, panel_lists, panels
from ticketbot.tickets.model import ChannelId, GuildId, PanelId
from ticketbot.tickets.panels import Panel, PanelRule
from ticketbot.tickets.rules import BrokenRulesError

if TYPE_CHECKING:
    from tests.unit.services.conftest import ServiceHarness
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.panels import PanelMessage

PANEL = Panel(id=PanelId(1), channel_id=ChannelId(501))
OTHER = ChannelId(502)


def service_of(harness: ServiceHarness) -> ConfigurationService:
    return ConfigurationService(store=harness.store, channels=harness.channels, clock=harness.clock)


async def current(harness: ServiceHarness) -> GuildConfig:
    config = await harness.store.config(values.GUILD)
    assert config is not None
    return config


async def save(harness: ServiceHarness, *wanted: Panel) -> None:
    before = await current(harness)
    await harness.store.save_config(before, attrs.evolve(before, panels=wanted, revision=before.revision + 1))


async def renewed(harness: ServiceHarness) -> None:
    await service_of(harness).renew_panel(values.GUILD)


async def message(harness: ServiceHarness) -> PanelMessage:
    (found,) = (await current(harness)).panel_messages
    return found


async def test_panel_is_posted_edited_moved_and_deleted(harness: ServiceHarness) -> None:
    await save(harness, PANEL)
    await renewed(harness)
    first = (await message(harness)).message_id
    assert [*harness.channels.further_panels] == [first]

    await save(harness, attrs.evolve(PANEL, title="Titre"))
    await renewed(harness)
    await renewed(harness)
    assert harness.channels.calls.count("edit_further_panel") == 1
    await save(harness, attrs.evolve(PANEL, channel_id=OTHER))
    await renewed(harness)
    (second,) = harness.channels.further_panels
    assert (await message(harness)).message_id == second != first
    await save(harness)
    await renewed(harness)

    assert (await current(harness)).panel_messages == ()
    assert harness.channels.further_panels == {}


@pytest.mark.parametrize("after", [False, True])
async def test_posting_whose_answer_is_lost_is_repeated_once(harness: ServiceHarness, *, after: bool) -> None:
    await save(harness, PANEL)
    harness.channels.fail("post_further_panel", errors.DiscordUnavailableError(), after=after)

    with pytest.raises(errors.DiscordUnavailableError):
        await renewed(harness)
    assert (await message(harness)).message_id is None
    assert await service_of(harness).renew_panels() == PanelRenewal(panels=1, failures=())

    assert [*harness.channels.further_panels] == [(await message(harness)).message_id]


async def test_processes_at_the_same_time_post_one(harness: ServiceHarness) -> None:
    await save(harness, PANEL)
    harness.channels.before_panel_edit = lambda: asyncio.sleep(0)

    await asyncio.gather(*(renewed(harness) for _ in range(4)))

    assert [*harness.channels.further_panels] == [(await message(harness)).message_id]


async def test_panel_deleted_while_it_is_posted_leaves_no_message(harness: ServiceHarness) -> None:
    await save(harness, PANEL)

    async def meanwhile() -> None:
        harness.channels.before_panel_edit = None
        await save(harness)
        await renewed(harness)

    harness.channels.before_panel_edit = meanwhile

    await renewed(harness)

    assert harness.channels.further_panels == {}
    assert (await current(harness)).panel_messages == ()


async def test_panel_that_somebody_deleted_is_posted_when_that_is_asked_for(harness: ServiceHarness) -> None:
    await save(harness, PANEL)
    await renewed(harness)
    harness.channels.further_panels.clear()
    await service_of(harness).edit_panel(values.GUILD, PANEL.id)
    await save(harness, attrs.evolve(PANEL, title="Titre"))

    await renewed(harness)
    await renewed(harness)
    assert harness.channels.further_panels == {}
    assert (await message(harness)).is_gone
    await service_of(harness).edit_panel(values.GUILD, PANEL.id)
    again = await asyncio.gather(*(service_of(harness).post_again(values.GUILD, PANEL.id) for _ in range(2)))

    assert again == [True, True]
    assert [*harness.channels.further_panels] == [(await message(harness)).message_id]
    assert not await service_of(harness).post_again(values.GUILD, PanelId(9))


async def test_message_that_cannot_be_deleted_is_tried_again(harness: ServiceHarness) -> None:
    await save(harness, PANEL)
    await renewed(harness)
    await save(harness)
    harness.channels.fail("remove_further_panel", errors.MissingPermissionsError())

    with pytest.raises(errors.MissingPermissionsError):
        await renewed(harness)
    await renewed(harness)

    assert harness.channels.further_panels == {}
    assert (await current(harness)).panel_messages == ()


async def test_message_that_was_never_seen_in_a_channel_that_the_bot_cannot_see_is_forgotten(
    harness: ServiceHarness,
) -> None:
    await save(harness, PANEL)
    harness.channels.fail("post_further_panel", errors.DiscordUnavailableError())
    with pytest.raises(errors.DiscordUnavailableError):
        await renewed(harness)
    await save(harness)
    harness.channels.fail("remove_further_panel", errors.MissingPermissionsError())

    await renewed(harness)

    assert (await current(harness)).panel_messages == ()


async def saved_by_others(harness: ServiceHarness) -> None:
    before = await current(harness)
    await harness.store.save_config(before, attrs.evolve(before, revision=before.revision + 1))


async def test_deletion_is_recorded_although_others_save_meanwhile(harness: ServiceHarness) -> None:
    await save(harness, PANEL)
    await renewed(harness)
    await save(harness)
    harness.store.before_config_saves.append(lambda: saved_by_others(harness))

    await renewed(harness)

    assert (await current(harness)).panel_messages == ()


async def test_panel_is_asked_for_although_others_save_meanwhile(harness: ServiceHarness) -> None:
    await save(harness, PANEL)
    await renewed(harness)
    harness.channels.further_panels.clear()
    harness.store.before_config_saves.append(lambda: saved_by_others(harness))

    assert await service_of(harness).post_again(values.GUILD, PANEL.id)

    assert [*harness.channels.further_panels] == [(await message(harness)).message_id]


@pytest.mark.parametrize("is_posted", [False, True])
async def test_saving_is_given_up_when_others_always_are_faster(harness: ServiceHarness, *, is_posted: bool) -> None:
    await save(harness, PANEL)
    if is_posted:
        await renewed(harness)
        await save(harness)
    harness.store.before_config_saves += [lambda: saved_by_others(harness)] * 8

    with pytest.raises(errors.StaleConfigError):
        await renewed(harness)


async def test_servers_without_a_configuration_have_no_panels(harness: ServiceHarness) -> None:
    further = service_of(harness).further

    assert await further.renew(GuildId(99)) == (0, [])
    assert not await further.request(GuildId(99), PANEL.id)
    await service_of(harness).edit_panel(GuildId(99))
    await service_of(harness).renew_panel(GuildId(99))
    assert harness.channels.calls == []


async def test_one_panels_failure_stops_no_other(harness: ServiceHarness) -> None:
    await save(harness, PANEL, attrs.evolve(PANEL, id=PanelId(2), channel_id=OTHER))
    harness.channels.fail("post_further_panel", errors.MissingPermissionsError())

    with pytest.raises(errors.MissingPermissionsError):
        await renewed(harness)

    ((place, _),) = harness.channels.further_panels.values()
    assert place == (2, OTHER)


async def test_new_panels_get_ids_that_no_panel_ever_had(harness: ServiceHarness) -> None:
    before = attrs.evolve(await current(harness), last_panel_id=PanelId(4))
    new = attrs.evolve(PANEL, id=panels.NEW)

    after = panel_lists.numbered(attrs.evolve(before, panels=(new,)), before)

    assert [panel.id for panel in after.panels] == [5]
    assert after.last_panel_id == 5


@pytest.mark.parametrize(
    ("wanted", "rules"),
    [
        ((PANEL, attrs.evolve(PANEL, id=PanelId(2))), [PanelRule.CHANNEL_TAKEN]),
        ((attrs.evolve(PANEL, channel_id=values.CONFIG.panel_channel_id),), [PanelRule.CHANNEL_TAKEN]),
        ((attrs.evolve(PANEL, title="t" * 201, text=" "),), [PanelRule.TITLE, PanelRule.TEXT]),
        (
            tuple(attrs.evolve(PANEL, id=PanelId(one), channel_id=ChannelId(600 + one)) for one in range(1, 12)),
            [PanelRule.TOO_MANY],
        ),
    ],
)
async def test_panels_that_break_rules_are_refused(
    harness: ServiceHarness, wanted: tuple[Panel, ...], rules: list[PanelRule]
) -> None:
    before = await current(harness)

    with pytest.raises(BrokenRulesError) as refused:
        panel_lists.numbered(attrs.evolve(before, panels=wanted), before)

    assert [one.rule for one in refused.value.violations] == rules
