"""Channels that staff cloned from a ticket's: before it has its channel, while two are created, and later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import answered
from tests.simulator.faults import Drop, Hang, Respond

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario

CREATE = "POST /guilds/{guild_id}/channels"
REMOVE = "DELETE /channels/{channel_id}"
LIST = "GET /guilds/{guild_id}/channels"


def clone(scenario: Scenario, channel: Channel) -> Channel:
    """Clone a channel as Discord's client does: with its topic and its overwrites."""
    cloned = scenario.guild.add_text_channel(
        channel.name, parent=scenario.category, overwrites=list(channel.overwrites.values())
    )
    cloned.topic = channel.topic
    return cloned


async def rounds(scenario: Scenario, count: int) -> None:
    """Wait until recovery has looked for duplicates so many times more."""
    before = len(scenario.sim.calls_to(LIST))
    await scenario.wait_until(lambda: len(scenario.sim.calls_to(LIST)) >= before + count)


async def test_clone_of_a_channel_whose_creation_was_not_answered_stays(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot(TICKETBOT_RECOVERY_SECONDS="3600")
    await without_bot.configure()
    sim = without_bot.sim
    sim.faults.add(CREATE, Drop(after=True))
    sim.faults.add(LIST, Respond(500, {"message": "500", "code": 0}), times=9)
    await answered(await without_bot.press_open(without_bot.alice))
    sim.faults.clear()
    (original,) = without_bot.tickets()
    cloned = clone(without_bot, original)
    answer = await answered(await without_bot.press_open(without_bot.alice))

    assert f"<#{original.id}>" in answer.text()
    assert original.history
    assert not original.deleted
    assert not cloned.deleted
    assert not [line for line in bot.lines() if "is deleted" in line]


async def test_late_channel_is_deleted_with_a_warning_and_clones_stay(without_bot: Scenario) -> None:
    bot = await without_bot.start_bot(TICKETBOT_RECOVERY_SECONDS="0.2", TICKETBOT_CALL_SECONDS="1")
    await without_bot.configure()
    without_bot.sim.faults.add(CREATE, Hang(4))
    await answered(await without_bot.press_open(without_bot.alice))
    answer = await answered(await without_bot.press_open(without_bot.alice))
    (own,) = without_bot.tickets()
    cloned = clone(without_bot, own)
    await without_bot.wait_until(lambda: [call for call in without_bot.sim.calls_to(REMOVE) if call.applied])
    await rounds(without_bot, 4)

    assert f"<#{own.id}>" in answer.text()
    assert not own.deleted
    assert not cloned.deleted
    assert len([line for line in bot.lines() if "is deleted" in line and "WARNING" in line]) == 1
    assert len(without_bot.sim.calls_to(REMOVE)) == 1
