"""Buttons under earlier notices that no longer fit the ticket are taken away by the answer to the press."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, CLOSE, MENU, REOPEN, acknowledged, answered
from tests.scenarios.test_topics import topic, with_topics
from tests.simulator.faults import Hang
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Message

pytestmark = pytest.mark.scenario

MESSAGE = "/channels/{channel_id}/messages/{message_id}"


def buttons(message: Message) -> list[str]:
    """Return the buttons under a message that can be pressed, without the arguments of their custom ids."""
    found = [str(button["custom_id"]) for button in message.buttons if not button.get("disabled")]
    return [MENU if custom_id.startswith(f"{MENU}:") else custom_id for custom_id in found]


async def test_claimer_stands_where_a_ticket_could_be_claimed(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    notice = await scenario.claim_ticket(channel)

    welcome = channel.history[0]
    await scenario.wait_until(lambda: buttons(welcome) == [CLOSE, MENU])
    claimed, *_ = welcome.buttons
    assert claimed["disabled"]
    assert claimed["label"] == params.MESSAGES["claimed_by_button"].format(claimer_name="Sam")
    assert welcome.embeds
    assert welcome.content
    assert notice is channel.history[1]


async def test_nothing_can_be_claimed_or_closed_under_the_welcome_of_a_closed_ticket(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    await scenario.close_ticket(channel)

    await scenario.wait_until(lambda: buttons(channel.history[0]) == [MENU])
    assert REOPEN in buttons(channel.history[-1])


async def test_opener_who_closes_by_the_form_takes_buttons_away_too(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    await scenario.close_ticket(channel, by=scenario.alice)

    await scenario.wait_until(lambda: buttons(channel.history[0]) == [MENU])


async def test_notice_of_a_closing_cannot_be_used_once_the_ticket_is_open_again(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    (closed,) = [message for message in channel.history if REOPEN in buttons(message)]

    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))

    await scenario.wait_until(lambda: buttons(closed) == [MENU])
    await scenario.wait_until(lambda: buttons(channel.history[-1]) == [CLAIM, CLOSE, MENU])


async def test_buttons_are_taken_away_after_a_late_answer_too(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.delay_overwrites()

    await scenario.close_ticket(channel)

    await scenario.wait_until(lambda: buttons(channel.history[0]) == [MENU])


async def test_menu_under_a_notice_without_its_other_buttons_still_opens(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    await scenario.wait_until(lambda: buttons(channel.history[0]) == [MENU])
    (menu,) = channel.history[0].buttons

    press = await scenario.staff.press(channel.history[0], custom_id=str(menu["custom_id"]))
    await press.settled()

    assert press.answer is not None
    assert press.answer.ephemeral


async def test_two_closings_in_a_row_leave_the_claimer_under_the_welcome(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    await scenario.wait_until(lambda: buttons(channel.history[0]) == [CLOSE, MENU])

    await scenario.close_ticket(channel)

    await scenario.wait_until(lambda: buttons(channel.history[0]) == [MENU])
    assert "Sam" in channel.history[0].buttons[0]["label"]


@pytest.mark.parametrize("command", ["liberer", "transferer", "deplacer"])
async def test_claimer_who_gave_a_ticket_up_by_a_command_is_named_no_longer(scenario: Scenario, command: str) -> None:
    channel = await scenario.open_ticket()
    await with_topics(scenario, topic("Experts", staff_roles=[{"id": str(scenario.second_role.id)}]))
    await scenario.claim_ticket(channel)
    welcome = channel.history[0]
    await scenario.wait_until(lambda: buttons(welcome) == [CLOSE, MENU])
    inputs = {"transferer": {"membre": scenario.other_staff}, "deplacer": {"sujet": "Experts"}}.get(command, {})
    mark = len(scenario.sim.calls)

    await answered(await scenario.staff.command(f"ticket {command}", channel, **inputs))

    named = params.MESSAGES["claimed_by_button"].format(claimer_name="Mia")
    wanted = named if command == "transferer" else params.MESSAGES["claim_button"]
    await scenario.wait_until(lambda: welcome.buttons[0]["label"] == wanted)
    assert buttons(welcome) == [CLOSE, MENU] if command == "transferer" else [CLAIM, CLOSE, MENU]
    assert welcome.embeds
    edits = [call.route for call in scenario.sim.calls[mark:] if call.route.endswith("/messages/{message_id}")]
    assert edits == ["GET " + MESSAGE, "PATCH " + MESSAGE]


async def test_claimer_is_named_no_longer_after_a_crash_and_where_nobody_pressed_nothing_is_edited(
    scenario: Scenario,
) -> None:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    welcome = channel.history[0]
    await scenario.wait_until(lambda: buttons(welcome) == [CLOSE, MENU])
    scenario.sim.faults.add("PATCH " + MESSAGE, Hang(30.0))
    await scenario.staff.command("ticket liberer", channel)
    await scenario.wait_until(lambda: scenario.sim.calls_to("PATCH " + MESSAGE))
    await scenario.bots[0].kill()
    scenario.forget_bots()
    await scenario.start_bot()
    await scenario.wait_until(lambda: buttons(welcome) == [CLAIM, CLOSE, MENU])

    await answered(await scenario.staff.command("ticket prendre", channel))
    mark = len(scenario.sim.calls)
    await answered(await scenario.staff.command("ticket liberer", channel))
    await scenario.claim_ticket(channel, scenario.other_staff)
    assert not [call for call in scenario.sim.calls[mark:] if call.route == "PATCH " + MESSAGE]
