"""Closing without accidents: who opened the ticket is asked first, the staff are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLOSE, REOPEN, acknowledged, answered, has_button
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario


async def ask(scenario: Scenario, member: Person, channel: Channel) -> Interaction:
    press = await scenario.press(member, channel, CLOSE)
    await acknowledged(press)
    assert press.modal is not None
    return press


async def test_opener_is_asked_and_gives_a_reason(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    press = await ask(scenario, scenario.alice, channel)
    assert press.modal is not None
    assert press.modal["title"] == params.MESSAGES["closing_question_title"]
    assert press.modal["components"][0]["description"] == params.MESSAGES["closing_question_text"]
    assert scenario.alice.sees(channel)
    assert len(channel.history) == 1

    await acknowledged(await scenario.alice.submit(press, {"raison": "C’est réglé."}))
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))
    assert "C’est réglé." in channel.history[-1].text()
    assert scenario.alice.mention in channel.history[-1].text()
    assert not scenario.alice.sees(channel)


async def test_opener_is_asked_by_the_command_too(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    command = await scenario.alice.command("ticket fermer", channel, raison="C’est réglé.")
    await acknowledged(command)
    assert command.modal is not None
    assert command.modal["title"] == params.MESSAGES["closing_question_title"]
    assert command.modal["components"][0]["component"]["value"] == "C’est réglé."
    assert scenario.alice.sees(channel)

    await acknowledged(await scenario.alice.submit(command, {"raison": "C’est bien réglé."}))
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))
    assert "C’est bien réglé." in channel.history[-1].text()


async def test_staff_close_by_the_command_at_once(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    command = await scenario.staff.command("ticket fermer", channel, raison="Sans réponse.")

    await answered(command)
    assert command.modal is None
    assert "Sans réponse." in channel.history[-1].text()


async def test_opener_who_dismisses_the_question_keeps_the_ticket(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await ask(scenario, scenario.alice, channel)

    await scenario.alice.write(channel, "Finalement, non.")
    again = await ask(scenario, scenario.alice, channel)
    await acknowledged(await scenario.alice.submit(again, {}))

    await scenario.wait_until(lambda: not scenario.alice.sees(channel))


async def test_staff_and_administrators_close_at_once(scenario: Scenario) -> None:
    for opener in (scenario.alice, scenario.admin):
        channel = await scenario.open_ticket(opener)
        closer = scenario.staff if opener is scenario.alice else scenario.admin

        press = await scenario.press(closer, channel, CLOSE)

        await acknowledged(press)
        assert press.modal is None
        await scenario.wait_until(lambda channel=channel: has_button(channel.history[-1], REOPEN))


async def test_answer_to_a_question_that_is_outdated_is_refused(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    press = await ask(scenario, scenario.alice, channel)
    await scenario.close_ticket(channel)

    answer = await answered(await scenario.alice.submit(press, {}))

    assert params.MESSAGES["refused_wrong_state_closed"] in answer.text()
    assert sum(has_button(message, REOPEN) for message in channel.history) == 1


async def test_question_is_in_the_language_of_the_opener(scenario: Scenario) -> None:
    sue = scenario.guild.add_member("sue", locale="en-GB")
    channel = await scenario.open_ticket(sue)

    press = await ask(scenario, sue, channel)

    assert press.modal is not None
    assert press.modal["title"] == english.MESSAGES["closing_question_title"]
