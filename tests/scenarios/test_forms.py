"""Forms: topics whose button asks questions first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.scenario import CLAIM, acknowledged, answered, has_button
from tests.scenarios.test_topics import panel, topic, with_topics
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.interactions import Interaction

pytestmark = pytest.mark.scenario

WHO, WHAT = "short:0:Qui ?", "long:1:Quoi ?"
QUESTIONS: list[dict[str, Any]] = [
    {"label": "Qui ?", "kind": "short", "max_length": 100},
    {"label": "Quoi ?", "kind": "long", "help": "Racontez", "required": False},
]


async def with_form(scenario: Scenario, *questions: dict[str, Any]) -> None:
    await with_topics(scenario, topic("Signalement", questions=list(questions or QUESTIONS)))


async def asked(scenario: Scenario) -> Interaction:
    press = await scenario.alice.press(panel(scenario), label="Signalement")
    await press.acknowledged()
    assert not press.failed, press.failure
    assert press.modal is not None
    return press


async def test_answers_stand_under_the_welcome(scenario: Scenario) -> None:
    await with_form(scenario)
    mark = len(scenario.sim.calls)
    press = await asked(scenario)
    assert press.modal is not None
    assert press.modal["title"] == "Signalement"
    assert len(scenario.sim.calls) - mark == (scenario.mode == "gateway")
    mark = len(scenario.sim.calls)

    answer = await answered(
        await scenario.alice.submit(press, {WHO: "@everyone <@1>", WHAT: "**gras** https://a.fr/b_c"})
    )

    (channel,) = scenario.tickets()
    assert f"<#{channel.id}>" in answer.text()
    await scenario.wait_until(lambda: any(has_button(message, CLAIM) for message in channel.history))
    (welcome,) = channel.history
    assert "**Qui ?**" in welcome.text()
    assert r"\@everyone \<\@1\>" in welcome.text()
    assert r"\*\*gras\*\* https://a.fr/b_c" in welcome.text()
    assert not welcome.mention_everyone
    assert len(scenario.sim.calls) - mark == (4 if scenario.mode == "gateway" else 3)


async def test_every_kind_of_question_is_asked_and_shown(scenario: Scenario) -> None:
    await with_form(
        scenario,
        {"label": "Choix", "kind": "choice", "choices": ["Oui", "Non"]},
        {"label": "Liste", "kind": "choice", "choices": [f"n° {number}" for number in range(25)]},
        {"label": "Cases", "kind": "several", "choices": ["A", "B", "C"]},
        {"label": "Membre", "kind": "member"},
        {"label": "Salon", "kind": "channel"},
    )
    press = await asked(scenario)

    await answered(
        await scenario.alice.submit(
            press,
            {
                "choice:0:Choix": "Non",
                "choice:1:Liste": "n° 24",
                "several:2:Cases": ["A", "C"],
                "member:3:Membre": scenario.bob,
                "channel:4:Salon": scenario.panel,
            },
        )
    )

    (channel,) = scenario.tickets()
    await scenario.wait_until(lambda: channel.history)
    text = channel.history[0].text()
    for words in ("Non", "n° 24", "A\nC", f"<@{scenario.bob.id}>", f"<#{scenario.panel.id}>"):
        assert words in text


async def test_long_answers_are_shown_whole(scenario: Scenario) -> None:
    await with_form(scenario, {"label": "Un", "kind": "long"}, {"label": "Deux", "kind": "long"})
    press = await asked(scenario)
    first, second = ("".join(f"{number:04d}" for number in range(start, start + 1000)) for start in (0, 1000))

    await answered(await scenario.alice.submit(press, {"long:0:Un": first, "long:1:Deux": second}))

    (channel,) = scenario.tickets()
    await scenario.wait_until(lambda: len(channel.history) > 2)
    await asyncio.sleep(0.5)
    shown = "".join(embed.get("description", "") for message in channel.history[1:] for embed in message.embeds)
    shown = shown.replace("\n", "")
    assert first in shown
    assert second in shown
    assert has_button(channel.history[0], CLAIM)


async def test_answer_of_backslashes_alone_is_shown_whole_and_stops_nobody(scenario: Scenario) -> None:
    await with_form(scenario, {"label": "Un", "kind": "long"})
    press = await asked(scenario)

    await answered(await scenario.alice.submit(press, {"long:0:Un": "\\" * 4000}))

    (channel,) = scenario.tickets()
    await scenario.wait_until(
        lambda: sum(embed.get("description", "").count("\\") for one in channel.history for embed in one.embeds) == 8000
    )
    await acknowledged(await scenario.bob.press(panel(scenario), label="Signalement"))


async def test_press_that_the_rules_refuse_gets_no_form(scenario: Scenario) -> None:
    await with_form(scenario)
    await answered(await scenario.alice.submit(await asked(scenario), {WHO: "Bob"}))

    press = await scenario.alice.press(panel(scenario), label="Signalement")

    assert press.modal is None
    assert "<#" in (await answered(press)).text()


async def test_two_forms_at_once_open_one_ticket_and_lose_no_words(scenario: Scenario) -> None:
    await with_form(scenario)
    first, second = await asked(scenario), await asked(scenario)

    sent = await asyncio.gather(
        scenario.alice.submit(first, {WHO: "Premier"}), scenario.alice.submit(second, {WHO: "Second"})
    )
    answers = [(await answered(one)).text() for one in sent]

    (channel,) = scenario.tickets()
    await scenario.wait_until(lambda: channel.history)
    both = "".join([*answers, *(message.text() for message in channel.history)])
    assert "Premier" in both
    assert "Second" in both
    assert len(scenario.tickets()) == 1


async def test_form_of_a_topic_that_is_gone_is_handed_back(scenario: Scenario) -> None:
    await with_form(scenario)
    short, long = await asked(scenario), await asked(scenario)
    await with_topics(scenario, topic("Idée"))

    answer = await answered(await scenario.alice.submit(short, {WHO: "Bob", WHAT: "Il a triché"}))
    assert params.MESSAGES["refused_topic_gone"] in answer.text()
    assert "Il a triché" in answer.text()
    answer = await answered(await scenario.alice.submit(long, {WHO: "Bob", WHAT: "x" * 4000}))

    (file,) = answer.attachments
    assert file.filename == "reponses.txt"
    assert "x" * 4000 in file.content.decode()
    assert not scenario.tickets()


async def test_form_is_read_as_it_was_asked_after_a_restart_and_a_change(scenario: Scenario) -> None:
    await with_form(scenario)
    press = await asked(scenario)
    await with_topics(scenario, topic("Signalement", questions=[{"label": "Autre chose ?", "kind": "short"}]))
    await scenario.restart_bot()

    await answered(await scenario.alice.submit(press, {WHO: "Bob"}))

    (channel,) = scenario.tickets()
    await scenario.wait_until(lambda: channel.history)
    assert "**Qui ?**\nBob" in channel.history[0].text()


async def test_store_keeps_no_answers(scenario: Scenario) -> None:
    await with_form(scenario)
    await answered(await scenario.alice.submit(await asked(scenario), {WHO: "Mot-de-passe-unique"}))
    (channel,) = scenario.tickets()
    await scenario.wait_until(lambda: channel.history)
    assert await scenario.stop_bots() == [0]

    kept = b"".join(path.read_bytes() for path in scenario.data.iterdir() if path.is_file())

    assert b"Mot-de-passe-unique" not in kept


async def test_select_can_be_used_again_after_a_form(scenario: Scenario) -> None:
    await with_topics(scenario, *(topic(f"Sujet {number}", questions=QUESTIONS) for number in range(1, 8)))
    mark = len(scenario.sim.calls)

    press = await scenario.alice.select(panel(scenario), "ticket:topic", ["3"])
    await press.acknowledged()

    assert press.modal is not None
    await scenario.wait_until(lambda: [call for call in scenario.sim.calls[mark:] if call.route.startswith("PATCH")])
