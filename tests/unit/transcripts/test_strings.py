from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, cast

import attrs
import babel
import pytest
from babel import numbers, units

from ticketbot.transcripts.locales.english import ENGLISH
from ticketbot.transcripts.locales.french import FRENCH
from ticketbot.transcripts.model.media import MissingReason

if TYPE_CHECKING:
    from ticketbot.transcripts.locales.strings import Strings


def facts(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("name", ["dates", "page", "message"])
def test_both_languages_name_the_same_facts(name: str) -> None:
    french, english = (attrs.asdict(getattr(words, name)) for words in (FRENCH, ENGLISH))

    for key, text in french.items():
        if isinstance(text, str):
            assert facts(text) == facts(english[key]), key


@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["french", "english"])
def test_every_reason_has_words(words: Strings) -> None:
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


BABEL_UNITS = ("year", "month", "day", "hour", "minute", "second")


@pytest.mark.parametrize("strings", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_names_of_months_weekdays_and_units_are_those_of_cldr(strings: Strings) -> None:
    cldr = babel.Locale(strings.language)

    assert strings.dates.months == tuple(cldr.months["format"]["wide"][month] for month in range(1, 13))
    assert strings.dates.weekdays == tuple(cldr.days["format"]["wide"][day] for day in range(7))
    for number in (1, 2, 1234):
        assert [strings.count(number, unit) for unit in strings.dates.units] == [
            units.format_unit(number, f"duration-{unit}", locale=cldr).replace(" ", "\u00a0") for unit in BABEL_UNITS
        ]


@pytest.mark.parametrize("strings", [FRENCH, ENGLISH], ids=["fr", "en"])
@pytest.mark.parametrize("number", [*range(13), 21, 100, 101, 1_000, 1_234_567])
def test_plural_forms_and_digits_are_those_of_cldr(strings: Strings, number: int) -> None:
    cldr = babel.Locale(strings.language)
    form = "one" if cldr.plural_form(number) == "one" else "other"

    written = strings.count(number, ("one", "other"))

    assert written == f"{numbers.format_decimal(number, locale=cldr)}\u00a0{form}"
