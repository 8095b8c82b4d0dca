"""Files of a form are shared among as many messages as Discord needs for them."""

from __future__ import annotations

import pytest

from ticketbot.tickets.answers import Answer, file_batches
from ticketbot.tickets.form_files import TOGETHER_LIMIT, FileKind, FormFile, SubmittedFile, extension_of


def answer(question: str, *sizes: int) -> Answer:
    files = tuple(
        SubmittedFile(url="https://cdn.example/f", name=f"{place}.png", size=size) for place, size in enumerate(sizes)
    )
    return Answer(question=question, text="", files=files)


@pytest.mark.parametrize(
    ("answers", "lengths"),
    [
        ([], []),
        ([answer("a")], []),
        ([answer("a", 1, 2), answer("b", 3)], [3]),
        ([answer("a", *[1] * 10), answer("b", 1)], [10, 1]),
        ([answer("a", TOGETHER_LIMIT), answer("b", 1)], [1, 1]),
        ([answer("a", TOGETHER_LIMIT - 1, 1, 1)], [2, 1]),
        ([answer("a", TOGETHER_LIMIT + 1)], [1]),
    ],
)
def test_each_message_takes_as_many_files_as_discord_does(answers: list[Answer], lengths: list[int]) -> None:
    assert [len(batch) for batch in file_batches(answers)] == lengths


def test_files_name_their_question_and_what_it_accepts() -> None:
    ((file, *_),) = file_batches([answer("Preuves ?", 1)])

    assert (file.question, file.is_allowed) == ("Preuves ?", True)


@pytest.mark.parametrize(
    ("name", "kinds", "is_allowed"),
    [
        ("a.PNG", (), True),
        ("a.mp3", (), False),
        ("a.mp3", (FileKind.SOUND,), True),
        ("a.png", (FileKind.SOUND,), False),
        ("png", (), False),
        ("a.exe", (*FileKind,), False),
    ],
)
def test_question_accepts_files_by_the_end_of_their_names(
    name: str, kinds: tuple[FileKind, ...], *, is_allowed: bool
) -> None:
    file = SubmittedFile(url="https://cdn.example/f", name=name, size=1)

    assert FormFile(question="?", file=file, kinds=kinds).is_allowed is is_allowed


def test_extension_is_what_follows_the_last_point() -> None:
    assert [extension_of(name) for name in ("a.tar.GZ", "none", ".env", "a.")] == ["gz", "", "env", ""]
