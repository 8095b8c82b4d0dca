"""The settings page: what administrators set inside Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import answered
from tests.harness.server import overwrite
from tests.harness.settings_page import SettingsPage, field_name, shown_in
from tests.scenarios.stores import ON_BOTH_STORES
from tests.scenarios.test_topics import imported, labels, opened, panel, topic, with_topics
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel, Role

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES


def plain(text: str) -> str:
    return text.format().replace("\u00a0", " ")


def archive(scenario: Scenario, *, everyone: bool, staff: Role | None = None) -> Channel:
    guild = scenario.guild
    allowed = Permissions.VIEW_CHANNEL
    overwrites = [overwrite(guild.bot_role, allow=allowed)]
    overwrites += [] if everyone else [overwrite(guild.everyone, deny=allowed)]
    overwrites += [overwrite(staff, allow=allowed)] if staff is not None else []
    return guild.add_text_channel("archives", overwrites=overwrites)


async def test_page_opens_by_command_and_from_the_answer_to_ticket_config(scenario: Scenario) -> None:
    by_command = await SettingsPage.open(scenario)
    answer = await answered(await scenario.send_ticket_config())
    by_button = await answered(await scenario.admin.press(answer, label="Réglages"))

    assert by_command.message.shown_only_to == scenario.admin.id
    assert plain(by_button.text()) == by_command.text
    assert answer.shown_only_to == scenario.admin.id
    assert "**Sujets**" in by_command.text
    assert TEXTS["settings_default"] in by_command.text


async def test_page_is_for_administrators_alone(scenario: Scenario) -> None:
    page = await SettingsPage.open(scenario)
    assert "ticket-reglages" not in [one.name for one in scenario.staff.commands(scenario.panel)]
    data = {"custom_id": "ticket:settings:do:ready", "component_type": 2, "id": 1}

    answer = await answered(await scenario.staff.forge(scenario.panel, data, message=page.message))

    assert TEXTS["refused_not_administrator"] in answer.text()
    assert labels(panel(scenario)) == [TEXTS["panel_button"]]


async def test_page_of_a_server_that_is_not_configured_says_how(without_bot: Scenario) -> None:
    await without_bot.start_bot()

    answer = await answered(await without_bot.admin.command("ticket-reglages", without_bot.panel))

    assert TEXTS["refused_not_configured"] in answer.text()


@ON_BOTH_STORES
async def test_topic_is_created_edited_moved_switched_off_and_deleted(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("topics")
    assert plain(TEXTS["settings_topics_none"]) in page.text
    edits = len(scenario.sim.calls)
    await page.set("Nouveau sujet", name="Signalement", emoji="🚨", description="Un membre triche")
    assert "✅ Enregistré : sujet Signalement (nouveau)." in page.text
    assert labels(panel(scenario)) == ["Signalement"]
    patches = [
        one for one in scenario.sim.calls[edits:] if one.route == "PATCH /channels/{channel_id}/messages/{message_id}"
    ]
    assert len(patches) == 1, "the panel is edited once"
    await page.set("Nouveau sujet", name="Candidature")

    await page.go("topic.1")
    form = await page.ask("Texte")
    assert (shown_in(form, "name"), shown_in(form, "emoji")) == ("Signalement", "🚨")
    await page.fill(form, {"name": "Plainte", "emoji": ""})
    assert "✅ Enregistré : Nom, Emoji." in page.text
    assert labels(panel(scenario)) == ["Plainte", "Candidature"]
    await page.press("Descendre")
    assert labels(panel(scenario)) == ["Candidature", "Plainte"]
    await page.press("Désactiver")
    assert labels(panel(scenario)) == ["Candidature"]
    await page.press("Activer")
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Plainte"))
    await page.press("Supprimer")
    assert "Tickets ouverts sur ce sujet : 1." in page.text
    await page.press("Oui, supprimer")

    assert "✅ Enregistré : sujet Plainte (supprimé)." in page.text
    assert labels(panel(scenario)) == ["Candidature"]
    former = TEXTS["settings_topics_former"].format(names="Plainte").replace("\u00a0", " ")
    assert former in page.text
    await scenario.claim_ticket(channel)
    await page.press("Annuler")
    assert "✅ Rétabli : sujet Plainte." in page.text
    assert labels(panel(scenario)) == ["Candidature", "Plainte"]
    assert former not in page.text


async def test_three_topics_for_a_start_come_by_one_press(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("topics")

    await page.press("Ajouter les trois sujets types")

    assert labels(panel(scenario)) == ["Problème", "Partenariat", "Candidature"]
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Problème"))
    assert TEXTS["welcome_problem_text"] in channel.history[0].text()
    await page.press("Annuler")
    assert labels(panel(scenario)) == [TEXTS["panel_button"]]


async def test_team_and_rules_of_a_topic_are_used(scenario: Scenario) -> None:
    experts = scenario.guild.add_role("Experts")
    expert = scenario.guild.add_member("eve", roles=[experts], locale="fr")
    place = scenario.guild.add_category("Signalements")
    kept = archive(scenario, everyone=False, staff=experts)
    await with_topics(scenario, topic("Signalement"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")

    await page.set("Équipe", staff_role_ids=[experts], category_id=[place], transcript_channel_id=[kept])
    assert "✅ Enregistré" in page.text
    assert f"<@&{experts.id}>" in page.text
    form = await page.ask("Équipe")
    assert shown_in(form, "staff_role_ids") == [str(experts.id)]
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Signalement"))

    assert channel.parent_id == place.id
    assert expert.sees(channel)
    assert not scenario.staff.sees(channel)
    await page.set("Règles", required_role_ids=[experts])
    answer = await answered(await scenario.bob.press(panel(scenario), label="Signalement"))
    assert f"<@&{experts.id}>" in answer.text()


async def test_what_the_bot_lacks_is_named_before_anything_is_saved(scenario: Scenario) -> None:
    guild = scenario.guild
    lacking = [overwrite(guild.bot_role, deny=Permissions.VIEW_CHANNEL | Permissions.MANAGE_CHANNELS)]
    place = guild.add_category("Interdite", overwrites=lacking)
    await with_topics(scenario, topic("Signalement"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")

    await page.set("Équipe", category_id=[place])

    assert "Rien n’a été enregistré" in page.text
    assert params.PERMISSION_NAMES["MANAGE_CHANNELS"] in page.text
    assert f"**Catégorie** : {TEXTS['settings_default']}" in page.text


async def test_public_transcripts_channel_asks_for_one_more_press(scenario: Scenario) -> None:
    public = archive(scenario, everyone=True)
    await with_topics(scenario, topic("Signalement"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")

    await page.set("Équipe", staff_role_ids=[scenario.staff_role], transcript_channel_id=[public])
    assert "LES TRANSCRIPTIONS NE SERAIENT PAS PRIVÉES" in page.text
    assert "✅ Enregistré : Rôles de l’équipe." in page.text
    form = await page.ask("Équipe")
    assert shown_in(form, "transcript_channel_id") == []
    await page.press("Utiliser ce salon quand même")

    assert shown_in(await page.ask("Équipe"), "transcript_channel_id") == [str(public.id)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": "IDÉE"}, "settings_rule_name_taken"),
        ({"emoji": "abc"}, "settings_rule_emoji"),
        ({"channel_name": "salon"}, "settings_rule_channel_name"),
    ],
)
async def test_what_breaks_a_rule_is_refused_with_the_rule(
    scenario: Scenario, values: dict[str, str], told: str
) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Idée"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")

    await page.set("Texte", **values)

    assert plain(TEXTS[told]) in page.text
    assert labels(panel(scenario)) == ["Signalement", "Idée"]


@ON_BOTH_STORES
async def test_two_administrators_overwrite_nothing(scenario: Scenario) -> None:
    second = scenario.guild.add_member("root", roles=[scenario.guild.add_role("Admin", Permissions.ADMINISTRATOR)])
    await with_topics(scenario, topic("Signalement", description="Avant"))
    mine = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")
    theirs = await (await (await SettingsPage.open(scenario, second)).go("topics")).go("topic.1")
    my_form, merged, their_form = await mine.ask("Texte"), await mine.ask("Texte"), await theirs.ask("Text")

    await theirs.fill(their_form, {"name": "Report"})
    await mine.fill(my_form, {"name": "Plainte", "description": "Après"})
    assert "maintenant Report ; vous vouliez Plainte" in mine.text
    assert labels(panel(scenario)) == ["Report"]
    await mine.fill(merged, {"description": "Après"})

    assert labels(panel(scenario)) == ["Report"]
    assert "Après" in panel(scenario).text()
    await theirs.press("Undo")
    assert "Nothing was restored" in theirs.text, "somebody else made the last change"


async def test_page_works_after_a_restart_and_on_another_process(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("topics")
    form = await page.ask("Nouveau sujet")
    await scenario.restart_bot()

    await page.fill(form, {"name": "Signalement"})
    await scenario.restart_bot()
    await page.press("Annuler")

    assert labels(panel(scenario)) == [TEXTS["panel_button"]]


async def test_language_is_set_and_shown_at_once(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("texts")

    await page.set("Langue", language="en")

    assert "anglais" in page.text
    assert labels(panel(scenario)) == ["Open a ticket"]


async def test_page_of_a_topic_that_is_gone_says_so(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")
    form = await page.ask("Texte")
    await with_topics(scenario)

    await page.fill(form, {"name": "Plainte"})

    assert TEXTS["settings_topic_gone"] in page.text


async def test_form_names_each_field_after_its_setting(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("topics")

    form = await page.ask("Nouveau sujet")

    assert field_name(form, "channel_name").startswith("channel_name.")


async def test_claiming_and_closing_are_set(scenario: Scenario) -> None:
    closed = scenario.guild.add_category("Fermés")
    page = await (await SettingsPage.open(scenario)).go("claiming")
    await page.set("Prise en charge", openers_may_add="yes")
    await page.press("Retour")
    assert "Ajouts par la personne qui ouvre (oui)" in page.text
    await page.go("closing")

    await page.set("Fermeture", only_staff_closes="yes", closed_category_id=[closed])
    assert f"<#{closed.id}>" in page.text
    await page.press("Annuler")

    assert f"<#{closed.id}>" not in page.text


async def test_what_the_bot_lacks_is_named_when_a_topic_goes_back_to_the_servers_settings(scenario: Scenario) -> None:
    place = scenario.guild.add_category("Signalements")
    await with_topics(scenario, topic("Signalement"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")
    await page.set("Équipe", category_id=[place])
    lacking = overwrite(scenario.guild.bot_role, deny=Permissions.VIEW_CHANNEL | Permissions.MANAGE_CHANNELS)
    scenario.category.overwrites[lacking.id] = lacking

    await page.set("Équipe", category_id=[])

    assert "Rien n’a été enregistré" in page.text
    assert params.PERMISSION_NAMES["MANAGE_CHANNELS"] in page.text
    assert shown_in(await page.ask("Équipe"), "category_id") == [str(place.id)]


async def test_emoji_that_discord_would_refuse_on_the_panel_is_not_saved(scenario: Scenario) -> None:
    scenario.guild.guild.emojis[123456789012345678] = "alerte"
    page = await (await SettingsPage.open(scenario)).go("topics")

    await page.set("Nouveau sujet", name="Signalement", emoji="<:ailleurs:223456789012345678>")
    assert TEXTS["problem_unknown_emoji"] in page.message.text()
    assert "Reprendre le formulaire" in page.labels
    code, out = await imported(scenario, topic("Signalement", emoji="<:ailleurs:223456789012345678>"))
    assert (code, "the server has no emoji 'ailleurs'" in out) == (2, True)
    await page.set("Nouveau sujet", name="Signalement", emoji="<:alerte:123456789012345678>")

    assert labels(panel(scenario)) == ["Signalement"]
    assert panel(scenario).buttons[0]["emoji"]["id"] == "123456789012345678"


async def test_emoji_that_was_deleted_keeps_no_change_from_the_panel(scenario: Scenario) -> None:
    scenario.guild.guild.emojis[123456789012345678] = "alerte"
    page = await (await SettingsPage.open(scenario)).go("topics")
    await page.set("Nouveau sujet", name="Signalement", emoji="<:alerte:123456789012345678>")
    scenario.guild.guild.emojis.clear()

    await page.set("Nouveau sujet", name="Idée", emoji="💡")

    assert labels(panel(scenario)) == ["Signalement", "Idée"]
    assert [one.get("emoji", {}).get("name") for one in panel(scenario).buttons] == [None, "💡"]
    assert TEXTS["settings_panel_later"] not in page.message.text()
