"""An administrator tries a topic on the settings page; nothing is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.scenario import CLAIM, answered, has_button
from tests.harness.server import overwrite
from tests.harness.settings_page import SettingsPage
from tests.scenarios.test_forms import QUESTIONS, WHAT, WHO
from tests.scenarios.test_panels import chapter, entry, with_panel
from tests.scenarios.test_topics import labels, panel, topic, with_topics
from tests.simulator.errors import RefusedError
from tests.simulator.permissions import Permissions
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Message

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES
OPENED_NOTHING = TEXTS["settings_tried_title"]


async def tried(scenario: Scenario, *topics: dict[str, Any]) -> SettingsPage:
    await with_topics(scenario, *topics)
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")
    return await page.press("Essayer")


async def told(press: Interaction) -> None:
    """Wait for the page to say that nothing was opened; what the ticket would show follows in further messages."""
    await press.settled()
    assert not press.failed, press.failure
    assert press.original is not None
    assert OPENED_NOTHING in press.original.text()


async def follow_ups(scenario: Scenario, press: Interaction, count: int) -> list[Message]:
    await scenario.wait_until(lambda: len(press.followups) >= count)
    return list(press.followups)


def channels(scenario: Scenario) -> list[int]:
    return [one.id for one in scenario.guild.channels]


async def test_panel_form_and_welcome_are_shown_as_members_see_them_and_nothing_is_opened(scenario: Scenario) -> None:
    before = channels(scenario)
    page = await tried(
        scenario,
        topic("Signalement", description="Un membre triche", questions=QUESTIONS, welcome={"title": "Dites tout"}),
        topic("Idée"),
    )
    assert f"<@&{scenario.staff_role.id}>" in page.text
    assert TEXTS["settings_try_complete"].replace("\u00a0", " ") in page.text
    assert page.message.embeds[1] == panel(scenario).embeds[0], "the panel, as it is"
    assert labels(page.message)[:2] == labels(panel(scenario))

    press = await page.ask("Signalement")
    assert press.modal is not None
    assert press.modal["title"] == "Signalement"
    sent = await scenario.admin.submit(press, {WHO: "@everyone Bob", WHAT: "**gras**"})

    await told(sent)
    (welcome,) = await follow_ups(scenario, sent, 1)
    assert welcome.shown_only_to == scenario.admin.id
    assert "Dites tout" in welcome.text()
    assert r"\@everyone Bob" in welcome.text()
    assert r"\*\*gras\*\*" in welcome.text()
    assert TEXTS["settings_try_mark"].replace("\u00a0", " ") in welcome.text().replace("\u00a0", " ")
    assert not has_button(welcome, CLAIM)
    for label in labels(welcome):
        with pytest.raises(RefusedError):
            await scenario.admin.press(welcome, label=label)
    assert channels(scenario) == before
    assert not scenario.tickets()


async def test_topic_without_questions_shows_its_welcome_at_once(scenario: Scenario) -> None:
    page = await tried(scenario, topic("Idée", welcome={"text": "Racontez."}, staff_roles=[]))

    press = await scenario.admin.press(page.message, label="Idée")

    await told(press)
    (welcome,) = await follow_ups(scenario, press, 1)
    assert "Racontez." in welcome.text()
    assert not scenario.tickets()


async def test_server_without_topics_is_tried_too(scenario: Scenario) -> None:
    page = await (await (await SettingsPage.open(scenario)).go("topics")).press("Essayer")

    press = await scenario.admin.press(page.message, label=TEXTS["panel_button"])

    await told(press)
    (welcome,) = await follow_ups(scenario, press, 1)
    assert TEXTS["welcome_problem_text"] in welcome.text()
    assert not scenario.tickets()


async def test_select_of_many_topics_is_tried(scenario: Scenario) -> None:
    page = await tried(scenario, *(topic(f"Sujet {number}", questions=QUESTIONS) for number in range(1, 8)))

    press = await scenario.admin.select(page.message, "ticket:settings:try-choice", ["3"])
    await press.acknowledged()

    assert press.modal is not None
    assert press.modal["title"] == "Sujet 3"


async def test_what_the_bot_would_lack_and_who_would_see_is_named(scenario: Scenario) -> None:
    guild = scenario.guild
    experts = guild.add_role("Experts")
    place = guild.add_category("Signalements")
    page = await tried(
        scenario,
        topic(
            "Signalement",
            staff_roles=[{"id": str(experts.id)}],
            category={"id": str(place.id)},
            channel_name="{topic}-{number}",
            enabled=False,
        ),
        topic("Idée"),
    )
    assert f"<@&{experts.id}>" in page.text
    assert f"<@&{scenario.staff_role.id}>" not in page.text
    assert "`#signalement-001`" in page.text
    assert TEXTS["settings_try_off"].replace("\u00a0", " ") in page.text
    assert labels(page.message)[:2] == ["Signalement", "Idée"]
    place.overwrites[guild.bot_role.id] = overwrite(guild.bot_role, deny=Permissions.MANAGE_CHANNELS)

    await (await page.press("Retour")).press("Essayer")

    assert params.PERMISSION_NAMES["MANAGE_CHANNELS"] in page.text


async def test_files_that_are_tried_are_named(scenario: Scenario) -> None:
    page = await tried(scenario, topic("Preuves", questions=[{"label": "Preuves", "kind": "files"}]))
    press = await page.ask("Preuves")

    sent = await scenario.admin.submit(press, {"files:0:Preuves": [("capture.png", b"x"), ("virus.exe", b"MZ")]})

    await told(sent)
    _, files = await follow_ups(scenario, sent, 2)
    assert f"virus.exe : {TEXTS['answers_file_not_allowed']}" in files.text()
    assert "capture.png" in files.text()


async def test_form_of_a_topic_that_is_gone_says_so_and_opens_nothing(scenario: Scenario) -> None:
    page = await tried(scenario, topic("Signalement", questions=QUESTIONS))
    press = await page.ask("Signalement")
    await with_topics(scenario, topic("Idée"))

    answer = await answered(await scenario.admin.submit(press, {WHO: "Bob"}))

    assert TEXTS["settings_topic_gone"] in answer.text()
    assert not scenario.tickets()


async def test_members_cannot_try(scenario: Scenario) -> None:
    page = await tried(scenario, topic("Signalement", questions=QUESTIONS))
    for custom_id in ("ticket:settings:try:try.1", "ticket:settings:try-open:try.1"):
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}

        answer = await answered(await scenario.bob.forge(scenario.panel, data, message=page.message))

        assert TEXTS["refused_not_administrator"] in answer.text()


async def test_main_and_further_panels_are_tried_from_their_chapter(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement", questions=QUESTIONS), topic("Idée"))
    page, channel = await with_panel(scenario, title="Besoin d’aide ?", topic_ids=["2"])
    await scenario.wait_until(lambda: channel.history)

    await page.press("Essayer")
    assert labels(page.message)[:2] == ["Signalement", "Idée"]
    page = await (await entry(await chapter(scenario))).press("Essayer")

    assert page.message.embeds[1] == channel.history[0].embeds[0]
    assert labels(page.message) == ["Idée", "Retour"]
    press = await scenario.admin.press(page.message, label="Idée")
    await told(press)
    assert not scenario.tickets()
