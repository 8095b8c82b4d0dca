"""What a page shows of text files."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

import pytest

from tests.unit.transcripts import semantics
from tests.unit.transcripts.samples import said
from ticketbot.transcripts.model.attachments import Attachment
from ticketbot.transcripts.model.media import Inlined, Missing, MissingReason
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.rendering import html, text_files
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    from ticketbot.transcripts.model.media import Media

KIB: Final = 1024
BESIDE: Final = PageLimits(page=None, files=1000, files_size=10**9)


def page(*files: tuple[str, bytes], limits: PageLimits = BESIDE, content_type: str = "") -> str:
    attachments = [
        Attachment(name=name, url=f"https://cdn.discordapp.com/{at}", size=len(content), content_type=content_type)
        for at, (name, content) in enumerate(files)
    ]
    media: dict[str, Media] = {
        one.url: Inlined(content=content, content_type="application/octet-stream")
        for one, (_, content) in zip(attachments, files, strict=True)
    }
    messages = [said("", at=at, attachments=(one,)) for at, one in enumerate(attachments)]
    rendering = html.TranscriptRenderer(Transcript(messages=messages, media=media), limits=limits)
    for _ in rendering.steps():
        pass
    return "".join(b"".join(found.chunks()).decode() for found in rendering.pages)


def shown(name: str, content: bytes, content_type: str = "") -> str | None:
    found = page((name, content), content_type=content_type).partition("<pre><code>")
    return found[2].partition("</code>")[0] if found[1] else None


@pytest.mark.parametrize(
    "content",
    [
        "été\nhiver".encode(),
        codecs.BOM_UTF8 + "été\nhiver".encode(),
        "été\nhiver".encode("utf-16"),
        codecs.BOM_UTF16_BE + "été\nhiver".encode("utf-16-be"),
        "été\r\nhiver\r\n".encode("cp1252"),
        "été\rhiver".encode("latin-1"),
        "\x1b[31mété\x1b[0m\nhiver".encode(),
    ],
    ids=["UTF-8", "UTF-8 with BOM", "UTF-16", "UTF-16 big-endian", "Windows-1252", "Latin-1, old Mac", "coloured log"],
)
def test_text_is_shown_whatever_its_encoding(content: bytes) -> None:
    assert shown("notes.txt", content) == "été\nhiver"


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"MZ\x90\0\x03", b"a\0b", b"\x81\x8d", "é".encode("utf-16-le"), b"", b" \n\t\n"],
    ids=["picture", "program", "NUL", "no character", "UTF-16 without BOM", "empty", "blank"],
)
def test_what_is_no_text_is_not_shown_though_it_is_named_so(content: bytes) -> None:
    assert shown("notes.txt", content) is None


def test_file_of_another_kind_is_not_shown() -> None:
    assert shown("notes.docx", b"text") is None
    assert shown("notes", b"text", "text/plain; charset=utf-8") == "text"
    assert shown("LISEZMOI.TXT", b"text") == "text"
    assert shown("data", b"[]", "application/json") == "[]"


def test_markup_in_a_text_is_shown_as_text() -> None:
    attack = b"</code></pre><script>alert(1)</script>"
    written = page(("page.html", attack))

    assert "<script>alert" not in written
    assert "</code></pre><script>alert(1)</script>" in semantics.text(written)


def test_first_200_lines_are_shown_folded_and_the_file_stays_beside_the_page() -> None:
    written = page(("notes.txt", b"".join(b"line %d\n" % number for number in range(1, 302))))

    assert "line 200</code></pre>" in written
    assert "line 201" not in written
    assert "<small>200\u00a0premières lignes</small>" in written
    assert '<label class="fd" data-l="Afficher tout le texte">' in written
    assert 'href="./transcript-01-notes.txt">notes.txt</a>' in written


def test_whole_text_has_no_remark() -> None:
    written = page(("notes.txt", b"one\ntwo\n"))

    assert "<pre><code>one\ntwo</code></pre></div>" in written


def test_no_more_than_32_kib_are_read() -> None:
    class Endless:
        def __len__(self) -> int:
            return 10**9

        def __getitem__(self, piece: slice, /) -> bytes:
            assert piece.stop <= 32 * KIB
            return "é".encode() * (piece.stop // 2 - 1) + b"e\xc3"

    excerpt = text_files.read(Endless())

    assert excerpt is not None
    assert not excerpt.is_whole
    assert set(excerpt.text) == {"é", "e"}


def test_all_texts_together_are_bounded() -> None:
    written = page(*((f"{at}.txt", b"x" * 32 * KIB) for at in range(140)))

    assert written.count("<pre>") == 128


def test_text_gives_way_where_the_page_is_full() -> None:
    limits = PageLimits(page=200 * KIB, files=99, files_size=10**9)
    written = page(*((f"{at}.txt", b"x" * 30 * KIB) for at in range(20)), limits=limits)

    assert len(written) <= 200 * KIB
    assert 1 <= written.count("<pre>") < 20
    assert written.count(".txt</a> <small>") == 20


def test_file_that_is_not_kept_beside_the_page_is_shown_all_the_same() -> None:
    written = page(("notes.txt", b"text"), limits=PageLimits())

    assert "non conservé" in written
    assert "<pre><code>text</code></pre>" in written


def test_file_that_was_not_downloaded_is_named_alone() -> None:
    attachment = Attachment(name="a.txt", url="https://cdn.discordapp.com/a")
    transcript = Transcript(
        messages=[said("", attachments=(attachment,))], media={attachment.url: Missing(reason=MissingReason.GONE)}
    )
    rendering = html.TranscriptRenderer(transcript)
    for _ in rendering.steps():
        pass

    assert "<pre>" not in b"".join(rendering.pages[0].chunks()).decode()
