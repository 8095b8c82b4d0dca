"""The state at the start of a channel's name, where the server wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLOSE, CONFIRM, DELETE, REOPEN, acknowledged, answered, has_button
from tests.harness.settings_page import SettingsPage
from tests.scenarios.test_closing_settings import configure
from tests.scenarios.test_rebuild import store
from tests.simulator.faults import Hang, RateLimit

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario

EDIT = "PATCH /channels/{channel_id}"
FETCH = "GET /channels/{channel_id}"
WITH_SIGNS = {"closing": {"sign": True}}


async def named(scenario: Scenario, channel: Channel, name: str) -> None:
    await scenario.wait_until(lambda: channel.name == name)
    channel.renamed_at.clear()  # ten minutes later


async def test_name_shows_the_state_and_the_number(scenario: Scenario) -> None:
    await configure(scenario, **WITH_SIGNS)
    channel = await scenario.open_ticket()
    assert channel.name == "🟢-001-alice-martin"
    mark = len(scenario.sim.calls)

    await scenario.claim_ticket(channel)
    await named(scenario, channel, "🟡-001-alice-martin")
    assert len([call for call in scenario.sim.calls[mark:] if call.route.endswith("/channels/{channel_id}")]) == 2
    await answered(await scenario.staff.command("ticket renommer", channel, nom="Remboursement"))
    assert channel.name == "🟡-001-remboursement"
    channel.renamed_at.clear()
    mark = len(scenario.sim.calls)
    await answered(await scenario.staff.command("ticket transferer", channel, membre=scenario.other_staff))
    assert channel.name == "🟡-001-remboursement"
    assert EDIT not in [call.route for call in scenario.sim.calls[mark:]]
    await answered(await scenario.staff.command("ticket liberer", channel))
    await named(scenario, channel, "🟢-001-remboursement")
    await scenario.close_ticket(channel)
    await named(scenario, channel, "⚫-001-remboursement")
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await named(scenario, channel, "🟢-001-remboursement")


async def test_name_that_somebody_chose_in_discord_is_kept(scenario: Scenario) -> None:
    await configure(scenario, **WITH_SIGNS)
    channel = await scenario.open_ticket()
    channel.name = "🟢-001-urgent"

    await scenario.claim_ticket(channel)

    await named(scenario, channel, "🟡-001-urgent")


async def test_new_name_that_is_given_while_the_sign_changes_is_kept(scenario: Scenario) -> None:
    await configure(scenario, **WITH_SIGNS)
    channel = await scenario.open_ticket()
    scenario.sim.faults.add(FETCH, Hang(0.7, after=True))

    mark = len(scenario.sim.calls)
    await scenario.claim_ticket(channel)
    await scenario.wait_until(lambda: FETCH in [call.route for call in scenario.sim.calls[mark:]])
    await answered(await scenario.staff.command("ticket renommer", channel, nom="Remboursement"))

    await scenario.wait_until(
        lambda: len([call for call in scenario.sim.calls if call.route == EDIT and call.ended]) == 2
    )
    assert channel.name == "🟡-001-remboursement"


async def test_sign_is_left_out_where_discord_would_make_it_wait(scenario: Scenario) -> None:
    await configure(scenario, **WITH_SIGNS)
    channel = await scenario.open_ticket()
    scenario.sim.faults.add(EDIT, RateLimit(400.0))

    await scenario.claim_ticket(channel)
    await scenario.wait_until(lambda: EDIT in [call.route for call in scenario.sim.calls])
    await scenario.close_ticket(channel)

    await named(scenario, channel, "⚫-001-alice-martin")
    assert has_button(channel.history[-1], REOPEN)


async def test_names_stay_as_they_are_by_default_and_can_be_given_signs_on_the_page(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    assert channel.name == "001-alice-martin"
    page = await (await SettingsPage.open(scenario)).go("closing")

    await page.set("Fermeture", signs_state="yes")

    await acknowledged(await scenario.press(scenario.staff, channel, CLOSE))
    await named(scenario, channel, "⚫-001-alice-martin")


@pytest.mark.parametrize("mode", ["rest"])
async def test_transcript_and_rebuild_know_the_number(without_bot: Scenario) -> None:
    scenario = without_bot
    scenario.set_params('MESSAGES.fr.topic = "Ticket {number} · service 007 · {opener} · {opened_at}"\n')
    await scenario.start_bot()
    await scenario.configure()
    await configure(scenario, **WITH_SIGNS)
    channel = await scenario.open_ticket()
    await scenario.alice.write(channel, "Bonjour !")
    await scenario.close_ticket(channel)
    await named(scenario, channel, "⚫-001-alice-martin")
    await scenario.stop_bots()

    code, said = await store(scenario, "rebuild", "--yes")

    assert code == 0, said
    assert "left out" not in said
    await scenario.start_bot()
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    await acknowledged(await scenario.staff.press(question, custom_id=CONFIRM))
    await scenario.wait_until(lambda: channel.deleted)
    assert scenario.transcripts.history[-1].attachments[0].filename == "transcript-001.html"
