from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.scenarios.world import CLAIM, CLOSE, DELETE, REOPEN, acknowledged, answered, page_of
from tests.simulator.faults import Drop, Respond, server_error
from tests.simulator.interactions import CallbackType
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario

FRENCH, ENGLISH = params.MESSAGES, english.MESSAGES
EDIT_MESSAGE = "PATCH /channels/{channel_id}/messages/{message_id}"
REGISTER = "POST /applications/{application_id}/commands"


async def test_english_member_of_a_french_server_is_answered_in_english_and_all_read_french(world: World) -> None:
    kate = world.guild.add_member("kate", locale="en-GB")
    tom = world.guild.add_member("tom", roles=[world.staff_role], locale="en-US")

    answer = await answered(await world.press_open(kate))
    (channel,) = world.tickets()
    assert ENGLISH["opened_title"].removeprefix("{emoji}") in answer.text()
    assert english.EMBED_FOOTER_TEXT in str(answer.embeds)
    assert ENGLISH["refused_already_open"].partition("{")[0] in (await answered(await world.press_open(kate))).text()
    await world.until(lambda: channel.history)
    assert FRENCH["welcome_text"].partition("{opener}")[2] in channel.history[0].text()

    await acknowledged(await world.press(tom, channel, CLAIM))
    await world.until(lambda: FRENCH["claimed_title"].removeprefix("{emoji}") in channel.history[-1].text())
    await world.closed(channel, tom)
    assert FRENCH["closed_title"].removeprefix("{emoji}") in channel.history[-1].text()
    question = await answered(await world.press(tom, channel, DELETE))
    assert ENGLISH["deletion_question_title"].removeprefix("{emoji}") in question.text()
    assert ENGLISH["confirm_button"] in str(question.buttons)

    unknown = await answered(await world.forge(kate, world.panels()[0], "ticket:explode"))
    assert ENGLISH["unknown"] in unknown.text()
    jens = world.guild.add_member("jens", locale="de")
    assert FRENCH["opened_title"].removeprefix("{emoji}") in (await answered(await world.press_open(jens))).text()

    archived = await world.deleted(channel, tom)
    assert FRENCH["transcript_opener"] in archived.text()
    assert '<html lang="fr"' in page_of(archived)


async def test_english_server_is_spoken_to_in_english_and_its_french_members_in_french(empty: World) -> None:
    empty.guild.guild.locale = "en-US"
    empty.guild.guild.features.append("COMMUNITY")
    await empty.start_bot()

    assert FRENCH["configured_title"].removeprefix("{emoji}") in (await answered(await empty.configure())).text()
    (panel,) = empty.panels()
    assert ENGLISH["panel_title"].removeprefix("{emoji}") in panel.text()
    assert ENGLISH["panel_button"] in str(panel.buttons)
    channel = await empty.opened()
    assert ENGLISH["claim_button"] in str(channel.history[0].buttons)
    await empty.restart_bot()
    await empty.closed(channel)
    assert ENGLISH["closed_title"].removeprefix("{emoji}") in channel.history[-1].text()
    assert (
        FRENCH["deletion_question_title"].removeprefix("{emoji}")
        in (await answered(await empty.press(empty.staff, channel, DELETE))).text()
    )

    archived = await empty.deleted(channel)
    assert ENGLISH["transcript_opener"] in archived.text()
    assert '<html lang="en"' in page_of(archived)


async def test_panel_speaks_what_was_wanted_or_the_servers_language_or_french(world: World) -> None:
    for locale, community, options, spoken in (
        ("en-US", False, {}, FRENCH),  # what Discord says of a server that never chose: its administrator is French
        ("en-US", False, {"langue": "en"}, ENGLISH),
        ("fr", True, {"langue": "en"}, ENGLISH),
        ("en-US", True, {"langue": "fr"}, FRENCH),
        ("en-GB", True, {}, ENGLISH),
        ("de", True, {}, FRENCH),
    ):
        world.guild.guild.locale = locale
        world.guild.guild.features[:] = ["COMMUNITY"] if community else []

        await answered(await world.configure(**options))

        assert spoken["panel_title"].removeprefix("{emoji}") in world.panels()[0].text(), (locale, community, options)


