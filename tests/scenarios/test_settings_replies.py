"""The chapter of canned replies on the settings page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import acknowledged
from tests.harness.settings_page import SettingsPage, shown_in
from tests.scenarios.stores import ON_BOTH_STORES
from tests.scenarios.test_replies import many, offered
from tests.scenarios.test_topics import with_topics
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES


async def replies_of(scenario: Scenario) -> SettingsPage:
    return await (await SettingsPage.open(scenario)).go("replies")


def entry(page: SettingsPage, label: str) -> str:
    """Return the option of a select that has a label."""
    options = [one for select in page.message.all_components() for one in select.get("options", [])]
    (found,) = [one["value"] for one in options if one["label"] == label]
    return str(found)


@ON_BOTH_STORES
async def test_reply_is_created_used_edited_deleted_and_brought_back(scenario: Scenario) -> None:
    page = await replies_of(scenario)
    assert "Aucune réponse" in page.text

    await page.set("Nouvelle réponse", name="Preuves", text="Joignez vos *preuves*, {member}.")
    assert "✅ Enregistré : Réponses." in page.text
    channel = await scenario.open_ticket()
    await acknowledged(await scenario.staff.command("ticket reponse", channel, reponse="preuves"))
    await scenario.wait_until(lambda: len(channel.history) == 2)
    assert f"Joignez vos *preuves*, {scenario.alice.mention}." in channel.history[-1].text()

    await page.go(entry(page, "Preuves"), of="replies1")
    assert "Joignez vos *preuves*, {member}." in page.text
    form = await page.ask("Modifier")
    assert shown_in(form, "text") == "Joignez vos *preuves*, {member}."
    await page.fill(form, {"name": "Captures"})
    assert await offered(scenario.staff, channel, "") == ["Captures"]
    await page.go(entry(page, "Captures"), of="replies1")
    await page.press("Supprimer")
    assert await offered(scenario.staff, channel, "") == []
    await scenario.restart_bot()
    await page.press("Annuler")

    assert await offered(scenario.staff, channel, "") == ["Captures"]


async def test_fifty_replies_are_listed_and_no_more_are_taken(scenario: Scenario) -> None:
    await with_topics(scenario, replies=many(49))
    page = await replies_of(scenario)
    form = await page.ask("Nouvelle réponse")
    late = await page.ask("Nouvelle réponse")

    await page.fill(form, {"name": "Dernière", "text": "x"})
    assert "Nouvelle réponse" not in page.labels
    assert entry(page, "Dernière")
    assert entry(page, "Réponse 00")
    await page.fill(late, {"name": "De trop", "text": "x"})

    assert TEXTS["settings_rule_reply_too_many"] in page.text


async def test_name_that_is_taken_is_refused(scenario: Scenario) -> None:
    await with_topics(scenario, replies=many(1))
    page = await replies_of(scenario)

    await page.set("Nouvelle réponse", name="RÉPONSE 00", text="x")

    assert "Rien n’a été enregistré" in page.text
    assert TEXTS["settings_rule_reply_name_taken"] in page.text


@ON_BOTH_STORES
async def test_two_administrators_overwrite_no_reply(scenario: Scenario) -> None:
    second = scenario.guild.add_member("root", roles=[scenario.guild.add_role("Admin", Permissions.ADMINISTRATOR)])
    await with_topics(scenario, replies=many(2))
    mine, theirs = await replies_of(scenario), await (await SettingsPage.open(scenario, second)).go("replies")
    for page in (mine, theirs):
        await page.go(entry(page, "Réponse 01"), of="replies1")
    my_form, their_form = await mine.ask("Modifier"), await theirs.ask("Edit")

    await theirs.fill(their_form, {"text": "Leur texte"})
    await mine.fill(my_form, {"text": "Mon texte"})
    assert "maintenant Leur texte ; vous vouliez Mon texte" in mine.text
    await mine.go(entry(mine, "Réponse 01"), of="replies1")
    await theirs.go(entry(theirs, "Réponse 01"), of="replies1")
    await theirs.press("Delete")
    await mine.press("Modifier")

    assert TEXTS["settings_entry_gone"] in mine.text
