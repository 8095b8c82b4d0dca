"""Forms of the settings page that were refused are opened again with what was put into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.server import overwrite
from tests.harness.settings_page import SettingsPage, shown_in
from tests.scenarios.stores import ON_BOTH_STORES
from tests.scenarios.test_panels import entry
from tests.scenarios.test_topics import topic, with_topics
from tests.simulator.permissions import Permissions
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES
AGAIN = TEXTS["settings_again_button"]


async def test_reply_whose_name_is_taken_is_renamed_without_typing_it_again(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("replies")
    text = "\n".join(f"Ligne *{number}* {'x' * 40}" for number in range(38))
    await page.set("Nouvelle réponse", name="Preuves", text="Joignez vos preuves.")

    await page.set("Nouvelle réponse", name="PREUVES", text=text)
    assert AGAIN in page.labels
    form = await page.ask(AGAIN)
    assert (shown_in(form, "name"), shown_in(form, "text")) == ("PREUVES", text)
    await page.fill(form, {"name": "Captures"})

    assert "✅ Enregistré" in page.text
    assert AGAIN not in page.labels


async def test_places_that_the_bot_cannot_use_are_chosen_again(scenario: Scenario) -> None:
    guild = scenario.guild
    lacking = overwrite(guild.bot_role, deny=Permissions.VIEW_CHANNEL | Permissions.MANAGE_CHANNELS)
    place, experts = guild.add_category("Interdite", overwrites=[lacking]), guild.add_role("Experts")
    await with_topics(scenario, topic("Signalement"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")

    await page.set("Équipe", category_id=[place], staff_role_ids=[experts])
    assert "Rien n’a été enregistré" in page.text
    form = await page.ask(AGAIN)
    assert shown_in(form, "category_id") == [str(place.id)]
    assert shown_in(form, "staff_role_ids") == [str(experts.id)]
    await page.fill(form, {"category_id": []})

    assert f"<@&{experts.id}>" in page.text
    assert "✅ Enregistré : Rôles de l’équipe." in page.text


async def test_topics_of_a_refused_panel_are_named_and_chosen_again(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Idée *libre*"), topic("Candidature"))
    page = await (await SettingsPage.open(scenario)).go("panels")
    new = TEXTS["settings_new_panels_button"]

    await page.set(new, channel_id=[scenario.panel], title="Aide", topic_ids=["2", "3"])
    assert TEXTS["settings_rule_panel_channel_taken"] in page.text
    assert "Idée \\*libre\\*\nCandidature" in page.text
    form = await page.ask(AGAIN)
    assert shown_in(form, "topic_ids") == ["2", "3"]
    await page.fill(form, {"channel_id": [scenario.guild.add_text_channel("aide")]})
    assert "✅ Enregistré" in page.text


@ON_BOTH_STORES
async def test_both_administrators_topics_of_a_panel_are_named(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Idée"), topic("Candidature"))
    page = await (await SettingsPage.open(scenario)).go("panels")
    channel = scenario.guild.add_text_channel("aide")
    await page.set(TEXTS["settings_new_panels_button"], channel_id=[channel], topic_ids=["1", "2"])
    form = await (await entry(page)).ask(TEXTS["settings_edit_button"])
    other = await entry(await (await SettingsPage.open(scenario)).go("panels"))
    await other.set(TEXTS["settings_edit_button"], topic_ids=["1"])

    await page.fill(form, {"topic_ids": ["2", "3"]})

    assert "Signalement ; vous vouliez Idée, Candidature" in page.text


async def test_two_administrators_are_shown_both_values_and_the_second_decides(scenario: Scenario) -> None:
    root = scenario.guild.add_member(
        "root", roles=[scenario.guild.add_role("Admin", Permissions.ADMINISTRATOR)], locale="en-US"
    )
    await with_topics(scenario, topic("Signalement"))
    page = await (await (await SettingsPage.open(scenario, root)).go("topics")).go("topic.1")
    form = await page.ask("Text")
    await with_topics(scenario, topic("Plainte", id=1))

    await page.fill(form, {"name": "Report", "description": "Somebody cheats"})
    assert "now Plainte; you wanted Report" in page.text
    form = await page.ask(english.MESSAGES["settings_again_button"])
    assert (shown_in(form, "name"), shown_in(form, "description")) == ("Report", "Somebody cheats")
    await page.fill(form, {})

    assert "✅ Saved: Name, Description." in page.text


async def test_message_that_shows_nothing_typed_opens_the_form_as_it_is_set(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement", description="Avant"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")
    data = {"custom_id": "ticket:settings:again:topic_texts.1.02", "component_type": 2, "id": 1}

    press = await scenario.admin.forge(scenario.panel, data, message=page.message)
    await press.acknowledged()

    assert shown_in(press, "description") == "Avant"
