"""Members who lost sight of their ticket, and channels that look like tickets."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, CLOSE, REOPEN, acknowledged, answered, has_button
from tests.simulator.errors import invalid_form
from tests.simulator.faults import Respond
from tests.simulator.permissions import Permissions
from tests.simulator.state import Overwrite, OverwriteType
from ticketbot.tickets.permissions import NEEDED_IN_CATEGORY

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.faults import Call

pytestmark = pytest.mark.scenario

CREATE = "POST /guilds/{guild_id}/channels"
LOOK = "GET /channels/{channel_id}"
OVERWRITE = "PUT /channels/{channel_id}/permissions/{overwrite_id}"


async def test_opener_who_left_and_came_back_is_shown_their_ticket_again(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.guild.leave(scenario.alice)
    alice = scenario.guild.join(scenario.alice.user, nick="Alice Martin")
    hidden = not alice.sees(channel)
    answer = await answered(await scenario.press_open(alice))

    assert hidden
    assert alice.sees(channel)
    assert f"<#{channel.id}>" in answer.text()
    assert alice.permissions(channel) & Permissions.SEND_MESSAGES
    assert len(scenario.tickets()) == 1


async def test_opener_who_was_denied_the_channel_by_hand_is_shown_it_again(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.guild.set_overwrite(channel, scenario.alice, deny=Permissions.VIEW_CHANNEL)
    answer = await answered(await scenario.press_open(scenario.alice))

    assert scenario.alice.sees(channel)
    assert f"<#{channel.id}>" in answer.text()


async def test_opener_of_a_channel_synchronised_with_its_category_is_shown_it_again(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    everyone, bot = scenario.guild.everyone.id, scenario.sim.application.bot.id
    of_category = {
        everyone: Overwrite(everyone, OverwriteType.ROLE, deny=Permissions.VIEW_CHANNEL),
        bot: Overwrite(bot, OverwriteType.MEMBER, allow=Permissions(int(NEEDED_IN_CATEGORY))),
    }
    channel.overwrites.clear()
    channel.overwrites.update(of_category)
    hidden = not scenario.alice.sees(channel)
    answer = await answered(await scenario.press_open(scenario.alice))

    assert hidden
    assert channel.overwrites[everyone] == of_category[everyone]
    assert scenario.alice.sees(channel)
    assert f"<#{channel.id}>" in answer.text()


async def test_opener_who_leaves_after_they_were_shown_their_ticket_is_shown_it_again(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await answered(await scenario.press_open(scenario.alice))
    scenario.guild.leave(scenario.alice)
    alice = scenario.guild.join(scenario.alice.user, nick="Alice Martin")
    await answered(await scenario.press_open(alice))

    assert alice.sees(channel)


async def test_hasty_presses_share_a_look_and_the_restored_access(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.guild.leave(scenario.alice)
    alice = scenario.guild.join(scenario.alice.user, nick="Alice Martin")
    scenario.sim.latency = 0.3
    before = len(scenario.sim.calls_to(LOOK))
    presses = await asyncio.gather(*(scenario.press_open(alice) for _ in range(20)))
    for press in presses:
        await answered(press)

    assert alice.sees(channel)
    assert len(scenario.sim.calls_to(OVERWRITE)) == 1
    assert len(scenario.sim.calls_to(LOOK)) - before <= 5


async def test_opener_who_sees_their_ticket_costs_no_call_to_show_it(scenario: Scenario) -> None:
    await scenario.open_ticket()
    await answered(await scenario.press_open(scenario.alice))

    assert scenario.sim.calls_to(OVERWRITE) == []


async def test_closed_ticket_stays_hidden_from_its_opener(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    await scenario.open_ticket()
    await answered(await scenario.press_open(scenario.alice))

    assert not scenario.alice.sees(channel)


async def test_number_that_discord_refuses_in_names_costs_nobody_a_ticket(without_bot: Scenario) -> None:
    await without_bot.start_bot()
    await without_bot.configure()
    await without_bot.stop_bots()
    store = sqlite3.connect(without_bot.folder / "data" / "ticketbot.sqlite3")
    store.execute("INSERT OR REPLACE INTO counters VALUES (?, 1487)", (without_bot.guild.id,))
    store.commit()
    store.close()
    await without_bot.start_bot()
    refused = invalid_form("name", "CHANNEL_NAME_INVALID", "Contains words that are not allowed")

    def holds_refused_word(call: Call) -> bool:
        return call.route == CREATE and ("1488" in call.json["name"] or "alice" in call.json["name"])

    without_bot.sim.faults.add(holds_refused_word, Respond(400, refused.body()), times=9)
    channel = await without_bot.open_ticket()

    assert "1488" in (channel.topic or "")
    assert "1488" in channel.history[0].text()
    assert channel.name == "ticket-1-4-8-8"


async def test_name_is_given_up_whole_when_nothing_else_passes(scenario: Scenario) -> None:
    refused = invalid_form("name", "CHANNEL_NAME_INVALID", "Contains words that are not allowed")
    scenario.sim.faults.add(CREATE, Respond(400, refused.body()), times=3)
    channel = await scenario.open_ticket()

    assert channel.name == "ticket"
    assert "001" in channel.history[0].text()


async def test_channel_that_staff_cloned_from_a_ticket_stays(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot(TICKETBOT_RECOVERY_SECONDS="0.2")
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    clone = without_bot.guild.add_text_channel(
        channel.name, parent=without_bot.category, overwrites=list(channel.overwrites.values())
    )
    clone.topic = channel.topic
    looked = len(without_bot.sim.calls_to("GET /guilds/{guild_id}/channels"))
    await without_bot.wait_until(lambda: len(without_bot.sim.calls_to("GET /guilds/{guild_id}/channels")) > looked + 2)

    assert not clone.deleted
    assert not [line for line in bot.lines() if "is deleted" in line]


async def test_reopened_notice_can_be_claimed_and_closed(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    await scenario.wait_until(lambda: "rouvert" in channel.history[-1].text())
    reopened = channel.history[-1]

    assert has_button(reopened, CLAIM)
    assert has_button(reopened, CLOSE)
    await acknowledged(await scenario.staff.press(reopened, custom_id=CLOSE))
    await scenario.wait_until(lambda: not scenario.alice.sees(channel))
    await asyncio.sleep(0)
