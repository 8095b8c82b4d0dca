"""What seldom happens, and would cost a ticket if it were not thought of."""

from __future__ import annotations

import asyncio
import resource
from typing import TYPE_CHECKING, Any

import pytest

from tests.scenarios.world import CLOSE, CONFIRM, DELETE, acknowledged, answered, has, page_of
from tests.simulator.faults import Respond, server_error
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.scenarios.world import World
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


async def test_channel_whose_history_the_bot_must_not_read_is_not_deleted(world: World) -> None:
    channel = await world.opened()
    await world.alice.write(channel, "important")
    await world.closed(channel)
    question = await answered(await world.press(world.staff, channel, DELETE))
    bot = world.guild.bot
    world.guild.set_overwrite(channel, bot, allow=Permissions.VIEW_CHANNEL, deny=Permissions.READ_MESSAGE_HISTORY)

    press = await world.staff.press(question, custom_id=CONFIRM)

    key = "refused_missing_permissions"
    await world.until(lambda: press.answer and params.MESSAGES[key].split("{")[0] in press.answer.text())
    assert not channel.deleted
    assert not world.transcripts.history
    world.guild.set_overwrite(channel, bot, allow=Permissions.VIEW_CHANNEL | Permissions.READ_MESSAGE_HISTORY)
    assert "important" in page_of(await world.deleted(channel))


async def test_channel_in_which_everything_was_deleted_by_hand_can_be_deleted(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    question = await answered(await world.press(world.staff, channel, DELETE))
    for message in list(channel.history):
        world.guild.delete_message(message)

    await acknowledged(await world.staff.press(question, custom_id=CONFIRM))

    await world.until(lambda: channel.deleted)
    assert world.transcripts.history


async def test_what_is_said_while_the_transcript_takes_its_time_is_in_it(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    question = await answered(await world.press(world.staff, channel, DELETE))
    spoken: list[Message] = []

    async def speak(call: Call) -> None:
        if call.route == SAY and not spoken:
            spoken.append(await world.staff.write(channel, "attendez"))
            await asyncio.sleep(6)  # a large upload

    world.sim.before_apply = speak
    await acknowledged(await world.staff.press(question, custom_id=CONFIRM))
    await world.until(lambda: channel.deleted)

    (archived,) = world.transcripts.history
    assert "attendez" in page_of(archived)


async def test_files_that_find_no_room_on_the_way_keep_the_channel(world: World) -> None:
    channel = await world.opened()
    film = b"\0\0\0\x20ftypisom" + b"v" * 4 * 1024 * 1024
    await world.alice.write(channel, "regardez", files=[("film.mp4", film)])
    await world.closed(channel)
    question = await answered(await world.press(world.staff, channel, DELETE))
    pid, none = world.bots[0].process.pid, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (3 * 1024 * 1024, none))  # no file of the process may grow beyond that

    press = await world.staff.press(question, custom_id=CONFIRM)

    await world.until(lambda: press.answer and params.MESSAGES["refused_store_unavailable"] in press.answer.text())
    assert not channel.deleted
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (none, none))
    archived = await world.deleted(channel)
    assert sum(len(file.content) for file in archived.attachments) > len(film)


async def test_files_that_cannot_be_fetched_are_told_to_the_operator(empty: World) -> None:
    bot = await empty.start_bot(DISCORD_MEDIA_URL="http://127.0.0.1:9/")
    await empty.configured()
    channel = await empty.opened()
    await empty.alice.write(channel, "regardez", files=[("notes.txt", b"a"), ("plus.txt", b"b")])
    await empty.closed(channel)

    await empty.deleted(channel)

    told = f"2 files of ticket 1 of server {empty.guild.id} could not be fetched"
    assert any(told in line and "WARNING" in line for line in bot.lines())


async def test_message_of_an_unheard_of_kind_keeps_no_notice_from_its_channel(empty: World) -> None:
    empty.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await empty.start_bot()
    await empty.configured()
    channel = await empty.opened()
    empty.sim.faults.add(SAY, server_error(500), times=99)  # recovery's tries, too
    empty.sim.before_apply = odd_after(empty, channel)
    await answered(await empty.press(empty.staff, channel, CLOSE))
    empty.sim.faults.clear()

    await empty.until(lambda: any(has(message, "ticket:reopen") for message in channel.history))


async def test_message_of_an_unheard_of_kind_is_in_no_panels_way(world: World) -> None:
    await world.admin.write(world.panel, "regardez")
    world.panel.history[-1].components = [UNHEARD_OF]
    world.sim.server.validate = False

    await answered(await world.configure(role=world.second_role))

    assert len(world.panels()) == 1


async def test_incomplete_list_of_channels_costs_no_ticket(empty: World) -> None:
    empty.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await empty.start_bot()
    await empty.configured()
    channel = await empty.opened()

    lists = empty.sim.faults.add(LIST, Respond(200, []), times=2)  # type: ignore[arg-type]

    await empty.until(lambda: not lists.left)
    await asyncio.sleep(0.5)
    empty.sim.faults.clear()
    await empty.closed(channel)


def odd_after(world: World, channel: Channel) -> Callable[[Call], Awaitable[None]]:
    async def odd(call: Call) -> None:
        if call.route == FETCH:
            written = await world.staff.write(channel, "regardez")
            written.components = [UNHEARD_OF]

    world.sim.server.validate = False
    return odd


@pytest.mark.parametrize("status", [502, 504, 522])
async def test_channel_that_is_created_after_a_proxy_gave_up_is_the_members(world: World, status: int) -> None:
    world.sim.faults.add(CREATE, server_error(status))
    await answered(await world.press_open(world.alice))
    (asked,) = world.sim.calls_to(CREATE)
    world.sim.faults.clear()
    channel = world.guild.add_text_channel(asked.json["name"], parent=world.category, overwrites=())
    channel.topic = asked.json["topic"]

    answer = await answered(await world.press_open(world.alice))

    assert f"<#{channel.id}>" in answer.text()
    assert world.tickets() == [channel]


async def test_server_that_the_bot_was_thrown_out_of_is_named_and_disturbs_no_other(empty: World) -> None:
    empty.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.3"}
    bot = await empty.start_bot()
    await empty.configured()
    await empty.opened()

    empty.guild.remove_bot()

    await bot.wait_for(f"recovery could not finish server {empty.guild.id}: MissingPermissionsError")
