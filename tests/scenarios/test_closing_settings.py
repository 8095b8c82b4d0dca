"""What administrators set about closing, by the file of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.scenario import CLOSE, REOPEN, acknowledged, answered, has_button
from tests.harness.server import overwrite
from tests.harness.settings_page import SettingsPage, shown_in
from tests.scenarios.test_menu import offered, open_menu
from tests.scenarios.test_request_close import AGREE, asked
from tests.scenarios.test_topics import imported
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario


async def configure(scenario: Scenario, **settings: Any) -> None:  # noqa: ANN401 - JSON
    code, out = await imported(scenario, **settings)
    assert code == 0, out


async def test_opener_closes_only_when_asked_where_the_staff_close(scenario: Scenario) -> None:
    await configure(scenario, closing={"by": "staff"})
    channel = await scenario.open_ticket()

    refused = await answered(await scenario.press(scenario.alice, channel, CLOSE))
    assert params.MESSAGES["refused_only_staff_closes"] in refused.text()
    assert scenario.alice.sees(channel)

    question = await asked(scenario, channel)
    await acknowledged(await scenario.alice.press(question, custom_id=AGREE))
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))


async def test_staff_are_asked_where_everybody_is(scenario: Scenario) -> None:
    await configure(scenario, closing={"question_for_staff": True})
    channel = await scenario.open_ticket()

    press = await scenario.press(scenario.staff, channel, CLOSE)
    await acknowledged(press)
    assert press.modal is not None
    assert press.modal["title"] == params.MESSAGES["closing_question_staff_title"]
    assert scenario.alice.sees(channel)

    await acknowledged(await scenario.staff.submit(press, {"raison": "Sans réponse."}))
    await scenario.wait_until(lambda: has_button(channel.history[-1], REOPEN))
    assert "Sans réponse." in channel.history[-1].text()


async def test_opener_adds_members_but_no_roles_where_they_may(scenario: Scenario) -> None:
    await configure(scenario, openers_may_add=True)
    channel = await scenario.open_ticket()
    role = scenario.guild.add_role("Amis")
    assert offered(await open_menu(scenario.alice, channel)) == ["add", "close"]

    await answered(await scenario.alice.command("ticket ajouter", channel, membre=scenario.bob))
    refused = await answered(await scenario.alice.command("ticket ajouter", channel, role=role))

    assert scenario.bob.sees(channel)
    assert params.MESSAGES["refused_not_staff"] in refused.text()


async def test_settings_that_are_left_out_of_the_file_are_the_usual_ones_again(scenario: Scenario) -> None:
    await configure(scenario, closing={"by": "staff"})
    await configure(scenario)
    channel = await scenario.open_ticket()

    press = await scenario.press(scenario.alice, channel, CLOSE)

    await acknowledged(press)
    assert press.modal is not None


async def test_opener_is_told_by_one_direct_message_where_that_is_set(scenario: Scenario) -> None:
    await configure(scenario, closing={"tells_opener": True})
    channel = await scenario.open_ticket()

    await answered(await scenario.staff.command("ticket fermer", channel, raison="Sans réponse."))
    await scenario.wait_until(lambda: scenario.alice.id in scenario.sim.discord.direct)
    direct = scenario.sim.discord.direct[scenario.alice.id]
    await scenario.wait_until(lambda: bool(direct.history))

    (told,) = direct.history
    assert "001" in told.text()
    assert "Sans réponse." in told.text()
    assert scenario.staff.mention in told.text()
    assert scenario.guild.guild.name in told.text()
    mine = await scenario.open_ticket(scenario.bob)
    await scenario.close_ticket(mine, scenario.bob)
    assert scenario.bob.id not in scenario.sim.discord.direct, "who closed knows"


async def test_close_succeeds_where_the_opener_takes_no_direct_messages(scenario: Scenario) -> None:
    await configure(scenario, closing={"tells_opener": True})
    scenario.sim.discord.without_direct.add(scenario.alice.id)
    channel = await scenario.open_ticket()

    await scenario.close_ticket(channel)
    await scenario.wait_until(lambda: any(call.status == 403 for call in scenario.sim.calls))

    assert not scenario.alice.sees(channel)
    assert sum(call.route == "POST /users/@me/channels" for call in scenario.sim.calls) == 1


async def test_closed_tickets_are_in_their_category_until_they_are_reopened(scenario: Scenario) -> None:
    closed = scenario.guild.add_category("Fermés")
    await configure(scenario, closing={"category": {"id": str(closed.id)}})
    channel = await scenario.open_ticket()
    before, overwrites = channel.parent_id, dict(channel.overwrites)

    await scenario.close_ticket(channel)
    assert channel.parent_id == closed.id
    await acknowledged(await scenario.press(scenario.staff, channel, REOPEN))
    await scenario.wait_until(lambda: channel.parent_id == before)

    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    assert channel.overwrites == overwrites
    assert channel.name == "001-alice-martin"


async def test_full_category_for_closed_tickets_stops_no_close(scenario: Scenario) -> None:
    closed = scenario.guild.add_category("Fermés")
    await configure(scenario, closing={"category": {"id": str(closed.id)}})
    channel = await scenario.open_ticket()
    before = channel.parent_id
    scenario.sim.discord.limits.channels_per_category = 0

    await scenario.close_ticket(channel)

    assert channel.parent_id == before
    assert not scenario.alice.sees(channel)


async def test_category_of_closed_tickets_that_the_bot_cannot_use_is_refused(scenario: Scenario) -> None:
    guild = scenario.guild
    denied = guild.add_category("Fermés", overwrites=[overwrite(guild.bot_role, deny=Permissions.MANAGE_CHANNELS)])
    page = await (await SettingsPage.open(scenario)).go("closing")

    code, out = await imported(scenario, closing={"category": {"id": str(denied.id)}})
    await page.set("Fermeture", closed_category_id=[denied])

    assert (code, "lacks MANAGE_CHANNELS" in out) == (2, True), out
    assert "Rien n’a été enregistré" in page.text
    assert f"dans la catégorie <#{denied.id}>" in page.text
    assert params.PERMISSION_NAMES["MANAGE_CHANNELS"] in page.text
    assert shown_in(await page.ask("Fermeture"), "closed_category_id") == []


async def test_category_of_closed_tickets_needs_no_more_than_moving_a_channel_there(scenario: Scenario) -> None:
    guild = scenario.guild
    denied = Permissions.SEND_MESSAGES | Permissions.EMBED_LINKS | Permissions.MANAGE_ROLES
    closed = guild.add_category("Fermés", overwrites=[overwrite(guild.bot_role, deny=denied)])
    await configure(scenario, closing={"category": {"id": str(closed.id)}})
    channel = await scenario.open_ticket()

    await scenario.close_ticket(channel)

    await scenario.wait_until(lambda: channel.parent is closed)
