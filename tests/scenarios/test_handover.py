"""Giving a ticket up and handing it over, by command and by the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, acknowledged, answered, has_button
from tests.scenarios.test_menu import choose, offered, open_menu
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario

TARGET = "ticket:with:transfer"
BUTTONS = {"GET /channels/{channel_id}/messages/{message_id}", "PATCH /channels/{channel_id}/messages/{message_id}"}
"""Routes of the welcome's buttons, which name no former claimer: edited after the notice stands."""


async def claimed(scenario: Scenario) -> Channel:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    return channel


def counted_calls(scenario: Scenario, mark: int) -> set[str]:
    """Return the routes of calls that count against Discord's limit."""
    return {call.route for call in scenario.sim.calls[mark:] if call.token == "bot"}  # noqa: S105 - a kind of token


async def test_claimer_gives_up_and_another_claims(scenario: Scenario) -> None:
    channel = await claimed(scenario)
    mark = len(scenario.sim.calls)

    await acknowledged(await scenario.staff.command("ticket liberer", channel))
    await scenario.wait_until(lambda: len(channel.history) == 3)

    notice = channel.history[-1]
    assert notice.embeds[0]["description"] == params.MESSAGES["unclaimed_text"].format(claimer=scenario.staff.mention)
    assert counted_calls(scenario, mark) <= BUTTONS, "the notice is the answer"
    assert has_button(notice, CLAIM)
    await acknowledged(await scenario.other_staff.press(notice, custom_id=CLAIM))
    await scenario.wait_until(lambda: len(channel.history) == 4)
    assert scenario.other_staff.mention in channel.history[-1].text()


async def test_who_takes_a_ticket_from_its_claimer_is_named_with_them(scenario: Scenario) -> None:
    channel = await claimed(scenario)

    await acknowledged(await choose(scenario.other_staff, channel, "unclaim"))
    await scenario.wait_until(lambda: len(channel.history) == 3)

    text = channel.history[-1].text()
    assert scenario.other_staff.mention in text
    assert scenario.staff.mention in text
    refused = await answered(await scenario.staff.command("ticket liberer", channel))
    assert params.MESSAGES["refused_not_claimed"] in refused.text()


async def test_ticket_is_handed_over_by_command_and_the_notice_is_the_answer(scenario: Scenario) -> None:
    channel = await claimed(scenario)
    mark = len(scenario.sim.calls)

    await acknowledged(await scenario.staff.command("ticket transferer", channel, membre=scenario.other_staff))
    await scenario.wait_until(lambda: len(channel.history) == 3)

    notice = channel.history[-1]
    assert notice.embeds[0]["description"] == params.MESSAGES["transferred_text"].format(
        member=scenario.staff.mention, claimer=scenario.other_staff.mention
    )
    assert scenario.other_staff.was_pinged_by(notice)
    assert not scenario.alice.was_pinged_by(notice)
    assert counted_calls(scenario, mark) <= BUTTONS, "the notice is the answer"
    info = await answered(await scenario.staff.command("ticket infos", channel))
    assert scenario.other_staff.mention in info.text()


async def test_ticket_is_handed_over_by_the_menu(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    question = await answered(await choose(scenario.staff, channel, "transfer"))

    await acknowledged(await scenario.staff.select(question, TARGET, [scenario.other_staff]))

    await scenario.wait_until(lambda: len(channel.history) == 2)
    assert scenario.other_staff.was_pinged_by(channel.history[-1])
    assert "unclaim" in offered(await open_menu(scenario.staff, channel))


async def test_ticket_is_handed_over_to_its_staff_alone(scenario: Scenario) -> None:
    channel = await claimed(scenario)
    opener_with_role = scenario.guild.add_member("zoe", roles=[scenario.staff_role])
    other = await scenario.open_ticket(opener_with_role)
    before = channel.history, other.history

    for target, where, key in (
        (scenario.bob, channel, "refused_target_not_staff"),
        (scenario.alice, channel, "refused_opener_cannot_take_over"),
        (opener_with_role, other, "refused_opener_cannot_take_over"),
        (scenario.staff, channel, "refused_already_claimed"),
    ):
        answer = await answered(await scenario.staff.command("ticket transferer", where, membre=target))
        expected = params.MESSAGES[key].format(member=target.mention, claimer=target.mention)
        assert expected in answer.text()
        assert answer.shown_only_to == scenario.staff.id
    assert (channel.history, other.history) == before


async def test_administrator_may_receive_and_hand_over(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    await acknowledged(await scenario.admin.command("ticket transferer", channel, membre=scenario.admin))

    await scenario.wait_until(lambda: len(channel.history) == 2)
    assert scenario.admin.mention in channel.history[-1].text()


@pytest.mark.parametrize("command", ["liberer", "transferer"])
async def test_opener_is_refused(scenario: Scenario, command: str) -> None:
    channel = await claimed(scenario)
    options = {"membre": scenario.other_staff} if command == "transferer" else {}

    answer = await answered(await scenario.alice.command(f"ticket {command}", channel, **options))

    assert params.MESSAGES["refused_not_staff"] in answer.text()


async def test_handover_of_a_closed_ticket_is_refused(scenario: Scenario) -> None:
    channel = await claimed(scenario)
    await scenario.close_ticket(channel)

    answer = await answered(await scenario.staff.command("ticket transferer", channel, membre=scenario.other_staff))

    assert params.MESSAGES["refused_wrong_state_closed"] in answer.text()
