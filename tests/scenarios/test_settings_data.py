"""The chapter of data on the settings page: export, import with a preview, and back to the defaults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.scenario import answered
from tests.harness.server import overwrite
from tests.harness.settings_page import SettingsPage, shown_in
from tests.scenarios.stores import ON_BOTH_STORES
from tests.scenarios.test_settings_page import archive
from tests.scenarios.test_topics import exported, labels, panel, topic, with_topics
from tests.simulator.errors import RefusedError
from tests.simulator.media import Served
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Answer
    from tests.simulator.state import Message

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES


async def data_of(scenario: Scenario) -> SettingsPage:
    return await (await SettingsPage.open(scenario)).go("data")


def plain(message: Message) -> str:
    return message.text().replace("\u00a0", " ")


async def export(page: SettingsPage) -> tuple[bytes, dict[str, Any]]:
    """Press the button, and return the file."""
    answer = await answered(await page.member.press(page.message, label="Exporter"))
    assert answer.shown_only_to == page.member.id
    (file,) = answer.attachments
    assert file.filename == "ticketbot-settings.json"
    return file.content, json.loads(file.content)


async def submitted(page: SettingsPage, content: bytes) -> Message:
    """Put a file into the form, and return what is answered."""
    form = await page.ask("Importer un fichier")
    return await answered(await page.member.submit(form, {"file": [("reglages.json", content)]}))


def shown(page: SettingsPage, message: Message) -> SettingsPage:
    return SettingsPage(page.scenario, page.member, message)


def named(form: Interaction) -> list[str]:
    """Return the labels of a form's fields."""
    assert form.modal is not None
    return [label["label"] for label in form.modal["components"]]


async def chosen(page: SettingsPage, form: Interaction, values: Mapping[str, Answer | Sequence[Answer]]) -> None:
    """Fill in what stands for what is not found, by its place in the form; the message shows what comes of it."""
    page.message = await answered(await page.member.submit(form, values))


def file_of(scenario: Scenario, *topics: dict[str, Any], **more: Any) -> bytes:  # noqa: ANN401 - JSON
    server = {"id": str(scenario.guild.guild.id)}
    return json.dumps({"ticketbot-settings": 1, "server": server, "topics": topics, **more}).encode()


@ON_BOTH_STORES
async def test_export_is_imported_again_after_a_reset(scenario: Scenario) -> None:
    access = {"max_open_tickets": 2, "blocks": [{"member": str(scenario.bob.id), "reason": "Spam"}]}
    replies = [{"name": "Preuves", "text": "Joignez-les."}]
    await with_topics(
        scenario, topic("Signalement"), topic("Idée"), access=access, replies=replies, openers_may_add=True
    )
    page = await data_of(scenario)
    content, settings = await export(page)
    assert settings == await exported(scenario)

    await page.press("Tout remettre par défaut")
    assert "Sujets qui seraient supprimés : 2." in page.text
    await page.press("Oui, tout remettre par défaut")
    assert labels(panel(scenario)) == [TEXTS["panel_button"]]
    assert set(await exported(scenario)) == {"ticketbot-settings", "server", "language"}
    preview = await submitted(page, content)
    assert '+      "name": "Signalement"' in preview.text()
    assert '+  "openers_may_add": true' in preview.text()
    assert labels(panel(scenario)) == [TEXTS["panel_button"]], "nothing is done yet"
    await scenario.restart_bot()
    mark = len(scenario.sim.calls)
    imported = await shown(page, preview).press("Importer")

    assert "✅ Enregistré" in imported.text
    assert imported.message.attachments == []
    edits = [one.route for one in scenario.sim.calls[mark:] if one.route.startswith("PATCH /channels")]
    assert len(edits) == 1, "the panel is edited once"
    assert labels(panel(scenario)) == ["Signalement", "Idée"]
    without_ids = [{key: value for key, value in one.items() if key != "id"} for one in settings["topics"]]
    again = await exported(scenario)
    assert [{key: value for key, value in one.items() if key != "id"} for one in again["topics"]] == without_ids
    assert {**again, "topics": ()} == {**settings, "topics": ()}
    await imported.press("Annuler")
    assert labels(panel(scenario)) == [TEXTS["panel_button"]]


