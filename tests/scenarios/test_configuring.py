from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.scenario import OPEN, answered
from tests.scenarios.test_closing_settings import configure
from tests.simulator.errors import RefusedError
from tests.simulator.permissions import Permissions
from tests.simulator.state import Command
from ticketbot.config import params
from ticketbot.tickets.permissions import NEEDED_FOR_NOTES

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


def registered(scenario: Scenario) -> dict[str, Any]:
    """Find what Discord knows of our command."""
    (command,) = [one for one in scenario.sim.application.commands.values() if one.name == "ticket-config"]
    return command.body


async def test_panel_invites_with_one_button_that_carries_its_emoji(scenario: Scenario) -> None:
    (panel,) = scenario.panels()
    (button,) = panel.buttons

    assert panel.channel is scenario.panel
    assert params.EMOJIS["open"] in panel.text()
    assert button["emoji"]["name"] == params.EMOJIS["open"]


async def test_command_is_registered_once_for_administrators_and_others_are_left_alone(without_bot: Scenario) -> None:
    body = {"name": "autre", "type": 1, "description": "Autre", "default_member_permissions": None}
    theirs = Command(1, None, 1, body)
    sim = without_bot.sim
    sim.application.commands[1] = theirs
    await without_bot.start_bot()
    await without_bot.restart_bot()
    ours = registered(without_bot)

    assert ours["default_member_permissions"] == str(Permissions.ADMINISTRATOR)
    assert ours["contexts"] == [0]
    assert [option["name"] for option in ours["options"] if option.get("required")] == [
        "salon",
        "transcription",
        "category",
        "role",
    ]
    assert sim.application.commands[1] is theirs
    assert sum(call.route.startswith("POST /applications") for call in sim.calls) == 5, "each of our commands, once"


async def test_changed_permissions_of_the_command_are_mended(without_bot: Scenario) -> None:
    await without_bot.start_bot()
    registered(without_bot)["default_member_permissions"] = None

    await without_bot.restart_bot()

    assert registered(without_bot)["default_member_permissions"] == str(Permissions.ADMINISTRATOR)


async def test_commands_are_left_alone_when_asked(without_bot: Scenario) -> None:
    await without_bot.start_bot(TICKETBOT_SYNC_COMMANDS="false")

    assert not without_bot.sim.application.commands


async def test_others_are_not_offered_the_command_and_refused_when_they_forge_it(scenario: Scenario) -> None:
    with pytest.raises(RefusedError):
        await scenario.staff.command("ticket-config", scenario.panel)

    answer = await answered(await scenario.forge_ticket_config(scenario.staff, salon=scenario.transcripts))

    assert params.MESSAGES["refused_not_administrator"] in answer.text()
    assert scenario.panels()[0].channel is scenario.panel


async def test_configuring_again_edits_the_panel_in_place(scenario: Scenario) -> None:
    (before,) = scenario.panels()

    await answered(await scenario.send_ticket_config(role2=scenario.second_role))

    (after,) = scenario.panels()
    assert after.id == before.id
    assert after.edited


async def test_panel_moves_as_one(scenario: Scenario) -> None:
    elsewhere = scenario.guild.add_text_channel("nouveau-salon")

    await answered(await scenario.send_ticket_config(salon=elsewhere))

    (panel,) = scenario.panels()
    assert panel.channel is elsewhere


async def test_panel_that_was_deleted_by_hand_comes_back(scenario: Scenario) -> None:
    scenario.guild.delete_message(scenario.panels()[0])

    await answered(await scenario.send_ticket_config())

    assert len(scenario.panels()) == 1


async def test_missing_permissions_are_named_and_nothing_is_saved(without_bot: Scenario) -> None:
    everyone = without_bot.guild.everyone
    without_bot.guild.set_overwrite(without_bot.transcripts, everyone, deny=Permissions.ATTACH_FILES)
    without_bot.guild.set_overwrite(
        without_bot.category, everyone, deny=Permissions.MANAGE_ROLES | Permissions.MANAGE_CHANNELS
    )
    bot_role = without_bot.guild.bot_role
    await without_bot.start_bot()

    answer = await answered(await without_bot.send_ticket_config())

    text = answer.text()
    for name in ("ATTACH_FILES", "MANAGE_ROLES", "MANAGE_CHANNELS"):
        assert params.PERMISSION_NAMES[name] in text
    assert params.PERMISSION_NAMES["SEND_MESSAGES"] not in text
    assert f"<#{without_bot.category.id}>" in text
    assert answer.shown_only_to == without_bot.admin.id
    assert not without_bot.panels()
    bot_role.permissions = Permissions.ADMINISTRATOR
    await answered(await without_bot.send_ticket_config())
    assert without_bot.panels()


