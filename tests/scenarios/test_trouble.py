from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, text_of
from tests.standin import state
from tests.standin.faults import rate_limited
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

CREATE = "POST /guilds/{guild_id}/channels"
SAY = "POST /channels/{channel_id}/messages"
OVERWRITE = "PUT /channels/{channel_id}/permissions/{overwrite_id}"
HISTORY = "GET /channels/{channel_id}/messages"
READ_BACK = "GET /channels/{channel_id}/messages/{message_id}"
REMOVE = "DELETE /channels/{channel_id}"

FORBIDDEN: dict[str, Any] = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}
BROKEN: dict[str, Any] = {"status": 500, "times": 9}
LOST: dict[str, Any] = {"drop": True, "apply": True}
LIMITED: dict[str, Any] = rate_limited(90)


async def test_unknown_button_is_answered(world: World) -> None:
    answer = await (await world.sim.forge(world.alice, world.panels()[0], "ticket:explode")).settled()

    assert params.MESSAGES["unknown_button"] in text_of(answer)
    assert answer.seen_by == world.alice.id


async def test_button_of_a_ticket_that_is_gone_is_answered(world: World) -> None:
    panel = world.panels()[0]
    for button in (CLAIM, CLOSE, REOPEN, DELETE, CONFIRM):
        answer = await (await world.sim.forge(world.staff, panel, button)).settled()
        assert params.MESSAGES["refused_no_ticket"] in text_of(answer)


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
    world: World, route: str, fault: dict[str, Any], key: str
) -> None:
    if route == SAY and key != "refused_missing_permissions":
        pytest.skip("the channel is there; recovery brings the welcome")
    world.sim.faults.add(route, **fault)

    answer = await (await world.press_open(world.alice)).settled(20)

    assert params.MESSAGES[key].split("{")[0] in text_of(answer)
    assert not world.tickets()
    world.sim.faults.clear()
    await world.opened()


async def test_lost_answer_to_a_creation_gives_one_channel(world: World) -> None:
    world.sim.faults.add(CREATE, **LOST)

    channel = await world.opened()

    assert world.tickets() == [channel]


@pytest.mark.parametrize("fault", [LOST, {"status": 502, "apply": True}], ids=["dropped", "502"])
async def test_lost_answer_to_a_welcome_gives_one_message(world: World, fault: dict[str, Any]) -> None:
    world.sim.faults.add(SAY, **fault)

    channel = await world.opened()

    assert len(channel.messages) == 1


@pytest.mark.parametrize(("route", "button"), [(OVERWRITE, CLOSE), (SAY, CLOSE)])
async def test_forbidden_closing_changes_nothing_and_is_told(world: World, route: str, button: str) -> None:
    channel = await world.opened()
    world.sim.faults.add(route, **FORBIDDEN)

    answer = await (await world.press(world.staff, channel, button)).settled()

    assert params.MESSAGES["refused_missing_permissions"].split("{")[0] in text_of(answer)
    await world.closed(channel)
    assert not world.alice.permissions(channel)


@pytest.mark.parametrize(
    ("route", "fault", "key"),
    [
        (HISTORY, FORBIDDEN, "refused_missing_permissions"),
        (SAY, {"status": 413, "body": {"message": "Too large", "code": 40005}}, "refused_transcript_too_large"),
        (SAY, FORBIDDEN, "refused_missing_permissions"),
        (
            READ_BACK,
            {"status": 404, "body": {"message": "Unknown Message", "code": 10008}},
            "refused_transcript_not_verified",
        ),
    ],
    ids=["history", "too large", "forbidden", "not there"],
)
async def test_without_a_transcript_the_channel_stays(
    world: World, route: str, fault: dict[str, Any], key: str
) -> None:
    channel = await world.opened()
    await world.closed(channel)
    question = await (await world.press(world.staff, channel, DELETE)).settled()
    world.sim.faults.add(route, **fault)

    press = await world.sim.press(world.staff, question, CONFIRM)
    await world.sim.until(lambda: press.shown and params.MESSAGES[key].split("{")[0] in text_of(press.shown))

    assert channel.id in world.guild.channels
    await world.deleted(channel)
    assert len(world.transcripts.messages) == 1


