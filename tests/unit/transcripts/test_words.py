from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest

from ticketbot.transcripts.english import ENGLISH
from ticketbot.transcripts.french import FRENCH
from ticketbot.transcripts.media import MissingReason

if TYPE_CHECKING:
    from ticketbot.transcripts.words import Words


def facts(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("name", ["dates", "page", "message"])
def test_both_languages_name_the_same_facts(name: str) -> None:
    french, english = (attrs.asdict(getattr(words, name)) for words in (FRENCH, ENGLISH))

    for key, text in french.items():
        if isinstance(text, str):
            assert facts(text) == facts(english[key]), key


@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["french", "english"])
def test_every_reason_has_words(words: Words) -> None:
    assert set(words.message.missing) == set(MissingReason)


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [
        (0, "0\u00a0vote", "0\u00a0votes"),
        (1, "1\u00a0vote", "1\u00a0vote"),
        (1234, "1\u202f234\u00a0votes", "1,234\u00a0votes"),
    ],
)
def test_numbers_take_the_plural_of_their_language(number: int, french: str, english: str) -> None:
    assert FRENCH.count(number, FRENCH.message.votes) == french
    assert ENGLISH.count(number, ENGLISH.message.votes) == english


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0\u00a0o"),
        (1023, "1023\u00a0o"),
        (1536, "1,5\u00a0Ko"),
        (10 << 20, "10\u00a0Mo"),
        (5 << 40, "5120\u00a0Go"),
    ],
)
def test_sizes_are_written_as_the_reader_does(size: int, expected: str) -> None:
    assert FRENCH.size(size) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0, "0:00"), (83.4, "1:23"), (3661, "1:01:01")])
def test_durations_are_written_as_players_do(seconds: float, expected: str) -> None:
    assert FRENCH.duration(seconds) == expected


def test_words_hold_no_markup() -> None:
    def texts(value: Any) -> list[str]:  # noqa: ANN401  # any part of the words
        if isinstance(value, dict):
            return [text for inner in cast("dict[str, Any]", value).values() for text in texts(inner)]
        if isinstance(value, list | tuple):
            return [text for inner in cast("list[Any]", value) for text in texts(inner)]
        return [value] if isinstance(value, str) else []

    for words in (FRENCH, ENGLISH):
        assert not [text for text in texts(attrs.asdict(words)) if "<" in text or '"' in text]
