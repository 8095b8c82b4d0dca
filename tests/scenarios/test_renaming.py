"""Renaming a ticket: the number stays, and what Discord takes no more is refused with the time to wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import acknowledged, answered
from tests.scenarios.test_menu import choose, offered, open_menu
from tests.simulator.faults import RateLimit, Respond
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

EDIT = "PATCH /channels/{channel_id}"


async def test_number_stays_and_the_channel_is_told(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    mark = len(scenario.sim.calls)

    await answered(await scenario.staff.command("ticket renommer", channel, nom="Paiement en double !"))

    assert channel.name == "001-paiement-en-double"
    assert scenario.staff.mention in channel.history[-1].text()
    assert "paiement\\-en\\-double" in channel.history[-1].text()
    assert [one.route for one in scenario.sim.calls[mark:] if one.token == "bot"].count(EDIT) == 1  # noqa: S105 - a kind of token


async def test_menu_asks_for_the_name(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    sue = scenario.guild.add_member("sue", roles=[scenario.staff_role], locale="en-GB")
    assert "rename" not in offered(await open_menu(scenario.alice, channel))

    form = await choose(sue, channel, "rename")
    await acknowledged(form)
    assert form.modal is not None
    assert form.modal["title"] == "Rename"
    assert form.modal["components"][0]["description"] == english.MESSAGES["option_rename_nom_text"]
    await acknowledged(await sue.submit(form, {"nom": "Refund"}))

    await scenario.wait_until(lambda: channel.name == "001-refund")


async def test_third_name_is_refused_at_once_with_the_minutes_to_wait(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    for name in ("un", "deux"):
        await answered(await scenario.staff.command("ticket renommer", channel, nom=name))
    notices = len(channel.history)
    start = time.monotonic()

    answer = await answered(await scenario.staff.command("ticket renommer", channel, nom="trois"))

    assert time.monotonic() - start < 5
    assert params.MESSAGES["refused_renamed_too_often"].format(minutes="10") in answer.text()
    assert channel.name == "001-deux"
    assert len(channel.history) == notices
    await scenario.claim_ticket(channel)
    channel.renamed_at.clear()  # ten minutes later
    await answered(await scenario.staff.command("ticket renommer", channel, nom="trois"))
    assert channel.name == "001-trois"


@pytest.mark.parametrize("seconds", [599.0, 61.0])
async def test_wait_is_what_discord_says_whatever_its_headers_are(scenario: Scenario, seconds: float) -> None:
    channel = await scenario.open_ticket()
    scenario.sim.faults.add(EDIT, RateLimit(seconds))
    start = time.monotonic()

    answer = await answered(await scenario.staff.command("ticket renommer", channel, nom="un"))

    assert time.monotonic() - start < 5
    minutes = str(-(-int(seconds) // 60))
    assert params.MESSAGES["refused_renamed_too_often"].format(minutes=minutes) in answer.text()
    await answered(await scenario.staff.command("ticket renommer", channel, nom="deux"))
    assert channel.name == "001-deux"


async def test_name_that_cannot_be_one_is_refused(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    blank = await answered(await scenario.staff.command("ticket renommer", channel, nom="!!!"))
    forbidden = await answered(await scenario.staff.command("ticket renommer", channel, nom="1488"))

    assert params.MESSAGES["refused_invalid_name"] in blank.text()
    assert params.MESSAGES["refused_name_refused"] in forbidden.text()
    assert channel.name == "001-alice-martin"
    assert len(channel.history) == 1


async def test_name_is_set_by_the_next_process_after_an_outage(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    scenario.sim.faults.add(EDIT, Respond(500), times=3)

    answer = await answered(await scenario.staff.command("ticket renommer", channel, nom="un"))

    assert params.MESSAGES["refused_discord_unavailable"] in answer.text()
    await scenario.wait_until(lambda: channel.name == "001-un")
    await scenario.wait_until(lambda: len(channel.history) == 2)


async def test_opener_does_not_rename(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()

    answer = await answered(await scenario.alice.command("ticket renommer", channel, nom="un"))

    assert params.MESSAGES["refused_not_staff"] in answer.text()
