from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.scenario import CLAIM, CLOSE, DELETE, REOPEN, acknowledged, answered, page_of
from tests.simulator.faults import Drop, Respond, server_error
from tests.simulator.interactions import CallbackType
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.faults import Call

pytestmark = pytest.mark.scenario

FRENCH, ENGLISH = params.MESSAGES, english.MESSAGES
EDIT_MESSAGE = "PATCH /channels/{channel_id}/messages/{message_id}"
REGISTER = "POST /applications/{application_id}/commands"


async def test_english_member_of_a_french_server_is_answered_in_english_and_all_read_french(scenario: Scenario) -> None:
    kate = scenario.guild.add_member("kate", locale="en-GB")
    tom = scenario.guild.add_member("tom", roles=[scenario.staff_role], locale="en-US")

    answer = await answered(await scenario.press_open(kate))
    (channel,) = scenario.tickets()
    await scenario.welcomed(channel)
    assert ENGLISH["opened_title"].removeprefix("{emoji}") in answer.text()
    assert english.EMBED_FOOTER_TEXT in str(answer.embeds)
    assert ENGLISH["refused_already_open"].partition("{")[0] in (await answered(await scenario.press_open(kate))).text()
    await scenario.wait_until(lambda: channel.history)
    assert FRENCH["welcome_text"].partition("{opener}")[2] in channel.history[0].text()

    await acknowledged(await scenario.press(tom, channel, CLAIM))
    await scenario.wait_until(lambda: FRENCH["claimed_title"].removeprefix("{emoji}") in channel.history[-1].text())
    await scenario.close_ticket(channel, tom)
    assert FRENCH["closed_title"].removeprefix("{emoji}") in channel.history[-1].text()
    question = await answered(await scenario.press(tom, channel, DELETE))
    assert ENGLISH["deletion_question_title"].removeprefix("{emoji}") in question.text()
    assert ENGLISH["confirm_button"] in str(question.buttons)

    unknown = await answered(await scenario.forge(kate, scenario.panels()[0], "ticket:explode"))
    assert ENGLISH["unknown"] in unknown.text()
    jens = scenario.guild.add_member("jens", locale="de")
    assert FRENCH["opened_title"].removeprefix("{emoji}") in (await answered(await scenario.press_open(jens))).text()

    archived = await scenario.delete_ticket(channel, tom)
    assert FRENCH["transcript_opener"] in archived.text()
    assert '<html lang="fr"' in page_of(archived)


async def test_answer_to_ticket_config_names_the_language_that_was_saved(without_bot: Scenario) -> None:
    without_bot.guild.guild.locale = "en-US"  # what Discord says of every server that is no Community
    without_bot.admin.user.locale = "en-US"
    await without_bot.start_bot()

    answer = await answered(await without_bot.send_ticket_config())

    assert f"Language: {ENGLISH['language_en']}" in answer.text()
    assert ENGLISH["panel_title"].removeprefix("{emoji}") in without_bot.panels()[0].text()


async def test_english_server_is_spoken_to_in_english_and_its_french_members_in_french(without_bot: Scenario) -> None:
    without_bot.guild.guild.locale = "en-US"
    without_bot.guild.guild.features.append("COMMUNITY")
    await without_bot.start_bot()

    assert (
        FRENCH["configured_title"].removeprefix("{emoji}")
        in (await answered(await without_bot.send_ticket_config())).text()
    )
    (panel,) = without_bot.panels()
    assert ENGLISH["panel_title"].removeprefix("{emoji}") in panel.text()
    assert ENGLISH["panel_button"] in str(panel.buttons)
    channel = await without_bot.open_ticket()
    assert ENGLISH["claim_button"] in str(channel.history[0].buttons)
    await without_bot.restart_bot()
    await without_bot.close_ticket(channel)
    assert ENGLISH["closed_title"].removeprefix("{emoji}") in channel.history[-1].text()
    assert (
        FRENCH["deletion_question_title"].removeprefix("{emoji}")
        in (await answered(await without_bot.press(without_bot.staff, channel, DELETE))).text()
    )

    archived = await without_bot.delete_ticket(channel)
    assert ENGLISH["transcript_opener"] in archived.text()
    assert '<html lang="en"' in page_of(archived)


async def test_panel_speaks_what_was_wanted_or_the_servers_language_or_french(scenario: Scenario) -> None:
    for locale, community, options, spoken in (
        ("en-US", False, {}, FRENCH),  # what Discord says of a server that never chose: its administrator is French
        ("en-US", False, {"langue": "en"}, ENGLISH),
        ("fr", True, {"langue": "en"}, ENGLISH),
        ("en-US", True, {"langue": "fr"}, FRENCH),
        ("en-GB", True, {}, ENGLISH),
        ("de", True, {}, FRENCH),
    ):
        scenario.guild.guild.locale = locale
        scenario.guild.guild.features[:] = ["COMMUNITY"] if community else []

        await answered(await scenario.send_ticket_config(**options))

        assert spoken["panel_title"].removeprefix("{emoji}") in scenario.panels()[0].text(), (
            locale,
            community,
            options,
        )