async def test_reset_is_undone(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), openers_may_add=True, language="fr")
    before = await exported(scenario)
    page = await data_of(scenario)
    await page.press("Tout remettre par défaut")
    await page.press("Oui, tout remettre par défaut")

    await page.press("Annuler")

    assert await exported(scenario) == before


async def test_import_that_is_declined_changes_nothing(scenario: Scenario) -> None:
    page = await data_of(scenario)
    preview = await submitted(page, file_of(scenario, topic("Signalement")))

    declined = await shown(page, preview).press("Ne pas importer")

    assert TEXTS["settings_data_text"].replace("\u00a0", " ") in declined.text
    assert declined.message.attachments == []
    assert labels(panel(scenario)) == [TEXTS["panel_button"]]


async def test_language_goes_back_with_a_file_that_has_none(scenario: Scenario) -> None:
    await with_topics(scenario, language="en")
    assert labels(panel(scenario)) == ["Open a ticket"]
    page = await data_of(scenario)

    await shown(page, await submitted(page, file_of(scenario))).press("Importer")

    assert labels(panel(scenario)) == [TEXTS["panel_button"]]
    assert "language" not in await exported(scenario)


ELSEWHERE = {"id": "1", "name": "Autre"}


async def test_what_another_server_has_not_is_named_and_left_out(scenario: Scenario) -> None:
    known = scenario.guild.add_role("Enquêteurs")
    lost = {"id": "42", "name": "Experts"}
    roles = [{"id": "41", "name": "Enquêteurs"}, lost]
    page = await data_of(scenario)
    content = file_of(scenario, topic("Signalement", staff_roles=roles), server=ELSEWHERE)

    asking = shown(page, await submitted(page, content))
    assert "Rôle `Experts`" in asking.text.replace("\n", " ")
    await asking.press("Laisser le reste de côté")
    assert "Introuvable sur ce serveur, donc laissé de côté : Experts" in asking.text
    await asking.press("Importer")

    (found,) = (await exported(scenario))["topics"]
    assert [one["id"] for one in found["staff_roles"]] == [str(known.id)]


@ON_BOTH_STORES
async def test_what_another_server_has_not_is_chosen_in_forms_of_five(scenario: Scenario) -> None:
    guild = scenario.guild
    experts, place, closed = guild.add_role("Spécialistes"), guild.add_category("Plaintes"), guild.add_category("Fini")
    kept, help_channel = archive(scenario, everyone=False, staff=experts), guild.add_text_channel("aide")
    guild.guild.emojis[123456789012345678] = "alerte"
    asking_topic = topic(
        "Signalement",
        emoji="<:sirene:223456789012345678>",
        staff_roles=[{"id": "41", "name": "Experts"}, {"name": "Perdus"}],
        category={"id": "43", "name": "Signalements"},
        transcript_channel={"id": "44", "name": "journal"},
    )
    more = {"panels": [{"channel": {"name": "par-ici"}}], "closing": {"category": {"name": "Fermés"}}}
    page = await data_of(scenario)

    asking = shown(page, await submitted(page, file_of(scenario, asking_topic, server=ELSEWHERE, **more)))
    assert "(1–5 sur 7)" in asking.text
    assert labels(panel(scenario)) == [TEXTS["panel_button"]], "nothing is done yet"
    await scenario.restart_bot()
    form = await asking.ask("Choisir")
    assert named(form) == ["sirene", "Experts", "Perdus", "Signalements", "journal"]
    with pytest.raises(RefusedError, match="offers channels of types"):
        await asking.member.submit(form, {"3": kept})
    with pytest.raises(RefusedError, match="offers channels of types"):
        await asking.member.submit(form, {"4": place})
    await chosen(asking, form, {"0": ":alerte:", "1": experts, "3": place, "4": kept})
    assert "(6–7 sur 7)" in asking.text
    await scenario.restart_bot()
    form = await asking.ask("Choisir")
    assert named(form) == ["par-ici", "Fermés"]
    await chosen(asking, form, {"0": help_channel, "1": closed})

    assert "Introuvable sur ce serveur, donc laissé de côté : Perdus" in asking.text
    assert f'+          "id": "{experts.id}"' in asking.text
    await asking.press("Importer")
    settings = await exported(scenario)
    (found,) = settings["topics"]
    assert found["emoji"] == "<:alerte:123456789012345678>"
    assert [one["id"] for one in found["staff_roles"]] == [str(experts.id)]
    assert (found["category"]["id"], found["transcript_channel"]["id"]) == (str(place.id), str(kept.id))
    assert [one["channel"]["id"] for one in settings["panels"]] == [str(help_channel.id)]
    assert settings["closing"]["category"]["id"] == str(closed.id)
    assert "replacements" not in settings


