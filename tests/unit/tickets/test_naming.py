from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.tickets import naming, signs, topics


@pytest.mark.parametrize(("number", "text"), [(1, "001"), (99, "099"), (376, "376"), (999, "999"), (1000, "1000")])
def test_numbers_have_at_least_three_digits(number: int, text: str) -> None:
    assert naming.number_text(number) == text


@pytest.mark.parametrize(
    ("display_name", "name"),
    [
        ("Léa Martin", "001-léa-martin"),
        ("  Jean--Luc . B ", "001-jean-luc-b"),
        ("\U0001d56c\U0001d591\U0001d58e\U0001d588\U0001d58a ⓑⓞⓑ", "001-alice-bob"),
        ("🎮🎮", "001-ticket"),
        ("", "001-ticket"),
        ("<script>alert(1)</script>", "001-scriptalert1script"),
        ("#général @everyone", "001-général-everyone"),
        ("山田 太郎", "001-山田-太郎"),
        ("---", "001-ticket"),
        ("\u0301\u0301a", "001-a"),
        ("a" * 200, "001-" + "a" * 32),
        ("Z̷̢̡̛a̸̢l̷̢g̸o", "001-z̷̢a̸̢l̷̢g̸o"),
    ],
)
def test_channel_names_are_made_of_display_names(display_name: str, name: str) -> None:
    assert naming.channel_name(1, display_name) == name


@given(st.text())
def test_any_name_gives_one_that_discord_takes_as_it_is(display_name: str) -> None:
    name = naming.channel_name(12, display_name)

    assert re.fullmatch(r"012-\S+", name)
    assert len(name) <= 100
    assert "--" not in name
    assert not name.endswith("-")


def test_fallback_names_give_up_the_members_name_then_the_number() -> None:
    assert naming.fallback_channel_names(12) == ("012-ticket", "ticket-0-1-2", "ticket")


def test_transcripts_are_called_by_their_number() -> None:
    assert naming.transcript_file_name(12) == "transcript-012.html"


@pytest.mark.parametrize("name", ["\u3164", "\u115f\u1160", "\u200b\u2060", "\u2800 ", "\uffa0\u0301", ""])
def test_invisible_name_gives_way_to_the_username(name: str) -> None:
    assert naming.visible_name(name, "zoe") == "zoe"


@pytest.mark.parametrize("name", ["Zoé", "\u3164a", "🌸", "한", "ᅠx", "ز"])
def test_visible_name_stays(name: str) -> None:
    assert naming.visible_name(name, "zoe") == name


def test_fillers_are_no_letters_of_a_channels_name() -> None:
    assert naming.channel_name(7, "\u3164Bob\u3164") == "007-bob"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (None, "012-facture"),
        ("aide-{number}-{name}", "aide-012-facture"),
        ("{topic}-{number}", "012-facture"),
        ("x" * 57 + "-{number}", "x" * 57 + "-012-facture"),
    ],
)
def test_renamed_channel_keeps_its_number_and_what_stands_before(pattern: str | None, name: str) -> None:
    assert naming.renamed_channel(12, "facture", pattern=pattern) == name
    assert len(naming.renamed_channel(10**9, "f" * naming.RENAMED_LIMIT, pattern=pattern)) <= naming.CHANNEL_NAME_LIMIT


def test_slug_of_punctuation_is_empty() -> None:
    assert naming.slug("!?…") == ""
    assert naming.slug("Deux  Mots") == "deux-mots"


@pytest.mark.parametrize("pattern", ["x" * 35 + "-{topic}{name}-{number}", "{name}" * 8 + "-{number}"])
def test_number_is_whole_however_long_the_pattern_becomes(pattern: str) -> None:
    name = naming.channel_name(123456, "n" * 40, pattern=pattern, topic="t" * 80)

    assert topics.is_pattern(pattern)
    assert name.endswith("-123456")
    assert all(signs.with_sign(name, sign).endswith("-123456") for sign in signs.Sign)


@pytest.mark.parametrize("pattern", ["\ufdfa" * 3 + "-{number}-{name}", "{name}\ufdfa\ufdfa{number}"])
def test_number_is_kept_where_letters_of_a_pattern_become_many(pattern: str) -> None:
    assert topics.is_pattern(pattern)
    assert "123456" in naming.channel_name(123456, "n" * 40, pattern=pattern)


def test_pattern_whose_letters_become_too_many_is_none() -> None:
    assert not topics.is_pattern("\ufdfa" * 6 + "{number}")
