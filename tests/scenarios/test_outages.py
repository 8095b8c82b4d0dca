from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered, has_button
from tests.simulator.faults import Drop, Hang, RateLimit, Respond, missing_permissions, server_error, too_large
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.faults import Call, Effect

pytestmark = pytest.mark.scenario

CREATE = "POST /guilds/{guild_id}/channels"
SAY = "POST /channels/{channel_id}/messages"
OVERWRITE = "PUT /channels/{channel_id}/permissions/{overwrite_id}"
HISTORY = "GET /channels/{channel_id}/messages"
READ_BACK = "GET /channels/{channel_id}/messages/{message_id}"
REMOVE = "DELETE /channels/{channel_id}"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"

FORBIDDEN = missing_permissions()
BROKEN = server_error(500)
LOST = Drop(after=True)
LIMITED = RateLimit(90, "shared")


async def test_unknown_button_is_answered(scenario: Scenario) -> None:
    answer = await answered(await scenario.forge(scenario.alice, scenario.panels()[0], "ticket:explode"))

    assert params.MESSAGES["unknown"] in answer.text()
    assert answer.shown_only_to == scenario.alice.id


async def test_unknown_command_is_answered(scenario: Scenario) -> None:
    press = await scenario.alice.forge(scenario.panel, {"id": "1", "name": "vieille", "type": 1}, kind=2)

    assert params.MESSAGES["unknown"] in (await answered(press)).text()


async def test_button_of_a_ticket_that_is_gone_is_answered(scenario: Scenario) -> None:
    panel = scenario.panels()[0]
    for button in (CLAIM, CLOSE, REOPEN, DELETE, CONFIRM):
        answer = await answered(await scenario.forge(scenario.staff, panel, button))
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
    scenario: Scenario, route: str, fault: Effect, key: str
) -> None:
    if route == SAY and key != "refused_missing_permissions":
        pytest.skip("the channel is there; recovery brings the welcome")
    scenario.sim.faults.add(route, fault, times=9)

    press = await scenario.press_open(scenario.alice)

    await scenario.wait_until(lambda: press.answer and params.MESSAGES[key].split("{")[0] in press.answer.text())
    assert not scenario.tickets()
    scenario.sim.faults.clear()
    await scenario.open_ticket()


async def test_lost_answer_to_a_creation_gives_one_channel(scenario: Scenario) -> None:
    scenario.sim.faults.add(CREATE, LOST)

    channel = await scenario.open_ticket()

    assert scenario.tickets() == [channel]


