from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered
from tests.simulator.faults import Drop, Hang, RateLimit, Respond, missing_permissions, server_error, too_large
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tests.simulator.faults import Action

pytestmark = pytest.mark.scenario

CREATE = "POST /guilds/{guild_id}/channels"
SAY = "POST /channels/{channel_id}/messages"
OVERWRITE = "PUT /channels/{channel_id}/permissions/{overwrite_id}"
HISTORY = "GET /channels/{channel_id}/messages"
READ_BACK = "GET /channels/{channel_id}/messages/{message_id}"
REMOVE = "DELETE /channels/{channel_id}"

FORBIDDEN = missing_permissions()
BROKEN = server_error(500)
LOST = Drop(after=True)
LIMITED = RateLimit(90, "shared")


async def test_unknown_button_is_answered(world: World) -> None:
    answer = await answered(await world.forge(world.alice, world.panels()[0], "ticket:explode"))

    assert params.MESSAGES["unknown"] in answer.text()
    assert answer.shown_only_to == world.alice.id


async def test_unknown_command_is_answered(world: World) -> None:
    press = await world.alice.forge(world.panel, {"id": "1", "name": "vieille", "type": 1}, kind=2)

    assert params.MESSAGES["unknown"] in (await answered(press)).text()


async def test_button_of_a_ticket_that_is_gone_is_answered(world: World) -> None:
    panel = world.panels()[0]
    for button in (CLAIM, CLOSE, REOPEN, DELETE, CONFIRM):
        answer = await answered(await world.forge(world.staff, panel, button))
        assert params.MESSAGES["refused_no_ticket"] in answer.text()


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (FORBIDDEN, "refused_missing_permissions"),
        (BROKEN, "refused_discord_unavailable"),
        (LIMITED, "refused_discord_busy"),
    ],
    ids=["403", "500", "429"],
)
@pytest.mark.parametrize("route", [CREATE, SAY])
async def test_opening_that_fails_leaves_nothing_and_works_the_second_time(
    world: World, route: str, fault: Action, key: str
) -> None:
    if route == SAY and key != "refused_missing_permissions":
        pytest.skip("the channel is there; recovery brings the welcome")
    world.sim.faults.add(route, fault, times=9)

    answer = await answered(await world.press_open(world.alice))

    assert params.MESSAGES[key].split("{")[0] in answer.text()
    assert not world.tickets()
    world.sim.faults.clear()
    await world.opened()


async def test_lost_answer_to_a_creation_gives_one_channel(world: World) -> None:
    world.sim.faults.add(CREATE, LOST)

    channel = await world.opened()

    assert world.tickets() == [channel]


@pytest.mark.parametrize("fault", [LOST, server_error(502, after=True)], ids=["dropped", "502"])
async def test_lost_answer_to_a_welcome_gives_one_message(world: World, fault: Action) -> None:
    world.sim.faults.add(SAY, fault)

    channel = await world.opened()

    assert len(channel.history) == 1


@pytest.mark.parametrize(("route", "button"), [(OVERWRITE, CLOSE), (SAY, CLOSE)])
async def test_forbidden_closing_changes_nothing_and_is_told(world: World, route: str, button: str) -> None:
    channel = await world.opened()
    world.sim.faults.add(route, FORBIDDEN)

    answer = await answered(await world.press(world.staff, channel, button))

    assert params.MESSAGES["refused_missing_permissions"].split("{")[0] in answer.text()
    await world.closed(channel)
    assert not world.alice.permissions(channel)


@pytest.mark.parametrize(
    ("route", "fault", "key"),
    [
        (HISTORY, FORBIDDEN, "refused_missing_permissions"),
        (SAY, too_large(), "refused_transcript_too_large"),
        (SAY, FORBIDDEN, "refused_missing_permissions"),
        (
            READ_BACK,
            Respond(404, {"message": "Unknown Message", "code": 10008}),
            "refused_transcript_not_verified",
        ),
    ],
    ids=["history", "too large", "forbidden", "not there"],
)
async def test_without_a_transcript_the_channel_stays(world: World, route: str, fault: Action, key: str) -> None:
    channel = await world.opened()
    await world.closed(channel)
    question = await answered(await world.press(world.staff, channel, DELETE))
    world.sim.faults.add(route, fault, times=9)

    press = await world.staff.press(question, custom_id=CONFIRM)
    await world.until(lambda: press.answer and params.MESSAGES[key].split("{")[0] in press.answer.text())

    assert not channel.deleted
    world.sim.faults.clear()
    await world.deleted(channel)
    assert len(world.transcripts.history) == 1


