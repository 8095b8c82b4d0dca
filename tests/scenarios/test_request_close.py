"""Asking whether a ticket may be closed: its opener answers by two buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import REOPEN, acknowledged, answered, has_button
from tests.scenarios.test_menu import choose, offered, open_menu
from tests.scenarios.test_topics import with_topics
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

AGREE = "ticket:close:agree"
DECLINE = "ticket:close:decline"


async def asked(scenario: Scenario, channel: Channel) -> Message:
    await answered(await scenario.staff.command("ticket demander-fermeture", channel))
    return channel.history[-1]


async def test_opener_who_agrees_closes_without_another_question(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    question = await asked(scenario, channel)
    assert scenario.alice.was_pinged_by(question)
    assert scenario.staff.mention in question.text()
    assert scenario.alice.sees(channel)

    press = await scenario.alice.press(question, custom_id=AGREE)
    await acknowledged(press)
    assert press.modal is None
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))
    assert scenario.alice.mention in channel.history[-1].text()
    assert not scenario.alice.sees(channel)


async def test_opener_who_still_needs_help_keeps_the_ticket(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    question = await asked(scenario, channel)
    assert "request_close" not in offered(await open_menu(scenario.staff, channel))

    await acknowledged(await scenario.alice.press(question, custom_id=DECLINE))
    await scenario.wait_until(lambda: len(channel.history) == 3)

    assert params.MESSAGES["close_declined_text"].format(opener=scenario.alice.mention) in channel.history[-1].text()
    assert scenario.staff.was_pinged_by(channel.history[-1])
    assert scenario.alice.sees(channel)
    again = await answered(await scenario.forge(scenario.alice, question, DECLINE))  # a client that was not told yet
    assert params.MESSAGES["refused_not_requested"] in again.text()


async def test_question_by_the_menu(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    await acknowledged(await choose(scenario.staff, channel, "request_close"))

    await scenario.wait_until(lambda: has_button(channel.history[-1], AGREE))


async def test_answer_to_an_old_question_of_a_closed_ticket_is_refused(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    question = await asked(scenario, channel)
    await scenario.close_ticket(channel)

    for custom_id in (AGREE, DECLINE):
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        refused = await answered(await scenario.alice.forge(channel, data, message=question))
        assert params.MESSAGES["refused_wrong_state_closed"] in refused.text()


async def test_old_question_of_a_reopened_ticket_closes_nothing_unasked(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    question = await asked(scenario, channel)
    await scenario.close_ticket(channel)
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))

    press = await scenario.forge(scenario.alice, question, AGREE)
    await press.acknowledged()

    assert press.modal is not None
    assert press.modal["title"] == params.MESSAGES["closing_question_title"]
    assert scenario.alice.sees(channel)


async def test_staff_who_agree_themselves_are_asked_where_the_server_wants_that(scenario: Scenario) -> None:
    await with_topics(scenario, closing={"question_for_staff": True})
    channel = await scenario.open_ticket()
    question = await asked(scenario, channel)

    press = await scenario.staff.press(question, custom_id=AGREE)
    await press.acknowledged()
    assert press.modal is not None
    await acknowledged(await scenario.staff.submit(press, {}))

    await scenario.wait_until(lambda: not scenario.alice.sees(channel))


async def test_only_the_opener_answers_that_help_is_needed(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    question = await asked(scenario, channel)

    refused = await answered(await scenario.other_staff.press(question, custom_id=DECLINE))

    assert params.MESSAGES["refused_not_opener"] in refused.text()


async def test_opener_does_not_ask(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    answer = await answered(await scenario.alice.command("ticket demander-fermeture", channel))

    assert params.MESSAGES["refused_not_staff"] in answer.text()
