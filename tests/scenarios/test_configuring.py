from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.scenarios.world import OPEN, answered
from tests.simulator.errors import RefusedError
from tests.simulator.permissions import Permissions
from tests.simulator.state import Command
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


def registered(world: World) -> dict[str, Any]:
    """Find what Discord knows of our command."""
    (command,) = [one for one in world.sim.application.commands.values() if one.name == "ticket-config"]
    return command.body


async def test_panel_invites_with_one_button_that_carries_its_emoji(world: World) -> None:
    (panel,) = world.panels()
    (button,) = panel.buttons

    assert panel.channel is world.panel
    assert params.EMOJIS["open"] in panel.text()
    assert button["emoji"]["name"] == params.EMOJIS["open"]


async def test_command_is_registered_once_for_administrators_and_others_are_left_alone(empty: World) -> None:
    body = {"name": "autre", "type": 1, "description": "Autre", "default_member_permissions": None}
    theirs = Command(1, None, 1, body)
    sim = empty.sim
    sim.application.commands[1] = theirs
    await empty.start_bot()
    await empty.restart_bot()
    ours = registered(empty)

    assert ours["default_member_permissions"] == str(Permissions.ADMINISTRATOR)
    assert ours["contexts"] == [0]
    assert [option["name"] for option in ours["options"] if option.get("required")] == [
        "salon",
        "transcription",
        "category",
        "role",
    ]
    assert sim.application.commands[1] is theirs
    assert sum(call.route.startswith("POST /applications") for call in sim.calls) == 1


async def test_changed_permissions_of_the_command_are_mended(empty: World) -> None:
    await empty.start_bot()
    registered(empty)["default_member_permissions"] = None

    await empty.restart_bot()

    assert registered(empty)["default_member_permissions"] == str(Permissions.ADMINISTRATOR)


async def test_commands_are_left_alone_when_asked(empty: World) -> None:
    await empty.start_bot(TICKETBOT_SYNC_COMMANDS="false")

    assert not empty.sim.application.commands


async def test_others_are_not_offered_the_command_and_refused_when_they_forge_it(world: World) -> None:
    with pytest.raises(RefusedError):
        await world.staff.command("ticket-config", world.panel)

    answer = await answered(await world.forged_configure(world.staff, salon=world.transcripts))

    assert params.MESSAGES["refused_not_administrator"] in answer.text()
    assert world.panels()[0].channel is world.panel


async def test_configuring_again_edits_the_panel_in_place(world: World) -> None:
    (before,) = world.panels()

    await answered(await world.configure(role2=world.second_role))

    (after,) = world.panels()
    assert after.id == before.id
    assert after.edited


async def test_panel_moves_as_one(world: World) -> None:
    elsewhere = world.guild.add_text_channel("nouveau-salon")

    await answered(await world.configure(salon=elsewhere))

    (panel,) = world.panels()
    assert panel.channel is elsewhere


async def test_panel_that_was_deleted_by_hand_comes_back(world: World) -> None:
    world.guild.delete_message(world.panels()[0])

    await answered(await world.configure())

    assert len(world.panels()) == 1


async def test_missing_permissions_are_named_and_nothing_is_saved(empty: World) -> None:
    everyone = empty.guild.everyone
    empty.guild.set_overwrite(empty.transcripts, everyone, deny=Permissions.ATTACH_FILES)
    empty.guild.set_overwrite(empty.category, everyone, deny=Permissions.MANAGE_ROLES | Permissions.MANAGE_CHANNELS)
    bot_role = empty.guild.bot_role
    await empty.start_bot()

    answer = await answered(await empty.configure())

    text = answer.text()
    for name in ("ATTACH_FILES", "MANAGE_ROLES", "MANAGE_CHANNELS"):
        assert params.PERMISSION_NAMES[name] in text
    assert params.PERMISSION_NAMES["SEND_MESSAGES"] not in text
    assert f"<#{empty.category.id}>" in text
    assert answer.shown_only_to == empty.admin.id
    assert not empty.panels()
    bot_role.permissions = Permissions.ADMINISTRATOR
    await answered(await empty.configure())
    assert empty.panels()


async def test_pings_need_a_permission_unless_the_roles_may_be_mentioned(empty: World) -> None:
    bot_role = empty.guild.bot_role
    bot_role.permissions &= ~Permissions.MENTION_EVERYONE
    await empty.start_bot()

    refused = (await answered(await empty.configure())).text()
    empty.staff_role.mentionable = empty.second_role.mentionable = True
    accepted = (await answered(await empty.configure())).text()

    assert params.PERMISSION_NAMES["MENTION_EVERYONE"] in refused
    assert params.MESSAGES["configured_title"].removeprefix("{emoji}") in accepted


async def test_missing_message_content_and_full_category_warn(empty: World) -> None:
    empty.sim.application.flags = 0
    for index in range(46):
        empty.guild.add_text_channel(f"vieux-{index}", parent=empty.category)
    await empty.start_bot()

    text = (await answered(await empty.configure())).text()

    assert params.MESSAGES["problem_message_content"] in text
    assert params.MESSAGES["problem_category_nearly_full"] in text
    assert empty.panels()


async def test_everyone_is_no_staff_role(empty: World) -> None:
    await empty.start_bot()

    text = (await answered(await empty.configure(role=empty.guild.everyone))).text()

    assert params.MESSAGES["problem_everyone_role"] in text
    assert not empty.panels()


async def test_channel_types_are_checked_again(empty: World) -> None:
    await empty.start_bot()
    await empty.configured()

    answer = await answered(await empty.forged_configure(empty.admin, salon=empty.category))

    assert params.MESSAGES["problem_channel_type"] in answer.text()
    assert empty.panels()[0].channel is empty.panel


async def test_configuration_outlives_a_restart_and_keeps_the_counter(world: World) -> None:
    assert (await world.opened()).name.startswith("001-")
    await world.restart_bot()
    await answered(await world.configure())

    assert (await world.opened(world.bob)).name.startswith("002-")
    assert [message for message in world.bot_messages() if message.channel is world.panel] == world.panels()
    assert world.panels()[0].buttons[0]["custom_id"] == OPEN
