"""``/ticket``: what the buttons do, for whom they have scrolled away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CONFIRM, REOPEN, acknowledged, answered, has_button
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

COMMANDS = ["prendre", "fermer", "rouvrir", "supprimer"]
REASON = "Problème résolu, merci !"


async def test_ticket_goes_through_its_life_by_commands_alone(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    await acknowledged(await scenario.staff.command("ticket prendre", channel))
    await scenario.wait_until(lambda: len(channel.history) == 2)
    assert f"<@{scenario.staff.id}>" in channel.history[-1].text()

    await acknowledged(await scenario.staff.command("ticket fermer", channel, raison=REASON))
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))
    assert REASON in channel.history[-1].text()
    assert params.MESSAGES["closed_reason_title"] in channel.history[-1].text()
    assert not scenario.alice.sees(channel)

    await acknowledged(await scenario.staff.command("ticket rouvrir", channel))
    await scenario.wait_until(lambda: len(channel.history) == 4)
    assert scenario.alice.was_pinged_by(channel.history[-1])
    assert scenario.alice.sees(channel)

    await scenario.close_ticket(channel)
    question = await answered(await scenario.staff.command("ticket supprimer", channel))
    assert question.shown_only_to == scenario.staff.id
    assert not channel.deleted
    await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))
    await scenario.wait_until(lambda: channel.deleted)
    assert len(scenario.transcripts.history) == 1


async def test_closing_without_reason_shows_none_and_reopening_forgets_it(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await acknowledged(await scenario.staff.command("ticket fermer", channel, raison=REASON))
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))
    asked = await answered(await scenario.staff.command("ticket infos", channel))
    assert REASON in asked.text()
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))

    await scenario.close_ticket(channel)

    assert params.MESSAGES["closed_reason_title"] not in channel.history[-1].text()
    asked = await answered(await scenario.staff.command("ticket infos", channel))
    assert REASON not in asked.text()


@pytest.mark.parametrize("command", COMMANDS)
async def test_command_outside_a_ticket_says_so(scenario: Scenario, command: str) -> None:
    answer = await answered(await scenario.staff.command(f"ticket {command}", scenario.panel))

    assert params.MESSAGES["refused_not_a_ticket_channel"] in answer.text()
    assert answer.shown_only_to == scenario.staff.id


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ("prendre", "refused_opener_cannot_claim"),
        ("rouvrir", "refused_not_staff"),
        ("supprimer", "refused_not_staff"),
    ],
)
async def test_opener_is_refused_what_only_staff_may(scenario: Scenario, command: str, refusal: str) -> None:
    channel = await scenario.open_ticket()
    before = channel.history

    answer = await answered(await scenario.alice.command(f"ticket {command}", channel))

    assert params.MESSAGES[refusal] in answer.text()
    assert answer.shown_only_to == scenario.alice.id
    assert channel.history == before


async def test_command_in_the_wrong_state_says_what_comes_first(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    sue = scenario.guild.add_member("sue", roles=[scenario.staff_role], locale="en-GB")

    for command in ("rouvrir", "supprimer"):
        answer = await answered(await sue.command(f"ticket {command}", channel))
        assert english.MESSAGES["refused_wrong_state_open"] in answer.text()
    await scenario.close_ticket(channel)
    for command in ("prendre", "fermer"):
        answer = await answered(await sue.command(f"ticket {command}", channel))
        assert english.MESSAGES["refused_wrong_state_closed"] in answer.text()


async def test_command_is_answered_however_its_notice_comes(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    for command in ("ticket fermer", "ticket rouvrir"):
        await answered(await scenario.staff.command(command, channel))

    assert sum(has_button(message, REOPEN) for message in channel.history) == 1