async def test_deleted_transcript_channel_keeps_the_ticket(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    question = await answered(await world.press(world.staff, channel, DELETE))
    world.guild.delete_channel(world.transcripts)

    press = await world.staff.press(question, custom_id=CONFIRM)

    key = "refused_transcript_channel_missing"
    await world.until(lambda: press.answer and params.MESSAGES[key] in press.answer.text())
    assert not channel.deleted


async def test_channel_that_goes_while_it_is_deleted_is_as_good(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    world.sim.faults.add(REMOVE, LOST)

    await world.deleted(channel)

    assert (await world.opened()).name.startswith("002-")


async def test_member_who_left_does_not_keep_staff_from_working(world: World) -> None:
    channel = await world.opened()
    world.guild.leave(world.alice)
    world.sim.faults.add(OVERWRITE, Respond(404, {"message": "Unknown Member", "code": 10007}))

    await world.closed(channel)
    await world.deleted(channel)


async def test_every_press_is_acknowledged_in_time_though_two_calls_would_take_too_long(world: World) -> None:
    channel = await world.opened()
    world.sim.latency = 1.6
    panel = world.panels()[0]

    first = [await world.bob.press(panel, custom_id="ticket:open"), await world.press(world.staff, channel, CLAIM)]
    await asyncio.gather(*(acknowledged(press) for press in first))
    first.append(await world.press(world.staff, channel, CLOSE))
    await acknowledged(first[-1])

    assert all((press.acknowledged_after or 9) < 3 for press in first)
    await first[0].settled(20)
    await world.until(lambda: any("ticket:reopen" in str(message.components) for message in channel.history))
    second = [await world.press(world.staff, channel, REOPEN), await world.configure()]
    await asyncio.gather(*(acknowledged(press) for press in second))
    await world.until(
        lambda: params.MESSAGES["reopened_title"].removeprefix("{emoji}") in channel.history[-1].text(), 20
    )


async def test_shutdown_finishes_what_was_begun(world: World) -> None:
    world.sim.latency = 0.5
    press = await world.press_open(world.alice)
    await acknowledged(press)
    begun = time.monotonic()

    codes = await world.stop_bots()

    assert codes == [0]
    assert time.monotonic() - begun < 10
    (channel,) = world.tickets()
    assert press.answer is not None
    assert f"<#{channel.id}>" in press.answer.text()
    assert channel.history[0].buttons


async def test_interrupted_opening_is_finished_after_a_restart(empty: World) -> None:
    empty.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await empty.start_bot()
    await empty.configured()
    empty.sim.faults.add(SAY, Hang(30))
    await acknowledged(await empty.press_open(empty.alice))
    (channel,) = await empty.until(empty.tickets)
    await empty.until(lambda: any(call.route == SAY and call.fault for call in empty.sim.calls))
    await empty.bots[0].kill()
    empty.forget_bots()
    assert not channel.history

    await empty.start_bot()

    await empty.until(lambda: channel.history)
    assert channel.history[0].buttons
    await empty.closed(channel)
    await empty.deleted(channel)


async def test_channel_deleted_by_hand_is_noticed_by_recovery(empty: World) -> None:
    empty.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await empty.start_bot()
    await empty.configured()
    channel = await empty.opened()

    empty.guild.delete_channel(channel)

    await empty.started[0].wait_for("dropped 1")


async def test_gateway_asks_for_no_intents(world: World) -> None:
    assert all(identify["intents"] == 0 for identify in world.sim.gateway.identifies)
    assert bool(world.sim.gateway.identifies) == (world.mode == "gateway")
