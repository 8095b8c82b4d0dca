"""Undoing a close: who closed by mistake puts everything back from their own answer, while nobody else did anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, CLOSE, MENU, REOPEN, acknowledged, answered, has_button
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

UNDO = "ticket:close:undo"


def undo_button(message: Message) -> str:
    (custom_id,) = [str(one["custom_id"]) for one in message.buttons if str(one["custom_id"]).startswith(UNDO)]
    return custom_id


async def offer(scenario: Scenario, press: Interaction) -> Message:
    """Wait for the answer that offers to undo a close, which only who closed sees."""
    await scenario.wait_until(lambda: bool(press.followups) or press.original is not None)
    await scenario.wait_until(lambda: any(map(_offers, _answers(press))))
    (found,) = [one for one in _answers(press) if _offers(one)]
    return found


def _answers(press: Interaction) -> list[Message]:
    return [*press.followups, *([] if press.original is None else [press.original])]


def _offers(message: Message) -> bool:
    return any(str(one["custom_id"]).startswith(UNDO) for one in message.buttons)


async def closed_by_staff(scenario: Scenario, channel: Channel) -> Message:
    press = await scenario.press(scenario.staff, channel, CLOSE)
    await acknowledged(press)
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))
    return await offer(scenario, press)


async def test_close_is_undone_from_the_own_answer(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)

    answer = await closed_by_staff(scenario, channel)
    assert answer.shown_only_to == scenario.staff.id
    assert not scenario.alice.sees(channel)

    await acknowledged(await scenario.staff.press(answer, custom_id=undo_button(answer)))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    await scenario.wait_until(lambda: has_button(channel.history[-1], CLOSE))
    assert not has_button(channel.history[-1], CLAIM), "it is claimed as before"
    assert any(str(one["custom_id"]).startswith(MENU) for one in channel.history[-1].buttons)
    assert scenario.staff.mention in channel.history[-1].text()
    assert not scenario.alice.was_pinged_by(channel.history[-1])

    text = (await answered(await scenario.press_open(scenario.alice))).text()
    assert f"<#{channel.id}>" in text, "the ticket counts as open again"
    again = await answered(await scenario.staff.press(answer, custom_id=undo_button(answer)))
    assert params.MESSAGES["refused_wrong_state_open"] in again.text()


async def test_close_by_the_command_is_undone_too(scenario: Scenario) -> None:
    sue = scenario.guild.add_member("sue", roles=[scenario.staff_role], locale="en-GB")
    channel = await scenario.open_ticket()

    command = await sue.command("ticket fermer", channel)
    answer = await offer(scenario, command)

    assert english.MESSAGES["undo_close_text"] in answer.text()
    await acknowledged(await sue.press(answer, custom_id=undo_button(answer)))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))


async def test_close_after_which_somebody_did_something_stays(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    answer = await closed_by_staff(scenario, channel)
    await answered(await scenario.other_staff.command("ticket verrouiller", channel))

    refused = await answered(await scenario.staff.press(answer, custom_id=undo_button(answer)))

    assert params.MESSAGES["refused_cannot_undo"] in refused.text()
    assert not scenario.alice.sees(channel)


async def test_close_that_somebody_reopened_and_closed_again_stays(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    answer = await closed_by_staff(scenario, channel)
    await acknowledged(await scenario.press(scenario.other_staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    await closed_by_staff(scenario, channel)

    refused = await answered(await scenario.staff.press(answer, custom_id=undo_button(answer)))

    assert params.MESSAGES["refused_cannot_undo"] in refused.text()
    assert not scenario.alice.sees(channel)


async def test_nobody_else_undoes_it(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    answer = await closed_by_staff(scenario, channel)
    data = {"custom_id": undo_button(answer), "component_type": 2, "id": 1}

    by_staff = await answered(await scenario.other_staff.forge(channel, data, message=channel.history[-1]))
    data = {"custom_id": UNDO, "component_type": 2, "id": 1}
    without_id = await answered(await scenario.staff.forge(channel, data, message=channel.history[-1]))

    assert params.MESSAGES["refused_cannot_undo"] in by_staff.text()
    assert params.MESSAGES["refused_cannot_undo"] in without_id.text()
    assert not scenario.alice.sees(channel)


async def test_undo_works_after_a_restart(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    answer = await closed_by_staff(scenario, channel)

    await scenario.restart_bot()
    await acknowledged(await scenario.staff.press(answer, custom_id=undo_button(answer)))

    await scenario.wait_until(lambda: scenario.alice.sees(channel))
