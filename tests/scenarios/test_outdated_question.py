"""A question whether to delete a ticket is void once the ticket was reopened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CONFIRM, DELETE, REOPEN, acknowledged, answered
from tests.simulator.faults import missing_permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


@pytest.mark.parametrize("is_tried_before", [False, True])
async def test_confirmation_asked_before_the_ticket_was_reopened_and_closed_again_deletes_nothing(
    scenario: Scenario, *, is_tried_before: bool
) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    if is_tried_before:
        other_question = await answered(await scenario.press(scenario.other_staff, channel, DELETE))
        scenario.sim.faults.add("GET /channels/{channel_id}/messages", missing_permissions())
        tried = await scenario.other_staff.press(other_question, custom_id=CONFIRM)
        refusal = params.MESSAGES["refused_missing_permissions"].split("{")[0]
        await scenario.wait_until(lambda: tried.answer and refusal in tried.answer.text())
    await acknowledged(await scenario.press(scenario.other_staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    await scenario.close_ticket(channel)

    answer = await answered(await scenario.staff.press(question, custom_id=CONFIRM))

    assert params.MESSAGES["refused_outdated_question"] in answer.text()
    assert not channel.deleted
    assert not scenario.transcripts.history
    await scenario.delete_ticket(channel)


async def test_delete_of_an_older_notice_asks_a_new_question(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)
    notice = scenario.message_with(channel, DELETE)
    await acknowledged(await scenario.press(scenario.other_staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    await scenario.close_ticket(channel)

    # The button was taken away when the ticket was reopened; a client may not know that yet.
    question = await answered(await scenario.forge(scenario.staff, notice, DELETE))
    await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))

    await scenario.wait_until(lambda: channel.deleted)