async def test_command_is_shown_in_each_language_and_registered_once(world: World) -> None:
    (command,) = world.admin.commands(world.panel)

    french, british, german = (command.shown(locale) for locale in ("fr", "en-GB", "de"))
    assert {shown["name"] for shown in (french, british, german)} == {"ticket-config"}
    assert french["description"] == german["description"] == FRENCH["command_text"]
    assert british["description"] == ENGLISH["command_text"]
    names = [[option["name"] for option in shown["options"]] for shown in (french, british, german)]
    assert names[0][:5] == ["salon", "transcription", "catégorie", "rôle", "rôle2"]
    assert names[1][:5] == ["panel", "transcripts", "category", "role", "role2"]
    assert names[2][:5] == ["salon", "transcription", "category", "role", "role2"]
    assert british["options"][4]["description"] == ENGLISH["option_other_role_text"]

    await world.restart_bot()
    assert len(world.sim.calls_to(REGISTER)) == 1


# The owner's texts.


def owned(world: World, text: str) -> None:
    file = world.folder / "texts.toml"
    file.write_text(text, encoding="utf-8")
    world.environment["TICKETBOT_PARAMS"] = str(file)


async def test_owners_texts_looks_and_emojis_are_shown(empty: World) -> None:
    owned(
        empty,
        """
        EMBED_COLOR = "#102030"
        EMBED_FOOTER_TEXT = "Chez Léa"
        EMOJIS.open = "🎟️"
        EMOJIS.close = "<:bye:123456789012345678>"
        MESSAGES.fr.panel_title = "Par ici"
        MESSAGES.fr.welcome_title = "{number} pour vous"
        MESSAGES.fr.command_text = "Régler les tickets"
        """,
    )
    await empty.start_bot()
    await empty.configured()

    (panel,) = empty.panels()
    embed: dict[str, Any] = panel.embeds[0]
    assert (embed["title"], embed["color"], embed["footer"]["text"]) == ("Par ici", 0x102030, "Chez Léa")
    assert panel.buttons[0]["emoji"]["name"] == "🎟️"
    assert "🎟️" in panel.text()
    channel = await empty.opened()
    assert channel.history[0].embeds[0]["title"] == "001 pour vous"
    assert channel.history[0].buttons[1]["emoji"]["id"] == "123456789012345678"
    await empty.closed(channel)
    assert channel.history[-1].embeds[0]["title"].startswith("<:bye:123456789012345678> ")
    assert empty.admin.commands(empty.panel)[0].shown("fr")["description"] == "Régler les tickets"

    del empty.environment["TICKETBOT_PARAMS"]
    await empty.restart_bot()
    assert empty.admin.commands(empty.panel)[0].shown("fr")["description"] == FRENCH["command_text"]
    assert len(empty.sim.calls_to(REGISTER)) == 2


async def test_standing_panel_shows_the_owners_new_words_after_a_restart(world: World) -> None:
    panels = world.panels()
    owned(world, 'MESSAGES.fr.panel_title = "Par ici"')

    await world.restart_bot()
    await world.until(lambda: panels[0].embeds[0]["title"] == "Par ici")
    await world.restart_bot()
    await world.opened()

    assert world.panels() == panels
    assert len(world.sim.calls_to(EDIT_MESSAGE)) == 1


async def test_panel_that_somebody_deleted_stays_away(world: World) -> None:
    world.guild.delete_message(world.panels()[0])
    owned(world, 'MESSAGES.fr.panel_title = "Par ici"')

    bot = await world.restart_bot()
    await bot.wait_for("panels that show new words: 1")

    assert not world.panels()


