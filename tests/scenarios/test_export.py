"""``ticketbot export``: a live channel as a page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.harness import command_line
from tests.simulator.faults import server_error
from tests.simulator.permissions import Permissions
from tests.simulator.state import Overwrite, OverwriteType
from tests.unit.transcripts import pictures, semantics

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.state import Channel

pytestmark = [pytest.mark.scenario, pytest.mark.parametrize("mode", ["gateway"])]

PICTURE = pictures.png(64, 64, 3)
HISTORY = "GET /channels/{channel_id}/messages"


async def exported(scenario: Scenario, *words: str, **settings: str) -> tuple[int, str]:
    return await command_line.run(
        scenario.settings({"DISCORD_MEDIA_URL": scenario.sim.media_url, **settings}), scenario.folder, "export", *words
    )


async def filled(scenario: Scenario, count: int) -> Channel:
    channel = scenario.guild.add_text_channel("général")
    for number in range(count):
        await scenario.alice.write(channel, f"mot {number}")
    return channel


async def test_channel_becomes_a_page_with_its_files(without_bot: Scenario) -> None:
    without_bot.staff_role.color = 0x3498DB
    channel = await filled(without_bot, 201)
    channel.topic = "**Aide**"
    await without_bot.staff.write(channel, "je regarde")
    await without_bot.alice.write(
        channel,
        f"<@&{without_bot.staff_role.id}> <#{without_bot.panel.id}>",
        files=[("capture.png", PICTURE), ("film.bin", b"v" * 3_000_000), ("grand.bin", b"w" * 5_000_000)],
    )
    words = ["--part-size", "1", "--largest-file", "4", "--ticket", "7", "--time-zone", "Europe/Paris"]
    code, said = await exported(without_bot, str(channel.id), *words)

    assert code == 0, said
    assert said.startswith("transcript-"), "no bars where nobody looks on"
    page = (without_bot.folder / f"transcript-{channel.id}.html").read_text(encoding="utf-8")
    (beside,) = without_bot.folder.glob("transcript-*-film.bin")
    read = semantics.text(page)
    assert re.findall(r"mot (\d+)<", page) == [str(number) for number in range(201)]
    assert "data:image/png;base64," in page
    assert beside.read_bytes() == b"v" * 3_000_000
    assert f'href="./{beside.name}"' in page
    assert "non conservé : trop volumineux" in page
    assert all(word in read for word in ("Ticket 007", "Serveur de Léa", "#général", "Alice Martin", "Europe/Paris"))
    assert '<bdi class="nm c3498db">Sam</bdi>' in page
    assert "Sujet du salon :</b> <strong>Aide</strong>" in page
    assert f"@{without_bot.staff_role.name} #{without_bot.panel.name}" in read
    assert "203 messages" in said
    assert len(without_bot.sim.calls_to(HISTORY)) == 3


async def test_page_can_go_to_standard_output(without_bot: Scenario) -> None:
    channel = await filled(without_bot, 1)
    await without_bot.alice.write(await without_bot.alice.start_thread(channel, "À part"), "aussi dans un fil")
    code, said = await exported(without_bot, str(channel.id), "-o", "-", "--largest-file", "0")

    assert code == 0
    assert "aussi dans un fil" in said
    assert said.rstrip().endswith("</html>")
    assert not list(without_bot.folder.glob("*.html"))


async def test_threads_are_exported_without_their_announcements(without_bot: Scenario) -> None:
    channel = await filled(without_bot, 1)
    for name, words in (("Une", "dans le fil actif"), ("Deux", "dans le fil archivé")):
        thread = await without_bot.alice.start_thread(channel, name)
        await without_bot.alice.write(thread, words)
        if name == "Deux":
            await without_bot.alice.archive(thread)
        without_bot.guild.delete_message(channel.history[-1])
    code, said = await exported(without_bot, str(channel.id), "-o", "-")
    of_thread, said_there = await exported(without_bot, str(thread.id), "-o", "-")

    assert (code, of_thread) == (0, 0)
    assert "dans le fil actif" in said
    assert "dans le fil archivé" in said
    assert "Fil : <bdi>Deux</bdi>" in said
    assert "dans le fil archivé" in said_there


async def test_other_formats_name_the_files_and_fetch_none(without_bot: Scenario) -> None:
    channel = await filled(without_bot, 2)
    await without_bot.alice.write(channel, "voilà", files=[("capture.png", PICTURE)])
    code, said = await exported(without_bot, str(channel.id), "--format", "json", "-o", "-")
    text_code, _ = await exported(without_bot, str(channel.id), "--format", "txt")

    assert (code, text_code) == (0, 0), said
    found = json.loads(said)
    assert [message["content"] for message in found["messages"]] == ["mot 0", "mot 1", "voilà"]
    assert found["messages"][2]["attachments"][0]["fileName"] == "capture.png"
    assert (found["channel"]["id"], found["guild"]["name"]) == (str(channel.id), "Serveur de Léa")
    assert "capture.png" in (without_bot.folder / f"transcript-{channel.id}.txt").read_text(encoding="utf-8")
    assert not without_bot.sim.media.asked


async def test_terminal_shows_how_far_it_is(without_bot: Scenario) -> None:
    channel = await filled(without_bot, 120)
    terminal = await command_line.Terminal.start(
        without_bot.settings({"DISCORD_MEDIA_URL": without_bot.sim.media_url}),
        without_bot.folder,
        "export",
        str(channel.id),
    )
    await terminal.sees("120 messages")
    seen = terminal.seen

    assert await terminal.end() == 0
    assert re.search(r"Messages +\[#+\] +100%", seen), seen


async def test_failure_on_the_way_is_tried_again(without_bot: Scenario) -> None:
    channel = await filled(without_bot, 150)
    without_bot.sim.faults.add(HISTORY, server_error(), times=2)
    code, said = await exported(without_bot, str(channel.id))

    assert code == 0, said
    assert "150 messages" in said


async def test_discord_that_does_not_answer_ends_with_1_and_leaves_nothing(without_bot: Scenario) -> None:
    channel = await filled(without_bot, 1)
    without_bot.sim.faults.add(HISTORY, server_error(), times=50)
    code, said = await exported(without_bot, str(channel.id))

    assert code == 1
    assert "Discord does not answer" in said
    assert not list(without_bot.folder.glob("*.html"))


@pytest.mark.parametrize(
    ("denied", "complaint"),
    [
        (Permissions.VIEW_CHANNEL, "it needs View Channel"),
        (Permissions.READ_MESSAGE_HISTORY, "Read Message History"),
    ],
)
async def test_channel_that_the_bot_may_not_read_ends_with_2(
    without_bot: Scenario, denied: Permissions, complaint: str
) -> None:
    channel = await filled(without_bot, 3)
    bot = without_bot.sim.application.bot
    channel.overwrites[bot.id] = Overwrite(bot.id, OverwriteType.MEMBER, deny=denied)
    code, said = await exported(without_bot, str(channel.id))

    assert code == 2
    assert said.splitlines()[-1].startswith("ticketbot cannot export: the bot may not ")
    assert complaint in said


async def test_channel_without_messages_is_no_mistake(without_bot: Scenario) -> None:
    channel = without_bot.guild.add_text_channel("vide")
    code, said = await exported(without_bot, str(channel.id))

    assert code == 0
    assert "0 messages" in said


async def test_what_cannot_be_done_as_asked_ends_with_2(without_bot: Scenario) -> None:
    for words, settings, complaint in (
        (["1"], {}, "there is no channel 1 "),
        ([str(without_bot.category.id)], {}, "is a category"),
        (["x"], {}, "'x' is not an id"),
        (["1"], {"DISCORD_TOKEN": "nonsense"}, "Discord refuses DISCORD_TOKEN"),
        (["1"], {"DISCORD_TOKEN": ""}, "DISCORD_TOKEN is missing"),
    ):
        code, said = await exported(without_bot, *words, **settings)

        assert (code, complaint in said) == (2, True), said
        assert "Traceback" not in said


async def test_missing_message_content_is_told(without_bot: Scenario) -> None:
    channel = await filled(without_bot, 1)
    without_bot.sim.application.flags = 0
    code, said = await exported(without_bot, str(channel.id))

    assert code == 0
    assert "Message Content Intent" in said
