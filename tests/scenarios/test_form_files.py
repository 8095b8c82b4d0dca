"""Forms with files: fetched at once and posted under the answers, or named with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.harness.scenario import CLAIM, answered, has_button
from tests.scenarios.test_forms import asked, with_form
from tests.scenarios.test_topics import topic, with_topics
from tests.simulator.media import Served
from tests.unit.transcripts import pictures
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

PROOFS: Final = "files:0:Preuves"
QUESTION: Final[dict[str, Any]] = {"label": "Preuves", "kind": "files", "required": False}
PICTURE: Final = pictures.png(64, 64, 3)
FILM: Final = b"\0\0\0\x20ftypisom" + b"v" * 1000


async def opened(scenario: Scenario) -> Channel:
    (channel,) = scenario.tickets()
    await scenario.wait_until(lambda: any(has_button(message, CLAIM) for message in channel.history))
    return channel


async def files_of(scenario: Scenario) -> Message:
    """Return the message after the welcome."""
    channel = await opened(scenario)
    await scenario.wait_until(lambda: len(channel.history) > 1)
    return channel.history[1]


async def test_files_are_posted_under_the_answers_and_stay_in_the_transcript(scenario: Scenario) -> None:
    await with_form(scenario, QUESTION)
    press = await asked(scenario)

    await answered(
        await scenario.alice.submit(press, {PROOFS: [("capture.png", PICTURE), ("journal.txt", "été\n".encode())]})
    )

    posted = await files_of(scenario)
    assert [(file.filename, file.content) for file in posted.attachments] == [
        ("capture.png", PICTURE),
        ("journal.txt", "été\n".encode()),
    ]
    channel = await opened(scenario)
    assert "capture.png\njournal.txt" in channel.history[0].text()
    await scenario.close_ticket(channel)
    archived = await scenario.delete_ticket(channel)
    page = archived.attachments[0].content.decode()
    assert "data:image/png" in page
    assert "journal.txt</a>" in page


async def test_files_that_cannot_be_had_are_named_with_the_reason(scenario: Scenario) -> None:
    await with_form(scenario, QUESTION)
    press = await asked(scenario)
    sent = [
        ("film.mp4", FILM),
        ("virus.exe", b"MZ"),
        ("faux.png", b"<html>"),
        ("binaire.txt", b"\0\1"),
        ("perdu.png", PICTURE),
        ("bon.png", PICTURE),
    ]
    interaction = await scenario.alice.submit(press, {PROOFS: sent})
    lost = next(one for one in scenario.sim.discord.attachments.values() if one.filename == "perdu.png")
    scenario.sim.media.put(lost.url, Served(status=404))

    await answered(interaction)

    posted = await files_of(scenario)
    assert [file.filename for file in posted.attachments] == ["bon.png"]
    words = posted.text()
    for name, reason in (
        ("film.mp4", "not_allowed"),
        ("virus.exe", "not_allowed"),
        ("faux.png", "disguised"),
        ("binaire.txt", "disguised"),
        ("perdu.png", "lost"),
    ):
        assert f"{name} : {params.MESSAGES[f'answers_file_{reason}']}" in words, name


async def test_kinds_of_files_are_those_of_the_question_as_it_was_asked(scenario: Scenario) -> None:
    await with_form(scenario, QUESTION | {"file_kinds": ["films", "sound"]})
    press = await asked(scenario)
    await with_form(scenario, QUESTION)

    await answered(
        await scenario.alice.submit(press, {"files-fs:0:Preuves": [("film.mp4", FILM), ("capture.png", PICTURE)]})
    )

    posted = await files_of(scenario)
    assert [file.filename for file in posted.attachments] == ["film.mp4"]
    assert f"capture.png : {params.MESSAGES['answers_file_not_allowed']}" in posted.text()


async def test_file_that_discord_refuses_costs_no_other(scenario: Scenario) -> None:
    await with_form(scenario, QUESTION)
    press = await asked(scenario)
    explicit = pictures.png(64, 64, 5)
    scenario.sim.discord.limits.explicit_files = (explicit,)

    await answered(await scenario.alice.submit(press, {PROOFS: [("un.png", explicit), ("deux.png", PICTURE)]}))

    channel = await opened(scenario)
    await scenario.wait_until(lambda: params.MESSAGES["answers_file_refused"] in channel.history[-1].text())
    assert len(channel.history) == 2
    assert [file.filename for file in channel.history[1].attachments] == ["deux.png"]


async def test_form_without_files_opens_with_one_message(scenario: Scenario) -> None:
    await with_form(scenario, QUESTION, {"label": "Quoi ?", "kind": "short"})

    await answered(await scenario.alice.submit(await asked(scenario), {"short:1:Quoi ?": "Rien"}))

    channel = await opened(scenario)
    await scenario.close_ticket(channel)
    assert not any(message.attachments for message in channel.history)
    assert "Preuves" not in channel.history[0].text()


async def test_files_of_a_killed_process_are_posted_once_by_the_next(scenario: Scenario) -> None:
    await with_form(scenario, QUESTION)
    press = await asked(scenario)
    interaction = await scenario.alice.submit(press, {PROOFS: [("capture.png", PICTURE)]})
    (upload,) = (one for one in scenario.sim.discord.attachments.values() if one.filename == "capture.png")
    scenario.sim.media.put(upload.url, Served(content=PICTURE, seconds=2))
    await answered(interaction)
    await opened(scenario)

    await scenario.bots[0].kill()
    scenario.forget_bots()
    await scenario.start_bot()

    posted = await files_of(scenario)
    assert [file.content for file in posted.attachments] == [PICTURE]
    channel = await opened(scenario)
    await scenario.close_ticket(channel)
    assert len([message for message in channel.history if message.attachments]) == 1


async def test_uploads_of_a_refused_form_are_named(scenario: Scenario) -> None:
    await with_form(scenario, QUESTION)
    press = await asked(scenario)
    await with_topics(scenario, topic("Idée"))

    answer = await answered(await scenario.alice.submit(press, {PROOFS: [("capture.png", PICTURE)]}))

    assert "capture.png" in answer.text()
    assert not answer.attachments