async def test_mistake_in_the_owners_file_ends_the_start(empty: World) -> None:
    owned(empty, 'MESSAGES.fr.opened_text = "Ici"')

    bot = await empty.spawn_bot()

    assert await bot.process.wait() == 2
    assert bot.lines() == [
        f"ticketbot cannot start: {empty.folder / 'texts.toml'} (TICKETBOT_PARAMS) has 1 mistake:",
        "  MESSAGES.fr.opened_text: {channel} is missing; put it where it is to stand.",
    ]


OTHER_WORDS = """
MESSAGES.fr.topic = "{opened_at} {opener} {number}: voici"
MESSAGES.fr.welcome_title = "Bienvenue : {number}"
MESSAGES.fr.claimed_text = "{claimer} arrive."
MESSAGES.fr.closed_title = "Fini"
MESSAGES.fr.reopened_title = "Encore"
"""


async def with_other_words(world: World, finishes: int) -> None:
    """Kill the bot, and start it with other words: what is unfinished is finished then."""
    await world.bots[0].kill()
    world.forget_bots()
    world.sim.faults.clear()
    for message in world.bot_messages():
        message.nonce = None  # that is remembered for minutes only
    owned(world, OTHER_WORDS)
    bot = await world.start_bot(TICKETBOT_RECOVERY_SECONDS="0.2", TICKETBOT_RECOVERY_PATIENCE="0.2")
    await bot.wait_for(f"recovery finished {finishes} ")


@pytest.fixture
async def unattended(empty: World) -> World:
    """A server whose bot finishes nothing by itself. Over signed HTTP all that follows is the same."""
    if empty.mode == "rest":
        pytest.skip("once is enough")
    await empty.start_bot(TICKETBOT_RECOVERY_SECONDS="3600")
    await empty.configured()
    return empty


async def test_lost_channel_is_found_whatever_its_topic_is_worded_like_now(unattended: World) -> None:
    unattended.sim.faults.add("POST /guilds/{guild_id}/channels", Drop(after=True))
    unattended.sim.faults.add("GET /guilds/{guild_id}/channels", server_error(500), times=9)
    await answered(await unattended.press_open(unattended.alice))

    await with_other_words(unattended, 1)

    (channel,) = unattended.tickets()
    assert [message.embeds[0]["title"] for message in channel.history] == ["Bienvenue : 001"]


async def test_notices_that_stand_are_found_whatever_they_are_worded_like_now(unattended: World) -> None:
    world = unattended
    members = [world.guild.add_member(name, locale="fr") for name in ("ana", "eva", "ida", "ada")]
    claimed, closed, reopened = [await world.opened(member) for member in members[:3]]
    await world.closed(reopened)
    counts = {channel.id: len(channel.history) for channel in (claimed, closed, reopened)}

    # Every notice stands, and the bot does not learn that it does.
    world.sim.faults.add("POST /channels/{channel_id}/messages", Drop(after=True), times=99)
    expired = Respond(404, {"message": "Unknown", "code": 10062})
    world.sim.faults.add(lambda call: "callback" in call.route and call.json["type"] == CallbackType.MESSAGE, expired)
    await world.press(world.staff, claimed, CLAIM)
    await world.until(lambda: len(claimed.history) > counts[claimed.id])
    await acknowledged(await world.press(world.staff, closed, CLOSE))
    await acknowledged(await world.press(world.staff, reopened, REOPEN))
    await acknowledged(await world.press_open(members[3]))
    await world.until(lambda: len(world.tickets()) == 4 and world.tickets()[3].history)
    await world.until(lambda: all(len(channel.history) > counts.get(channel.id, 0) for channel in world.tickets()))
    before = [message.id for channel in world.tickets() for message in channel.history]

    await with_other_words(world, 4)

    assert [message.id for channel in world.tickets() for message in channel.history] == before
