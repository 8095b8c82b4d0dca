"""Which files a form accepts: by name and by first bytes."""

from __future__ import annotations

import gzip
import io
import zipfile

import attrs
import pytest

from tests.unit.transcripts import pictures
from ticketbot.archive import filetypes
from ticketbot.tickets.answers import Answer, file_batches
from ticketbot.tickets.form_files import FileKind, FormFile, SubmittedFile, extension_of


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "fits"),
    [
        ("a.png", pictures.png(2, 2, 1), True),
        ("a.PNG", pictures.png(2, 2, 1), True),
        ("a.jpg", pictures.png(2, 2, 1), False),
        ("a.jpg", b"\xff\xd8\xff\xe0", True),
        ("a.pdf", b"%PDF-1.7\n\xe2\xe3", True),
        ("a.pdf", b"MZ\x90", False),
        ("a.docx", archive(), True),
        ("a.zip", b"PK\x05\x06" + b"\0" * 18, True),
        ("a.zip", b"text", False),
        ("a.gz", gzip.compress(b"a", mtime=0), True),
        ("a.mp4", b"\0\0\0\x20ftypisom", True),
        ("a.mkv", b"\x1aE\xdf\xa3", True),
        ("a.mp3", b"ID3\x04", True),
        ("a.opus", b"OggS", True),
        ("a.txt", "été".encode(), True),
        ("a.log", b"", True),
        ("a.json", b"{}", True),
        ("a.txt", b"MZ\x90\0", False),
        ("a.csv", pictures.png(2, 2, 1), False),
    ],
)
def test_file_begins_as_its_name_says(name: str, content: bytes, *, fits: bool) -> None:
    assert filetypes.begins_like(extension_of(name), content) is fits


@pytest.mark.parametrize(
    ("name", "kinds", "is_allowed"),
    [
        ("a.png", (), True),
        ("a.pdf", (), True),
        ("a.mp4", (), False),
        ("a.mp4", (FileKind.FILMS,), True),
        ("a.png", (FileKind.FILMS, FileKind.SOUND), False),
        ("a.mp3", (FileKind.SOUND,), True),
        ("a.exe", tuple(FileKind), False),
        ("png", (), False),
        ("a.png.exe", (), False),
        ("A.JPEG", (), True),
        ("a.svg", tuple(FileKind), False),
    ],
)
def test_names_of_the_kinds_are_accepted(name: str, kinds: tuple[FileKind, ...], *, is_allowed: bool) -> None:
    asked = FormFile(question="?", file=SubmittedFile(url="", name=name, size=1), kinds=kinds)

    assert asked.is_allowed is is_allowed


def test_files_are_shared_among_messages() -> None:
    mib = 1024 * 1024
    small = SubmittedFile(url="https://cdn.discordapp.com/a", name="a.png", size=1)
    large = attrs.evolve(small, size=13 * mib)
    answers = [
        Answer(question="Un", text="a", files=(small,) * 8),
        Answer(question="Deux", text="a", files=(small, small, small, large, large)),
        Answer(question="Trois", text="sans"),
    ]

    shared = file_batches(answers)

    assert [len(files) for files in shared] == [10, 2, 1]
    assert [asked.question for asked in shared[0]] == ["Un"] * 8 + ["Deux"] * 2
    assert file_batches(answers[2:]) == []
