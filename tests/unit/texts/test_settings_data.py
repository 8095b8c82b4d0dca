"""What an import asks for is read back from the message that asks."""

from __future__ import annotations

import pytest

from ticketbot.config import params_model
from ticketbot.texts.localized import LocalizedTexts
from ticketbot.texts.settings import data
from ticketbot.tickets.model import Language
from ticketbot.tickets.server_names import Unknown

PARAMS = params_model.defaults()


def asked(language: Language, *unknown: Unknown, at: int = 0) -> tuple[str, list[tuple[str, str, object]]]:
    """Return what the button names, and what is read from the message: kind, label and value."""
    message = data.choices(LocalizedTexts(PARAMS, language), unknown, at, "f" * 10)
    (button, *_) = message.rows[0].build()[0]["components"]
    of = button["custom_id"].rpartition(":")[2]
    read = data.read_choices(of.rpartition(".")[2], [*message.embeds])
    return of, [(setting.name, label, value) for setting, label, value in read]


@pytest.mark.parametrize("language", Language)
def test_kinds_names_and_what_stands_for_them_come_back(language: Language) -> None:
    of, read = asked(
        language,
        Unknown(kind="role", id="1", name="Experts", by="300"),
        Unknown(kind="category", name="**Tickets** <@1>"),
        Unknown(kind="channel", id="42", by="77"),
        Unknown(kind="emoji", id="1", name="alerte", by="🚨"),
        Unknown(kind="emoji", id="2", name="fete", by="<a:danse:8>"),
        Unknown(kind="role", name="Sixième"),
    )

    assert of == "0.ffffffffff.20133"
    assert read == [
        ("role", "Experts", (300,)),
        ("category", "**Tickets** <@1>", ()),
        ("channel", "42", (77,)),
        ("emoji", "alerte", "🚨"),
        ("emoji", "fete", "<a:danse:8>"),
    ]


def test_later_ones_are_asked_from_where_the_earlier_ones_end() -> None:
    many = [Unknown(kind="role", name=f"Rôle {number}") for number in range(1, 8)]

    of, read = asked(Language.FRENCH, *many, at=5)

    assert of == "5.ffffffffff.22"
    assert [label for _, label, _ in read] == ["Rôle 6", "Rôle 7"]


@pytest.mark.parametrize(
    ("name", "label"),
    [("`a` → b`", "\u02cba\u02cb → b\u02cb"), ("", "?"), (" \n ", "?"), ("é" * 200, "é" * 44 + "…"), ("🚨" * 90, None)],
)
def test_any_name_is_a_label_that_discord_takes(name: str, label: str | None) -> None:
    _, ((_, shown, value),) = asked(Language.FRENCH, Unknown(kind="role", name=name, by="300"))

    assert 0 < len(shown.encode("utf-16-le")) // 2 <= 45
    assert shown == (label or shown)
    assert value == (300,)


def test_nothing_is_read_from_other_messages() -> None:
    texts = LocalizedTexts(PARAMS, Language.FRENCH)
    other = texts.titled("Autre", "x").add_field(name="Rôle", value="Experts")

    assert data.read_choices("0", []) == []
    assert data.read_choices("2", [other]) == []
    assert data.read_choices("9x²", [texts.titled("x").add_field(name="y", value="`z`")] * 3) == []
