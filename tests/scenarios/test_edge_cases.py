"""What seldom happens, and would cost a ticket if it were not thought of."""

from __future__ import annotations

import asyncio
import resource
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import command_line
from tests.harness.scenario import CLOSE, CONFIRM, DELETE, acknowledged, answered, has_button, page_of
from tests.simulator.faults import Respond, server_error
from tests.simulator.permissions import Permissions
from ticketbot.config import params
from ticketbot.tickets.permissions import NEEDED_IN_ALL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.harness.scenario import Scenario
    from tests.simulator.faults import Call
    from tests.simulator.state import Channel, Message

pytestmark = [pytest.mark.scenario, pytest.mark.parametrize("mode", ["rest"])]

SAY = "POST /channels/{channel_id}/messages"
CREATE = "POST /guilds/{guild_id}/channels"
FETCH = "GET /channels/{channel_id}/messages"
LIST = "GET /guilds/{guild_id}/channels"

UNHEARD_OF: dict[str, Any] = {
    "type": 9,
    "id": 1,
    "components": [{"type": 10, "id": 2, "content": "?"}],
    "accessory": {"type": 99, "id": 3},
}
"""A component as Discord may bring one tomorrow: hikari gives up on the whole message, and on all after it."""


async def test_channel_whose_history_the_bot_must_not_read_is_not_deleted(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.alice.write(channel, "important")
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    bot = scenario.guild.bot
    scenario.guild.set_overwrite(channel, bot, allow=Permissions.VIEW_CHANNEL, deny=Permissions.READ_MESSAGE_HISTORY)

    press = await scenario.staff.press(question, custom_id=CONFIRM)

    key = "refused_missing_permissions"
    await scenario.wait_until(lambda: press.answer and params.MESSAGES[key].split("{")[0] in press.answer.text())
    assert not channel.deleted
    assert not scenario.transcripts.history
    scenario.guild.set_overwrite(channel, bot, allow=Permissions.VIEW_CHANNEL | Permissions.READ_MESSAGE_HISTORY)
    assert "important" in page_of(await scenario.delete_ticket(channel))


async def test_channel_in_which_everything_was_deleted_by_hand_can_be_deleted(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    for message in list(channel.history):
        scenario.guild.delete_message(message)

    await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))

    await scenario.wait_until(lambda: channel.deleted)
    assert scenario.transcripts.history


async def test_what_is_said_while_the_transcript_takes_its_time_is_in_it(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    spoken: list[Message] = []

    async def speak(call: Call) -> None:
        if call.route == SAY and not spoken:
            spoken.append(await scenario.staff.write(channel, "attendez"))
            await asyncio.sleep(6)  # a large upload

    scenario.sim.before_apply = speak
    await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))
    await scenario.wait_until(lambda: channel.deleted)

    (archived,) = scenario.transcripts.history
    assert "attendez" in page_of(archived)


async def test_files_that_find_no_room_on_the_way_keep_the_channel(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    film = b"\0\0\0\x20ftypisom" + b"v" * 4 * 1024 * 1024
    await scenario.alice.write(channel, "regardez", files=[("film.mp4", film)])
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    pid, none = scenario.bots[0].process.pid, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (3 * 1024 * 1024, none))  # no file of the process may grow beyond that

    press = await scenario.staff.press(question, custom_id=CONFIRM)

    await scenario.wait_until(
        lambda: press.answer and params.MESSAGES["refused_temporary_folder_full"] in press.answer.text()
    )
    assert not channel.deleted
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (none, none))
    archived = await scenario.delete_ticket(channel)
    assert sum(len(file.content) for file in archived.attachments) > len(film)


async def test_files_that_cannot_be_fetched_are_told_to_the_operator(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot(DISCORD_MEDIA_URL="http://127.0.0.1:9/")
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    await without_bot.alice.write(channel, "regardez", files=[("notes.txt", b"a"), ("plus.txt", b"b")])
    await without_bot.close_ticket(channel)

    await without_bot.delete_ticket(channel)

    told = f"2 files of ticket 1 of server {without_bot.guild.id} could not be fetched"
    assert any(told in line and "WARNING" in line for line in bot.lines())


async def test_message_of_an_unheard_of_kind_keeps_no_notice_from_its_channel(without_bot: Scenario) -> None:
    without_bot.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await without_bot.start_bot()
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    without_bot.delay_overwrites()
    without_bot.sim.faults.add(SAY, server_error(500), times=99)  # recovery's tries, too
    without_bot.sim.before_apply = odd_after(without_bot, channel)
    await answered(await without_bot.press(without_bot.staff, channel, CLOSE))
    without_bot.sim.faults.clear()

    await without_bot.wait_until(lambda: any(has_button(message, "ticket:reopen") for message in channel.history))


async def test_message_of_an_unheard_of_kind_is_in_no_panels_way(scenario: Scenario) -> None:
    await scenario.admin.write(scenario.panel, "regardez")
    scenario.panel.history[-1].components = [UNHEARD_OF]
    scenario.sim.server.validate = False

    await answered(await scenario.send_ticket_config(role=scenario.second_role))

    assert len(scenario.panels()) == 1


async def test_incomplete_list_of_channels_costs_no_ticket(without_bot: Scenario) -> None:
    without_bot.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await without_bot.start_bot()
    await without_bot.configure()
    channel = await without_bot.open_ticket()

    lists = without_bot.sim.faults.add(LIST, Respond(200, []), times=2)

    await without_bot.wait_until(lambda: not lists.times)
    await asyncio.sleep(0.5)
    without_bot.sim.faults.clear()
    await without_bot.close_ticket(channel)


def odd_after(scenario: Scenario, channel: Channel) -> Callable[[Call], Awaitable[None]]:
    async def odd(call: Call) -> None:
        if call.route == FETCH:
            written = await scenario.staff.write(channel, "regardez")
            written.components = [UNHEARD_OF]

    scenario.sim.server.validate = False
    return odd


@pytest.mark.parametrize("status", [502, 504, 522])
async def test_channel_that_is_created_after_a_proxy_gave_up_is_the_members(scenario: Scenario, status: int) -> None:
    scenario.sim.faults.add(CREATE, server_error(status))
    await answered(await scenario.press_open(scenario.alice))
    (asked,) = scenario.sim.calls_to(CREATE)
    scenario.sim.faults.clear()
    channel = scenario.guild.add_text_channel(asked.json["name"], parent=scenario.category, overwrites=())
    channel.topic = asked.json["topic"]

    answer = await answered(await scenario.press_open(scenario.alice))

    assert f"<#{channel.id}>" in answer.text()
    assert scenario.tickets() == [channel]


async def test_server_that_the_bot_was_thrown_out_of_is_named_and_disturbs_no_other(without_bot: Scenario) -> None:
    without_bot.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.3"}
    bot = await without_bot.start_bot()
    await without_bot.configure()
    await without_bot.open_ticket()

    without_bot.guild.remove_bot()

    warning = f"the bot was removed from server {without_bot.guild.id}"
    await bot.wait_for(warning)
    await asyncio.sleep(1.5)  # some rounds of recovery
    assert sum("WARNING" in line for line in bot.lines()) == 1
    code, out = await command_line.run(without_bot.settings(), without_bot.folder, "check")
    assert code == 0
    assert f"ticketbot store forget {without_bot.guild.id}" in out

    without_bot.sim.add_bot(without_bot.guild, Permissions(int(NEEDED_IN_ALL)))
    await without_bot.restart_bot()
    await without_bot.open_ticket(without_bot.bob)
