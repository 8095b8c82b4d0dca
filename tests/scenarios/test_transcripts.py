"""What was in a ticket's channel survives the channel."""

from __future__ import annotations

import base64
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import CLOSE, CONFIRM, DELETE, acknowledged, answered, page_of
from tests.simulator.faults import Hang
from tests.simulator.media import Served
from tests.unit.transcripts import pictures
from ticketbot.config import params

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenarios.world import World
    from tests.simulator.faults import Call
    from tests.simulator.state import Channel, Message

pytestmark = pytest.mark.scenario

KIB = 1024
SAY = "POST /channels/{channel_id}/messages"
READ_BACK = "GET /channels/{channel_id}/messages/{message_id}"
IMPATIENT = {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
PICTURE = pictures.png(64, 64, 3)


def inlined(content: bytes, content_type: str = "image/png") -> str:
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"


def names(message: Message) -> list[str]:
    return [attachment.filename for attachment in message.attachments]


async def confirmed(world: World, channel: Channel) -> None:
    """Confirm a deletion, and do not wait for its end."""
    question = await answered(await world.press(world.staff, channel, DELETE))
    await world.staff.press(question, custom_id=CONFIRM)


async def test_files_survive_the_channel_or_are_named_with_the_reason(world: World) -> None:
    sim = world.sim
    channel = await world.opened()
    world.alice.user.avatar = "a1b2"
    avatar = f"https://cdn.discordapp.com/avatars/{world.alice.id}/a1b2.webp"
    sim.media.put(avatar, Served(content=PICTURE))
    sim.media.put("https://cdn.discordapp.com/emojis/77.webp", Served(content=b"GIF89a" + PICTURE))
    written = await world.alice.write(
        channel,
        "regardez <:chat:77>",
        files=[
            ("capture.png", PICTURE),
            ("film.mp4", b"\0\0\0\x20ftypisom" + b"v" * 330 * KIB),
            ("journal.txt", b"ligne\n"),
            ("piège.png", b"<html><script>alert(1)</script>"),
            ("mort.png", PICTURE),
            ("énorme.bin", b"x" * 500 * KIB),
            ("ailleurs.png", PICTURE),
        ],
    )
    dead, moved = written.attachments[4], written.attachments[6]
    sim.media.put(dead.url, Served(status=404))
    sim.media.put(
        moved.url, Served(status=302, headers={"Location": f"{sim.media_url}/cdn.discordapp.com/emojis/77.webp"})
    )
    written.embeds = [
        {"type": "image", "url": "https://example.com/a.png", "thumbnail": {"url": "https://example.com/a.png"}},
        {"type": "image", "url": "https://x.test/", "thumbnail": {"url": "https://cdn.discordapp.com:8443/b.png"}},
    ]
    sim.world.limits.upload = 400 * KIB
    await world.closed(channel)

    archived = await world.deleted(channel)

    page = page_of(archived)
    assert page.count(inlined(PICTURE)) == 2, "the attachment and the avatar"
    assert inlined(b"GIF89a" + PICTURE, "image/gif") in page
    assert "alert(1)" not in page
    beside = {file.filename: file.content for file in archived.attachments[1:]}
    assert sorted(beside.values(), key=len) == [
        b"ligne\n",
        b"<html><script>alert(1)</script>",
        b"\0\0\0\x20ftypisom" + b"v" * 330 * KIB,
    ]
    assert all(f'href="./{name}"' in page for name in beside)
    for text in (
        "<bdi>mort.png</bdi> <small>",
        "non conservé : Discord ne l’a plus",
        "500\u00a0Ko · non conservé : trop volumineux",
        "<bdi>ailleurs.png</bdi> <small>",
        "non conservé : téléchargement impossible",
    ):
        assert text in page, text
    assert page.count("non conservé : hébergé hors de Discord") == 2
    assert all("Authorization" not in asked.headers and "Cookie" not in asked.headers for asked in sim.media.asked)
    assert not [asked for asked in sim.media.asked if "example.com" in asked.url]


async def test_what_was_said_in_threads_survives_the_channel(world: World) -> None:
    channel = await world.opened()
    await world.alice.write(channel, "avant")
    thread = await world.alice.start_thread(channel, "Mes photos")
    gone = await world.alice.start_thread(channel, "Brouillon")
    for at in range(101):
        await world.alice.write(thread, f"dedans {at}")
    await world.staff.write(thread, "bien vu", files=[("capture.png", PICTURE)])
    await world.alice.write(gone, "oubliez")
    world.guild.delete_channel(gone)
    await world.alice.write(channel, "après")
    await world.closed(channel)

    archived = await world.deleted(channel)

    page = page_of(archived)
    said = (
        "avant",
        "🧵 Fil : <bdi>Mes photos</bdi>",
        "dedans 0<",
        "dedans 100<",
        inlined(PICTURE),
        "Brouillon",
        "après",
    )
    places = [page.index(words) for words in said]
    assert places == sorted(places)
    assert "oubliez" not in page
    assert "108 messages" in archived.text()


async def test_members_are_named_though_they_never_wrote(world: World) -> None:
    channel = await world.opened()
    await world.alice.write(channel, f"merci <@{world.other_staff.id}>")
    await world.claimed(channel, world.other_staff)
    await world.closed(channel, world.staff)

    archived = await world.deleted(channel, world.other_staff)

    page = page_of(archived)
    assert "@Mia</span> s’occupe de ce ticket" in page
    assert page.count("@Sam</span>") >= 1
    assert "4 messages" in archived.text()


async def test_who_pressed_has_the_colour_of_their_role(empty: World) -> None:
    empty.staff_role.color, empty.second_role.color = 0xCC3366, 0x3366CC
    await empty.start_bot()
    await empty.configured()
    empty.staff.member.role_ids.append(empty.second_role.id)
    channel = await empty.opened()
    await empty.staff.write(channel, "j’arrive")
    await empty.alice.write(channel, "merci")
    await empty.claimed(channel)
    await empty.closed(channel)

    page = page_of(await empty.deleted(channel))

    assert '<bdi class="nm c3366cc">Sam</bdi>' in page, "the highest role decides"
    assert '<bdi class="nm">Alice Martin</bdi>' in page


@pytest.mark.parametrize("after", [False, True], ids=["before the second message", "after it"])
async def test_crash_between_two_messages_of_a_transcript_leaves_one_whole_transcript(
    empty: World, *, after: bool
) -> None:
    empty.environment |= IMPATIENT
    await empty.start_bot()
    await empty.configured()
    channel = await empty.opened()
    for number in range(12):
        await empty.alice.write(channel, f"pièce {number}", files=[(f"piece-{number}.txt", b"%d" % number)])
    await empty.closed(channel)
    empty.sim.faults.add(_second_part(empty), Hang(60, after=after))
    await confirmed(empty, channel)
    await empty.until(lambda: len(empty.transcripts.history) == 1 + after)
    await empty.until(lambda: any(call.fault for call in empty.sim.calls))
    await empty.bots[0].kill()
    empty.forget_bots()
    empty.sim.faults.clear()
    first = empty.transcripts.history[0].id

    await empty.start_bot()
    await empty.until(lambda: channel.deleted)

    posted = empty.transcripts.history
    assert [len(message.attachments) for message in posted] == [10, 3]
    assert set(Counter(name for message in posted for name in names(message)).values()) == {1}
    assert (posted[0].id == first) is after, "one that was whole is found again"
    assert {file.content for message in posted for file in message.attachments[0:]} >= {b"0", b"11"}
    checked = {call.path.rpartition("/")[2] for call in empty.sim.calls_to(READ_BACK) if call.status == 200}
    assert checked >= {str(message.id) for message in posted}
    page = page_of(posted[0])
    assert all(f'href="./{name}"' in page for message in posted for name in names(message)[message is posted[0] :])


def _second_part(world: World) -> Callable[[Call], bool]:
    def matches(call: Call) -> bool:
        return call.route == SAY and bool(call.files) and bool(world.transcripts.history)

    return matches


async def test_file_that_is_not_there_in_the_second_message_keeps_the_channel(world: World) -> None:
    channel = await world.opened()
    for number in range(11):
        await world.alice.write(channel, "", files=[(f"{number}.txt", b"x")])
    await world.closed(channel)

    async def lose_a_file(call: Call) -> None:
        if call.route == READ_BACK:
            world.transcripts.history[-1].attachments[-1].content = b""

    world.sim.before_apply = lose_a_file
    question = await answered(await world.press(world.staff, channel, DELETE))
    press = await world.staff.press(question, custom_id=CONFIRM)
    refused = params.MESSAGES["refused_transcript_not_verified"]
    await world.until(lambda: press.answer and refused in press.answer.text())

    assert not channel.deleted
    world.sim.before_apply = None
    await confirmed(world, channel)
    await world.until(lambda: channel.deleted)
    assert [len(message.attachments) for message in world.transcripts.history] == [10, 2]


async def killed_before_reading_back(world: World, channel: Channel) -> None:
    """Confirm a deletion, and end the process once the transcript stands and was not read back."""
    world.sim.faults.add(READ_BACK, Hang(60))
    await confirmed(world, channel)
    await world.until(lambda: world.sim.calls_to(READ_BACK))
    await world.bots[0].kill()
    world.forget_bots()
    world.sim.faults.clear()


async def test_transcript_is_found_again_though_its_files_are_gone_meanwhile(empty: World) -> None:
    empty.environment |= IMPATIENT
    await empty.start_bot()
    await empty.configured()
    channel = await empty.opened()
    written = await empty.alice.write(channel, "là", files=[("capture.png", PICTURE)])
    await empty.closed(channel)
    await killed_before_reading_back(empty, channel)
    (before,) = empty.transcripts.history
    empty.sim.media.put(written.attachments[0].url, Served(status=404))

    await empty.start_bot()
    await empty.until(lambda: channel.deleted)

    assert empty.transcripts.history == [before]
    assert inlined(PICTURE) in page_of(before)


async def test_changed_history_makes_another_transcript(empty: World) -> None:
    empty.environment |= IMPATIENT
    await empty.start_bot()
    await empty.configured()
    channel = await empty.opened()
    await empty.closed(channel)
    await killed_before_reading_back(empty, channel)
    await empty.staff.write(channel, "encore un mot")

    await empty.start_bot()
    await empty.until(lambda: channel.deleted)

    (archived,) = empty.transcripts.history
    assert "encore un mot" in page_of(archived)


async def test_limit_that_is_the_members_and_not_the_bots_is_given_way_to(world: World) -> None:
    world.sim.world.limits.told_upload = 50 * KIB * KIB
    channel = await world.opened()
    picture = PICTURE + b"\0" * 9 * KIB * KIB
    await world.alice.write(channel, "grande", files=[("grande.png", picture)])
    await world.closed(channel)

    archived = await world.deleted(channel)

    assert [call.status for call in world.sim.calls_to(SAY) if call.files] == [413, 200]
    assert [file.size for file in archived.attachments[1:]] == [len(picture)]
    assert archived.attachments[0].size < 200 * KIB


async def test_long_history_is_split_into_parts_that_link_to_each_other(world: World) -> None:
    channel = await world.opened()
    for number in range(300):
        await world.alice.write(channel, f"message {number} " + "mot " * 450)
    world.sim.world.limits.upload = 300 * KIB
    await world.closed(channel)

    archived = await world.deleted(channel)

    pages = [file.content.decode() for file in archived.attachments]
    assert names(archived) == ["transcript-001.html", "transcript-001-2.html", "transcript-001-3.html"]
    assert all(file.size <= 300 * KIB for file in archived.attachments)
    assert all(f"message {number} mot" in "".join(pages) for number in range(300))
    assert 'href="./transcript-001-3.html"' in pages[0]


async def test_slow_file_does_not_let_recovery_take_the_deletion_over(empty: World) -> None:
    empty.environment |= IMPATIENT | {"TICKETBOT_RECOVERY_PATIENCE": "2"}
    await empty.start_bot()
    await empty.configured()
    channel = await empty.opened()
    written = await empty.alice.write(channel, "lent", files=[("lent.png", PICTURE)])
    empty.sim.media.put(written.attachments[0].url, Served(content=PICTURE, seconds=5))
    await empty.closed(channel)

    archived = await empty.deleted(channel)

    assert inlined(PICTURE) in page_of(archived)
    assert len([call for call in empty.sim.calls_to(SAY) if call.files]) == 1
    assert len([asked for asked in empty.sim.media.asked if "lent" in asked.url]) == 1


async def test_cut_off_file_is_not_taken_for_the_whole(world: World) -> None:
    channel = await world.opened()
    written = await world.alice.write(channel, "coupé", files=[("coupe.png", PICTURE), ("autre.png", PICTURE)])
    cut, short = written.attachments
    world.sim.media.put(cut.url, Served(content=PICTURE[:20], declared=len(PICTURE)))
    world.sim.media.put(short.url, Served(content=PICTURE[:-1]))
    await acknowledged(await world.press(world.staff, channel, CLOSE))
    await world.until(lambda: len(channel.history) == 3)

    archived = await world.deleted(channel)

    page = page_of(archived)
    assert page.count("non conservé : téléchargement impossible") == 2
    assert "data:image" not in page