async def test_command_is_shown_in_each_language_and_registered_once(scenario: Scenario) -> None:
    (command,) = [one for one in scenario.admin.commands(scenario.panel) if one.name == "ticket-config"]

    french, british, german = (command.shown(locale) for locale in ("fr", "en-GB", "de"))
    assert {shown["name"] for shown in (french, british, german)} == {"ticket-config"}
    assert french["description"] == german["description"] == FRENCH["command_text"]
    assert british["description"] == ENGLISH["command_text"]
    names = [[option["name"] for option in shown["options"]] for shown in (french, british, german)]
    assert names[0][:5] == ["salon", "transcription", "catégorie", "rôle", "rôle2"]
    assert names[1][:5] == ["panel", "transcripts", "category", "role", "role2"]
    assert names[2][:5] == ["salon", "transcription", "category", "role", "role2"]
    assert british["options"][4]["description"] == ENGLISH["option_other_role_text"]

    await scenario.restart_bot()
    registered = [(call.json.get("type", 1), call.json["name"]) for call in scenario.sim.calls_to(REGISTER)]
    ours = {(1, "ticket-config"), (1, "ticket"), (2, "Ouvrir un ticket pour…"), (3, "Ouvrir un ticket")}
    assert {*registered} >= ours
    assert len(registered) == len({*registered}), "each of our commands, once"


async def test_subcommand_is_shown_in_each_language(scenario: Scenario) -> None:
    (command,) = [one for one in scenario.staff.commands(scenario.panel) if one.name == "ticket"]

    french, british = (
        next(option for option in command.shown(locale)["options"] if option["name"] == name)
        for locale, name in (("fr", "infos"), ("en-GB", "info"))
    )

    assert french["description"] == FRENCH["command_ticket_infos_text"]
    assert british["description"] == ENGLISH["command_ticket_infos_text"]


# The owner's texts.


def owned(scenario: Scenario, text: str) -> None:
    file = scenario.folder / "texts.toml"
    file.write_text(text, encoding="utf-8")
    scenario.environment["TICKETBOT_PARAMS"] = str(file)


