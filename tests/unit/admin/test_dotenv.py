from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pydantic import AliasChoices

from ticketbot.admin import dotenv
from ticketbot.config import settings

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "MTIz.aaaaaa.bbbbbbbb"  # noqa: S105 - nobody's


def test_every_setting_stands_in_the_file() -> None:
    names = [
        choice
        for field in settings.Settings.model_fields.values()
        if isinstance(field.validation_alias, AliasChoices)
        for choice in field.validation_alias.choices
    ]

    assert sorted(re.findall(r"^#?([A-Z_]+)=", dotenv.render({}), flags=re.MULTILINE)) == sorted(map(str, names))


def test_defaults_in_the_file_are_the_defaults(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    everything = tmp_path / "everything"
    chosen.write_text(dotenv.render({"DISCORD_TOKEN": TOKEN}), encoding="utf-8")
    text = dotenv.render({"DISCORD_TOKEN": TOKEN})
    everything.write_text(re.sub(r"^#([A-Z_]+=.+)$", r"\1", text, flags=re.MULTILINE), encoding="utf-8")

    assert settings.load(everything) == settings.load(chosen)


@pytest.mark.parametrize(
    "value",
    [
        "mongodb://me:p%40ss@host/?replicaSet=rs0&w=1",
        "mongodb://a b",
        "x'y\"z",
        "back\\slash\\",
        "#hash",
        "a=b # c",
        "é",
    ],
)
def test_values_come_back_as_they_were(tmp_path: Path, value: str) -> None:
    (tmp_path / "env").write_text(dotenv.render({"DISCORD_TOKEN": TOKEN, "MONGODB_URI": value}), encoding="utf-8")

    read = settings.load(tmp_path / "env").mongodb_uri
    assert read is not None
    assert read.get_secret_value() == value


@pytest.mark.parametrize("value", ["a\nDISCORD_API_URL=http://elsewhere", "a\rb", "\0", "${HOME}"])
def test_value_that_would_be_read_otherwise_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="setting"):
        dotenv.render({"MONGODB_URI": value})
