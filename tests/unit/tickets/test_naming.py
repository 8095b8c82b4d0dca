from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.tickets import naming


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


def test_neutral_name_holds_the_number_alone() -> None:
    assert naming.neutral_channel_name(12) == "012-ticket"


def test_transcripts_are_called_by_their_number() -> None:
    assert naming.transcript_file_name(12) == "transcript-012.html"