async def test_command_is_answered_even_if_discord_is_slow_to_take_its_acknowledgement(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.delay_overwrites()
    scenario.sim.faults.add(CALLBACK, Hang(5.5, after=True))

    press = await scenario.staff.command("ticket fermer", channel)

    assert (await answered(press)).shown_only_to == scenario.staff.id


@pytest.mark.parametrize("fault", [LOST, server_error(502, after=True)], ids=["dropped", "502"])
async def test_lost_answer_to_a_welcome_gives_one_message(scenario: Scenario, fault: Effect) -> None:
    scenario.sim.faults.add(SAY, fault)

    channel = await scenario.open_ticket()

    assert len(channel.history) == 1


@pytest.mark.parametrize(("route", "button"), [(OVERWRITE, CLOSE), (SAY, CLOSE)])
async def test_forbidden_closing_changes_nothing_and_is_told(scenario: Scenario, route: str, button: str) -> None:
    channel = await scenario.open_ticket()
    if route == SAY:
        scenario.delay_overwrites()
    scenario.sim.faults.add(route, FORBIDDEN)

    answer = await answered(await scenario.press(scenario.staff, channel, button))

    assert params.MESSAGES["refused_missing_permissions"].split("{")[0] in answer.text()
    await scenario.close_ticket(channel)
    assert not scenario.alice.permissions(channel)


async def test_forbidden_closing_is_undone_though_its_opener_has_opened_another_ticket(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    path = f"/channels/{channel.id}/messages"
    scenario.sim.faults.add(OVERWRITE, Hang(3.0))
    scenario.sim.faults.add(lambda call: call.method == "POST" and call.path == path, FORBIDDEN)
    closing = await scenario.press(scenario.staff, channel, CLOSE)
    await scenario.wait_until(lambda: any(call.route == OVERWRITE for call in scenario.sim.calls))

    another = await scenario.open_ticket()

    assert params.MESSAGES["refused_missing_permissions"].split("{")[0] in (await answered(closing)).text()
    for one in (channel, another):
        assert scenario.alice.sees(one)
        await scenario.close_ticket(one)


async def test_closing_that_discord_did_not_carry_out_is_finished_before_anything_else(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.sim.faults.add(OVERWRITE, BROKEN, times=99)
    unavailable = params.MESSAGES["refused_discord_unavailable"]
    closing = await answered(await scenario.press(scenario.staff, channel, CLOSE))
    assert unavailable in closing.text()

    renaming = await answered(await scenario.staff.command("ticket renommer", channel, nom="facture"))

    assert unavailable in renaming.text()
    scenario.sim.faults.clear()
    await answered(await scenario.staff.command("ticket renommer", channel, nom="facture"))
    await scenario.wait_until(lambda: "facture" in channel.name)
    assert any(has_button(message, REOPEN) for message in channel.history)
    assert not scenario.alice.sees(channel)


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
async def test_without_a_transcript_the_channel_stays(scenario: Scenario, route: str, fault: Effect, key: str) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    scenario.sim.faults.add(route, fault, times=9)

    press = await scenario.staff.press(question, custom_id=CONFIRM)
    await scenario.wait_until(lambda: press.answer and params.MESSAGES[key].split("{")[0] in press.answer.text())

    assert not channel.deleted
    scenario.sim.faults.clear()
    await scenario.delete_ticket(channel)
    assert len(scenario.transcripts.history) == 1


async def test_transcript_without_its_files_is_deleted_each_time(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)

    async def lose_the_files(call: Call) -> None:
        if call.route == READ_BACK:
            scenario.transcripts.history[-1].attachments.clear()

    scenario.sim.before_apply = lose_the_files
    refused = params.MESSAGES["refused_transcript_not_verified"]
    for _ in range(3):
        question = await answered(await scenario.press(scenario.staff, channel, DELETE))
        press = await scenario.staff.press(question, custom_id=CONFIRM)
        await scenario.wait_until(lambda press=press: press.answer and refused in press.answer.text())

    assert not channel.deleted
    assert not scenario.transcripts.history
    scenario.sim.before_apply = None
    await scenario.delete_ticket(channel)
    assert len(scenario.transcripts.history) == 1


async def test_deleted_transcript_channel_keeps_the_ticket(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    scenario.guild.delete_channel(scenario.transcripts)

    press = await scenario.staff.press(question, custom_id=CONFIRM)

    key = "refused_transcript_channel_missing"
    await scenario.wait_until(lambda: press.answer and params.MESSAGES[key] in press.answer.text())
    assert not channel.deleted


async def test_channel_that_goes_while_it_is_deleted_is_as_good(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    scenario.sim.faults.add(REMOVE, LOST)

    await scenario.delete_ticket(channel)

    assert (await scenario.open_ticket()).name.startswith("002-")


async def test_member_who_left_does_not_keep_staff_from_working(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.guild.leave(scenario.alice)
    scenario.sim.faults.add(OVERWRITE, Respond(404, {"message": "Unknown Member", "code": 10007}))

    await scenario.close_ticket(channel)
    await scenario.delete_ticket(channel)


async def test_every_press_is_acknowledged_in_time_though_two_calls_would_take_too_long(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.sim.latency = 1.6
    panel = scenario.panels()[0]

    first = [
        await scenario.bob.press(panel, custom_id="ticket:open"),
        await scenario.press(scenario.staff, channel, CLAIM),
    ]
    await asyncio.gather(*(acknowledged(press) for press in first))
    first.append(await scenario.press(scenario.staff, channel, CLOSE))
    await acknowledged(first[-1])

    assert all((press.acknowledged_after or 9) < 3 for press in first)
    await first[0].settled(20)
    await scenario.wait_until(lambda: any("ticket:reopen" in str(message.components) for message in channel.history))
    second = [await scenario.press(scenario.staff, channel, REOPEN), await scenario.send_ticket_config()]
    await asyncio.gather(*(acknowledged(press) for press in second))
    await scenario.wait_until(
        lambda: params.MESSAGES["reopened_title"].removeprefix("{emoji}") in channel.history[-1].text(), 20
    )


async def test_shutdown_finishes_what_was_begun(scenario: Scenario) -> None:
    scenario.sim.latency = 0.5
    press = await scenario.press_open(scenario.alice)
    await acknowledged(press)
    begun = time.monotonic()

    codes = await scenario.stop_bots()

    assert codes == [0]
    assert time.monotonic() - begun < 10
    (channel,) = scenario.tickets()
    assert press.answer is not None
    assert f"<#{channel.id}>" in press.answer.text()
    assert channel.history[0].buttons


async def test_interrupted_opening_is_finished_after_a_restart(without_bot: Scenario) -> None:
    without_bot.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await without_bot.start_bot()
    await without_bot.configure()
    without_bot.sim.faults.add(SAY, Hang(30))
    await acknowledged(await without_bot.press_open(without_bot.alice))
    (channel,) = await without_bot.wait_until(without_bot.tickets)
    await without_bot.wait_until(lambda: any(call.route == SAY and call.fault for call in without_bot.sim.calls))
    await without_bot.bots[0].kill()
    without_bot.forget_bots()
    assert not channel.history

    await without_bot.start_bot()

    await without_bot.wait_until(lambda: channel.history)
    assert channel.history[0].buttons
    await without_bot.close_ticket(channel)
    await without_bot.delete_ticket(channel)


async def test_channel_deleted_by_hand_is_noticed_by_recovery(without_bot: Scenario) -> None:
    without_bot.environment |= {"TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await without_bot.start_bot()
    await without_bot.configure()
    channel = await without_bot.open_ticket()

    without_bot.guild.delete_channel(channel)

    await without_bot.started[0].wait_for("dropped 1")


async def test_gateway_asks_for_no_intents(scenario: Scenario) -> None:
    assert all(identify["intents"] == 0 for identify in scenario.sim.gateway.identifies)
    assert bool(scenario.sim.gateway.identifies) == (scenario.mode == "gateway")
