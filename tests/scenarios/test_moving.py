"""``/ticket déplacer``: a ticket gets another topic, with its category and its team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.scenario import CLAIM, CLOSE, MENU, REOPEN, acknowledged, answered, has_button
from tests.scenarios.test_topics import imported, panel, topic, with_topics
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

MOVE = "ticket deplacer"


class Moving:
    """A server with a topic of the support, and one of experts with a category of its own; a ticket of the first."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.experts = scenario.guild.add_role("Experts")
        self.eve = scenario.guild.add_member("eve", roles=[self.experts], locale="en-GB")
        self.place = scenario.guild.add_category("Signalements")
        self.channel: Channel

    def topics(self) -> list[dict[str, Any]]:
        expert = {"staff_roles": [{"id": str(self.experts.id)}], "category": {"id": str(self.place.id)}}
        return [topic("Support"), topic("Signalement", **expert)]

    async def begin(self) -> Channel:
        await with_topics(self.scenario, *self.topics())
        await answered(await self.scenario.alice.press(panel(self.scenario), label="Support"))
        (self.channel,) = self.scenario.tickets()
        await self.scenario.wait_until(lambda: self.channel.history)
        return self.channel

    async def move(self, by: Person, to: str) -> Message:
        """Move the ticket, and return the notice."""
        count = len(self.channel.history)
        await acknowledged(await by.command(MOVE, self.channel, sujet=to))
        await self.scenario.wait_until(lambda: len(self.channel.history) > count)
        return self.channel.history[count]


@pytest.fixture
def moving(scenario: Scenario) -> Moving:
    return Moving(scenario)


async def test_new_team_sees_the_ticket_and_is_mentioned_and_the_old_one_does_not(
    scenario: Scenario, moving: Moving
) -> None:
    channel = await moving.begin()
    await scenario.claim_ticket(channel)
    await answered(await scenario.staff.command("ticket ajouter", channel, membre=scenario.bob))
    name, mark = channel.name, len(scenario.sim.calls)

    notice = await moving.move(scenario.staff, "Signalement")

    assert (channel.parent_id, channel.name) == (moving.place.id, name)
    assert [who.sees(channel) for who in (moving.eve, scenario.alice, scenario.bob)] == [True, True, True]
    assert [who.sees(channel) for who in (scenario.staff, scenario.other_staff)] == [False, False]
    assert moving.eve.was_pinged_by(notice)
    told = params.MESSAGES["moved_text"].format(member=scenario.staff.mention, topic="Signalement")
    assert told in notice.text()
    assert params.MESSAGES["moved_unclaimed"].format(claimer=scenario.staff.mention) in notice.text()
    assert has_button(notice, CLAIM)
    calls = [call.route for call in scenario.sim.calls[mark:] if call.token == "bot"]  # noqa: S105 - a kind of token
    changes = [route for route in calls if not route.startswith("GET")]
    assert changes[:1] == ["PATCH /channels/{channel_id}"]
    assert len([route for route in changes if "/permissions/" in route]) == 3, "one for each role that changes"
    await acknowledged(await moving.eve.press(notice, custom_id=CLAIM))
    await scenario.wait_until(lambda: moving.eve.mention in channel.history[-1].text())


async def test_claimer_of_both_teams_keeps_the_claim(scenario: Scenario, moving: Moving) -> None:
    channel = await moving.begin()
    both = scenario.guild.add_member("bea", roles=[moving.experts, scenario.staff_role], locale="fr")
    await scenario.claim_ticket(channel, both)

    notice = await moving.move(scenario.staff, "2")

    assert not has_button(notice, CLAIM)
    assert both.mention not in notice.text()


