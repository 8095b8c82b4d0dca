"""Canned replies: ``/ticket réponse``, what it offers, and the menu's list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.scenario import MENU, acknowledged, answered
from tests.scenarios.test_topics import exported, imported, with_topics
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.members import Person
    from tests.simulator.state import Channel

pytestmark = pytest.mark.scenario

REPLIES: list[dict[str, Any]] = [
    {"name": "Bienvenue", "text": "Bonjour {member}, {staff} suit le ticket {number} ({topic}). {autre} @everyone"},
    {"name": "Preuves", "text": "Joignez vos preuves."},
]


def many(count: int) -> list[dict[str, Any]]:
    return [{"name": f"Réponse {number:02d}", "text": f"Texte {number:02d}"} for number in range(count)]


async def offered(member: Person, channel: Channel, typed: str) -> list[str]:
    typing = await member.autocomplete("ticket reponse", channel, focused="reponse", reponse=typed)
    await typing.acknowledged()
    assert not typing.failed, typing.failure
    assert typing.choices is not None
    assert all(choice["name"] == choice["value"] for choice in typing.choices)
    return [choice["name"] for choice in typing.choices]


async def test_reply_is_filled_in_and_notifies_nobody(scenario: Scenario) -> None:
    await with_topics(scenario, replies=REPLIES)
    channel = await scenario.open_ticket()
    mark = len(scenario.sim.calls)

    await acknowledged(await scenario.staff.command("ticket reponse", channel, reponse="bienvenue"))

    await scenario.wait_until(lambda: len(channel.history) == 2)
    reply = channel.history[-1]
    alice, sam = scenario.alice.mention, scenario.staff.mention
    assert f"Bonjour {alice}, {sam} suit le ticket 001 (ticket). {{autre}} @everyone" in reply.text()
    assert not any(scenario.alice.was_pinged_by(one) for one in channel.history[1:])
    assert not reply.mention_everyone
    assert not [call for call in scenario.sim.calls[mark:] if "/messages" in call.route], "the answer is the reply"


async def test_what_is_typed_chooses_what_is_offered(scenario: Scenario) -> None:
    await with_topics(scenario, replies=[*many(40), {"name": "Autre Réponse 07", "text": "x"}])
    channel = await scenario.open_ticket()

    assert await offered(scenario.staff, channel, "") == [f"Réponse {number:02d}" for number in range(25)]
    assert await offered(scenario.staff, channel, "RÉPONSE 07") == ["Réponse 07", "Autre Réponse 07"]
    assert await offered(scenario.staff, channel, "nothing") == []
    assert await offered(scenario.alice, channel, "") == []
    await scenario.restart_bot()
    assert await offered(scenario.admin, channel, "autre") == ["Autre Réponse 07"]


async def test_menu_lists_all_replies(scenario: Scenario) -> None:
    await with_topics(scenario, replies=many(50))
    channel = await scenario.open_ticket()
    menu = await answered(await scenario.press(scenario.staff, channel, MENU))
    press = await scenario.staff.select(menu, "ticket:do", ["reply"])
    question = await answered(press)
    selects = [one for one in question.all_components() if one["type"] == 3]
    assert [len(one["options"]) for one in selects] == [25, 25]

    await acknowledged(await scenario.staff.select(question, selects[1]["custom_id"], ["Réponse 49"]))

    await scenario.wait_until(lambda: len(channel.history) == 2)
    assert "Texte 49" in channel.history[-1].text()


async def test_unknown_reply_and_other_members_are_refused(scenario: Scenario) -> None:
    await with_topics(scenario, replies=REPLIES)
    channel = await scenario.open_ticket()
    sue = scenario.guild.add_member("sue", roles=[scenario.staff_role], locale="en-GB")

    unknown = await answered(await sue.command("ticket reponse", channel, reponse="Au revoir"))
    opener = await answered(await scenario.alice.command("ticket reponse", channel, reponse="Preuves"))

    assert english.MESSAGES["refused_unknown_reply"] in unknown.text()
    assert params.MESSAGES["refused_not_staff"] in opener.text()
    assert opener.shown_only_to == scenario.alice.id
    assert len(channel.history) == 1


async def test_replies_are_exported_and_wrong_ones_refused(scenario: Scenario) -> None:
    await with_topics(scenario, replies=REPLIES)

    assert (await exported(scenario))["replies"] == REPLIES
    code, out = await imported(scenario, replies=[{"name": "a", "text": "x"}, {"name": "A", "text": " "}])
    assert code != 0
    assert "  reply 'A': Another reply has this name already.\n" in out
    assert out.endswith("  reply 'A': The text of a reply has 1 to 2,000 characters.\n")
    assert (await exported(scenario))["replies"] == REPLIES