async def test_what_was_chosen_can_be_chosen_again(scenario: Scenario) -> None:
    wrong, right = scenario.guild.add_role("Membres"), scenario.guild.add_role("Spécialistes")
    roles = [{"name": "Experts"}, {"name": "Perdus"}]
    asked_topic = topic("Signalement", emoji="<:sirene:223456789012345678>", staff_roles=roles)
    page = await data_of(scenario)
    asking = shown(page, await submitted(page, file_of(scenario, asked_topic, server=ELSEWHERE)))
    await chosen(asking, await asking.ask("Choisir"), {"0": "🚨", "1": wrong, "2": wrong})
    await asking.press("Choisir à nouveau")

    form = await asking.ask("Choisir")
    fields = {name: shown_in(form, name) for name in "012"}
    assert fields == {"0": "🚨", "1": [str(wrong.id)], "2": [str(wrong.id)]}
    await chosen(asking, form, {"1": right, "2": []})
    assert "donc laissé de côté : Perdus" in asking.text
    await asking.press("Importer")

    (found,) = (await exported(scenario))["topics"]
    assert (found["emoji"], [one["id"] for one in found["staff_roles"]]) == ("🚨", [str(right.id)])


async def test_choice_with_which_the_bot_would_lack_something_can_be_made_again(scenario: Scenario) -> None:
    guild = scenario.guild
    lacking = [overwrite(guild.bot_role, deny=Permissions.VIEW_CHANNEL | Permissions.MANAGE_CHANNELS)]
    wrong, right = guild.add_category("Interdite", overwrites=lacking), guild.add_category("Plaintes")
    page = await data_of(scenario)
    wanted = topic("Signalement", category={"name": "Signalements"})
    asking = shown(page, await submitted(page, file_of(scenario, wanted, server=ELSEWHERE)))

    await chosen(asking, await asking.ask("Choisir"), {"0": wrong})
    assert params.PERMISSION_NAMES["MANAGE_CHANNELS"] in asking.text
    assert asking.labels == ["Choisir à nouveau", "Ne pas importer"]
    await asking.press("Choisir à nouveau")
    await chosen(asking, await asking.ask("Choisir"), {"0": right})
    await asking.press("Importer")

    (found,) = (await exported(scenario))["topics"]
    assert found["category"]["id"] == str(right.id)


async def test_choice_that_cannot_be_used_is_asked_for_again(scenario: Scenario) -> None:
    channel = scenario.guild.add_text_channel("aide")
    places = [{"channel": {"name": "ici"}}, {"channel": {"name": "là"}}]
    wanted = topic("Signalement", emoji="<:sirene:223456789012345678>", staff_roles=[{"name": "Experts"}])
    page = await data_of(scenario)
    asking = shown(page, await submitted(page, file_of(scenario, wanted, server=ELSEWHERE, panels=places)))

    everyone = scenario.guild.everyone
    await chosen(asking, await asking.ask("Choisir"), {"0": "abc", "1": everyone, "2": channel, "3": channel})
    assert "Ce choix ne convient pas sur ce serveur : sirene, Experts" in asking.text
    await chosen(asking, await asking.ask("Choisir"), {"0": "", "1": []})
    assert TEXTS["settings_rule_panel_channel_taken"].replace("\u00a0", " ") in asking.text
    await chosen(asking, await asking.ask("Choisir"), {"3": []})

    assert "L’import changerait ceci" in asking.text
    assert "donc laissé de côté : sirene, Experts, là" in asking.text