async def test_full_category_overflows_or_refuses(scenario: Scenario, moving: Moving) -> None:
    channel = await moving.begin()
    for number in range(50):
        scenario.guild.add_text_channel(f"plein-{number}", parent=moving.place)

    answer = await answered(await scenario.staff.command(MOVE, channel, sujet="Signalement"))

    assert params.MESSAGES["refused_category_full"] in answer.text()
    assert (scenario.staff.sees(channel), moving.eve.sees(channel)) == (True, False)
    assert channel.parent_id == scenario.category.id
    spare = scenario.guild.add_category("Signalements 2")
    topics = moving.topics()
    topics[1]["overflow_categories"] = [{"id": str(spare.id)}]
    await with_topics(scenario, *topics)
    await moving.move(scenario.staff, "Signalement")
    assert channel.parent_id == spare.id
    assert moving.eve.sees(channel)


async def test_menu_and_typing_offer_the_topics(scenario: Scenario, moving: Moving) -> None:
    channel = await moving.begin()
    typing = await scenario.staff.autocomplete(MOVE, channel, focused="sujet", sujet="sig")
    await typing.acknowledged()
    assert typing.choices == [{"name": "Signalement", "value": "2"}]
    menu = await answered(await scenario.press(scenario.staff, channel, MENU))
    question = await answered(await scenario.staff.select(menu, "ticket:do", ["move"]))

    await acknowledged(await scenario.staff.select(question, "ticket:with:move", ["2"]))

    await scenario.wait_until(lambda: channel.parent_id == moving.place.id)
    await scenario.wait_until(lambda: moving.eve.was_pinged_by(channel.history[-1]))


async def test_refusals_are_told_in_the_language_of_whoever_asks(scenario: Scenario, moving: Moving) -> None:
    channel = await moving.begin()
    sue = scenario.guild.add_member("sue", roles=[scenario.staff_role], locale="en-US")

    same = await answered(await sue.command(MOVE, channel, sujet="Support"))
    unknown = await answered(await sue.command(MOVE, channel, sujet="Nothing"))
    opener = await answered(await scenario.alice.command(MOVE, channel, sujet="2"))

    assert english.MESSAGES["refused_same_topic"] in same.text()
    assert english.MESSAGES["refused_unknown_topic"] in unknown.text()
    assert params.MESSAGES["refused_not_staff"] in opener.text()
    assert len(channel.history) == 1


async def test_moved_ticket_keeps_its_team_when_the_topic_is_deleted(scenario: Scenario, moving: Moving) -> None:
    channel = await moving.begin()
    await moving.move(scenario.staff, "Signalement")

    code, out = await imported(scenario, topic("Support", id=1))
    assert code == 0, out

    await acknowledged(await moving.eve.command("ticket prendre", channel))
    await scenario.wait_until(lambda: moving.eve.mention in channel.history[-1].text())
    refused = await answered(await scenario.forge(scenario.staff, channel.history[-1], "ticket:close"))
    assert params.MESSAGES["refused_not_participant"] in refused.text()


async def test_closed_ticket_is_moved_and_stays_closed(scenario: Scenario, moving: Moving) -> None:
    channel = await moving.begin()
    await scenario.close_ticket(channel)

    notice = await moving.move(scenario.staff, "Signalement")

    assert channel.parent_id == moving.place.id
    assert [who.sees(channel) for who in (moving.eve, scenario.staff, scenario.alice)] == [True, False, False]
    assert moving.eve.was_pinged_by(notice)
    assert not has_button(notice, CLAIM)
    assert not has_button(notice, CLOSE)
    await acknowledged(await scenario.press(moving.eve, channel, REOPEN))
    await scenario.wait_until(lambda: scenario.alice.sees(channel))
    assert channel.parent_id == moving.place.id


async def test_closed_ticket_stays_among_the_closed_ones_and_is_reopened_at_its_new_topics_place(
    scenario: Scenario, moving: Moving
) -> None:
    channel = await moving.begin()
    closed = scenario.guild.add_category("Fermés")
    await with_topics(scenario, *moving.topics(), closing={"category": {"id": str(closed.id)}})
    await scenario.close_ticket(channel)

    await moving.move(scenario.staff, "Signalement")

    assert (channel.parent_id, moving.eve.sees(channel)) == (closed.id, True)
    await acknowledged(await scenario.press(moving.eve, channel, REOPEN))
    await scenario.wait_until(lambda: channel.parent_id == moving.place.id)
