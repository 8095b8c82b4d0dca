"""Refusals of Discord's that have a known cause, and what keeps transcripts private."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.harness import command_line
from tests.harness.scenario import CONFIRM, DELETE, OPEN, answered
from tests.simulator.faults import Headers, Respond
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

CREATE = "POST /guilds/{guild_id}/channels"
SAY = "POST /channels/{channel_id}/messages"
REMOVE = "DELETE /channels/{channel_id}"


async def fetched(scenario: Scenario, path: str) -> dict[str, Any]:
    """Fetch what the bot is answered there."""
    headers = {"Authorization": f"Bot {scenario.sim.token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(scenario.sim.api_url + path) as response:
        return await response.json()


async def test_missing_two_factor_authentication_is_named(scenario: Scenario) -> None:
    scenario.guild.guild.requires_two_factor = True
    scenario.sim.application.owner_has_two_factor = False
    opening = (await answered(await scenario.press_open(scenario.alice))).text()
    configured = (await answered(await scenario.send_ticket_config())).text()
    code, output = await command_line.run(scenario.settings(), scenario.folder, "check")

    assert params.MESSAGES["refused_discord_two_factor"] in opening
    assert params.MESSAGES["problem_two_factor"] in configured
    assert code == 1
    assert "two-factor authentication" in output
    assert scenario.tickets() == []


async def test_refusals_with_a_known_cause_are_told_in_a_sentence_of_their_own(scenario: Scenario) -> None:
    causes = {50074: "community_channel", 20029: "overloaded", 200000: "automod"}
    for code, key in causes.items():
        for status in (400, 403):
            called = len(scenario.sim.calls_to(CREATE))
            scenario.sim.faults.add(CREATE, Respond(status, {"message": "No", "code": code}))
            answer = (await answered(await scenario.press_open(scenario.alice))).text()

            assert params.MESSAGES[f"refused_discord_{key}"] in answer
            assert len(scenario.sim.calls_to(CREATE)) == called + 1


async def test_limited_uploads_keep_the_channel_and_say_who_can_help(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    refusal = Respond(400, {"message": "Access to file uploads has been limited for this guild", "code": 400001})
    scenario.sim.faults.add(lambda call: call.route == SAY and bool(call.files), refusal, times=9)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    press = await scenario.staff.press(question, custom_id=CONFIRM)
    await scenario.wait_until(
        lambda: (
            any(params.MESSAGES["refused_discord_uploads_limited"] in message.text() for message in press.followups)
            or (press.answer is not None and params.MESSAGES["refused_discord_uploads_limited"] in press.answer.text())
        )
    )

    assert not channel.deleted


async def test_bot_in_time_out_is_named(scenario: Scenario) -> None:
    scenario.guild.bot.timed_out_until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    configured = (await answered(await scenario.send_ticket_config())).text()
    code, output = await command_line.run(scenario.settings(), scenario.folder, "check")
    opening = (await answered(await scenario.press_open(scenario.alice))).text()

    assert params.MESSAGES["problem_timed_out"] in configured
    assert code == 1
    assert "the bot is timed out" in output
    assert params.MESSAGES["refused_timed_out"] in opening
    assert scenario.tickets() == []


async def test_bot_whose_timeout_is_over_is_not_called_timed_out(scenario: Scenario) -> None:
    scenario.guild.bot.timed_out_until = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    scenario.sim.faults.add(CREATE, Respond(403, {"message": "Missing Permissions", "code": 50013}))
    opening = (await answered(await scenario.press_open(scenario.alice))).text()

    assert params.MESSAGES["refused_missing_permissions"].partition("{")[0] in opening


async def test_code_without_a_documented_meaning_is_named(scenario: Scenario) -> None:
    scenario.sim.faults.add(CREATE, Respond(403, {"message": "No", "code": 350003}), times=9)
    answer = (await answered(await scenario.press_open(scenario.alice))).text()

    assert params.MESSAGES["refused_discord_refused"].format(code=350003) in answer


async def test_panels_channel_is_refused_for_transcripts(without_bot: Scenario) -> None:
    await without_bot.start_bot()
    answer = (await answered(await without_bot.send_ticket_config(transcription=without_bot.panel))).text()

    assert params.MESSAGES["problem_public_transcript_channel"] in answer
    assert without_bot.panels() == []


async def test_transcripts_that_everyone_reads_are_warned_of_in_answer_check_and_log(without_bot: Scenario) -> None:
    public = without_bot.guild.add_text_channel("archives")
    bot = await without_bot.start_bot()
    told = await answered(await without_bot.send_ticket_config(transcription=public))
    code, output = await command_line.run(without_bot.settings(), without_bot.folder, "check")
    await without_bot.stop_bots()
    again = await without_bot.start_bot()

    assert "`@everyone`" in told.embeds[0]["description"]
    assert "⚠" in told.embeds[0]["title"]
    assert without_bot.panels(), "it is saved all the same"
    assert code == 1
    assert "@everyone" in output
    assert not [line for line in bot.lines() if "transcripts" in line and "WARNING" in line]
    await without_bot.wait_until(lambda: any("transcripts" in line and "WARNING" in line for line in again.lines()))
    assert sum("transcripts" in line and "WARNING" in line for line in again.lines()) == 1


async def test_role_that_is_no_staff_and_reads_transcripts_is_named(without_bot: Scenario) -> None:
    guests = without_bot.guild.add_role("Invités")
    without_bot.guild.set_overwrite(without_bot.transcripts, guests, allow=Permissions.VIEW_CHANNEL)
    await without_bot.start_bot()
    told = await answered(await without_bot.send_ticket_config())
    _, output = await command_line.run(without_bot.settings(), without_bot.folder, "check")

    assert f"<@&{guests.id}>" in told.embeds[0]["description"]
    assert "Invités" in output


async def test_private_transcripts_are_not_warned_of(scenario: Scenario) -> None:
    told = await answered(await scenario.send_ticket_config())

    assert len(told.embeds) == 1
    assert "⚠" not in told.text()


async def test_role_of_a_bot_is_refused_as_staff(scenario: Scenario) -> None:
    answer = (await answered(await scenario.send_ticket_config(role=scenario.guild.bot_role))).text()

    assert params.MESSAGES["problem_managed_role"] in answer


async def test_configuration_that_was_saved_is_named_whole(scenario: Scenario) -> None:
    answer = (await answered(await scenario.send_ticket_config())).text()

    for part in (f"<#{scenario.category.id}>", f"<@&{scenario.staff_role.id}>", "français"):
        assert part in answer


async def test_token_that_was_reset_is_told_once_and_makes_the_bot_unready(scenario: Scenario) -> None:
    bot = await scenario.restart_bot(TICKETBOT_METRICS="127.0.0.1:0")
    (line,) = [line for line in bot.lines() if "metrics on " in line]
    address = line.rpartition("metrics on ")[2].strip()
    reset = Respond(401, {"message": "401: Unauthorized", "code": 0})
    scenario.sim.faults.add(lambda call: call.token == "bot", reset, times=999)  # noqa: S105 - a kind of token
    answers = [(await answered(await scenario.press_open(scenario.alice))).text() for _ in range(2)]
    async with aiohttp.ClientSession() as session:
        async with session.get(address.replace("metrics", "readyz")) as response:
            ready = response.status
        async with session.get(address) as response:
            figures = await response.text()

    told = [line for line in bot.lines() if "WARNING" in line and "DISCORD_TOKEN" in line]
    assert all(params.MESSAGES["refused_token_refused"] in answer for answer in answers)
    assert len(told) == 1
    assert ready == 503
    assert "ticketbot_discord_token_accepted 0.0" in figures


async def test_odd_rate_limit_headers_cost_no_press(scenario: Scenario) -> None:
    for headers in ({"X-RateLimit-Reset-After": "0.000"}, {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "5"}):
        scenario.sim.faults.add(lambda call: call.token == "bot", Headers(headers), times=4)  # noqa: S105 - as above
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)

    assert not scenario.alice.sees(channel)


async def test_answers_that_lack_fields_change_nothing_for_members(scenario: Scenario) -> None:
    """What was done is done, though hikari cannot decode the answer."""
    for route in (SAY, CREATE, REMOVE):
        scenario.sim.faults.add(route, Respond(200, {}, after=True), times=99)
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    await scenario.staff.press(question, custom_id=CONFIRM)
    await scenario.wait_until(lambda: channel.deleted)

    assert len(scenario.transcripts.history) == 1


async def test_configuration_goes_on_when_answers_lack_fields(without_bot: Scenario) -> None:
    await without_bot.start_bot()
    without_bot.sim.faults.add(SAY, Respond(200, {}, after=True), times=9)
    without_bot.sim.faults.add(
        "PATCH /channels/{channel_id}/messages/{message_id}", Respond(200, {}, after=True), times=9
    )
    first = (await answered(await without_bot.send_ticket_config())).text()
    second = (await answered(await without_bot.send_ticket_config(langue="en"))).text()

    assert params.MESSAGES["failed"] not in first + second
    assert (
        len([message for message in without_bot.panel.history if any(b["custom_id"] == OPEN for b in message.buttons)])
        == 1
    )


async def test_messages_that_lack_fields_are_no_obstacle(scenario: Scenario) -> None:
    pages, threads = "GET /channels/{channel_id}/messages", "GET /guilds/{guild_id}/threads/active"
    scenario.sim.faults.add(pages, Respond(200, [{"id": "1"}]))
    configured = (await answered(await scenario.send_ticket_config())).text()
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    scenario.sim.faults.add(threads, Respond(200, {}), times=9)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    press = await scenario.staff.press(question, custom_id=CONFIRM)
    refusal = params.MESSAGES["refused_discord_unavailable"]
    await scenario.wait_until(lambda: any(refusal in one.text() for one in (press.answer, *press.followups) if one))
    assert not channel.deleted
    scenario.sim.faults.clear()
    scenario.sim.faults.add(pages, Respond(200, [{"id": str(channel.history[-1].id), "type": 18}]))
    await scenario.delete_ticket(channel)

    assert params.MESSAGES["failed"] not in configured
    assert len(scenario.transcripts.history) == 1


@pytest.mark.parametrize("field", ["emojis", "stickers", "verification_level", "owner_id", "features"])
async def test_server_whose_answer_lacks_a_field_is_configured(without_bot: Scenario, field: str) -> None:
    await without_bot.start_bot()
    route = "GET /guilds/{guild_id}"
    payload = await fetched(without_bot, f"/guilds/{without_bot.guild.id}")
    payload["emojis"] = [{"name": "x"}]
    del payload[field]
    without_bot.sim.faults.add(route, Respond(200, payload), times=9)
    answer = (await answered(await without_bot.send_ticket_config())).text()

    assert without_bot.panels()
    assert params.MESSAGES["failed"] not in answer


@pytest.mark.parametrize("field", ["bot", "name", "verify_key"])
async def test_application_whose_answer_lacks_a_field(without_bot: Scenario, field: str) -> None:
    payload = await fetched(without_bot, "/applications/@me")
    del payload[field]
    without_bot.sim.faults.add("GET /applications/@me", Respond(200, payload), times=99)
    key = {"DISCORD_PUBLIC_KEY": without_bot.sim.public_key}
    _, checked = await command_line.run(without_bot.settings(key), without_bot.folder, "check")
    code, invited = await command_line.run(without_bot.settings(), without_bot.folder, "invite")
    await without_bot.start_bot(**(key if without_bot.mode == "rest" else {}))

    assert code == 0
    assert "Traceback" not in checked + invited