async def test_choice_for_a_server_that_changed_meanwhile_is_not_used(scenario: Scenario) -> None:
    other = scenario.guild.add_role("Autres")
    roles = [{"name": "Experts"}, {"name": "Perdus"}]
    page = await data_of(scenario)
    asking = shown(page, await submitted(page, file_of(scenario, topic("Idée", staff_roles=roles), server=ELSEWHERE)))
    form = await asking.ask("Choisir")
    scenario.guild.add_role("Experts")

    await chosen(asking, form, {"0": other})

    assert "tout a changé entre-temps" in asking.text
    assert named(await asking.ask("Choisir")) == ["Perdus"]


async def test_file_that_breaks_a_rule_asks_for_nothing(scenario: Scenario) -> None:
    page = await data_of(scenario)

    content = file_of(scenario, topic("n" * 81, staff_roles=[{"name": "Experts"}]), server=ELSEWHERE)
    answer = await submitted(page, content)

    assert TEXTS["settings_rule_name"].replace("\u00a0", " ") in plain(answer)
    assert answer.attachments == []


async def test_file_that_is_gone_when_something_is_chosen_changes_nothing(scenario: Scenario) -> None:
    page = await data_of(scenario)
    content = file_of(scenario, topic("Idée", staff_roles=[{"name": "Experts"}]), server=ELSEWHERE)
    asking = shown(page, await submitted(page, content))
    form = await asking.ask("Choisir")
    scenario.sim.media.put(asking.message.attachments[0].url, Served(status=404))

    await chosen(asking, form, {"0": scenario.staff_role})

    assert "Le fichier n’a pas pu être lu." in asking.text
    assert labels(panel(scenario)) == [TEXTS["panel_button"]]


@ON_BOTH_STORES
async def test_settings_that_changed_since_the_preview_are_shown_again(scenario: Scenario) -> None:
    page = await data_of(scenario)
    preview = shown(page, await submitted(page, file_of(scenario, topic("Signalement"))))
    await with_topics(scenario, topic("Idée"))

    await preview.press("Importer")
    assert "Rien n’a été importé" in preview.text
    assert '-      "name": "Idée"' in preview.text
    assert labels(panel(scenario)) == ["Idée"]
    await preview.press("Importer")

    assert labels(panel(scenario)) == ["Signalement"]


async def test_rule_that_an_import_breaks_by_now_ends_it(scenario: Scenario) -> None:
    channel = scenario.guild.add_text_channel("aide")
    page = await data_of(scenario)
    preview = shown(page, await submitted(page, file_of(scenario, panels=[{"channel": {"id": str(channel.id)}}])))
    await with_topics(scenario, topic("Idée"))
    await answered(await scenario.send_ticket_config(salon=channel))

    await preview.press("Importer")

    assert TEXTS["settings_rule_panel_channel_taken"].replace("\u00a0", " ") in preview.text
    assert preview.message.attachments == []


async def test_what_the_bot_would_lack_keeps_an_import_from_being_confirmed(scenario: Scenario) -> None:
    guild = scenario.guild
    lacking = [overwrite(guild.bot_role, deny=Permissions.VIEW_CHANNEL | Permissions.MANAGE_CHANNELS)]
    place = guild.add_category("Interdite", overwrites=lacking)
    page = await data_of(scenario)

    preview = await submitted(page, file_of(scenario, topic("Signalement", category={"id": str(place.id)})))

    assert "Rien n’a été enregistré" in plain(preview)
    assert params.PERMISSION_NAMES["MANAGE_CHANNELS"] in preview.text()
    assert [button["label"] for button in preview.buttons] == ["Ne pas importer"]


async def test_channel_of_a_further_panel_where_the_bot_cannot_post_keeps_an_import_from_being_confirmed(
    scenario: Scenario,
) -> None:
    lacking = [overwrite(scenario.guild.bot_role, deny=Permissions.EMBED_LINKS)]
    channel = scenario.guild.add_text_channel("aide", overwrites=lacking)
    page = await data_of(scenario)

    preview = await submitted(page, file_of(scenario, panels=[{"channel": {"id": str(channel.id)}}]))

    assert "Rien n’a été enregistré" in plain(preview)
    assert params.PERMISSION_NAMES["EMBED_LINKS"] in preview.text()
    assert [button["label"] for button in preview.buttons] == ["Ne pas importer"]


