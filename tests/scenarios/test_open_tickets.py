"""Roles that become staff: whether they are shown the tickets that are open, too, is asked first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import answered
from tests.harness.settings_page import SettingsPage
from tests.scenarios.test_topics import opened, panel, topic, with_topics
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Role

pytestmark = pytest.mark.scenario

TEXTS = params.MESSAGES
YES, NO = TEXTS["settings_open_tickets_button"], TEXTS["settings_no_open_tickets_button"]
QUESTION = "aussi pour"


def newcomer(scenario: Scenario, name: str) -> tuple[Role, Person]:
    role = scenario.guild.add_role(name)
    return role, scenario.guild.add_member(name.lower(), roles=[role], locale="fr")


async def with_ticket_of_a_topic(scenario: Scenario) -> tuple[SettingsPage, Channel]:
    """Start a bot that looks at channels every second; return the topic's page, and a ticket of it."""
    scenario.environment |= {"TICKETBOT_RECOVERY_SECONDS": "1"}
    await scenario.restart_bot()
    await with_topics(scenario, topic("Signalement", staff_roles=[{"id": str(scenario.staff_role.id)}]))
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Signalement"))
    return await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1"), channel


async def test_added_role_sees_open_tickets_if_that_is_wanted(scenario: Scenario) -> None:
    page, channel = await with_ticket_of_a_topic(scenario)
    experts, expert = newcomer(scenario, "Experts")
    helpers, helper = newcomer(scenario, "Helpers")

    await page.set("Équipe", staff_role_ids=[scenario.staff_role, experts])
    assert f"<@&{experts.id}> : aussi pour le ticket déjà ouvert ?" in page.text
    await page.press(NO)
    assert QUESTION not in page.text
    await page.set("Équipe", staff_role_ids=[scenario.staff_role, experts, helpers])
    assert f"<@&{helpers.id}> : aussi" in page.text
    assert not helper.sees(channel), "nothing is done before the answer"
    await scenario.restart_bot()
    await page.press(YES)

    await scenario.wait_until(lambda: helper.sees(channel))
    assert TEXTS["settings_shown"].format(emoji="✅") in page.text
    assert not expert.sees(channel), "the answer was no"
    assert scenario.staff.sees(channel)


async def test_removed_role_is_hidden_from_at_once_and_shown_again_when_that_is_undone(scenario: Scenario) -> None:
    page, channel = await with_ticket_of_a_topic(scenario)
    experts, _ = newcomer(scenario, "Experts")

    await page.set("Équipe", staff_role_ids=[experts])
    await scenario.wait_until(lambda: not scenario.staff.sees(channel))
    await page.press("Annuler")

    assert QUESTION not in page.text
    await scenario.wait_until(lambda: scenario.staff.sees(channel))


async def test_answer_after_another_change_does_nothing(scenario: Scenario) -> None:
    page, channel = await with_ticket_of_a_topic(scenario)
    second = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")
    experts, expert = newcomer(scenario, "Experts")

    await page.set("Équipe", staff_role_ids=[scenario.staff_role, experts])
    await second.set("Texte", emoji="🚨")
    await page.press(YES)

    assert "Rien n’a été fait" in page.text
    assert not expert.sees(channel)


async def test_ticket_config_asks_too_and_hides_from_roles_that_are_staff_no_more(scenario: Scenario) -> None:
    scenario.environment |= {"TICKETBOT_RECOVERY_SECONDS": "1"}
    await scenario.restart_bot()
    channel = await scenario.open_ticket()
    experts, expert = newcomer(scenario, "Experts")

    answer = await answered(await scenario.send_ticket_config(role=experts))
    assert f"<@&{experts.id}> : aussi" in answer.text().replace("\u00a0", " ")
    await scenario.wait_until(lambda: not scenario.staff.sees(channel))
    assert not expert.sees(channel)
    await answered(await scenario.admin.press(answer, label=YES))
    await scenario.wait_until(lambda: expert.sees(channel))
    again = await answered(await scenario.send_ticket_config(role=experts))

    assert QUESTION not in again.text()
