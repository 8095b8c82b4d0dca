"""``/ticket infos``: what the staff is told about a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import answered
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


async def test_staff_is_told_who_opened_when_and_who_claimed(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    before = channel.history

    answer = await answered(await scenario.staff.command("ticket infos", channel))

    text = answer.text()
    assert answer.shown_only_to == scenario.staff.id
    assert "001" in text
    assert f"<@{scenario.alice.id}> (`{scenario.alice.id}`)" in text
    assert "<t:" in text
    assert f"<@{scenario.staff.id}>" in text
    assert channel.history == before


async def test_unclaimed_and_closed_ticket_names_who_closed(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel, scenario.other_staff)

    text = (await answered(await scenario.staff.command("ticket infos", channel))).text()

    assert params.MESSAGES["transcript_nobody"] in text
    assert params.MESSAGES["infos_closer"] in text
    assert f"<@{scenario.other_staff.id}>" in text


async def test_staff_is_told_who_did_what_and_that_the_ticket_is_locked(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    await answered(await scenario.other_staff.command("ticket ajouter", channel, membre=scenario.bob))
    await answered(await scenario.staff.command("ticket verrouiller", channel))

    text = (await answered(await scenario.staff.command("ticket infos", channel))).text()

    assert params.MESSAGES["infos_locked"] in text
    history = text[text.index(params.MESSAGES["infos_history"]) :].splitlines()[1:]
    claimed, added, locked = (one for one in history if "<t:" in one)
    assert scenario.staff.mention in claimed
    assert scenario.other_staff.mention in added
    assert scenario.bob.mention in added
    assert scenario.staff.mention in locked
    assert params.MESSAGES["locked_title"].format(emoji=params.EMOJIS["close"]) in locked

    await answered(await scenario.staff.command("ticket deverrouiller", channel))
    text = (await answered(await scenario.staff.command("ticket infos", channel))).text()
    assert params.MESSAGES["infos_locked"] not in text


async def test_opener_is_refused(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    answer = await answered(await scenario.alice.command("ticket infos", channel))

    assert params.MESSAGES["refused_not_staff"] in answer.text()
    assert answer.shown_only_to == scenario.alice.id


async def test_other_channel_than_a_tickets_is_named(scenario: Scenario) -> None:
    answer = await answered(await scenario.staff.command("ticket infos", scenario.panel))

    assert params.MESSAGES["refused_not_a_ticket_channel"] in answer.text()


async def test_answer_is_in_the_language_of_whoever_asks(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    sue = scenario.guild.add_member("sue", roles=[scenario.staff_role], locale="en-GB")

    answer = await answered(await sue.command("ticket infos", channel))

    assert english.MESSAGES["infos_opener"] in answer.text()