async def test_undo_takes_nothing_back_once_the_command_line_imported(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("claiming")
    await page.set("Prise en charge", openers_may_add="yes")
    await with_topics(scenario, topic("Idée"), openers_may_add=True)

    await page.press("Annuler")

    assert (await exported(scenario))["openers_may_add"] is True
    assert labels(panel(scenario)) == ["Idée"]


async def test_public_transcripts_channel_is_warned_of_in_the_preview(scenario: Scenario) -> None:
    public = archive(scenario, everyone=True)
    page = await data_of(scenario)

    preview = await submitted(page, file_of(scenario, topic("Signalement", transcript_channel={"id": str(public.id)})))

    assert "LES TRANSCRIPTIONS NE SERAIENT PAS PRIVÉES" in preview.text()
    await shown(page, preview).press("Importer")
    assert labels(panel(scenario)) == ["Signalement"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "Ce fichier ne convient pas"),
        (b"\xff\xfe{", "Ce fichier ne convient pas"),
        (b'{"ticketbot-settings": 2}', "Ce fichier ne convient pas"),
        (b" " * 2_500_001, "Le fichier n’a pas pu être lu."),
    ],
)
async def test_file_that_cannot_be_used_is_refused_with_the_reason(
    scenario: Scenario, content: bytes, told: str
) -> None:
    page = await data_of(scenario)

    answer = await submitted(page, content)

    assert told in plain(answer)
    assert answer.attachments == []


async def test_file_that_breaks_a_rule_is_refused_whole(scenario: Scenario) -> None:
    page = await data_of(scenario)

    answer = await submitted(page, file_of(scenario, topic("Idée"), topic("IDÉE"), openers_may_add=True))

    assert TEXTS["settings_rule_name_taken"] in answer.text()
    assert set(await exported(scenario)) == {"ticketbot-settings", "server", "language"}


async def test_file_that_is_gone_at_the_confirmation_changes_nothing(scenario: Scenario) -> None:
    page = await data_of(scenario)
    preview = await submitted(page, file_of(scenario, topic("Signalement")))
    scenario.sim.media.put(preview.attachments[0].url, Served(status=404))

    answer = await shown(page, preview).press("Importer")

    assert "Le fichier n’a pas pu être lu." in answer.text
    assert labels(panel(scenario)) == [TEXTS["panel_button"]]


async def test_data_is_for_administrators_alone(scenario: Scenario) -> None:
    page = await data_of(scenario)

    of_data = ("data:really-reset", "data:export", "data:choices.0", "data:leave.0", "ask-file:0", "choose:0.f.2")
    for name in of_data:
        data = {"custom_id": f"ticket:settings:{name}", "component_type": 2, "id": 1}
        answer = await answered(await scenario.staff.forge(scenario.panel, data, message=page.message))
        assert TEXTS["refused_not_administrator"] in answer.text()


async def test_panels_of_a_file_offer_its_new_topics_and_go_with_a_reset(scenario: Scenario) -> None:
    channel = scenario.guild.add_text_channel("aide")
    further = {"channel": {"id": str(channel.id)}, "text": "Par ici.", "topics": ["Idée"]}
    page = await data_of(scenario)
    unknown = await submitted(page, file_of(scenario, topic("Signalement"), panels=[further]))
    assert "Rien n’a été enregistré" in plain(unknown)

    preview = await submitted(page, file_of(scenario, topic("Signalement"), topic("Idée"), panels=[further]))
    await shown(page, preview).press("Importer")
    await scenario.wait_until(lambda: len(channel.history) == 1)
    assert labels(channel.history[0]) == ["Idée"]
    await page.press("Tout remettre par défaut")
    await page.press("Oui, tout remettre par défaut")

    await scenario.wait_until(lambda: not channel.history)
    assert set(await exported(scenario)) == {"ticketbot-settings", "server", "language"}
