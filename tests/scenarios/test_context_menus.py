"""Context menus: a ticket about a message, and one that staff opens for a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLAIM, acknowledged, answered, has_button, page_of
from tests.scenarios.test_topics import opened, topic, with_topics
from tests.simulator.interactions import wait_until
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

ABOUT, FOR = "Ouvrir un ticket", "Ouvrir un ticket pour…"
SELECT_ABOUT, SELECT_FOR = "ticket:about", "ticket:for"
INSULT = "Vous êtes **tous** des tricheurs, @everyone"


async def insult(scenario: Scenario) -> Message:
    channel = scenario.guild.add_text_channel("general")
    return await scenario.bob.write(channel, INSULT)


async def choose(member: Person, question: Message, base: str, topic_id: int) -> Interaction:
    (select,) = [one for one in question.all_components() if one["type"] == 3]
    assert select["custom_id"].startswith(f"{base}:")
    return await member.select(question, select["custom_id"], [str(topic_id)])


async def chosen(member: Person, question: Message, base: str, topic_id: int) -> Interaction:
    """Choose a topic, and wait until the question was replaced by the link."""
    press = await choose(member, question, base, topic_id)
    await wait_until(lambda: press.edits, 30.0)
    return press


def assert_quoted(scenario: Scenario, channel: Channel, message: Message) -> None:
    """Check that the message is quoted with author, time and link, and that its author does not see the ticket."""
    shown = "\n".join(one.text() for one in channel.history)
    link = f"https://discord.com/channels/{scenario.guild.guild.id}/{message.channel.id}/{message.id}"
    assert all(words in shown for words in (INSULT, f"<@{scenario.bob.id}>", "<t:", link))
    authors = [embed["author"]["name"] for one in channel.history for embed in one.embeds if "author" in embed]
    assert authors == ["bob"]
    assert not any(scenario.bob.was_pinged_by(one) or scenario.admin.was_pinged_by(one) for one in channel.history)
    assert not scenario.bob.sees(channel)


async def test_message_is_quoted_in_the_ticket_of_whoever_chose_it(scenario: Scenario) -> None:
    message = await insult(scenario)

    channel = await opened(scenario, await scenario.alice.menu_command(ABOUT, message))

    assert_quoted(scenario, channel, message)
    assert scenario.alice.sees(channel)
    assert scenario.alice.was_pinged_by(channel.history[0])
    assert channel.name == "001-alice-martin"


async def test_one_topic_without_a_form_is_taken_at_once(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Ancien", enabled=False))
    message = await insult(scenario)

    channel = await opened(scenario, await scenario.alice.menu_command(ABOUT, message))

    assert "Signalement" in channel.history[0].text()
    assert_quoted(scenario, channel, message)


async def test_one_of_several_topics_is_chosen_first(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Candidature"))
    message = await insult(scenario)
    question = await answered(await scenario.alice.menu_command(ABOUT, message))
    assert question.shown_only_to == scenario.alice.id
    assert INSULT in question.text()
    await scenario.restart_bot()

    channel = await opened(scenario, await chosen(scenario.alice, question, SELECT_ABOUT, 2))

    assert "Candidature" in channel.history[0].text()
    assert_quoted(scenario, channel, message)


async def test_form_of_the_topic_is_filled_in_first(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement", questions=[{"label": "Pourquoi ?", "kind": "short"}]))
    message = await insult(scenario)
    question = await answered(await scenario.alice.menu_command(ABOUT, message))
    form = await choose(scenario.alice, question, SELECT_ABOUT, 1)
    await form.acknowledged()

    channel = await opened(
        scenario, await scenario.alice.submit(form, {"short:0:Pourquoi ?": "Il insulte tout le monde"})
    )

    assert "Il insulte tout le monde" in channel.history[0].text()
    assert_quoted(scenario, channel, message)


async def test_member_with_a_ticket_is_shown_it(scenario: Scenario) -> None:
    message = await insult(scenario)
    channel = await scenario.open_ticket()

    answer = await answered(await scenario.alice.menu_command(ABOUT, message))

    assert params.MESSAGES["refused_already_open"].format(channel=f"<#{channel.id}>") in answer.text()


async def test_staff_opens_for_a_member_and_may_claim(scenario: Scenario) -> None:
    channel = await opened(scenario, await scenario.staff.menu_command(FOR, scenario.alice))

    welcome = channel.history[0]
    assert scenario.alice.was_pinged_by(welcome)
    assert scenario.alice.sees(channel)
    greeting = params.MESSAGES["welcome_for_text"]
    assert greeting.format(opener=scenario.alice.mention, member=scenario.staff.mention) in welcome.text()
    refused = await answered(await scenario.press(scenario.alice, channel, CLAIM))
    assert params.MESSAGES["refused_opener_cannot_claim"] in refused.text()
    await scenario.claim_ticket(channel)
    told = (await answered(await scenario.staff.command("ticket infos", channel))).text()
    assert params.MESSAGES["infos_opened_for"] in told
    await scenario.close_ticket(channel)
    assert not scenario.alice.sees(channel)
    page = page_of(await scenario.delete_ticket(channel))
    assert "Ouvert pour" in page
    assert page.index("<bdi>Sam</bdi>") < page.index("<bdi>Alice Martin</bdi>")


async def test_opening_for_a_member_counts_for_their_limit(scenario: Scenario) -> None:
    channel = await opened(scenario, await scenario.staff.menu_command(FOR, scenario.alice))

    again = await answered(await scenario.staff.menu_command(FOR, scenario.alice))
    own = await answered(await scenario.press_open(scenario.alice))

    told = params.MESSAGES["refused_opener_limit"]
    assert told.format(member=scenario.alice.mention, channel=f"<#{channel.id}>") in again.text()
    assert again.shown_only_to == scenario.staff.id
    assert f"<#{channel.id}>" in own.text()


async def test_staff_is_offered_the_topics_of_which_they_are_staff(scenario: Scenario) -> None:
    experts = scenario.guild.add_role("Experts")
    eve = scenario.guild.add_member("eve", roles=[experts], locale="en-GB")
    reference = [{"id": str(experts.id)}]
    questions = [{"label": "Pourquoi ?", "kind": "short"}]
    await with_topics(
        scenario,
        topic("Support"),
        topic("Signalement", staff_roles=reference, questions=questions),
        topic("Candidature", staff_roles=reference),
    )

    question = await answered(await eve.menu_command(FOR, scenario.alice))

    (select,) = [one for one in question.all_components() if one["type"] == 3]
    assert [one["label"] for one in select["options"]] == ["Signalement", "Candidature"]
    assert english.MESSAGES["panel_topics_placeholder"] == select["placeholder"]
    await scenario.restart_bot()
    channel = await opened(scenario, await chosen(eve, question, SELECT_FOR, 2))
    assert channel.name == "001-alice-martin", "the form is not asked of the staff"
    assert eve.sees(channel)
    assert not scenario.staff.sees(channel)


async def test_emoji_that_was_deleted_keeps_no_question_from_being_asked(scenario: Scenario) -> None:
    emojis = scenario.guild.guild.emojis
    emojis[123456789012345678] = "alerte"
    await with_topics(scenario, topic("Support", emoji="<:alerte:123456789012345678>"), topic("Idée", emoji="💡"))
    emojis.clear()

    about = await answered(await scenario.alice.menu_command(ABOUT, await insult(scenario)))
    question = await answered(await scenario.staff.menu_command(FOR, scenario.alice))

    for asked in (about, question):
        (select,) = [one for one in asked.all_components() if one["type"] == 3]
        assert [one.get("emoji", {}).get("name") for one in select["options"]] == [None, "💡"]


@pytest.mark.parametrize("who", ["alice", "topic"])
async def test_others_than_staff_are_refused(scenario: Scenario, who: str) -> None:
    if who == "topic":
        experts = scenario.guild.add_role("Experts")
        await with_topics(scenario, topic("Signalement", staff_roles=[{"id": str(experts.id)}]))
    member = scenario.staff if who == "topic" else scenario.alice

    answer = await answered(await member.menu_command(FOR, scenario.bob))

    assert params.MESSAGES["refused_not_staff"] in answer.text()
    assert not scenario.tickets()


async def test_staff_cannot_open_for_themselves_or_a_bot(scenario: Scenario) -> None:
    bot = scenario.guild.bot
    own = await answered(await scenario.staff.menu_command(FOR, scenario.staff))
    for_bot = await answered(await scenario.staff.menu_command(FOR, bot))

    assert params.MESSAGES["refused_own_ticket"] in own.text()
    assert params.MESSAGES["refused_bot_opener"] in for_bot.text()
    assert not scenario.tickets()


async def test_role_that_was_taken_away_after_the_question_is_missed(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Support"), topic("Signalement"))
    question = await answered(await scenario.staff.menu_command(FOR, scenario.alice))
    scenario.staff.member.role_ids.remove(scenario.staff_role.id)

    answer = await answered(await choose(scenario.staff, question, SELECT_FOR, 1))

    assert params.MESSAGES["refused_not_staff"] in answer.text()
    assert not scenario.tickets()


async def test_commands_are_named_in_both_languages(scenario: Scenario) -> None:
    offered = {command.name: command.body for command in scenario.alice.commands() if command.key[0] != 1}

    assert offered.keys() == {ABOUT, FOR}
    assert offered[ABOUT]["name_localizations"]["en-GB"] == "Open a ticket"
    assert offered[FOR]["name_localizations"]["en-US"] == "Open a ticket for…"
    assert not any(has_button(message, CLAIM) for message in scenario.bot_messages())
    await acknowledged(await scenario.alice.menu_command(ABOUT, await insult(scenario)))
