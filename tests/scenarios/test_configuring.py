from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.scenarios.world import OPEN, text_of
from tests.standin import state
from tests.standin.simulator import NotAllowed
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


async def test_panel_invites_with_one_button_that_carries_its_emoji(world: World) -> None:
    (panel,) = world.panels()
    (button,) = panel.buttons()

    assert panel.channel is world.panel
    assert params.EMOJIS["open"] in text_of(panel)
    assert button["emoji"]["name"] == params.EMOJIS["open"]


async def test_command_is_registered_once_for_administrators_and_others_are_left_alone(empty: World) -> None:
    theirs = {"id": "1", "name": "autre", "type": 1, "options": [], "default_member_permissions": None}
    sim = empty.sim
    sim.commands[1] = {
        **theirs,
        "application_id": str(sim.application_id),
        "version": "1",
        "description": "Autre",
        "name_localizations": None,
        "description_localizations": None,
        "integration_types": [0],
        "contexts": None,
        "nsfw": False,
    }
    await empty.start_bot()
    await empty.restart_bot()
    ours = next(command for command in sim.commands.values() if command["name"] == "ticket-config")

    assert ours["default_member_permissions"] == str(state.ADMINISTRATOR)
    assert ours["contexts"] == [0]
    assert [option["name"] for option in ours["options"] if option.get("required")] == [
        "salon",
        "transcription",
        "category",
        "role",
    ]
    assert 1 in sim.commands
    assert sum(call.route.startswith("POST /applications") for call in sim.calls) == 1


async def test_changed_permissions_of_the_command_are_mended(empty: World) -> None:
    await empty.start_bot()
    ours = next(command for command in empty.sim.commands.values() if command["name"] == "ticket-config")
    ours["default_member_permissions"] = None

    await empty.restart_bot()

    (ours,) = [command for command in empty.sim.commands.values() if command["name"] == "ticket-config"]
    assert ours["default_member_permissions"] == str(state.ADMINISTRATOR)


async def test_commands_are_left_alone_when_asked(empty: World) -> None:
    await empty.start_bot(TICKETBOT_SYNC_COMMANDS="false")

    assert not empty.sim.commands


async def test_others_are_not_offered_the_command_and_refused_when_they_forge_it(world: World) -> None:
    chosen = {"salon": world.transcripts, "transcription": world.panel, "category": world.category}
    options: dict[str, Any] = {**chosen, "role": world.staff_role}
    with pytest.raises(NotAllowed):
        await world.sim.command(world.staff, world.panel, "ticket-config", **options)

    answer = await (await world.sim.command(world.staff, world.panel, "ticket-config", force=True, **options)).settled()

    assert params.MESSAGES["refused_not_administrator"] in text_of(answer)
    assert world.panels()[0].channel is world.panel


async def test_configuring_again_edits_the_panel_in_place(world: World) -> None:
    (before,) = world.panels()

    await (await world.configure(role2=world.second_role)).settled()

    (after,) = world.panels()
    assert after.id == before.id
    assert after.edited


async def test_panel_moves_as_one(world: World) -> None:
    elsewhere = world.sim.add_channel(world.guild, "nouveau-salon")

    await (await world.configure(salon=elsewhere)).settled()

    (panel,) = world.panels()
    assert panel.channel is elsewhere


async def test_panel_that_was_deleted_by_hand_comes_back(world: World) -> None:
    world.panel.messages.clear()

    await (await world.configure()).settled()

    assert len(world.panels()) == 1


async def test_missing_permissions_are_named_and_nothing_is_saved(empty: World) -> None:
    everyone = empty.guild.id
    empty.transcripts.overwrites[everyone] = (0, 0, state.ATTACH)
    empty.category.overwrites[everyone] = (0, 0, state.MANAGE_ROLES | state.MANAGE_CHANNELS)
    bot_role = next(role for role in empty.guild.roles.values() if role.name == empty.sim.bot.name)
    await empty.start_bot()

    answer = await (await empty.configure()).settled()

    text = text_of(answer)
    for name in ("ATTACH_FILES", "MANAGE_ROLES", "MANAGE_CHANNELS"):
        assert params.PERMISSION_NAMES[name] in text
    assert params.PERMISSION_NAMES["SEND_MESSAGES"] not in text
    assert f"<#{empty.category.id}>" in text
    assert answer.seen_by == empty.admin.id
    assert not empty.panels()
    bot_role.permissions = state.ADMINISTRATOR
    await (await empty.configure()).settled()
    assert empty.panels()


async def test_pings_need_a_permission_unless_the_roles_may_be_mentioned(empty: World) -> None:
    bot_role = next(role for role in empty.guild.roles.values() if role.name == empty.sim.bot.name)
    bot_role.permissions &= ~state.MENTION_ALL
    await empty.start_bot()

    refused = text_of(await (await empty.configure()).settled())
    empty.staff_role.mentionable = empty.second_role.mentionable = True
    accepted = text_of(await (await empty.configure()).settled())

    assert params.PERMISSION_NAMES["MENTION_EVERYONE"] in refused
    assert params.MESSAGES["configured_title"] in accepted


async def test_missing_message_content_and_full_category_warn(empty: World) -> None:
    empty.sim.application_flags = 0
    for index in range(46):
        empty.sim.add_channel(empty.guild, f"vieux-{index}", parent=empty.category)
    await empty.start_bot()

    text = text_of(await (await empty.configure()).settled())

    assert params.MESSAGES["problem_message_content"] in text
    assert params.MESSAGES["problem_category_nearly_full"] in text
    assert empty.panels()


async def test_everyone_is_no_staff_role(empty: World) -> None:
    await empty.start_bot()

    text = text_of(await (await empty.configure(role=empty.guild.everyone)).settled())

    assert params.MESSAGES["problem_everyone_role"] in text
    assert not empty.panels()


async def test_channel_types_are_checked_again(empty: World) -> None:
    await empty.start_bot()
    options: dict[str, Any] = {
        "salon": empty.category,
        "transcription": empty.transcripts,
        "category": empty.panel,
        "role": empty.staff_role,
    }

    answer = await (await empty.sim.command(empty.admin, empty.panel, "ticket-config", force=True, **options)).settled()

    assert params.MESSAGES["problem_channel_type"] in text_of(answer)
    assert not empty.panels()


async def test_configuration_outlives_a_restart_and_keeps_the_counter(world: World) -> None:
    assert (await world.opened()).name.startswith("001-")
    await world.restart_bot()
    await (await world.configure()).settled()

    assert (await world.opened(world.bob)).name.startswith("002-")
    assert [message for message in world.bot_messages() if message.channel is world.panel] == world.panels()
    assert world.panels()[0].buttons()[0]["custom_id"] == OPEN
