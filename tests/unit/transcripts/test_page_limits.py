"""What happens where there is too little room: files give way first, then the page is split."""

from __future__ import annotations

import asyncio
import io
import re
import time
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.unit.transcripts import pictures, samples
from tests.unit.transcripts.samples import said
from ticketbot.transcripts.model.attachments import Attachment, AttachmentKind
from ticketbot.transcripts.model.media import Inlined, Media, Missing, MissingReason, Separate, emoji_url
from ticketbot.transcripts.model.messages import Reply, ReplyState, TranscriptMessage
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.model.users import Author
from ticketbot.transcripts.rendering import html
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.transcripts.rendering.pagination import Page

KIB = 1024


def rendered(
    messages: Sequence[TranscriptMessage], room: PageLimits | None = None, **media: Media
) -> html.TranscriptRenderer:
    named = {f"https://cdn.discordapp.com/{name}": medium for name, medium in media.items()}
    rendering = html.TranscriptRenderer(
        Transcript(messages=messages, media=named), name="transcript-042.html", limits=room
    )
    for _ in rendering.steps():
        pass
    return rendering


def text(page: Page) -> str:
    return b"".join(page.chunks()).decode()


def image(name: str, kind: AttachmentKind = AttachmentKind.IMAGE) -> Attachment:
    return Attachment(name=f"{name}.png", url=f"https://cdn.discordapp.com/{name}", kind=kind)


def file(size: int, content_type: str = "image/png") -> Inlined:
    return Inlined(content=b"x" * size, content_type=content_type)


def test_all_files_stand_in_a_page_without_limit() -> None:
    rendering = rendered([said("", attachments=(image("a"), image("b")))], a=file(300 * KIB), b=file(10))

    assert len(rendering.pages) == 1
    assert rendering.pages[0].name == "transcript-042.html"
    assert text(rendering.pages[0]).count('<img src="data:image/png;base64,eHh4') == 2
    assert not rendering.separate_files


def test_size_is_that_of_all_chunks() -> None:
    messages = [said(f"é {at} 😀", at=at, attachments=(image("a"),)) for at in range(50)]
    (page,) = rendered(messages, a=file(500 * KIB)).pages

    assert page.size == sum(len(chunk) for chunk in page.chunks())
    assert max(len(chunk) for chunk in page.chunks()) <= 600 * KIB
    assert (page.message_count, page.first, page.last) == (50, samples.MOMENT, samples.MOMENT + 49 * samples.MINUTE)


def test_large_file_gives_way_to_a_place_beside_the_page() -> None:
    messages = [said("", attachments=(image("small"), image("large")))]
    room = PageLimits(page=300 * KIB, files=1, files_size=300 * KIB)
    rendering = rendered(messages, room, small=file(10 * KIB), large=file(280 * KIB))
    (page,), (moved,) = rendering.pages, rendering.separate_files

    assert page.size <= 300 * KIB
    assert text(page).count("<img ") == 1
    assert moved.url == "https://cdn.discordapp.com/large"
    assert moved.name == "transcript-042-02-large.png"
    assert len(moved.content) == 280 * KIB
    assert f'<a href="./{moved.name}">large.png</a>' in text(page)
    assert "joint à côté de cette page" in text(page)


def test_file_without_room_anywhere_is_named_with_its_size() -> None:
    rendering = rendered([said("", attachments=(image("a"),))], PageLimits(page=200 * KIB), a=file(400 * KIB))

    assert "<bdi>a.png</bdi> <small>400\u00a0Ko · non conservé : plus de place</small>" in text(rendering.pages[0])
    assert not rendering.separate_files


@pytest.mark.parametrize(
    "room",
    [
        PageLimits(page=200 * KIB, files=0, files_size=999 * KIB),
        PageLimits(page=200 * KIB, files=9, files_size=399 * KIB),
        PageLimits(page=200 * KIB, files=9, files_size=999 * KIB),
    ],
    ids=["no more files", "no more bytes", "larger than any file may be"],
)
def test_no_more_files_go_beside_the_page_than_there_is_room_for(room: PageLimits) -> None:
    assert not rendered([said("", attachments=(image("a"),))], room, a=file(400 * KIB)).separate_files


