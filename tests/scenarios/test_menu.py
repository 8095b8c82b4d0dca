"""The menu: a third button, with everything that the member who presses it may do with this ticket now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CONFIRM, MENU, REOPEN, acknowledged, answered, has_button
from ticketbot.config import english, params

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

CHOOSE = "ticket:do"


def menu_button(message: Message) -> str:
    (custom_id,) = [one["custom_id"] for one in message.buttons if str(one["custom_id"]).startswith(MENU)]
    return str(custom_id)


async def open_menu(member: Person, channel: Channel) -> Message:
    """Press the menu's button under the newest notice that has one."""
    notice = next(one for one in reversed(channel.history) if any(MENU in b["custom_id"] for b in one.buttons))
    return await answered(await member.press(notice, custom_id=menu_button(notice)))


def offered(menu: Message) -> list[str]:
    (select,) = [one for one in menu.all_components() if one.get("custom_id") == CHOOSE]
    return [option["value"] for option in select["options"]]


async def choose(member: Person, channel: Channel, action: str) -> Interaction:
    return await member.select(await open_menu(member, channel), CHOOSE, [action])


async def test_menu_offers_what_the_member_may_do_now(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    before = channel.history

    always = ["lock", "rename", "request_close", "close", "infos"]
    menu = await open_menu(scenario.staff, channel)
    assert menu.shown_only_to == scenario.staff.id
    assert offered(menu) == ["claim", "transfer", "add", *always]
    assert offered(await open_menu(scenario.alice, channel)) == ["close"]
    assert channel.history == before

    await scenario.claim_ticket(channel)
    assert offered(await open_menu(scenario.staff, channel)) == ["unclaim", "transfer", "add", *always]
    await scenario.close_ticket(channel)
    assert offered(await open_menu(scenario.staff, channel)) == ["lock", "rename", "reopen", "delete", "infos"]


async def test_ticket_goes_through_its_life_by_the_menu_alone(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    await acknowledged(await choose(scenario.staff, channel, "claim"))
    await scenario.wait_until(lambda: len(channel.history) == 2)
    assert f"<@{scenario.staff.id}>" in channel.history[-1].text()

    press = await choose(scenario.staff, channel, "close")
    await acknowledged(press)
    assert press.modal is None
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))

    await acknowledged(await choose(scenario.staff, channel, "reopen"))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    await scenario.close_ticket(channel)

    asked = await answered(await choose(scenario.staff, channel, "infos"))
    assert f"<@{scenario.alice.id}>" in asked.text()
    question = await answered(await choose(scenario.staff, channel, "delete"))
    await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))
    await scenario.wait_until(lambda: channel.deleted)


async def acknowledged_form(press: Interaction) -> Interaction:
    await acknowledged(press)
    assert press.modal is not None
    return press


async def test_opener_who_closes_by_the_menu_is_asked(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    form = await acknowledged_form(await choose(scenario.alice, channel, "close"))
    assert form.modal is not None
    assert form.modal["title"] == params.MESSAGES["closing_question_title"]
    assert form.modal["components"][0]["description"] == params.MESSAGES["closing_question_text"]
    await acknowledged(await scenario.alice.submit(form, {}))

    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))
    assert params.MESSAGES["closed_reason_title"] not in channel.history[-1].text()


async def test_menu_that_is_outdated_is_refused_with_what_comes_first(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    menu = await open_menu(scenario.staff, channel)
    await scenario.claim_ticket(channel, scenario.other_staff)

    answer = await answered(await scenario.staff.select(menu, CHOOSE, ["claim"]))

    assert f"<@{scenario.other_staff.id}>" in answer.text()
    assert answer.shown_only_to == scenario.staff.id


@pytest.mark.parametrize("forged", [["nothing"], []], ids=["unknown", "none"])
async def test_forged_choice_is_refused(scenario: Scenario, forged: list[str]) -> None:
    channel = await scenario.open_ticket()
    menu = await open_menu(scenario.staff, channel)
    data: Mapping[str, object] = {"custom_id": CHOOSE, "component_type": 3, "id": 1, "values": forged}

    answer = await answered(await scenario.staff.forge(channel, dict(data), message=menu))

    assert params.MESSAGES["unknown"] in answer.text()


async def test_menu_is_in_the_language_of_whoever_presses(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    sue = scenario.guild.add_member("sue", roles=[scenario.staff_role], locale="en-GB")

    menu = await open_menu(sue, channel)

    assert english.MESSAGES["menu_title"] in menu.text()
    choice = await answered(await sue.select(menu, CHOOSE, ["add"]))
    assert english.MESSAGES["command_ticket_add_text"] in choice.text()


async def test_member_who_may_do_nothing_is_told_so(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    data = {"custom_id": MENU, "component_type": 2, "id": 1}

    answer = await answered(await scenario.bob.forge(channel, data, message=channel.history[0]))

    assert params.MESSAGES["refused_not_participant"] in answer.text()


async def test_menu_costs_no_call_beyond_its_answer(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    mark = len(scenario.sim.calls)

    press = await scenario.staff.press(channel.history[0], custom_id=MENU)
    await answered(press)

    callbacks = 1 if scenario.mode == "gateway" else 0
    assert len(scenario.sim.calls[mark:]) == callbacks + press.edits + len(press.followups)
