"""Discord hides what members wrote once the Message Content Intent is off: no blank transcript replaces a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CANCEL, CONFIRM, DELETE, acknowledged, answered, page_of
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

ANYWAY = "ticket:delete:anyway"
APPLICATION = "GET /applications/@me"
HIDDEN = params.MESSAGES["refused_message_content_hidden"]
REMARK = "Discord a caché au bot ce que les membres ont écrit"


async def closed_ticket(scenario: Scenario) -> Channel:
    channel = await scenario.open_ticket()
    await scenario.alice.write(channel, "mon adresse", files=[("preuve.txt", b"une preuve")])
    await scenario.alice.ask(channel, "Quand ?", "Lundi", "Mardi")
    await scenario.alice.write(channel, f"<@{scenario.guild.bot.id}> es-tu là ?")
    await scenario.close_ticket(channel)
    return channel


async def refused(scenario: Scenario, channel: Channel) -> Message:
    """Confirm a deletion, and return the refusal."""
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    press = await scenario.staff.press(question, custom_id=CONFIRM)
    await scenario.wait_until(lambda: press.answer and HIDDEN in press.answer.text())
    assert press.answer is not None
    return press.answer


async def pressed_anyway(scenario: Scenario, refusal: Message) -> Interaction:
    press = await scenario.staff.press(refusal, custom_id=ANYWAY)
    await acknowledged(press)
    return press


async def test_nothing_is_deleted_and_staff_are_told_what_to_switch_on(scenario: Scenario) -> None:
    channel = await closed_ticket(scenario)
    flags, scenario.sim.application.flags = scenario.sim.application.flags, 0

    refusal = await refused(scenario, channel)

    assert [button["custom_id"] for button in refusal.buttons] == [ANYWAY, CANCEL]
    assert not channel.deleted
    assert not scenario.transcripts.history
    assert any("WARNING" in line and "Message Content Intent" in line for line in scenario.bots[0].lines())

    scenario.sim.application.flags = flags
    page = page_of(await scenario.delete_ticket(channel))
    assert "mon adresse" in page
    assert REMARK not in page


async def test_with_one_more_press_the_ticket_is_deleted_and_the_page_says_so(scenario: Scenario) -> None:
    channel = await closed_ticket(scenario)
    scenario.sim.application.flags = 0
    refusal = await refused(scenario, channel)

    await pressed_anyway(scenario, refusal)
    await scenario.wait_until(lambda: channel.deleted)

    (archived,) = scenario.transcripts.history
    page = page_of(archived)
    assert REMARK in page[: page.index("<main")]
    assert "es-tu là" in page, "Discord shows messages that mention the bot"
    assert "mon adresse" not in page


async def test_a_member_cannot_delete_anyway(scenario: Scenario) -> None:
    channel = await closed_ticket(scenario)
    scenario.sim.application.flags = 0
    refusal = await refused(scenario, channel)

    press = await scenario.forge(scenario.alice, refusal, ANYWAY)
    answer = await answered(press)

    assert params.MESSAGES["refused_not_staff"] in answer.text()
    assert not channel.deleted


async def test_messages_of_stickers_alone_are_not_taken_for_hidden_ones(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.alice.send_sticker(channel, 77)
    await scenario.close_ticket(channel)
    asked = len(scenario.sim.calls_to(APPLICATION))

    page = page_of(await scenario.delete_ticket(channel))

    assert "sticker 77" in page
    assert len(scenario.sim.calls_to(APPLICATION)) == asked
