from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ticketbot.config import params_model, params_validators
from ticketbot.tickets.model import Language

if TYPE_CHECKING:
    from ticketbot.config.params_model import LanguageTexts

PARAMS = params_model.defaults()
FRENCH, ENGLISH = (PARAMS.texts[language] for language in Language)
BOTH = pytest.mark.parametrize("spoken", [FRENCH, ENGLISH], ids=["french", "english"])


def test_there_are_texts_in_each_language() -> None:
    assert set(PARAMS.texts) == set(Language)


def test_no_text_lacks_a_language() -> None:
    assert list(FRENCH.messages) == list(ENGLISH.messages)
    assert list(FRENCH.permission_names) == list(ENGLISH.permission_names)
    assert bool(FRENCH.footer) == bool(ENGLISH.footer)


@pytest.mark.parametrize("key", FRENCH.messages)
def test_a_text_has_the_same_placeholders_in_each_language(key: str) -> None:
    assert params_validators.placeholders(FRENCH.messages[key]) == params_validators.placeholders(ENGLISH.messages[key])


@BOTH
def test_every_text_is_one_that_an_owner_could_have_set(spoken: LanguageTexts) -> None:
    for key, text in spoken.messages.items():
        assert params_validators.message(key, text, text) == text
    assert params_validators.footer(spoken.footer) == spoken.footer
    assert max(map(len, spoken.permission_names.values())) <= len(params_validators.LONGEST["permission"])


def test_the_looks_are_ones_that_an_owner_could_have_set() -> None:
    assert params_validators.color(PARAMS.color) == PARAMS.color
    assert params_validators.icon_url(PARAMS.footer_icon_url) == PARAMS.footer_icon_url
    assert params_validators.max_open_tickets(PARAMS.max_open_tickets) == PARAMS.max_open_tickets
    for emoji in PARAMS.emojis.values():
        assert params_validators.emoji(emoji) == emoji


def test_every_placeholder_has_a_longest_value() -> None:
    used = {name for text in FRENCH.messages.values() for name in params_validators.placeholders(text)}

    assert used == set(params_validators.LONGEST)


@BOTH
def test_help_of_a_reply_names_all_that_is_filled_in(spoken: LanguageTexts) -> None:
    text = spoken.messages["settings_help_reply_text"].format()

    assert re.findall(r"\{(\w+)\}", text) == ["member", "staff", "number", "topic"]


def test_french_is_set_as_the_french_do() -> None:
    for key, text in {**FRENCH.messages, "footer": FRENCH.footer}.items():
        assert "'" not in text, key
        assert not re.search(r"\w[!?;]", text), key
        assert not re.search(r" ([!?;»]|:\s)|« ", text), f"{key}: a sign could begin a line"


def test_english_holds_no_french() -> None:
    for key, text in ENGLISH.messages.items():
        assert not re.search(r"[àâçéèêëîïôùûœ]| [!?;:](\s|$)", text), key


def test_the_team_has_one_name() -> None:
    for key, text in (*FRENCH.messages.items(), *ENGLISH.messages.items()):
        words = text.replace("{{staff}}", "")  # which administrators type as it is
        assert not re.search(r"\b(staff|helpers?|agents?|support team|(le|du|au) support)\b", words, re.IGNORECASE), key
    for text in FRENCH.messages.values():
        assert not re.search(r"\brefai", text), "a command is run again: relancez"
