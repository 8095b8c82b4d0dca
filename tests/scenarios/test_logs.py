from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, OPEN, acknowledged, answered, has_button
from tests.simulator.faults import Drop, RateLimit, server_error

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

SAID = "Voilà mon grand secret"


async def a_troubled_life(scenario: Scenario) -> None:
    """Live a life in which all that can be refused is, and Discord fails now and then."""
    await answered(await scenario.forge_ticket_config(scenario.alice))
    channel = await scenario.open_ticket()
    await scenario.alice.write(channel, SAID)
    await answered(await scenario.press_open(scenario.alice))
    await answered(await scenario.press(scenario.alice, channel, CLAIM))
    await answered(await scenario.forge(scenario.bob, scenario.message_with(channel, CLAIM), "ticket:of-old"))
    scenario.sim.faults.add("PUT /channels/{channel_id}/permissions/{overwrite_id}", server_error(500))
    await acknowledged(await scenario.press(scenario.staff, channel, CLOSE))
    await scenario.wait_until(lambda: not scenario.alice.permissions(channel))
    await scenario.wait_until(lambda: any(has_button(message, DELETE) for message in channel.history))
    scenario.sim.faults.add("GET /channels/{channel_id}/messages", RateLimit(60.0, "shared"))
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))
    await scenario.wait_until(lambda: any("DiscordBusyError" in line for line in scenario.bots[0].lines()))
    scenario.sim.faults.add("POST /channels/{channel_id}/messages", Drop())
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))
    await scenario.wait_until(lambda: channel.deleted)
    await (await scenario.forge(scenario.bob, scenario.panels()[0], OPEN)).settled()


async def test_no_token_no_name_and_no_word_is_ever_logged(without_bot: Scenario) -> None:
    log_format = "json" if without_bot.mode == "rest" else "text"
    without_bot.environment |= {
        "TICKETBOT_LOG_FORMAT": log_format,
        "TICKETBOT_LOG_LEVEL": "debug",
    }
    bot = await without_bot.start_bot()
    await without_bot.configure()
    await a_troubled_life(without_bot)
    assert await without_bot.stop_bots() == [0]

    lines = bot.lines()
    log = "\n".join(lines)
    people = [without_bot.admin, without_bot.staff, without_bot.alice, without_bot.bob]
    unspeakable = [SAID, "grand secret", "Alice", "alice-martin", "Chloé", "Léa", without_bot.sim.token]
    unspeakable += [name for person in people for name in {person.name}]
    unspeakable += list(without_bot.sim.interactions.by_token)
    assert len(without_bot.sim.interactions.by_token) > 8
    assert [word for word in unspeakable if word in log] == []
    assert log.count("refused") > 3
    assert "DEBUG" in log
    assert "\x1b" not in log
    if log_format == "json":
        assert all({"time", "level", "logger", "message"} <= json.loads(line).keys() for line in lines)