async def test_owners_texts_looks_and_emojis_are_shown(without_bot: Scenario) -> None:
    owned(
        without_bot,
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
    without_bot.guild.guild.emojis[123456789012345678] = "bye"
    await without_bot.start_bot()
    await without_bot.configure()

    (panel,) = without_bot.panels()
    embed: dict[str, Any] = panel.embeds[0]
    assert (embed["title"], embed["color"], embed["footer"]["text"]) == ("Par ici", 0x102030, "Chez Léa")
    assert panel.buttons[0]["emoji"]["name"] == "🎟️"
    assert "🎟️" in panel.text()
    channel = await without_bot.open_ticket()
    assert channel.history[0].embeds[0]["title"] == "001 pour vous"
    assert channel.history[0].buttons[1]["emoji"]["id"] == "123456789012345678"
    await without_bot.close_ticket(channel)
    assert channel.history[-1].embeds[0]["title"].startswith("<:bye:123456789012345678> ")
    assert without_bot.admin.commands(without_bot.panel)[0].shown("fr")["description"] == "Régler les tickets"

    del without_bot.environment["TICKETBOT_PARAMS"]
    await without_bot.restart_bot()
    assert without_bot.admin.commands(without_bot.panel)[0].shown("fr")["description"] == FRENCH["command_text"]
    names = [call.json["name"] for call in without_bot.sim.calls_to(REGISTER)]
    assert [name for name in {*names} if names.count(name) > 1] == ["ticket-config"], "whose texts had changed"
    assert names.count("ticket-config") == 2


async def test_standing_panel_shows_the_owners_new_words_after_a_restart(scenario: Scenario) -> None:
    panels = scenario.panels()
    owned(scenario, 'MESSAGES.fr.panel_title = "Par ici"')

    await scenario.restart_bot()
    await scenario.wait_until(lambda: panels[0].embeds[0]["title"] == "Par ici")
    await scenario.restart_bot()
    await scenario.open_ticket()

    assert scenario.panels() == panels
    assert len(scenario.sim.calls_to(EDIT_MESSAGE)) == 1


async def test_panel_that_somebody_deleted_stays_away(scenario: Scenario) -> None:
    scenario.guild.delete_message(scenario.panels()[0])
    owned(scenario, 'MESSAGES.fr.panel_title = "Par ici"')

    bot = await scenario.restart_bot()
    await bot.wait_for("panels renewed: 1")

    assert not scenario.panels()


async def test_mistake_in_the_owners_file_ends_the_start(without_bot: Scenario) -> None:
    owned(without_bot, 'MESSAGES.fr.opened_text = "Ici"')

    bot = await without_bot.spawn_bot()

    assert await bot.process.wait() == 2
    assert bot.lines() == [
        f"ticketbot cannot start: {without_bot.folder / 'texts.toml'} (TICKETBOT_PARAMS) has 1 mistake:",
        "  MESSAGES.fr.opened_text: {channel} is missing; put it where it is to stand.",
    ]


OTHER_WORDS = """
MESSAGES.fr.topic = "{opened_at} {opener} {number}: voici"
MESSAGES.fr.welcome_title = "Bienvenue : {number}"
MESSAGES.fr.claimed_text = "{claimer} arrive."
MESSAGES.fr.closed_title = "Fini"
MESSAGES.fr.reopened_title = "Encore"
"""


async def with_other_words(scenario: Scenario, finishes: int) -> None:
    """Kill the bot, and start it with other words: what is unfinished is finished then."""
    await scenario.bots[0].kill()
    scenario.forget_bots()
    scenario.sim.faults.clear()
    for message in scenario.bot_messages():
        message.nonce = None  # that is remembered for minutes only
    owned(scenario, OTHER_WORDS)
    bot = await scenario.start_bot(TICKETBOT_RECOVERY_SECONDS="0.2", TICKETBOT_RECOVERY_PATIENCE="0.2")
    await bot.wait_for(f"recovery finished {finishes} ")


@pytest.fixture
async def unattended(without_bot: Scenario) -> Scenario:
    """A server whose bot finishes nothing by itself. Over signed HTTP all that follows is the same."""
    if without_bot.mode == "rest":
        pytest.skip("once is enough")
    await without_bot.start_bot(TICKETBOT_RECOVERY_SECONDS="3600")
    await without_bot.configure()
    return without_bot


async def test_lost_channel_is_found_whatever_its_topic_is_worded_like_now(unattended: Scenario) -> None:
    unattended.sim.faults.add("POST /guilds/{guild_id}/channels", Drop(after=True))
    unattended.sim.faults.add("GET /guilds/{guild_id}/channels", server_error(500), times=9)
    await answered(await unattended.press_open(unattended.alice))

    await with_other_words(unattended, 1)

    (channel,) = unattended.tickets()
    assert [message.embeds[0]["title"] for message in channel.history] == ["Bienvenue : 001"]


async def test_notices_that_stand_are_found_whatever_they_are_worded_like_now(unattended: Scenario) -> None:
    scenario = unattended
    members = [scenario.guild.add_member(name, locale="fr") for name in ("ana", "eva", "ida", "ada")]
    claimed, closed, reopened = [await scenario.open_ticket(member) for member in members[:3]]
    await scenario.close_ticket(reopened)
    counts = {channel.id: len(channel.history) for channel in (claimed, closed, reopened)}

    def stands(call: Call) -> bool:
        return call.route == "GET /channels/{channel_id}/messages" and any(
            f"/{channel.id}/" in call.path and len(channel.history) > counts.get(channel.id, 0)
            for channel in scenario.tickets()
        )

    # Every notice stands, and the bot does not learn that it does, although it looks soon afterwards.
    scenario.delay_overwrites(2)
    scenario.sim.faults.add(stands, server_error(500), times=999)
    scenario.sim.faults.add("POST /channels/{channel_id}/messages", Drop(after=True), times=99)
    expired = Respond(404, {"message": "Unknown", "code": 10062})
    scenario.sim.faults.add(
        lambda call: "callback" in call.route and call.json["type"] in (CallbackType.MESSAGE, CallbackType.UPDATE),
        expired,
    )
    await scenario.press(scenario.staff, claimed, CLAIM)
    await scenario.wait_until(lambda: len(claimed.history) > counts[claimed.id])
    await acknowledged(await scenario.press(scenario.staff, closed, CLOSE))
    await acknowledged(await scenario.press(scenario.staff, reopened, REOPEN))
    await acknowledged(await scenario.press_open(members[3]))
    await scenario.wait_until(lambda: len(scenario.tickets()) == 4 and scenario.tickets()[3].history)
    await scenario.wait_until(
        lambda: all(len(channel.history) > counts.get(channel.id, 0) for channel in scenario.tickets())
    )
    before = [message.id for channel in scenario.tickets() for message in channel.history]

    await with_other_words(scenario, 4)

    assert [message.id for channel in scenario.tickets() for message in channel.history] == before