async def test_deleted_transcript_channel_keeps_the_ticket(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    question = await (await world.press(world.staff, channel, DELETE)).settled()
    world.sim.remove_channel(world.transcripts)

    press = await world.sim.press(world.staff, question, CONFIRM)

    key = "refused_transcript_channel_missing"
    await world.sim.until(lambda: press.shown and params.MESSAGES[key] in text_of(press.shown))
    assert channel.id in world.guild.channels


async def test_channel_that_goes_while_it_is_deleted_is_as_good(world: World) -> None:
    channel = await world.opened()
    await world.closed(channel)
    world.sim.faults.add(REMOVE, **LOST)

    await world.deleted(channel)

    assert (await world.opened()).name.startswith("002-")


async def test_member_who_left_does_not_keep_staff_from_working(world: World) -> None:
    channel = await world.opened()
    del world.guild.members[world.alice.id]
    world.sim.faults.add(OVERWRITE, status=404, body={"message": "Unknown Member", "code": 10007})

    await world.closed(channel)
    await world.deleted(channel)


async def test_every_press_is_acknowledged_in_time_though_each_call_takes_two_seconds(world: World) -> None:
    channel = await world.opened()
    world.sim.latency = 2.0
    panel = world.panels()[0]

    first = [await world.sim.press(world.bob, panel, "ticket:open"), await world.press(world.staff, channel, CLAIM)]
    await asyncio.gather(*(press.acknowledged() for press in first))
    first.append(await world.press(world.staff, channel, CLOSE))
    await first[-1].acknowledged()

    assert all((press.acknowledged_after or 9) < 3 for press in first)
    await first[0].settled(20)
    await world.sim.until(lambda: any("ticket:reopen" in str(message.components) for message in channel.messages), 20)
    second = [await world.press(world.staff, channel, REOPEN), await world.configure()]
    await asyncio.gather(*(press.acknowledged() for press in second))
    await world.sim.until(lambda: params.MESSAGES["reopened_title"] in text_of(channel.messages[-1]), 20)


async def test_shutdown_finishes_what_was_begun(world: World) -> None:
    world.sim.latency = 0.5
    press = await world.press_open(world.alice)
    await press.acknowledged()
    begun = time.monotonic()

    codes = await world.stop_bots()

    assert codes == [0]
    assert time.monotonic() - begun < 10
    (channel,) = world.tickets()
    assert press.shown is not None
    assert f"<#{channel.id}>" in text_of(press.shown)
    assert channel.messages[0].buttons()


async def test_interrupted_opening_is_finished_after_a_restart(empty: World) -> None:
    empty.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await empty.start_bot()
    await empty.configured()
    empty.sim.faults.add(SAY, hang=30)
    await (await empty.press_open(empty.alice)).acknowledged()
    (channel,) = await empty.sim.until(empty.tickets)
    await empty.sim.until(lambda: empty.sim.calls[-1].route == SAY)
    await empty.bots[0].kill()
    empty.forget_bots()
    assert not channel.messages

    await empty.start_bot()

    await empty.sim.until(lambda: channel.messages)
    assert channel.messages[0].buttons()
    await empty.closed(channel)
    await empty.deleted(channel)


async def test_channel_deleted_by_hand_is_noticed_by_recovery(empty: World) -> None:
    empty.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await empty.start_bot()
    await empty.configured()
    channel = await empty.opened()

    empty.sim.remove_channel(channel)

    await empty.started[0].wait_for("dropped 1")


async def test_gateway_asks_for_no_intents(world: World) -> None:
    assert all(identify["intents"] == 0 for identify in world.sim.gateway.identified)
    assert bool(world.sim.gateway.identified) == (world.mode == "gateway")


async def test_message_that_nobody_knows_does_not_cost_the_transcript(world: World) -> None:
    channel = await world.opened()
    odd = await world.sim.write(world.alice, channel, "odd")
    odd.components = [{"type": 999, "id": 1, "strange": {"deep": [1, 2, {}]}}]
    await world.sim.write(world.alice, channel, "after the odd one")
    world.sim.lenient = True
    await world.closed(channel)

    archived = await world.deleted(channel)

    assert "after the odd one" in archived.files[0].content.decode()
    assert channel.type == state.TEXT
