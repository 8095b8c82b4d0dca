"""A topic's welcome and questions on the settings page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.settings_page import SettingsPage, shown_in
from tests.scenarios.stores import ON_BOTH_STORES
from tests.scenarios.test_forms import asked
from tests.scenarios.test_topics import exported, opened, panel, topic, with_topics
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES
WHO: dict[str, Any] = {"label": "Qui ?", "kind": "short", "help": "Un pseudo"}
WHAT: dict[str, Any] = {"label": "Quoi ?", "kind": "long"}


def plain(text: str) -> str:
    return text.format().replace("\u00a0", " ")


async def page_of(scenario: Scenario, button: str, *questions: dict[str, Any], **more: Any) -> SettingsPage:  # noqa: ANN401 - JSON
    await with_topics(scenario, topic("Signalement", questions=list(questions), **more))
    return await reopened(scenario, button)


async def reopened(scenario: Scenario, button: str, label: str | None = None) -> SettingsPage:
    who = None if label is None else scenario.guild.add_member(label, roles=[administrators(scenario)], locale="fr")
    page = await (await (await SettingsPage.open(scenario, who)).go("topics")).go("topic.1")
    return await page.press(button)


def administrators(scenario: Scenario) -> Any:  # noqa: ANN401 - a role
    return scenario.guild.add_role("Admin", Permissions.ADMINISTRATOR)


async def choose(page: SettingsPage, name: str, position: int) -> SettingsPage:
    """Choose a section or a question in its select, by where it stands."""
    (menu,) = [one for one in page.message.all_components() if one.get("custom_id", "").endswith(f":go:{name}")]
    return await page.go(menu["options"][position]["value"], of=name)


async def questions_of(scenario: Scenario) -> list[dict[str, Any]]:
    (found,) = (await exported(scenario))["topics"]
    return found.get("questions", [])


async def test_welcome_with_sections_is_set_and_shown_in_tickets(scenario: Scenario) -> None:
    page = await page_of(scenario, "Accueil")

    await page.set("Titre et texte", welcome_title="Bienvenue", welcome_text="Dites-nous tout.")
    await page.set("Nouvelle rubrique", title="Avant", text="Lisez les règles.")
    await page.set("Nouvelle rubrique", title="Après", text="Patientez.")
    assert "(2/5)" in page.text
    await (await choose(page, "section", 1)).press("Monter")
    await page.set("Modifier", title="Ensuite")
    assert "1. **Ensuite** – Patientez." in page.text
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Signalement"))

    welcome = channel.history[0].embeds[0]
    assert welcome["title"] == "Bienvenue"
    assert [(one["name"], one["value"]) for one in welcome["fields"]] == [
        ("Ensuite", "Patientez."),
        ("Avant", "Lisez les règles."),
    ]
    await (await choose(page, "section", 0)).press("Supprimer")
    assert "(1/5)" in page.text
    await page.press("Annuler")
    assert "1. **Ensuite**" in page.text
    for title in ("Trois", "Quatre", "Cinq"):
        await page.set("Nouvelle rubrique", title=title, text="x")
    assert "Nouvelle rubrique" not in page.labels


async def test_question_of_every_kind_is_added_and_asked(scenario: Scenario) -> None:
    page = await page_of(scenario, "Questions")
    added: list[tuple[str, dict[str, Any]]] = [
        ("Texte court", {"label": "Qui ?", "help": "Un pseudo", "min_length": "2", "max_length": "40"}),
        ("Choix", {"label": "Gravité", "choices": "Faible\n\n  Forte  ", "is_required": "no"}),
        ("Plusieurs choix", {"label": "Où ?", "choices": "Salon\nVocal\nMessage privé"}),
        ("Membre", {"label": "Témoin"}),
        ("Fichiers", {"label": "Preuves", "file_kinds": ["films", "pictures"], "is_required": "no"}),
    ]
    for kind, values in added:
        await page.press("Nouvelle question")
        await page.set(kind, **values)
        assert "✅ Enregistré : Questions." in page.text
    assert "Nouvelle question" not in page.labels
    assert "2. **Gravité** – Choix, facultative" in page.text

    assert await questions_of(scenario) == [
        {"label": "Qui ?", "kind": "short", "help": "Un pseudo", "min_length": 2, "max_length": 40},
        {"label": "Gravité", "kind": "choice", "required": False, "choices": ["Faible", "Forte"]},
        {"label": "Où ?", "kind": "several", "choices": ["Salon", "Vocal", "Message privé"]},
        {"label": "Témoin", "kind": "member"},
        {"label": "Preuves", "kind": "files", "required": False, "file_kinds": ["pictures", "films"]},
    ]
    form = await asked(scenario)
    assert form.modal is not None
    assert [one["label"] for one in form.modal["components"]] == ["Qui ?", "Gravité", "Où ?", "Témoin", "Preuves"]


async def test_questions_of_the_other_kinds_are_added_too(scenario: Scenario) -> None:
    page = await page_of(scenario, "Questions")

    for kind in ("Texte long", "Rôle", "Salon"):
        await page.press("Nouvelle question")
        await page.set(kind, label=kind)

    assert [one["kind"] for one in await questions_of(scenario)] == ["long", "role", "channel"]


@ON_BOTH_STORES
async def test_question_is_edited_moved_deleted_and_brought_back(scenario: Scenario) -> None:
    page = await choose(await page_of(scenario, "Questions", WHO, WHAT), "question", 0)
    assert "Aide** : Un pseudo" in page.text
    await page.press("Descendre")
    assert "Question 2" in page.text
    form = await page.ask("Modifier")
    assert (shown_in(form, "label"), shown_in(form, "help")) == ("Qui ?", "Un pseudo")
    await page.fill(form, {"label": "Avec qui ?", "help": "", "is_required": "no"})
    changed = {"label": "Avec qui ?", "kind": "short", "required": False}
    assert await questions_of(scenario) == [WHAT, changed]

    await (await choose(page, "question", 0)).press("Supprimer")
    assert await questions_of(scenario) == [changed]
    await page.press("Annuler")

    assert await questions_of(scenario) == [WHAT, changed]


async def test_kind_of_a_question_is_changed_with_what_it_needs(scenario: Scenario) -> None:
    page = await choose(await page_of(scenario, "Questions", {**WHO, "max_length": 40}), "question", 0)

    await page.press("Changer de sorte")
    form = await page.ask("Choix")
    assert shown_in(form, "label") == "Qui ?"
    await page.fill(form, {"choices": "Alice\nBob"})

    assert await questions_of(scenario) == [{**WHO, "kind": "choice", "choices": ["Alice", "Bob"]}]


async def test_what_a_question_cannot_have_is_named_and_the_form_opens_again_as_it_was_sent(scenario: Scenario) -> None:
    page = await page_of(scenario, "Questions")
    await page.press("Nouvelle question")
    choices = "\n".join(f"Choix n° {number} {'x' * 60}" for number in range(26))

    await page.set("Choix", label="Lequel ?", help="*Un* seul", is_required="no", choices=choices)
    assert plain(TEXTS["settings_rule_choices"]) in page.text
    form = await page.ask("Reprendre le formulaire")
    assert shown_in(form, "choices") == choices
    assert (shown_in(form, "label"), shown_in(form, "help")) == ("Lequel ?", "*Un* seul")
    await page.fill(form, {"choices": "Un\nDeux"})

    assert await questions_of(scenario) == [
        {"label": "Lequel ?", "kind": "choice", "help": "*Un* seul", "required": False, "choices": ["Un", "Deux"]}
    ]


async def test_refused_number_and_refused_name_open_again_too(scenario: Scenario) -> None:
    page = await choose(await page_of(scenario, "Questions", WHO), "question", 0)

    await page.set("Modifier", label="Qui donc ?", min_length="zéro")
    assert "« zéro » ne convient pas" in page.text
    form = await page.ask("Reprendre le formulaire")
    assert (shown_in(form, "label"), shown_in(form, "min_length")) == ("Qui donc ?", "zéro")
    await page.fill(form, {"min_length": "3"})
    assert await questions_of(scenario) == [{**WHO, "label": "Qui donc ?", "min_length": 3}]

    await page.press("Retour")
    role = scenario.guild.add_role("Membre")
    await page.set("Règles", max_open_tickets="99", required_role_ids=[role])
    form = await page.ask("Reprendre le formulaire")
    assert shown_in(form, "required_role_ids") == [str(role.id)]
    await page.fill(form, {"max_open_tickets": "2"})
    assert f"<@&{role.id}>" in page.text
    assert "Tickets ouverts par membre** : 2" in page.text


async def test_two_administrators_change_one_question(scenario: Scenario) -> None:
    mine = await choose(await page_of(scenario, "Questions", WHO, WHAT), "question", 0)
    theirs = await choose(await reopened(scenario, "Questions", "root"), "question", 0)
    my_form, merged, their_form = await mine.ask("Modifier"), await mine.ask("Modifier"), await theirs.ask("Modifier")

    await theirs.fill(their_form, {"help": "Un prénom"})
    await mine.fill(my_form, {"label": "Avec qui ?", "help": "Un surnom"})
    assert "maintenant Un prénom ; vous vouliez Un surnom" in mine.text
    assert (await questions_of(scenario))[0]["help"] == "Un prénom"
    await mine.fill(merged, {"label": "Avec qui ?"})
    assert (await questions_of(scenario))[0] == {**WHO, "label": "Avec qui ?", "help": "Un prénom"}


async def test_conflict_can_be_decided_by_opening_the_form_again(scenario: Scenario) -> None:
    mine = await choose(await page_of(scenario, "Questions", WHO), "question", 0)
    form = await mine.ask("Modifier")
    await with_topics(scenario, topic("Signalement", id=1, questions=[{**WHO, "label": "Laquelle ?"}]))

    await mine.fill(form, {"label": "Lequel ?"})
    assert "maintenant Laquelle ? ; vous vouliez Lequel ?" in mine.text
    again = await mine.ask("Reprendre le formulaire")
    assert shown_in(again, "label") == "Lequel ?"
    await mine.fill(again, {})

    assert await questions_of(scenario) == [{**WHO, "label": "Lequel ?"}]


async def test_question_that_is_gone_is_told_and_its_words_make_a_new_one(scenario: Scenario) -> None:
    page = await choose(await page_of(scenario, "Questions", WHO), "question", 0)
    form = await page.ask("Modifier")
    await with_topics(scenario, topic("Signalement", id=1))

    await page.fill(form, {"label": "Avec qui ?"})
    assert TEXTS["settings_item_gone"] in page.text
    await page.fill(await page.ask("Reprendre le formulaire"), {})
    assert await questions_of(scenario) == [{**WHO, "label": "Avec qui ?"}]

    await choose(page, "question", 0)
    await with_topics(scenario, topic("Signalement", id=1, questions=[WHAT, WHO]))
    await page.press("Supprimer")
    assert TEXTS["settings_item_gone"] in page.text
    assert await questions_of(scenario) == [WHAT, WHO]


async def test_questions_work_after_a_restart(scenario: Scenario) -> None:
    page = await page_of(scenario, "Questions", WHAT)
    await page.press("Nouvelle question")
    form = await page.ask("Texte court")
    await scenario.restart_bot()

    await page.fill(form, {"label": "Qui ?", "min_length": "0"})
    await scenario.restart_bot()
    await page.fill(await page.ask("Reprendre le formulaire"), {"min_length": ""})

    assert [one["label"] for one in await questions_of(scenario)] == ["Quoi ?", "Qui ?"]
