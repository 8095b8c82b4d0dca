"""The chapter of texts on the settings page: the server's words, colour and time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import page_of
from tests.harness.settings_page import SettingsPage, shown_in
from tests.scenarios.test_topics import exported, opened, panel, topic, with_topics
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES
WORDS = {
    "panel": {"title": "Besoin d’aide ?", "text": "Appuyez, nous **répondons**."},
    "welcome": {"title": "Bienvenue", "text": "Dites-nous tout."},
    "color": "#5865F2",
    "time_zone": "America/Montreal",
}


async def texts_of(scenario: Scenario) -> SettingsPage:
    return await (await SettingsPage.open(scenario)).go("texts")


def edits(scenario: Scenario, mark: int) -> int:
    route = "PATCH /channels/{channel_id}/messages/{message_id}"
    return sum(one.route == route for one in scenario.sim.calls[mark:])


async def test_words_of_the_panel_are_shown_by_one_edit_and_go_back(scenario: Scenario) -> None:
    before = panel(scenario).text()
    page = await texts_of(scenario)
    mark = len(scenario.sim.calls)

    await page.set("Mots du panneau", panel_title="Besoin d’aide ?", panel_text="Appuyez, nous **répondons**.")
    assert edits(scenario, mark) == 1
    assert "Besoin d’aide ?" in panel(scenario).text()
    assert "Appuyez, nous **répondons**." in panel(scenario).text()
    form = await page.ask("Mots du panneau")
    assert shown_in(form, "panel_text") == "Appuyez, nous **répondons**."
    await page.fill(form, {"panel_title": "Aide"})
    assert edits(scenario, mark) == 2
    await scenario.restart_bot()
    await page.set("Mots du panneau", panel_title="", panel_text="")

    assert panel(scenario).text() == before
    assert edits(scenario, mark) == 3


async def test_words_of_the_panel_stand_above_topics_too(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement", description="Un membre triche"))

    await (await texts_of(scenario)).set("Mots du panneau", panel_text="Choisissez bien.")

    assert "Choisissez bien." in panel(scenario).text()
    assert "Un membre triche" in panel(scenario).text()


async def test_words_of_the_welcome_are_the_servers_unless_the_topic_has_its_own(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Idée"), topic("Plainte", welcome={"text": "Décrivez les faits."}))
    page = await texts_of(scenario)
    await page.set("Mots de l’accueil", welcome_title="Bienvenue", welcome_text="Dites-nous tout.")

    idea = await opened(scenario, await scenario.alice.press(panel(scenario), label="Idée"))
    complaint = await opened(scenario, await scenario.bob.press(panel(scenario), label="Plainte"))

    assert "Bienvenue · Idée" in idea.history[0].text()
    assert "Dites-nous tout." in idea.history[0].text()
    assert TEXTS["welcome_problem_text"] not in idea.history[0].text()
    assert "Bienvenue · Plainte" in complaint.history[0].text()
    assert "Décrivez les faits." in complaint.history[0].text()
    assert "Dites-nous tout." not in complaint.history[0].text()


async def test_colour_is_that_of_what_all_members_see(scenario: Scenario) -> None:
    page = await texts_of(scenario)

    await page.set("Couleur et fuseau", color="5865f2")
    assert "#5865F2" in page.text
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)

    shown = [panel(scenario), *channel.history]
    assert {embed["color"] for message in shown for embed in message.embeds} == {0x5865F2}


async def test_transcripts_have_the_time_zone_of_the_server(scenario: Scenario) -> None:
    await (await texts_of(scenario)).set("Couleur et fuseau", time_zone="America/Montreal")
    channel = await scenario.open_ticket()
    await scenario.close_ticket(channel)

    await scenario.delete_ticket(channel)

    assert "America/Montreal" in page_of(scenario.transcripts.history[-1])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"color": "rose"}, "**Couleur** : « rose » ne convient pas."),
        ({"time_zone": "Paris"}, "**Fuseau horaire** : « Paris » ne convient pas."),
        ({"time_zone": "../etc"}, "ne convient pas."),
    ],
)
async def test_what_is_no_colour_or_time_zone_is_refused(scenario: Scenario, values: dict[str, str], told: str) -> None:
    page = await texts_of(scenario)

    await page.set("Couleur et fuseau", **values)

    assert told in page.text


async def test_texts_are_exported_and_imported(scenario: Scenario) -> None:
    await with_topics(scenario, texts=WORDS)

    assert (await exported(scenario))["texts"] == WORDS
    assert "Besoin d’aide ?" in panel(scenario).text()