async def test_what_notes_and_further_panels_need_is_named_and_all_is_saved(scenario: Scenario) -> None:
    notes = Permissions(int(NEEDED_FOR_NOTES))
    scenario.guild.bot_role.permissions |= notes
    hall = scenario.guild.add_text_channel("hall")
    await configure(scenario, notes=True, panels=[{"channel": {"id": str(hall.id)}}])
    assert params.MESSAGES["configured_warnings"] not in (await answered(await scenario.send_ticket_config())).text()
    for role in (scenario.guild.everyone, scenario.guild.bot_role):
        role.permissions &= ~notes
    scenario.guild.set_overwrite(hall, scenario.guild.everyone, deny=Permissions.EMBED_LINKS)

    answer = await answered(await scenario.send_ticket_config())

    text = answer.text()
    assert params.MESSAGES["configured_warnings"] in text
    for name in ("MANAGE_THREADS", "CREATE_PRIVATE_THREADS", "SEND_MESSAGES_IN_THREADS", "EMBED_LINKS"):
        assert params.PERMISSION_NAMES[name] in text
    assert params.MESSAGES["place_server"] in text
    assert f"<#{hall.id}>" in text


async def test_pings_need_a_permission_unless_the_roles_may_be_mentioned(without_bot: Scenario) -> None:
    bot_role = without_bot.guild.bot_role
    bot_role.permissions &= ~Permissions.MENTION_EVERYONE
    await without_bot.start_bot()

    refused = (await answered(await without_bot.send_ticket_config())).text()
    without_bot.staff_role.mentionable = without_bot.second_role.mentionable = True
    accepted = (await answered(await without_bot.send_ticket_config())).text()

    assert params.PERMISSION_NAMES["MENTION_EVERYONE"] in refused
    assert params.MESSAGES["configured_title"].removeprefix("{emoji}") in accepted


async def test_missing_message_content_and_full_category_warn(without_bot: Scenario) -> None:
    without_bot.sim.application.flags = 0
    for index in range(46):
        without_bot.guild.add_text_channel(f"vieux-{index}", parent=without_bot.category)
    await without_bot.start_bot()

    text = (await answered(await without_bot.send_ticket_config())).text()

    assert params.MESSAGES["problem_message_content"] in text
    assert params.MESSAGES["problem_category_nearly_full"] in text
    assert without_bot.panels()


async def test_everyone_is_no_staff_role(without_bot: Scenario) -> None:
    await without_bot.start_bot()

    text = (await answered(await without_bot.send_ticket_config(role=without_bot.guild.everyone))).text()

    assert params.MESSAGES["problem_everyone_role"] in text
    assert not without_bot.panels()


async def test_channel_types_are_checked_again(without_bot: Scenario) -> None:
    await without_bot.start_bot()
    await without_bot.configure()

    answer = await answered(await without_bot.forge_ticket_config(without_bot.admin, salon=without_bot.category))

    assert params.MESSAGES["problem_channel_type"] in answer.text()
    assert without_bot.panels()[0].channel is without_bot.panel


async def test_configuration_outlives_a_restart_and_keeps_the_counter(scenario: Scenario) -> None:
    assert (await scenario.open_ticket()).name.startswith("001-")
    await scenario.restart_bot()
    await answered(await scenario.send_ticket_config())

    assert (await scenario.open_ticket(scenario.bob)).name.startswith("002-")
    assert [message for message in scenario.bot_messages() if message.channel is scenario.panel] == scenario.panels()
    assert scenario.panels()[0].buttons[0]["custom_id"] == OPEN


async def test_shutdown_waits_for_a_command_under_way(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot()
    without_bot.sim.latency = 0.3
    command = await without_bot.send_ticket_config()
    await command.acknowledged()

    assert await bot.stop() == 0

    without_bot.forget_bots()
    assert command.answer is not None
    assert "Configuration enregistrée" in command.answer.text()
    assert without_bot.panels()
