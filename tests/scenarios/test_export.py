"""``ticketbot export``: a live channel as a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.scenarios import command
from tests.simulator.faults import server_error
from tests.simulator.permissions import Permissions
from tests.simulator.state import Overwrite, OverwriteType
from tests.unit.transcripts import pictures, semantics

if TYPE_CHECKING:
    from tests.scenarios.world import World
    from tests.simulator.state import Channel

pytestmark = [pytest.mark.scenario, pytest.mark.parametrize("mode", ["gateway"])]

PICTURE = pictures.png(64, 64, 3)
HISTORY = "GET /channels/{channel_id}/messages"


async def exported(world: World, *words: str, **settings: str) -> tuple[int, str]:
    return await command.run(
        world.settings({"DISCORD_MEDIA_URL": world.sim.media_url, **settings}), world.folder, "export", *words
    )


async def filled(world: World, count: int) -> Channel:
    channel = world.guild.add_text_channel("général")
    for number in range(count):
        await world.alice.write(channel, f"mot {number}")
    return channel


async def test_channel_becomes_a_page_with_its_files(empty: World) -> None:
    empty.staff_role.color = 0x3498DB
    channel = await filled(empty, 201)
    await empty.staff.write(channel, "je regarde")
    await empty.alice.write(
        channel,
        f"<@&{empty.staff_role.id}> <#{empty.panel.id}>",
        files=[("capture.png", PICTURE), ("film.bin", b"v" * 3_000_000), ("grand.bin", b"w" * 5_000_000)],
    )
    words = ["--part-size", "1", "--largest-file", "4", "--ticket", "7", "--time-zone", "Europe/Paris"]
    code, said = await exported(empty, str(channel.id), *words)

    assert code == 0, said
    assert said.startswith("transcript-"), "no bars where nobody looks on"
    page = (empty.folder / f"transcript-{channel.id}.html").read_text(encoding="utf-8")
    (beside,) = empty.folder.glob("transcript-*-film.bin")
    read = semantics.text(page)
    assert re.findall(r"mot (\d+)<", page) == [str(number) for number in range(201)]
    assert "data:image/png;base64," in page
    assert beside.read_bytes() == b"v" * 3_000_000
    assert f'href="./{beside.name}"' in page
    assert "non conservé : trop volumineux" in page
    assert all(word in read for word in ("Ticket 007", "Serveur de Léa", "#général", "Alice Martin", "Europe/Paris"))
    assert '<bdi class="nm c3498db">Sam</bdi>' in page
    assert f"@{empty.staff_role.name} #{empty.panel.name}" in read
    assert "203 messages" in said
    assert len(empty.sim.calls_to(HISTORY)) == 3


async def test_page_can_go_to_standard_output(empty: World) -> None:
    channel = await filled(empty, 1)
    await empty.alice.write(await empty.alice.start_thread(channel, "À part"), "aussi dans un fil")
    code, said = await exported(empty, str(channel.id), "-o", "-", "--largest-file", "0")

    assert code == 0
    assert "aussi dans un fil" in said
    assert said.rstrip().endswith("</html>")
    assert not list(empty.folder.glob("*.html"))


async def test_terminal_shows_how_far_it_is(empty: World) -> None:
    channel = await filled(empty, 120)
    terminal = await command.Terminal.start(
        empty.settings({"DISCORD_MEDIA_URL": empty.sim.media_url}), empty.folder, "export", str(channel.id)
    )
    await terminal.sees("120 messages")
    seen = terminal.seen

    assert await terminal.end() == 0
    assert re.search(r"Messages +\[#+\] +100%", seen), seen


async def test_failure_on_the_way_is_tried_again(empty: World) -> None:
    channel = await filled(empty, 150)
    empty.sim.faults.add(HISTORY, server_error(), times=2)
    code, said = await exported(empty, str(channel.id))

    assert code == 0, said
    assert "150 messages" in said


async def test_discord_that_does_not_answer_ends_with_1_and_leaves_nothing(empty: World) -> None:
    channel = await filled(empty, 1)
    empty.sim.faults.add(HISTORY, server_error(), times=50)
    code, said = await exported(empty, str(channel.id))

    assert code == 1
    assert "Discord does not answer" in said
    assert not list(empty.folder.glob("*.html"))


@pytest.mark.parametrize(
    ("denied", "complaint"),
    [
        (Permissions.VIEW_CHANNEL, "it needs View Channel"),
        (Permissions.READ_MESSAGE_HISTORY, "Read Message History"),
    ],
)
async def test_channel_that_the_bot_may_not_read_ends_with_2(empty: World, denied: Permissions, complaint: str) -> None:
    channel = await filled(empty, 3)
    bot = empty.sim.application.bot
    channel.overwrites[bot.id] = Overwrite(bot.id, OverwriteType.MEMBER, deny=denied)
    code, said = await exported(empty, str(channel.id))

    assert code == 2
    assert said.splitlines()[-1].startswith("ticketbot cannot export: the bot may not ")
    assert complaint in said


async def test_channel_without_messages_is_no_mistake(empty: World) -> None:
    channel = empty.guild.add_text_channel("vide")
    code, said = await exported(empty, str(channel.id))

    assert code == 0
    assert "0 messages" in said


async def test_what_cannot_be_done_as_asked_ends_with_2(empty: World) -> None:
    for words, settings, complaint in (
        (["1"], {}, "there is no channel 1 "),
        ([str(empty.category.id)], {}, "is a category"),
        (["x"], {}, "'x' is not a valid integer"),
        (["1"], {"DISCORD_TOKEN": "nonsense"}, "Discord refuses DISCORD_TOKEN"),
        (["1"], {"DISCORD_TOKEN": ""}, "DISCORD_TOKEN is missing"),
    ):
        code, said = await exported(empty, *words, **settings)

        assert (code, complaint in said) == (2, True), said
        assert "Traceback" not in said


async def test_missing_message_content_is_told(empty: World) -> None:
    channel = await filled(empty, 1)
    empty.sim.application.flags = 0
    code, said = await exported(empty, str(channel.id))

    assert code == 0
    assert "Message Content Intent" in said
