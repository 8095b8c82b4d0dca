"""What the other staff see of a claimed ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, CLOSE, MENU, REOPEN, acknowledged, answered, has_button
from tests.harness.settings_page import SettingsPage
from tests.scenarios.test_closing_settings import configure
from tests.scenarios.test_topics import exported, opened, panel, topic, with_topics
from tests.simulator.permissions import Permissions
from ticketbot.config import params
from ticketbot.tickets.permissions import NEEDED_FOR_NOTES

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario

WRITE = Permissions.SEND_MESSAGES
THREADS = Permissions.SEND_MESSAGES_IN_THREADS
OVERWRITES = "/permissions/"


def shown(channel: Channel) -> dict[int, tuple[int, int]]:
    return {one: (int(found.allow), int(found.deny)) for one, found in channel.overwrites.items()}


def may(member: Person, channel: Channel) -> tuple[bool, bool]:
    """Return whether a member sees a channel, and whether they write there."""
    return member.sees(channel), bool(member.permissions(channel) & WRITE)


async def test_hidden_ticket_is_seen_by_its_claimer_until_it_is_given_up(scenario: Scenario) -> None:
    await configure(scenario, claim_mode="hidden")
    channel = await scenario.open_ticket()
    before = shown(channel)
    mark = len(scenario.sim.calls)

    notice = await scenario.claim_ticket(channel)

    calls = [call for call in scenario.sim.calls[mark:] if call.token == "bot"]  # noqa: S105 - a kind of token
    assert len([call for call in calls if OVERWRITES in call.route]) == 3, "one for the claimer, and for each role"
    assert may(scenario.staff, channel) == (True, True)
    assert may(scenario.other_staff, channel) == (False, False)
    assert may(scenario.admin, channel) == (True, True)
    assert may(scenario.alice, channel) == (True, True)
    assert scenario.staff.sees(notice)

    await answered(await scenario.staff.command("ticket transferer", channel, membre=scenario.other_staff))
    assert (may(scenario.staff, channel)[0], may(scenario.other_staff, channel)) == (False, (True, True))

    await answered(await scenario.admin.command("ticket liberer", channel))
    assert shown(channel) == before


async def test_read_only_ticket_is_read_by_the_others(scenario: Scenario) -> None:
    await configure(scenario, claim_mode="read_only")
    channel = await scenario.open_ticket()
    before = shown(channel)
    await scenario.claim_ticket(channel)

    assert may(scenario.other_staff, channel) == (True, False)
    assert not scenario.other_staff.permissions(channel) & THREADS
    assert may(scenario.staff, channel) == (True, True)
    assert scenario.staff.permissions(channel) & THREADS

    await scenario.close_ticket(channel)
    await acknowledged(await scenario.press(scenario.other_staff, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    assert may(scenario.other_staff, channel) == (True, False)

    menu = await answered(await scenario.press(scenario.other_staff, channel, MENU))
    await acknowledged(await scenario.other_staff.select(menu, "ticket:do", ["unclaim"]))
    await scenario.wait_until(lambda: shown(channel) == before)


@pytest.mark.parametrize("claimed_tickets", ["hidden", "read_only"])
async def test_colleague_is_added_to_a_claimed_ticket_and_leaves_no_trace(
    scenario: Scenario, claimed_tickets: str
) -> None:
    scenario.guild.bot_role.permissions |= Permissions(int(NEEDED_FOR_NOTES))
    await configure(scenario, claim_mode=claimed_tickets, notes=True)
    channel = await scenario.open_ticket()
    before = shown(channel)
    await scenario.claim_ticket(channel)
    claimed = shown(channel)
    third = scenario.guild.add_member("noa", roles=[scenario.second_role], locale="fr")

    mark = len(scenario.sim.calls)
    await answered(await scenario.staff.command("ticket ajouter", channel, membre=scenario.other_staff))
    assert sum(OVERWRITES in call.route for call in scenario.sim.calls[mark:]) == 1
    assert may(scenario.other_staff, channel) == (True, True)
    assert may(third, channel) == (claimed_tickets == "read_only", False)
    refused = await answered(await scenario.staff.command("ticket ajouter", channel, membre=scenario.other_staff))
    assert "voit déjà ce ticket" in refused.text()
    await answered(await scenario.other_staff.command("ticket verrouiller", channel))
    assert may(scenario.other_staff, channel) == (True, True), "staff are never locked"
    await answered(await scenario.other_staff.command("ticket deverrouiller", channel))

    await answered(await scenario.staff.command("ticket retirer", channel, membre=scenario.other_staff))
    assert shown(channel) == claimed

    await answered(await scenario.staff.command("ticket ajouter", channel, membre=scenario.other_staff))
    await answered(await scenario.staff.command("ticket transferer", channel, membre=third))
    assert may(scenario.other_staff, channel) == (True, True), "whoever was added stays"
    await answered(await third.command("ticket note", channel, texte="Averti."))
    (thread,) = [one for one in scenario.sim.discord.channels.values() if one.parent_id == channel.id]
    assert scenario.other_staff.sees(thread)
    assert not scenario.alice.sees(thread)
    infos = await answered(await third.command("ticket infos", channel))
    assert scenario.other_staff.mention in infos.text()

    await answered(await scenario.admin.command("ticket liberer", channel))
    notes = int(Permissions.MANAGE_THREADS)
    without_notes = {one: (allow & ~notes, deny & ~notes) for one, (allow, deny) in shown(channel).items()}
    assert without_notes == before


async def test_mode_works_where_the_bot_cannot_deny_threads(scenario: Scenario) -> None:
    await configure(scenario, claim_mode="read_only")
    channel = await scenario.open_ticket()
    everyone = scenario.guild.guild.roles[scenario.guild.guild.id]
    everyone.permissions &= ~(Permissions.CREATE_PUBLIC_THREADS | Permissions.SEND_MESSAGES_IN_THREADS)

    await scenario.claim_ticket(channel)

    assert may(scenario.other_staff, channel) == (True, False)
    assert may(scenario.staff, channel) == (True, True)


async def test_topics_have_modes_of_their_own_and_a_moved_ticket_follows(scenario: Scenario) -> None:
    everybody = topic("Support", claim_mode="show")
    await with_topics(scenario, everybody, topic("Plainte"), claim_mode="hidden")
    exported_file = await exported(scenario)
    assert (exported_file["claim_mode"], exported_file["topics"][0]["claim_mode"]) == ("hidden", "show")
    assert "claim_mode" not in exported_file["topics"][1]
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Support"))
    before = shown(channel)
    await scenario.claim_ticket(channel)
    assert shown(channel) == before

    await acknowledged(await scenario.staff.command("ticket deplacer", channel, sujet="Plainte"))
    await scenario.wait_until(lambda: not scenario.other_staff.sees(channel))
    assert may(scenario.staff, channel) == (True, True)

    await scenario.wait_until(lambda: len(channel.history) == 3)
    await acknowledged(await scenario.staff.command("ticket deplacer", channel, sujet="Support"))
    await scenario.wait_until(lambda: shown(channel) == before)


async def test_mode_is_set_on_the_settings_page(scenario: Scenario) -> None:
    page = await (await SettingsPage.open(scenario)).go("claiming")
    await page.set("Prise en charge", claim_mode="read_only")
    assert params.MESSAGES["settings_choice_claim_mode_read_only"] in page.text
    channel = await scenario.open_ticket()
    await scenario.claim_ticket(channel)
    assert may(scenario.other_staff, channel) == (True, False)

    await page.press("Annuler")

    assert params.MESSAGES["settings_choice_claim_mode_read_only"] not in page.text
    await answered(await scenario.staff.command("ticket liberer", channel))
    assert may(scenario.other_staff, channel) == (True, True)


async def test_topics_rules_hold_its_mode(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Plainte"))
    page = await (await (await SettingsPage.open(scenario)).go("topics")).go("topic.1")

    await page.set("Règles", claim_mode="hidden")

    assert params.MESSAGES["settings_choice_claim_mode_hidden"] in page.text
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Plainte"))
    await scenario.claim_ticket(channel)
    assert not scenario.other_staff.sees(channel)


async def test_claim_without_manage_roles_is_refused_and_nothing_changes(scenario: Scenario) -> None:
    await configure(scenario, claim_mode="hidden")
    channel = await scenario.open_ticket()
    before = shown(channel)
    scenario.guild.bot_role.permissions &= ~Permissions.MANAGE_ROLES

    answer = await answered(await scenario.press(scenario.staff, channel, CLAIM))

    assert answer.shown_only_to == scenario.staff.id
    assert shown(channel) == before
    assert has_button(channel.history[-1], CLOSE)
