"""Topics: a panel with several kinds of tickets, and the file that they are set by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import command_line
from tests.harness.scenario import CLAIM, OPEN, answered, has_button
from tests.simulator.guilds import overwrite
from tests.simulator.permissions import Permissions
from ticketbot.config import english, params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

SELECT = "ticket:topic"


def topic(name: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"name": name, **fields}


async def imported(scenario: Scenario, *topics: dict[str, Any], option: str = "", **more: Any) -> tuple[int, str]:  # noqa: ANN401 - JSON
    guild = str(scenario.guild.guild.id)
    file = {"ticketbot-settings": 1, "server": {"id": guild}, "topics": list(topics), **more}
    (scenario.folder / "settings.json").write_text(json.dumps(file), encoding="utf-8")
    arguments = ["settings", "import", guild, "settings.json", *([option] if option else [])]
    return await command_line.run(scenario.settings(), scenario.folder, *arguments)


async def with_topics(scenario: Scenario, *topics: dict[str, Any], **more: Any) -> None:  # noqa: ANN401 - JSON
    code, out = await imported(scenario, *topics, **more)
    assert code == 0, out


async def exported(scenario: Scenario) -> dict[str, Any]:
    guild = str(scenario.guild.guild.id)
    code, out = await command_line.run(scenario.settings(), scenario.folder, "settings", "export", guild)
    assert code == 0, out
    return json.loads(out)


def panel(scenario: Scenario) -> Message:
    (found,) = [message for message in scenario.panel.history if message.author is scenario.sim.application.bot]
    return found


def labels(message: Message) -> list[str]:
    return [button["label"] for button in message.buttons]


async def opened(scenario: Scenario, press: Any) -> Channel:  # noqa: ANN401 - an interaction
    answer = await answered(press)
    (channel,) = [
        one for one in scenario.guild.channels if f"<#{one.id}>" in answer.text() and one is not scenario.panel
    ]
    await scenario.wait_until(lambda: any(has_button(message, CLAIM) for message in channel.history))
    return channel


async def test_few_topics_get_a_button_each(scenario: Scenario) -> None:
    before = panel(scenario)

    await with_topics(
        scenario,
        topic("Signalement", emoji="🚨", description="Un membre ne respecte pas les règles"),
        topic("Candidature", emoji="📝"),
        topic("Ancien sujet", enabled=False),
    )

    assert panel(scenario) is before, "it was edited in place"
    assert labels(before) == ["Signalement", "Candidature"]
    assert [button["custom_id"] for button in before.buttons] == [f"{OPEN}:1", f"{OPEN}:2"]
    assert "Un membre ne respecte pas les règles" in before.text()
    channel = await opened(scenario, await scenario.alice.press(before, label="Candidature"))
    assert channel.name == "001-alice-martin"
    assert "Ticket 001 · Candidature" in channel.history[0].text()


async def test_many_topics_share_one_select_that_is_reset(scenario: Scenario) -> None:
    await with_topics(scenario, *(topic(f"Sujet {number}", description="Bonjour") for number in range(1, 26)))
    shown = panel(scenario)
    assert not shown.buttons
    (select,) = [one for one in shown.all_components() if one["type"] == 3]
    assert len(select["options"]) == 25
    assert select["placeholder"] == params.MESSAGES["panel_topics_placeholder"]
    mark = len(scenario.sim.calls)

    press = await scenario.alice.select(shown, SELECT, ["25"])
    await scenario.wait_until(lambda: press.followups)
    channel = await opened(scenario, press)

    assert "Sujet 25" in channel.history[0].text()
    assert press.callback == 7, "the panel was updated, so that clients show the placeholder again"
    assert panel(scenario) is shown
    calls = [call for call in scenario.sim.calls[mark:] if not call.route.startswith("GET")]
    assert len(calls) == (4 if scenario.mode == "gateway" else 3)


async def test_topics_staff_and_places_are_used(scenario: Scenario) -> None:
    guild = scenario.guild
    experts = guild.add_role("Experts")
    expert = guild.add_member("eve", roles=[experts], locale="fr")
    place = guild.add_category("Signalements")
    archive = guild.add_text_channel(
        "archives",
        overwrites=[
            overwrite(guild.everyone, deny=Permissions.VIEW_CHANNEL),
            overwrite(guild.bot_role, allow=Permissions.VIEW_CHANNEL),
            overwrite(experts, allow=Permissions.VIEW_CHANNEL),
        ],
    )
    await with_topics(
        scenario,
        topic(
            "Signalement",
            staff_roles=[{"name": "Experts"}],
            category={"id": str(place.id)},
            transcript_channel={"name": "archives"},
            channel_name="{topic}-{number}",
            welcome={
                "title": "Bienvenue",
                "text": "Racontez.",
                "sections": [{"title": "Preuves", "text": "Joignez-les."}],
            },
        ),
    )

    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Signalement"))

    assert channel.name == "signalement-001"
    assert guild.guild.children(place) == [channel]
    assert expert.sees(channel)
    assert not scenario.staff.sees(channel)
    welcome = channel.history[0]
    assert experts.id in welcome.mention_roles
    assert "Bienvenue" in welcome.text()
    assert "Joignez-les." in welcome.text()
    assert params.MESSAGES["welcome_partnership_text"] not in welcome.text()
    await scenario.claim_ticket(channel, by=expert)
    await scenario.close_ticket(channel, by=expert)
    question = await answered(await scenario.press(expert, channel, "ticket:delete"))
    await expert.press(question, custom_id="ticket:delete:confirm")
    await scenario.wait_until(lambda: channel.deleted)
    assert len(archive.history) == 1
    assert not scenario.transcripts.history


async def test_topics_transcripts_that_everyone_reads_are_warned_of_at_the_import_in_check_and_in_the_log(
    scenario: Scenario,
) -> None:
    public, experts = scenario.guild.add_text_channel("archives"), scenario.guild.add_role("Experts")
    own = topic("Signalement", staff_roles=[{"name": "Experts"}], transcript_channel={"name": "archives"})
    shared = topic("Idée", staff_roles=[{"name": "Experts"}])

    code, out = await imported(scenario, own, shared)
    assert code == 0, out
    assert out.count("roles that are no staff see the transcripts") == 1
    assert f"topic 'Signalement': roles that are no staff see the transcripts: {scenario.guild.id}" in out

    code, checked = await command_line.run(scenario.settings(), scenario.folder, "check")
    (blocking,) = [line for line in checked.splitlines() if line.startswith("✗ server")]
    assert code == 1
    assert "topic Signalement: members who are no staff see the transcripts in archives (@everyone)" in blocking

    bot = await scenario.restart_bot()
    line = await scenario.wait_until(
        lambda: [one for one in bot.lines() if "are seen by roles that are no staff" in one]
    )
    assert f"transcripts in channel {public.id}" in line[0]

    scenario.guild.set_overwrite(public, scenario.guild.everyone, deny=Permissions.VIEW_CHANNEL)
    scenario.guild.set_overwrite(public, scenario.guild.bot_role, allow=Permissions.VIEW_CHANNEL)
    _, checked = await command_line.run(scenario.settings(), scenario.folder, "check")
    assert not [one for one in checked.splitlines() if one.startswith("✗")]
    del scenario.guild.guild.roles[experts.id]
    _, checked = await command_line.run(scenario.settings(), scenario.folder, "check")
    assert any("topic Signalement: no staff role exists any more" in one for one in checked.splitlines())


async def test_deleted_topic_leaves_its_tickets_as_they_were(scenario: Scenario) -> None:
    experts = scenario.guild.add_role("Experts")
    expert = scenario.guild.add_member("eve", roles=[experts], locale="fr")
    await with_topics(scenario, topic("Signalement", staff_roles=[{"name": "Experts"}]), topic("Idée"))
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Signalement"))

    await with_topics(scenario, topic("Idée"))

    assert labels(panel(scenario)) == ["Idée"]
    await scenario.claim_ticket(channel, by=expert)
    refused = (
        await answered(await scenario.press(scenario.staff, channel, "ticket:close"))
        if scenario.staff.sees(channel)
        else None
    )
    assert refused is None
    await scenario.close_ticket(channel, by=expert)


async def test_button_of_a_topic_that_is_gone_says_so(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"), topic("Idée"))
    old = panel(scenario)
    await with_topics(scenario, topic("Idée"))
    mark = len(scenario.sim.calls)

    answer = await answered(await scenario.forge(scenario.alice, old, f"{OPEN}:1"))

    assert params.MESSAGES["refused_topic_gone"] in answer.text()
    assert len(scenario.sim.calls) - mark == (scenario.mode == "gateway")
    answer = await answered(await scenario.forge(scenario.alice, old, f"{OPEN}:x"))
    assert params.MESSAGES["unknown"] in answer.text()
    assert not scenario.tickets()


async def test_button_from_before_topics_still_opens_a_ticket(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Signalement"))

    answer = await answered(await scenario.forge(scenario.alice, panel(scenario), OPEN))

    assert "<#" in answer.text()
    assert len(scenario.tickets()) == 1


async def test_member_without_a_required_role_is_refused(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Idée", required_roles=[{"name": "Modération"}]))

    answer = await answered(await scenario.alice.press(panel(scenario), label="Idée"))

    assert f"<@&{scenario.second_role.id}>" in answer.text()
    await opened(scenario, await scenario.other_staff.press(panel(scenario), label="Idée"))


async def test_full_category_is_passed_over(scenario: Scenario) -> None:
    second = scenario.guild.add_category("Débordement")
    await with_topics(scenario, topic("Idée"), overflow_categories=[{"id": str(second.id)}])
    for index in range(50):
        scenario.guild.add_text_channel(f"salon-{index}", parent=scenario.category)

    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Idée"))

    assert scenario.guild.guild.children(second) == [channel]


async def test_ticket_config_keeps_the_topics(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Idée"))

    await answered(await scenario.send_ticket_config())

    assert labels(panel(scenario)) == ["Idée"]


async def test_settings_come_back_as_they_were_exported(scenario: Scenario) -> None:
    full = topic(
        "Signalement",
        emoji="🚨",
        description="Quelque chose ne va pas",
        staff_roles=[{"name": "Modération"}],
        questions=[{"label": "Qui ?", "kind": "short", "max_length": 50}, {"label": "Quoi ?", "kind": "long"}],
        max_open_tickets=1,
    )
    await with_topics(scenario, full, language="fr")

    file = await exported(scenario)

    assert file["server"]["name"] == scenario.names.guild
    assert file["topics"][0]["staff_roles"] == [{"id": str(scenario.second_role.id), "name": "Modération"}]
    assert file["topics"][0]["questions"] == full["questions"]
    (scenario.folder / "settings.json").write_text(json.dumps(file), encoding="utf-8")
    guild = str(scenario.guild.guild.id)
    code, out = await command_line.run(
        scenario.settings(), scenario.folder, "settings", "import", guild, "settings.json"
    )
    assert (code, out.strip()) == (0, "nothing changes")


async def test_dry_run_shows_what_would_change(scenario: Scenario) -> None:
    before = labels(panel(scenario))

    code, out = await imported(scenario, topic("Idée"), option="--dry-run")

    assert code == 0
    assert '+      "name": "Idée"' in out
    assert labels(panel(scenario)) == before
    assert "topics" not in await exported(scenario)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (topic("n" * 81), "1 to 80 characters"),
        (topic("Idée", max_open_tickets="1"), "max_open_tickets"),
        (topic("Idée", colour=1), "colour"),
        (topic("Idée", staff_roles=[{"name": "Nobody"}]), "has no role 'Nobody'"),
        (topic("Idée", category={"name": "nowhere"}), "has no category 'nowhere'"),
    ],
)
async def test_file_with_a_mistake_changes_nothing(scenario: Scenario, broken: dict[str, Any], words: str) -> None:
    code, out = await imported(scenario, topic("Bon sujet"), broken)

    assert code == 2
    assert words in out
    assert "topics" not in await exported(scenario)


async def test_place_where_the_bot_lacks_a_permission_is_refused(scenario: Scenario) -> None:
    closed = scenario.guild.add_category(
        "Fermée", overwrites=[overwrite(scenario.guild.bot_role, deny=Permissions.MANAGE_CHANNELS)]
    )

    code, out = await imported(scenario, topic("Idée", category={"id": str(closed.id)}))

    assert code == 2
    assert "topic 'Idée'" in out
    assert "MANAGE_CHANNELS" in out
    assert "topics" not in await exported(scenario)


async def test_problem_is_told_in_words(scenario: Scenario) -> None:
    code, out = await imported(scenario, topic("Idée", transcript_channel={"id": str(scenario.panel.id)}))

    words = english.MESSAGES["problem_public_transcript_channel"]
    assert (code, f"topic 'Idée': {words}" in out) == (2, True)


async def test_what_the_server_has_not_is_asked_for_at_a_terminal_unless_the_file_says_what_stands_for_it(
    scenario: Scenario,
) -> None:
    roles = [{"name": "Perdus"}, {"id": "42", "name": "Experts"}]
    known = {"kind": "role", "of": {"name": "Perdus"}, "by": {"name": "Modération"}}
    wanted = topic("Idée", emoji="<:sirene:223456789012345678>", staff_roles=roles, category={"name": "Ailleurs"})
    code, out = await imported(scenario, wanted, replacements=[known])
    assert (code, "the server has no emoji 'sirene', or several" in out) == (2, True)

    guild = str(scenario.guild.guild.id)
    at = await command_line.Terminal.start(
        scenario.settings(), scenario.folder, "settings", "import", guild, "settings.json"
    )
    await at.answer("The server has no emoji 'sirene', or several. Its id or name here (0 leaves it out)", "🚨")
    await at.answer("The server has no role 'Experts', or several.", "42")
    await at.answer("The server has no role 'Experts', or several.", str(scenario.staff_role.id))
    await at.answer("The server has no category 'Ailleurs', or several.", "0")
    assert await at.end() == 0, at.seen

    (found,) = (await exported(scenario))["topics"]
    assert (found["emoji"], "category" in found) == ("🚨", False)
    assert [one["id"] for one in found["staff_roles"]] == [str(scenario.second_role.id), str(scenario.staff_role.id)]


async def test_english_server_has_an_english_panel(scenario: Scenario) -> None:
    await with_topics(scenario, *(topic(f"Topic {number}") for number in range(6)), language="en")

    (select,) = [one for one in panel(scenario).all_components() if one["type"] == 3]
    assert select["placeholder"] == english.MESSAGES["panel_topics_placeholder"]


async def test_staff_is_told_once_an_hour_when_all_categories_are_full(scenario: Scenario) -> None:
    await with_topics(scenario, topic("Idée"))
    for index in range(50):
        scenario.guild.add_text_channel(f"salon-{index}", parent=scenario.category)

    for _ in range(2):
        answer = await answered(await scenario.alice.press(panel(scenario), label="Idée"))
        assert params.MESSAGES["refused_category_full"] in answer.text()
    await scenario.restart_bot()
    await answered(await scenario.bob.press(panel(scenario), label="Idée"))

    (told,) = scenario.transcripts.history
    assert params.MESSAGES["categories_full_title"].format(emoji=params.EMOJIS["warning"]) in told.text()
    assert f"<@{scenario.alice.id}>" in told.text()
    assert f"<#{scenario.category.id}>" in told.text()


async def test_deleted_category_is_named_as_such_where_no_other_has_room(scenario: Scenario) -> None:
    second = scenario.guild.add_category("Débordement")
    await with_topics(scenario, topic("Idée"), overflow_categories=[{"id": str(second.id)}])
    scenario.guild.delete_channel(scenario.category)
    await opened(scenario, await scenario.alice.press(panel(scenario), label="Idée"))
    for index in range(49):
        scenario.guild.add_text_channel(f"salon-{index}", parent=second)

    answer = await answered(await scenario.bob.press(panel(scenario), label="Idée"))

    assert params.MESSAGES["refused_category_missing"] in answer.text()
    (told,) = scenario.transcripts.history
    assert params.MESSAGES["categories_missing_title"].format(emoji=params.EMOJIS["warning"]) in told.text()


async def test_open_tickets_follow_the_staff_of_their_topic(scenario: Scenario) -> None:
    first, second = ({"id": str(role.id)} for role in (scenario.staff_role, scenario.second_role))
    await with_topics(scenario, topic("Idée", staff_roles=[first]), topic("Autre", staff_roles=[first]))
    channel = await opened(scenario, await scenario.alice.press(panel(scenario), label="Idée"))
    other = await opened(scenario, await scenario.bob.press(panel(scenario), label="Autre"))
    assert (scenario.staff.sees(channel), scenario.other_staff.sees(channel)) == (True, False)

    topics = [topic("Idée", staff_roles=[second]), topic("Autre", staff_roles=[first])]
    code, out = await imported(scenario, *topics)
    assert code == 0, out
    assert "do not see the 1 open tickets" in out
    assert (scenario.staff.sees(channel), scenario.other_staff.sees(channel)) == (False, False)
    await with_topics(scenario, topic("Idée", staff_roles=[first]), topics[1])
    code, out = await imported(scenario, *topics, option="--open-tickets")

    assert code == 0, out
    assert "changed who sees open tickets: 1 overwrites" in out
    assert (scenario.staff.sees(channel), scenario.other_staff.sees(channel)) == (False, True)
    assert scenario.staff.sees(other)
