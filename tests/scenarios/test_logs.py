from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, OPEN, acknowledged, answered, has
from tests.simulator.faults import Drop, RateLimit, server_error

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

SAID = "Voilà mon grand secret"


async def a_troubled_life(world: World) -> None:
    """Live a life in which all that can be refused is, and Discord fails now and then."""
    await answered(await world.forged_configure(world.alice))
    channel = await world.opened()
    await world.alice.write(channel, SAID)
    await answered(await world.press_open(world.alice))
    await answered(await world.press(world.alice, channel, CLAIM))
    await answered(await world.forge(world.bob, world.message_with(channel, CLAIM), "ticket:of-old"))
    world.sim.faults.add("PUT /channels/{channel_id}/permissions/{overwrite_id}", server_error(500))
    await acknowledged(await world.press(world.staff, channel, CLOSE))
    await world.until(lambda: not world.alice.permissions(channel))
    await world.until(lambda: any(has(message, DELETE) for message in channel.history))
    world.sim.faults.add("GET /channels/{channel_id}/messages", RateLimit(60.0, "shared"))
    question = await answered(await world.press(world.staff, channel, DELETE))
    await acknowledged(await world.staff.press(question, custom_id=CONFIRM))
    await world.until(lambda: any("DiscordBusyError" in line for line in world.bots[0].lines()))
    world.sim.faults.add("POST /channels/{channel_id}/messages", Drop())
    question = await answered(await world.press(world.staff, channel, DELETE))
    await acknowledged(await world.staff.press(question, custom_id=CONFIRM))
    await world.until(lambda: channel.deleted)
    await (await world.forge(world.bob, world.panels()[0], OPEN)).settled()


async def test_no_token_no_name_and_no_word_is_ever_logged(empty: World) -> None:
    log_format = "json" if empty.mode == "rest" else "text"
    empty.environment |= {
        "TICKETBOT_LOG_FORMAT": log_format,
        "TICKETBOT_LOG_LEVEL": "debug",
    }
    bot = await empty.start_bot()
    await empty.configured()
    await a_troubled_life(empty)
    assert await empty.stop_bots() == [0]

    lines = bot.lines()
    log = "\n".join(lines)
    people = [empty.admin, empty.staff, empty.alice, empty.bob]
    unspeakable = [SAID, "grand secret", "Alice", "alice-martin", "Chloé", "Léa", empty.sim.token]
    unspeakable += [name for person in people for name in {person.name}]
    unspeakable += list(empty.sim.interactions.by_token)
    assert len(empty.sim.interactions.by_token) > 8
    assert [word for word in unspeakable if word in log] == []
    assert log.count("refused") > 3
    assert "DEBUG" in log
    assert "\x1b" not in log
    if log_format == "json":
        assert all({"time", "level", "logger", "message"} <= json.loads(line).keys() for line in lines)
