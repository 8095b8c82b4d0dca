"""Further panels: in other channels, each with its own words and choice of topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import command_line, simultaneous
from tests.harness.scenario import answered
from tests.harness.server import overwrite
from tests.harness.settings_page import SettingsPage, shown_in
from tests.scenarios.stores import ON_BOTH_STORES
from tests.scenarios.test_topics import exported, imported, labels, opened, panel, topic, with_topics
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES
NEW = TEXTS["settings_new_panels_button"]
EDIT = "POST /channels/{channel_id}/messages", "PATCH /channels/{channel_id}/messages/{message_id}"


def posted(scenario: Scenario, channel: Channel) -> list[Message]:
    return [message for message in channel.history if message.author is scenario.sim.application.bot]


def shown(scenario: Scenario, channel: Channel) -> Message:
    (message,) = posted(scenario, channel)
    return message


def selects(message: Message) -> list[dict[str, Any]]:
    return [component for component in message.all_components() if component["type"] == 3]


def calls(scenario: Scenario, since: int) -> list[str]:
    return [call.route for call in scenario.sim.calls[since:] if call.route in EDIT]


async def chapter(scenario: Scenario) -> SettingsPage:
    return await (await SettingsPage.open(scenario)).go("panels")


async def entry(page: SettingsPage) -> SettingsPage:
    """Open the page of the panel that was set up first."""
    (menu,) = [one for one in selects(page.message) if one["custom_id"].endswith("panels1")]
    return await page.go(menu["options"][0]["value"], of="panels1")


async def with_panel(scenario: Scenario, name: str = "aide", **fields: Any) -> tuple[SettingsPage, Channel]:  # noqa: ANN401 - any field
    channel = scenario.guild.add_text_channel(name)
    page = await chapter(scenario)
    await page.set(NEW, channel_id=[channel], **fields)
    return page, channel


async def test_panel_stands_in_another_channel_with_words_and_topics_of_its_own(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement", emoji="🚨"), topic("Idée"), topic("Candidature"))
    before = panel(scenario).text()

    page, channel = await with_panel(scenario, title="Une question ?", text="On vous répond.", topic_ids=["1", "3"])
    message = shown(scenario, channel)
    ticket = await opened(scenario, await scenario.alice.press(message, label="Candidature"))

    assert f"<#{channel.id}> **Une question ?**" in page.text
    assert f"<#{scenario.panel.id}>" in page.text
    assert "Une question ?" in message.text()
    assert "On vous répond." in message.text()
    assert labels(message) == ["Signalement", "Candidature"]
    assert labels(panel(scenario)) == ["Signalement", "Idée", "Candidature"]
    assert panel(scenario).text() == before
    assert scenario.alice.sees(ticket)


async def test_panel_without_topics_opens_tickets_without_one(scenario: Scenario) -> None:
    _, channel = await with_panel(scenario)

    message = shown(scenario, channel)
    ticket = await scenario.alice.press(message, label=TEXTS["panel_button"])

    assert message.text() == panel(scenario).text()
    await opened(scenario, ticket)


async def test_panels_are_edited_in_place_once_for_a_change(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Idée"))
    _, first = await with_panel(scenario, "aide", topic_ids=["1"])
    _, second = await with_panel(scenario, "idees", topic_ids=["2"])
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")
    ids = {shown(scenario, channel).id for channel in (first, second)}
    since = len(scenario.sim.calls)

    await page.set("Texte", name="Plainte")
    assert len(calls(scenario, since)) == 2, "the main panel and the one that shows the topic"
    await page.press("Désactiver")
    disabled = shown(scenario, first).buttons
    assert [one["disabled"] for one in disabled] == [True], "none of its topics is offered"
    await page.press("Activer")
    since = len(scenario.sim.calls)
    await scenario.restart_bot()

    assert labels(shown(scenario, first)) == ["Plainte"]
    assert labels(shown(scenario, second)) == ["Idée"]
    assert {shown(scenario, channel).id for channel in (first, second)} == ids
    assert calls(scenario, since) == []


async def test_select_of_a_panel_is_reset_as_its_own(scenario: Scenario) -> None:
    question = {"label": "Pourquoi ?", "kind": "short"}
    await with_topics(scenario, topic("Avec", questions=[question]), *(topic(f"Sujet {n}") for n in range(2, 8)))
    _, channel = await with_panel(scenario, title="Ailleurs", topic_ids=["1", "2", "3", "4", "5", "6"])
    message = shown(scenario, channel)
    (menu,) = selects(message)
    assert len(menu["options"]) == 6

    press = await scenario.alice.select(message, menu["custom_id"], ["1"])
    await scenario.wait_until(lambda: press.modal is not None)
    chosen = await scenario.bob.select(message, menu["custom_id"], ["2"])
    await scenario.wait_until(lambda: bool(chosen.followups))
    ticket = await opened(scenario, chosen)

    assert scenario.bob.sees(ticket)
    assert "Ailleurs" in shown(scenario, channel).text()
    assert len(selects(shown(scenario, channel))[0]["options"]) == 6


@ON_BOTH_STORES
async def test_panel_is_edited_moved_and_deleted_and_that_is_undone(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Idée"))
    page, channel = await with_panel(scenario, title="Avant")
    other = scenario.guild.add_text_channel("autre")
    await entry(page)

    form = await page.ask("Modifier")
    assert shown_in(form, "title") == "Avant"
    await page.fill(form, {"title": "Après", "topic_ids": ["2"]})
    assert labels(shown(scenario, channel)) == ["Idée"]
    await (await entry(page)).set("Modifier", channel_id=[other])
    assert posted(scenario, channel) == []
    assert "Après" in shown(scenario, other).text()
    await (await entry(page)).press("Supprimer")
    assert posted(scenario, other) == []
    await page.press("Annuler")

    assert "Après" in shown(scenario, other).text()
    assert labels(shown(scenario, other)) == ["Idée"]


async def test_panel_deleted_by_hand_comes_back_only_when_an_administrator_asks(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"))
    _, channel = await with_panel(scenario)
    await scenario.admin.delete(shown(scenario, channel))

    await (await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")).set("Texte", name="Plainte")
    await scenario.restart_bot()
    assert posted(scenario, channel) == []
    page = await entry(await chapter(scenario))
    assert "Quelqu’un a supprimé ce message" in page.text
    await page.press("Poster à nouveau")
    await page.press("Poster à nouveau")

    assert TEXTS["settings_reposted"] in page.text
    assert labels(shown(scenario, channel)) == ["Plainte"]


async def test_ticket_config_leaves_further_panels_alone(scenario: Scenario) -> None:
    _, channel = await with_panel(scenario, title="Ailleurs")
    message = shown(scenario, channel)

    refused = await answered(await scenario.send_ticket_config(salon=channel))
    assert TEXTS["problem_panel_channel_taken"] in refused.text()
    await answered(await scenario.send_ticket_config(langue="en"))

    assert posted(scenario, channel) == [message]
    assert labels(message) == ["Open a ticket"]


@pytest.mark.parametrize("taken", ["main", "further"])
async def test_one_channel_has_one_panel(scenario: Scenario, taken: str) -> None:
    page, channel = await with_panel(scenario)

    await page.set(NEW, channel_id=[scenario.panel if taken == "main" else channel])

    assert TEXTS["settings_rule_panel_channel_taken"] in page.text
    assert len(posted(scenario, channel)) == 1


async def test_what_the_bot_lacks_in_a_panels_channel_is_named(scenario: Scenario) -> None:
    lacking = [overwrite(scenario.guild.bot_role, deny=Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES)]
    hidden = scenario.guild.add_text_channel("cache", overwrites=lacking)
    page = await chapter(scenario)

    await page.set(NEW, channel_id=[hidden])

    assert "Rien n’a été enregistré" in page.text
    assert f"<#{hidden.id}>" in page.text
    assert TEXTS["settings_panels_none"] in page.text


@pytest.mark.parametrize("mode", ["rest"])  # over the gateway, one process at a time is connected
async def test_several_processes_post_one_panel(without_bot: Scenario) -> None:
    await simultaneous.start_several(without_bot, 3)
    await without_bot.configure()
    await with_topics(without_bot, topic("Signalement"))
    _, channel = await with_panel(without_bot)
    page = await entry(await chapter(without_bot))
    await without_bot.admin.delete(shown(without_bot, channel))

    presses = [await without_bot.admin.press(page.message, label="Poster à nouveau") for _ in range(3)]
    for press in presses:
        await answered(press)

    assert labels(shown(without_bot, channel)) == ["Signalement"]


@ON_BOTH_STORES
async def test_panels_are_in_the_file_of_settings(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Idée"))
    _, channel = await with_panel(scenario, title="Ailleurs", topic_ids=["2"])

    file = await exported(scenario)
    again = await imported(scenario, *file["topics"], panels=file["panels"])
    assert file["panels"] == [
        {
            "id": 1,
            "channel": {"id": str(channel.id), "name": channel.name},
            "title": "Ailleurs",
            "topics": ["Idée"],
        }
    ]
    assert again == (0, "nothing changes\n")
    await with_topics(scenario, topic("Signalement"), panels=[{"channel": {"name": channel.name}, "text": "Ici."}])
    assert "Ici." in shown(scenario, channel).text()
    assert labels(shown(scenario, channel)) == ["Signalement"]
    code, out = await imported(scenario, panels=[{"channel": {"name": channel.name}, "topics": ["Rien"]}])

    assert (code, "A panel offers a topic that does not exist." in out) == (2, True)
    await with_topics(scenario)
    assert posted(scenario, channel) == []


async def test_panel_whose_topics_were_deleted_never_offers_all_by_itself(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Idée"))
    _, channel = await with_panel(scenario, title="Avant", topic_ids=["2"])
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.2")
    await page.press("Supprimer")
    await page.press("Oui, supprimer")

    await (await entry(await chapter(scenario))).set("Modifier", title="Après")
    assert "Après" in shown(scenario, channel).text()
    assert [one["disabled"] for one in shown(scenario, channel).buttons] == [True]
    file = await exported(scenario)
    (written,) = file["panels"]
    assert written["topics"] == []
    assert await imported(scenario, *file["topics"], panels=file["panels"]) == (0, "nothing changes\n")
    await with_topics(scenario, *file["topics"], panels=[{"channel": written["channel"]}])
    assert labels(shown(scenario, channel)) == ["Signalement"]
    await with_topics(scenario, *file["topics"], panels=[{"channel": written["channel"], "topics": []}])

    assert [one["disabled"] for one in shown(scenario, channel).buttons] == [True]


async def test_check_names_what_is_missing_in_a_panels_channel(scenario: Scenario) -> None:
    _, channel = await with_panel(scenario)
    scenario.guild.set_overwrite(channel, scenario.guild.bot, deny=Permissions.SEND_MESSAGES)

    _, out = await command_line.run(scenario.settings(), scenario.folder, "check")

    assert f"in the panel's channel, {channel.name}, the bot lacks" in out


async def test_transcripts_never_go_where_a_further_panel_is(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"))
    _, channel = await with_panel(scenario)

    answer = await answered(await scenario.send_ticket_config(transcription=channel))
    assert TEXTS["problem_public_transcript_channel"] in answer.text()
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")
    await page.set(TEXTS["settings_form_topic_team"], transcript_channel_id=[channel])
    assert TEXTS["problem_public_transcript_channel"] in page.message.text()

    archive = scenario.guild.add_text_channel("archives")
    await page.set(TEXTS["settings_form_topic_team"], transcript_channel_id=[archive])
    await page.press(TEXTS["settings_expose_button"])
    page = await chapter(scenario)
    await page.set(NEW, channel_id=[archive])
    assert TEXTS["problem_public_transcript_channel"] in page.message.text()
    answer = await answered(await scenario.send_ticket_config(salon=archive))
    assert TEXTS["problem_public_transcript_channel"] in answer.text()
    assert not posted(scenario, archive)


async def test_staff_of_topics_whose_transcripts_go_to_the_servers_channel_are_no_strangers_there(
    scenario: Scenario,
) -> None:
    experts = scenario.guild.add_role("Experts")
    scenario.guild.set_overwrite(scenario.transcripts, experts, allow=Permissions.VIEW_CHANNEL)
    await with_topics(scenario, topic("Signalement", staff_roles=[{"name": "Experts"}]))

    answer = await answered(await scenario.send_ticket_config())

    assert TEXTS["transcripts_visible_text"].partition("{channel}")[2] not in answer.text()
    assert TEXTS["transcripts_visible_title"].format(emoji="").strip() not in answer.text()