def test_file_that_is_shown_twice_is_moved_once() -> None:
    messages = [said("", attachments=(image("a"),)), said("", at=1, attachments=(image("a"),))]
    rendering = rendered(messages, PageLimits(page=300 * KIB, files=9, files_size=999 * KIB), a=file(250 * KIB))

    assert len(rendering.separate_files) == 1
    assert text(rendering.pages[0]).count(f'href="./{rendering.separate_files[0].name}"') == 2


def test_plain_file_never_stands_in_the_page() -> None:
    messages = [said("", attachments=(image("a", AttachmentKind.FILE),))]

    assert len(rendered(messages, PageLimits(files=1, files_size=KIB), a=file(10, "text/plain")).separate_files) == 1
    assert not rendered(messages, a=file(10, "text/plain")).separate_files


def test_small_pictures_give_way_to_initials_and_names() -> None:
    author = attrs.evolve(samples.LEA, avatar_url="https://cdn.discordapp.com/avatar")
    messages = [said("<:ok:9>", author=author)]
    media: dict[str, Media] = {
        "https://cdn.discordapp.com/avatar": Inlined(content=pictures.png(64, 64, 1), content_type="image/png"),
        emoji_url(9): file(300 * KIB),
    }
    rendering = html.TranscriptRenderer(Transcript(messages=messages, media=media), limits=PageLimits(page=200 * KIB))
    for _ in rendering.steps():
        pass
    page = text(rendering.pages[0])

    assert page.count("--p:url(data:") == 1
    assert page.count("background-image:var(--p)") == 1
    assert ":ok:</span>" in page


def test_picture_of_another_type_is_no_picture() -> None:
    author = attrs.evolve(samples.LEA, avatar_url="https://cdn.discordapp.com/a")

    assert "--p:url(" not in text(rendered([said(author=author)], a=file(10, "image/svg+xml")).pages[0])
    assert "--p:url(" not in text(rendered([said(author=author)], a=Separate(name="a")).pages[0])


def test_long_history_is_split_into_parts_that_link_to_each_other() -> None:
    messages = [said(f"Message {at} " + "mot " * 300, at=at) for at in range(400)]
    rendering = rendered(messages, PageLimits(page=200 * KIB))
    pages = [text(page) for page in rendering.pages]

    assert len(pages) > 2
    assert [page.name for page in rendering.pages[:3]] == [
        "transcript-042.html",
        "transcript-042-2.html",
        "transcript-042-3.html",
    ]
    assert all(page.size <= 200 * KIB for page in rendering.pages)
    assert sum(page.message_count for page in rendering.pages) == 400
    joined = "".join(pages)
    assert all(f"Message {at} mot" in joined for at in range(400))
    for page in pages:
        assert page.count('<a href="./transcript-042') >= len(pages) - 1
        assert f"Partie 1 sur {len(pages)}" in page
        assert page.count("<nav") == 2
        assert '<h2 class="day"' in page
        assert re.search(r"<main[^>]*>\s*<h2", page)


def test_parts_tell_their_ranges() -> None:
    messages = [said("mot " * 5000, at=at) for at in range(20)]
    first = text(rendered(messages, PageLimits(page=200 * KIB)).pages[0])

    assert 'aria-current="page">Partie 1 sur' in first
    assert re.search(
        r'<a href="\./transcript-042-2\.html">Partie 2 sur \d</a> <small>du <time datetime="2026-03-02T', first
    )
    assert "\u00a0messages</small>" in first


def test_reply_jumps_into_an_earlier_part() -> None:
    messages = [said("mot " * 5000, at=at) for at in range(20)]
    reply = Reply(message_id=1_000, state=ReplyState.LOADED, author=samples.LEA, content="Avant")
    last = text(rendered([*messages, said(at=20, reply=reply, type=19)], PageLimits(page=200 * KIB)).pages[-1])

    assert 'href="./transcript-042.html#m1000"' in last


def test_one_message_is_never_parted() -> None:
    rendering = rendered([said("mot " * 20_000), said("fin", at=1)], PageLimits(page=100 * KIB))

    assert [page.message_count for page in rendering.pages] == [1, 1]


