"""What was in a ticket's channel survives the channel."""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import CLOSE, CONFIRM, DELETE, acknowledged, answered, page_of
from tests.simulator.faults import Hang
from tests.simulator.media import Served
from tests.simulator.permissions import Permissions
from tests.unit.transcripts import pictures
from ticketbot.config import params

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.scenario import Scenario
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


async def confirmed(scenario: Scenario, channel: Channel) -> None:
    """Confirm a deletion, and do not wait for its end."""
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    await scenario.staff.press(question, custom_id=CONFIRM)


async def test_files_survive_the_channel_or_are_named_with_the_reason(scenario: Scenario) -> None:
    sim = scenario.sim
    channel = await scenario.open_ticket()
    scenario.alice.user.avatar = "a1b2"
    avatar = f"https://cdn.discordapp.com/avatars/{scenario.alice.id}/a1b2.webp"
    sim.media.put(avatar, Served(content=PICTURE))
    sim.media.put("https://cdn.discordapp.com/emojis/77.webp", Served(content=b"GIF89a" + PICTURE))
    written = await scenario.alice.write(
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
    sim.discord.limits.upload = 400 * KIB
    await scenario.close_ticket(channel)

    archived = await scenario.delete_ticket(channel)

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
    assert "journal.txt</a>" in page
    assert "<pre><code>ligne</code></pre>" in page
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


async def test_what_was_said_in_threads_survives_the_channel(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.alice.write(channel, "avant")
    thread = await scenario.alice.start_thread(channel, "Mes photos")
    gone = await scenario.alice.start_thread(channel, "Brouillon")
    for at in range(101):
        await scenario.alice.write(thread, f"dedans {at}")
    await scenario.staff.write(thread, "bien vu", files=[("capture.png", PICTURE)])
    await scenario.alice.write(gone, "oubliez")
    scenario.guild.delete_channel(gone)
    await scenario.alice.write(channel, "après")
    await scenario.close_ticket(channel)

    archived = await scenario.delete_ticket(channel)

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
    assert "<dd>108</dd>" in page_of(archived)


async def test_thread_whose_announcement_was_deleted_survives_the_channel(scenario: Scenario) -> None:
    scenario.guild.everyone.permissions |= Permissions.CREATE_PRIVATE_THREADS
    channel = await scenario.open_ticket()
    kept = await scenario.staff.start_thread(channel, "Preuves")
    await scenario.staff.write(kept, "commande 4711")
    old = await scenario.staff.start_thread(channel, "Archives")
    await scenario.staff.write(old, "facture 12")
    await scenario.staff.archive(old)
    joined = await scenario.staff.start_private_thread(channel, "Entre nous", members=[scenario.guild.bot])
    await scenario.staff.write(joined, "à voir avec le bot")
    hidden = await scenario.staff.start_private_thread(channel, "Sans le bot")
    await scenario.staff.write(hidden, "il ne lit pas ceci")
    elsewhere = await scenario.staff.start_thread(scenario.panel, "Ailleurs")
    await scenario.staff.write(elsewhere, "autre salon")
    for announcement in [message for message in channel.history if message.type == 18]:
        scenario.guild.delete_message(announcement)
    await scenario.alice.write(channel, "après")
    await scenario.close_ticket(channel)

    page = page_of(await scenario.delete_ticket(channel))

    said = ("Preuves", "commande 4711", "Archives", "facture 12", "Entre nous", "à voir avec le bot", "après")
    places = [page.index(words) for words in said]
    assert places == sorted(places)
    assert "il ne lit pas ceci" not in page, "a private thread that the bot has not joined"
    assert "autre salon" not in page


async def test_private_threads_are_kept_where_the_bot_may_manage_threads(scenario: Scenario) -> None:
    scenario.guild.everyone.permissions |= Permissions.CREATE_PRIVATE_THREADS
    scenario.guild.bot_role.permissions |= Permissions.MANAGE_THREADS
    channel = await scenario.open_ticket()
    for name, words in (("Une", "première note"), ("Deux", "seconde note")):
        thread = await scenario.staff.start_private_thread(channel, name)
        await scenario.staff.write(thread, words)
        if name == "Deux":
            await scenario.staff.archive(thread)
    await scenario.close_ticket(channel)

    page = page_of(await scenario.delete_ticket(channel))

    assert "première note" in page
    assert "seconde note" in page


async def test_words_said_in_a_thread_while_the_transcript_is_on_its_way_are_kept(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    thread = await scenario.staff.start_thread(channel, "Preuves")
    await scenario.staff.write(thread, "avant")
    await scenario.close_ticket(channel)
    said: list[Message] = []

    async def write_meanwhile(call: Call) -> None:
        if call.route == SAY and call.files and not said:
            said.append(await scenario.staff.write(thread, "le virement est parti"))
            await asyncio.sleep(5.5)

    scenario.sim.before_apply = write_meanwhile
    await confirmed(scenario, channel)
    await scenario.wait_until(lambda: channel.deleted)

    (archived,) = scenario.transcripts.history
    assert "avant" in page_of(archived)
    assert "le virement est parti" in page_of(archived)


async def test_members_are_named_though_they_never_wrote(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    await scenario.alice.write(channel, f"merci <@{scenario.other_staff.id}>")
    await scenario.claim_ticket(channel, scenario.other_staff)
    await scenario.close_ticket(channel, scenario.staff)

    archived = await scenario.delete_ticket(channel, scenario.other_staff)

    page = page_of(archived)
    assert "@Mia</span> s’occupe de ce ticket" in page
    assert page.count("@Sam</span>") >= 1
    assert "<dd>4</dd>" in page


@pytest.mark.parametrize(
    ("settings", "zone"), [({}, "Europe/Paris"), ({"TICKETBOT_TIME_ZONE": "America/Montreal"}, "America/Montreal")]
)
async def test_times_are_in_the_zone_that_is_set(without_bot: Scenario, settings: dict[str, str], zone: str) -> None:
    await without_bot.start_bot(**settings)
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    await without_bot.close_ticket(channel)

    page = page_of(await without_bot.delete_ticket(channel))

    assert f"<dd>{zone}</dd>" in page


async def test_header_names_who_closed_and_deleted_and_shows_the_servers_icon(without_bot: Scenario) -> None:
    without_bot.guild.guild.icon = "a1b2"
    icon = f"https://cdn.discordapp.com/icons/{without_bot.guild.id}/a1b2.webp"
    without_bot.sim.media.put(icon, Served(content=PICTURE))
    await without_bot.start_bot()
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    await without_bot.close_ticket(channel, without_bot.staff)

    page = page_of(await without_bot.delete_ticket(channel, without_bot.other_staff))

    head = page[: page.index("<main")]
    assert "<dt>Fermé par</dt><dd><bdi>Sam</bdi></dd>" in head
    assert "<dt>Supprimé par</dt><dd><bdi>Mia</bdi></dd>" in head
    assert inlined(PICTURE) in head
    assert '<span class="gi i0" aria-hidden="true">' in head


async def test_who_pressed_has_the_colour_of_their_role(without_bot: Scenario) -> None:
    without_bot.staff_role.color, without_bot.second_role.color = 0xCC3366, 0x3366CC
    await without_bot.start_bot()
    await without_bot.configure()
    without_bot.staff.member.role_ids.append(without_bot.second_role.id)
    channel = await without_bot.open_ticket()
    await without_bot.staff.write(channel, "j’arrive")
    await without_bot.alice.write(channel, "merci")
    await without_bot.claim_ticket(channel)
    await without_bot.close_ticket(channel)

    page = page_of(await without_bot.delete_ticket(channel))

    assert '<bdi class="nm c3366cc">Sam</bdi>' in page, "the highest role decides"
    assert '<bdi class="nm">Alice Martin</bdi>' in page


@pytest.mark.parametrize("after", [False, True], ids=["before the second message", "after it"])
async def test_crash_between_two_messages_of_a_transcript_leaves_one_whole_transcript(
    without_bot: Scenario, *, after: bool
) -> None:
    without_bot.environment |= IMPATIENT
    await without_bot.start_bot()
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    for number in range(12):
        await without_bot.alice.write(channel, f"pièce {number}", files=[(f"piece-{number}.txt", b"%d" % number)])
    await without_bot.close_ticket(channel)
    without_bot.sim.faults.add(_second_part(without_bot), Hang(60, after=after))
    await confirmed(without_bot, channel)
    await without_bot.wait_until(lambda: len(without_bot.transcripts.history) == 1 + after)
    await without_bot.wait_until(lambda: any(call.fault for call in without_bot.sim.calls))
    await without_bot.bots[0].kill()
    without_bot.forget_bots()
    without_bot.sim.faults.clear()
    first = without_bot.transcripts.history[0].id

    await without_bot.start_bot()
    await without_bot.wait_until(lambda: channel.deleted)

    posted = without_bot.transcripts.history
    assert [len(message.attachments) for message in posted] == [10, 3]
    assert [name.startswith(f"transcript-001-part{part}-") for part in (1, 2) for name in names(posted[part - 1])] == [
        False,
        *[True] * 12,
    ]
    assert {len(message.embeds) for message in posted} == {1}
    assert set(Counter(name for message in posted for name in names(message)).values()) == {1}
    assert (posted[0].id == first) is after, "one that was whole is found again"
    assert {file.content for message in posted for file in message.attachments[0:]} >= {b"0", b"11"}
    checked = {call.path.rpartition("/")[2] for call in without_bot.sim.calls_to(READ_BACK) if call.status == 200}
    assert checked >= {str(message.id) for message in posted}
    page = page_of(posted[0])
    assert all(f'href="./{name}"' in page for message in posted for name in names(message)[message is posted[0] :])


def _second_part(scenario: Scenario) -> Callable[[Call], bool]:
    def matches(call: Call) -> bool:
        return call.route == SAY and bool(call.files) and bool(scenario.transcripts.history)

    return matches


async def test_file_that_is_not_there_in_the_second_message_keeps_the_channel(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    for number in range(11):
        await scenario.alice.write(channel, "", files=[(f"{number}.txt", b"x")])
    await scenario.close_ticket(channel)

    async def lose_a_file(call: Call) -> None:
        if call.route == READ_BACK:
            scenario.transcripts.history[-1].attachments[-1].content = b""

    scenario.sim.before_apply = lose_a_file
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    press = await scenario.staff.press(question, custom_id=CONFIRM)
    refused = params.MESSAGES["refused_transcript_not_verified"]
    await scenario.wait_until(lambda: press.answer and refused in press.answer.text())

    assert not channel.deleted
    scenario.sim.before_apply = None
    await confirmed(scenario, channel)
    await scenario.wait_until(lambda: channel.deleted)
    assert [len(message.attachments) for message in scenario.transcripts.history] == [10, 2]


async def killed_before_reading_back(scenario: Scenario, channel: Channel) -> None:
    """Confirm a deletion, and end the process once the transcript stands and was not read back."""
    scenario.sim.faults.add(READ_BACK, Hang(60))
    await confirmed(scenario, channel)
    await scenario.wait_until(lambda: scenario.sim.calls_to(READ_BACK))
    await scenario.bots[0].kill()
    scenario.forget_bots()
    scenario.sim.faults.clear()


async def test_transcript_is_found_again_though_its_files_are_gone_meanwhile(without_bot: Scenario) -> None:
    without_bot.environment |= IMPATIENT
    await without_bot.start_bot()
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    written = await without_bot.alice.write(channel, "là", files=[("capture.png", PICTURE)])
    await without_bot.close_ticket(channel)
    await killed_before_reading_back(without_bot, channel)
    (before,) = without_bot.transcripts.history
    without_bot.sim.media.put(written.attachments[0].url, Served(status=404))

    await without_bot.start_bot()
    await without_bot.wait_until(lambda: channel.deleted)

    assert without_bot.transcripts.history == [before]
    assert inlined(PICTURE) in page_of(before)


async def test_changed_history_makes_another_transcript(without_bot: Scenario) -> None:
    without_bot.environment |= IMPATIENT
    await without_bot.start_bot()
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    await without_bot.close_ticket(channel)
    await killed_before_reading_back(without_bot, channel)
    await without_bot.staff.write(channel, "encore un mot")

    await without_bot.start_bot()
    await without_bot.wait_until(lambda: channel.deleted)

    (archived,) = without_bot.transcripts.history
    assert "encore un mot" in page_of(archived)


async def test_limit_that_is_the_members_and_not_the_bots_is_given_way_to(scenario: Scenario) -> None:
    scenario.sim.discord.limits.told_upload = 50 * KIB * KIB
    channel = await scenario.open_ticket()
    picture = PICTURE + b"\0" * 9 * KIB * KIB
    await scenario.alice.write(channel, "grande", files=[("grande.png", picture)])
    await scenario.close_ticket(channel)

    archived = await scenario.delete_ticket(channel)

    assert [call.status for call in scenario.sim.calls_to(SAY) if call.files] == [413, 200]
    assert [file.size for file in archived.attachments[1:]] == [len(picture)]
    assert archived.attachments[0].size < 200 * KIB


async def test_long_history_is_split_into_parts_that_link_to_each_other(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    for number in range(300):
        await scenario.alice.write(channel, f"message {number} " + "mot " * 450)
    scenario.sim.discord.limits.upload = 300 * KIB
    await scenario.close_ticket(channel)

    archived = await scenario.delete_ticket(channel)

    pages = [file.content.decode() for file in archived.attachments]
    assert names(archived) == ["transcript-001.html", "transcript-001-2.html", "transcript-001-3.html"]
    assert all(file.size <= 300 * KIB for file in archived.attachments)
    assert all(f"message {number} mot" in "".join(pages) for number in range(300))
    assert 'href="./transcript-001-3.html"' in pages[0]


async def test_explicit_files_leave_the_upload_and_are_named_in_the_page(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    films = [b"\0\0\0\x20ftypisom" + bytes([65 + number]) * 300 * KIB for number in range(3)]
    await scenario.alice.write(channel, "preuves", files=[(f"film{at}.mp4", film) for at, film in enumerate(films)])
    scenario.sim.discord.limits.upload = 400 * KIB
    await scenario.close_ticket(channel)
    scenario.sim.discord.limits.explicit_files = (films[0], films[2])

    archived = await scenario.delete_ticket(channel)

    page = page_of(archived)
    assert page.count("non conservé : refusé par Discord comme explicite") == 2
    assert "<bdi>film0.mp4</bdi>" in page
    assert "<bdi>film2.mp4</bdi>" in page
    assert [file.content for file in archived.attachments[1:]] == [films[1]]
    assert scenario.transcripts.history == [archived]


async def test_one_explicit_file_costs_one_more_try(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    film = b"\0\0\0\x20ftypisom" + b"v" * 300 * KIB
    await scenario.alice.write(channel, "preuve", files=[("film.mp4", film)])
    scenario.sim.discord.limits.upload = 400 * KIB
    await scenario.close_ticket(channel)
    scenario.sim.discord.limits.explicit_files = (film,)

    archived = await scenario.delete_ticket(channel)

    assert [call.status for call in scenario.sim.calls_to(SAY) if call.files] == [400, 200]
    assert "non conservé : refusé par Discord comme explicite" in page_of(archived)


async def test_slow_file_does_not_let_recovery_take_the_deletion_over(without_bot: Scenario) -> None:
    without_bot.environment |= IMPATIENT | {"TICKETBOT_RECOVERY_PATIENCE": "2"}
    await without_bot.start_bot()
    await without_bot.configure()
    channel = await without_bot.open_ticket()
    written = await without_bot.alice.write(channel, "lent", files=[("lent.png", PICTURE)])
    without_bot.sim.media.put(written.attachments[0].url, Served(content=PICTURE, seconds=5))
    await without_bot.close_ticket(channel)

    archived = await without_bot.delete_ticket(channel)

    assert inlined(PICTURE) in page_of(archived)
    assert len([call for call in without_bot.sim.calls_to(SAY) if call.files]) == 1
    assert len([asked for asked in without_bot.sim.media.asked if "lent" in asked.url]) == 1


async def test_cut_off_file_is_not_taken_for_the_whole(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    written = await scenario.alice.write(channel, "coupé", files=[("coupe.png", PICTURE), ("autre.png", PICTURE)])
    cut, short = written.attachments
    scenario.sim.media.put(cut.url, Served(content=PICTURE[:20], declared=len(PICTURE)))
    scenario.sim.media.put(short.url, Served(content=PICTURE[:-1]))
    await acknowledged(await scenario.press(scenario.staff, channel, CLOSE))
    await scenario.wait_until(lambda: len(channel.history) == 3)

    archived = await scenario.delete_ticket(channel)

    page = page_of(archived)
    assert page.count("non conservé : téléchargement impossible") == 2
    assert "data:image" not in page
