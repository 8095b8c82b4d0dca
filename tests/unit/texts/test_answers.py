"""Answers of a form are shown whole, however they have to be parted."""

from __future__ import annotations

import re

import hypothesis
import pytest
from hypothesis import strategies

from ticketbot import text_length
from ticketbot.config import params_model
from ticketbot.texts import answers, message
from ticketbot.texts.localized import LocalizedTexts
from ticketbot.texts.message import Message
from ticketbot.tickets.answers import Answer
from ticketbot.tickets.model import Language
from ticketbot.tickets.topics import ANSWER_LIMIT

TEXTS = LocalizedTexts(params_model.defaults(), Language.FRENCH)

_RUNS = strategies.lists(
    strategies.tuples(strategies.sampled_from(["\\", "\\*", "*", "a", "😀", "\n", " "]), strategies.integers(1, 4000)),
    min_size=1,
    max_size=6,
)


def shown(*texts: str) -> list[str]:
    """Return the text of each embed with the answers to a form."""
    found = answers.under(TEXTS, Message(embeds=()), [Answer(question="Quoi ?", text=text) for text in texts])
    return [embed.description or "" for one in found for embed in one.embeds]


def ends_with_half_an_escape(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


@hypothesis.given(_RUNS)
def test_answer_is_shown_whole_and_no_backslash_is_parted_from_what_it_escapes(runs: list[tuple[str, int]]) -> None:
    text = "".join(piece * count for piece, count in runs)[:ANSWER_LIMIT]

    parts = shown(text)

    assert "".join(parts).removeprefix("**Quoi ?**").replace("\n", "") == message.escape(text).replace("\n", "")
    for part in parts:
        assert text_length.in_utf16(part) <= 4096
        assert not ends_with_half_an_escape(part)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["\\" * ANSWER_LIMIT, "a" + "\\" * (ANSWER_LIMIT - 1)])
def test_answer_of_backslashes_alone_is_shown_whole(text: str) -> None:
    parts = shown(text, text)

    assert re.sub(r"[^\\]", "", "".join(parts)) == re.sub(r"[^\\]", "", message.escape(text)) * 2
    assert not any(ends_with_half_an_escape(part) for part in parts)