def test_files_of_each_part_are_its_own() -> None:
    messages = [said("mot " * 5000, at=at, attachments=(image("a"),)) for at in range(10)]
    rendering = rendered(messages, PageLimits(page=200 * KIB), a=file(2 * KIB))

    assert len(rendering.pages) > 1
    assert sum(text(page).count("<img ") for page in rendering.pages) == 10


def test_missing_file_says_why() -> None:
    messages = [said("", attachments=(image("a"), image("b")))]
    page = text(rendered(messages, a=Missing(reason=MissingReason.TOO_LARGE, size=5 * KIB * KIB)).pages[0])

    assert "<bdi>a.png</bdi> <small>5\u00a0Mo · non conservé : trop volumineux</small>" in page
    assert "<bdi>b.png</bdi> <small>non conservé</small>" in page


def test_file_beside_the_page_is_linked_by_name() -> None:
    page = text(rendered([said("", attachments=(image("a"),))], a=Separate(name="a b.png", size=KIB)).pages[0])

    assert '<a href="./a%20b.png">a.png</a> <small>1\u00a0Ko · joint à côté de cette page</small>' in page


def test_files_that_a_browser_would_run_are_text_beside_the_page() -> None:
    names = {"a.html": "a.html.txt", "b.SVG": "b.SVG.txt", "c.xhtml": "c.xhtml.txt", "d.png": "d.png", "e..f": "e.f"}
    files = [attrs.evolve(image(name, AttachmentKind.FILE), name=name) for name in names]
    media: dict[str, Media] = {name: file(10, "application/octet-stream") for name in names}
    rendering = rendered([said("", attachments=tuple(files))], PageLimits(files=9, files_size=KIB), **media)

    assert [moved.name.split("-", 3)[-1] for moved in rendering.separate_files] == list(names.values())


def test_binding_pauses_among_many_files() -> None:
    files = tuple(image(f"a{at}") for at in range(1000))
    media = {f"https://cdn.discordapp.com/a{at}": file(10) for at in range(1000)}
    rendering = html.TranscriptRenderer(Transcript(messages=[said("", attachments=files)], media=media))

    assert sum(1 for _ in rendering.steps()) > 2 * 1000 // 64


def test_rendering_of_nothing_is_a_page() -> None:
    (page,) = rendered([]).pages

    assert (page.message_count, page.first, page.last) == (0, 0, 0)
    assert page.size == len(text(page).encode())


def test_messages_may_come_one_by_one() -> None:
    out = io.StringIO()
    html.render(Transcript(messages=(said(at=at) for at in range(3))), out)

    assert out.getvalue().count('class="m"') == 3


def test_chunks_can_be_asked_for_twice() -> None:
    (page,) = rendered([said("", attachments=(image("a"),))], a=file(10)).pages

    assert b"".join(page.chunks()) == b"".join(page.chunks())


def test_pauses_depend_on_time_where_messages_are_short_but_slow() -> None:
    hostile = [said("___a" * 1000, at=at) for at in range(20)]
    rendering = html.TranscriptRenderer(Transcript(messages=(attrs.evolve(one, flags=4) for one in hostile)))
    paused = sum(1 for _ in rendering.render_messages())

    assert paused >= 19


def test_others_get_their_turn_every_few_messages() -> None:
    rendering = html.TranscriptRenderer(Transcript(messages=[said("mot " * 50, at=at) for at in range(2000)]))

    assert sum(1 for _ in rendering.steps()) > 50


async def test_event_loop_is_not_held() -> None:
    """A generous bound: the figures are the benchmark's."""
    messages = [said("mot " * 50, at=at, author=Author(id=at % 7, name="P")) for at in range(3000)]
    longest, last = 0.0, time.thread_time()
    for _ in html.TranscriptRenderer(Transcript(messages=messages), limits=PageLimits(page=400 * KIB)).steps():
        longest = max(longest, time.thread_time() - last)
        await asyncio.sleep(0)
        last = time.thread_time()

    assert longest < 0.5
