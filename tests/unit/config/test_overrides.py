from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ticketbot.config import overrides, params_model
from ticketbot.config.settings import SettingsError
from ticketbot.texts import limits

if TYPE_CHECKING:
    from pathlib import Path

    from ticketbot.config.params_model import Params


def loaded(folder: Path, text: str) -> Params:
    file = folder / "texts.toml"
    file.write_text(text, encoding="utf-8")
    return limits.load_params(file)


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(overrides.ParamsError) as caught:
        loaded(folder, text)
    first, *complaints = str(caught.value).splitlines()
    assert first.startswith(f"{folder / 'texts.toml'} (TICKETBOT_PARAMS) has {len(complaints)} mistake")
    return [complaint.strip() for complaint in complaints]


def test_without_a_file_the_defaults_stand() -> None:
    assert limits.load_params(None) == params_model.defaults()


def test_the_defaults_fit_the_limits_of_discord() -> None:
    assert list(limits.overlong(params_model.defaults())) == []


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, "") == params_model.defaults()


def test_values_within_thousands_of_brackets_are_refused_in_words(tmp_path: Path) -> None:
    (complaint,) = refused(tmp_path, f"EMBED_COLOR = {'[' * 3000}{']' * 3000}")

    assert complaint == "it is no TOML file: its values are nested too deeply"


def test_each_kind_of_value_is_laid_over_the_defaults(tmp_path: Path) -> None:
    params = loaded(
        tmp_path,
        """
        EMBED_COLOR = "#00Ff10"
        EMBED_FOOTER_ICON_URL = "https://example.org/icon.png"
        MAX_OPEN_TICKETS = 3
        [EMBED_FOOTER_TEXT]
        en = ""
        [EMOJIS]
        open = "<a:wave:123456789012345678>"
        close = "🗝️"
        [MESSAGES.en]
        panel_title = "Talk to us {{now}}"
        panel_text = "Request it."
        """,
    )
    defaults = params_model.defaults()

    assert params.color == 0x00FF10
    assert params.footer_icon_url == "https://example.org/icon.png"
    assert params.max_open_tickets == 3
    assert params.emojis == {**defaults.emojis, "open": "<a:wave:123456789012345678>", "close": "🗝️"}
    assert params.texts["fr"] == defaults.texts["fr"]
    assert params.texts["en"].footer == ""
    changed = {"panel_title": "Talk to us {{now}}", "panel_text": "Request it."}
    assert params.texts["en"].messages == {**defaults.texts["en"].messages, **changed}


def test_one_footer_may_stand_for_all_languages(tmp_path: Path) -> None:
    params = loaded(tmp_path, 'EMBED_FOOTER_TEXT = "Léa"')

    assert [text.footer for text in params.texts.values()] == ["Léa", "Léa"]


@pytest.mark.parametrize(("old", "new"), overrides.RENAMED_KEYS.items())
def test_text_is_taken_under_its_old_key_too(tmp_path: Path, old: str, new: str) -> None:
    params = loaded(tmp_path, f"[MESSAGES.fr]\n{old} = 'Déjà.'")

    assert params.texts["fr"].messages[new] == "Déjà."
    (complaint,) = refused(tmp_path, f"[MESSAGES.fr]\n{old} = 'Déjà.'\n{new} = 'Encore.'")
    assert complaint.startswith(f"MESSAGES.fr.{old}: is now called {new}")


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("EMBED_COLOUR = 1", "EMBED_COLOUR", "did you mean EMBED_COLOR?"),
        ("embed_color = 1", "embed_color", "did you mean EMBED_COLOR?"),
        ("[PERMISSIONS]", "PERMISSIONS", "there are EMBED_COLOR, "),
        ("[MESSAGES.de]", "MESSAGES.de", "there are fr, en"),
        ("[MESSAGES.fr]\npanel_titel = 'x'", "MESSAGES.fr.panel_titel", "did you mean panel_title?"),
        ("[MESSAGES.fr]\nxyzzy = 'x'", "MESSAGES.fr.xyzzy", "`ticketbot texts` lists them"),
        ("[EMOJIS]\nopened = '💌'", "EMOJIS.opened", "did you mean open?"),
        ("MESSAGES = 3", "MESSAGES", "must be a table"),
        ("MESSAGES.fr = 3", "MESSAGES.fr", "must be a table"),
        ("EMBED_FOOTER_TEXT = 3", "EMBED_FOOTER_TEXT", "must be a table"),
        ("EMBED_FOOTER_TEXT.fr = 3", "EMBED_FOOTER_TEXT.fr", "must be a text"),
        ("EMBED_COLOR = 'pink'", "EMBED_COLOR", 'written as "#F4A6C1"'),
        ("EMBED_COLOR = 0x1000000", "EMBED_COLOR", "must be a colour"),
        ("EMBED_COLOR = true", "EMBED_COLOR", "must be a colour"),
        ("EMBED_FOOTER_ICON_URL = 'http://a.org/b.png'", "EMBED_FOOTER_ICON_URL", "https address"),
        ("MAX_OPEN_TICKETS = 0", "MAX_OPEN_TICKETS", "from 1 to 25"),
        ("MAX_OPEN_TICKETS = 1.5", "MAX_OPEN_TICKETS", "whole number"),
        ("MAX_OPENINGS = 0", "MAX_OPENINGS", "from 1 to 10000"),
        ("MAX_OPENINGS = true", "MAX_OPENINGS", "whole number"),
        ("[EMOJIS]\nopen = ':love_letter:'", "EMOJIS.open", "one emoji"),
        ("[EMOJIS]\nopen = '💌💌'", "EMOJIS.open", "one emoji"),
        ("[EMOJIS]\nopen = 1", "EMOJIS.open", "one emoji"),
        ("[MESSAGES.fr]\npanel_title = ''", "MESSAGES.fr.panel_title", "not empty"),
        ("[MESSAGES.fr]\npanel_title = ['x']", "MESSAGES.fr.panel_title", "must be a text"),
        ("[MESSAGES.fr]\nopened_text = 'ici'", "MESSAGES.fr.opened_text", "{channel} is missing"),
        ("[MESSAGES.fr]\nopened_text = '{channel} {opener}'", "MESSAGES.fr.opened_text", "there is no {opener}"),
        ("[MESSAGES.fr]\nopened_text = '{channel'", "MESSAGES.fr.opened_text", "brace"),
        ("[MESSAGES.fr]\nopened_text = '{channel!r}'", "MESSAGES.fr.opened_text", "plain name"),
        ("[MESSAGES.fr]\nopened_text = '{channel:>9}'", "MESSAGES.fr.opened_text", "plain name"),
        ("[MESSAGES.fr]\nopened_text = '{channel.x}'", "MESSAGES.fr.opened_text", "plain name"),
        ("[MESSAGES.fr]\noption_salon_name = 'Le salon'", "MESSAGES.fr.option_salon_name", "lower case"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_to_do(tmp_path: Path, text: str, key: str, told: str) -> None:
    (complaint,) = refused(tmp_path, text)

    assert complaint.startswith(f"{key}: ")
    assert told in complaint


@pytest.mark.parametrize(
    ("key", "limit"),
    [
        ("panel_title", 256),
        ("panel_text", 4096),
        ("panel_button", 80),
        ("welcome_problem_title", 256),
        ("welcome_problem_text", 1024),
        ("transcript_opener", 256),
        ("transcript_nobody", 1024),
        ("option_salon_text", 100),
        ("option_salon_name", 32),
        ("refused_not_staff", 4096),
    ],
)
def test_a_text_may_be_as_long_as_discord_takes_it_and_no_longer(tmp_path: Path, key: str, limit: int) -> None:
    assert loaded(tmp_path, f"EMBED_FOOTER_TEXT = ''\n[MESSAGES.en]\n{key} = '{'x' * limit}'")
    (complaint,) = refused(tmp_path, f"EMBED_FOOTER_TEXT = ''\n[MESSAGES.en]\n{key} = '{'x' * (limit + 1)}'")

    assert f"MESSAGES.en.{key}" in complaint
    assert f"Discord takes {limit}" in complaint


def test_room_is_left_for_the_longest_values(tmp_path: Path) -> None:
    (complaint,) = refused(tmp_path, f"MESSAGES.fr.topic = '{'x' * 980} {{number}} {{opener}} {{opened_at}}'")

    assert "MESSAGES.fr.topic: is too long" in complaint


def test_characters_are_counted_as_discord_does(tmp_path: Path) -> None:
    assert refused(tmp_path, f"MESSAGES.fr.panel_button = '{'💌' * 41}'")


def test_footer_of_2049_characters_is_too_long(tmp_path: Path) -> None:
    assert refused(tmp_path, f"EMBED_FOOTER_TEXT.fr = '{'x' * 2049}'")


def test_texts_that_fit_alone_must_fit_together(tmp_path: Path) -> None:
    parts = ("problem", "partnership", "application")
    fields = "\n".join(f"welcome_{part}_text = '{'x' * 1000}'" for part in parts)
    (complaint,) = refused(tmp_path, f"[MESSAGES.en]\n{fields}\nwelcome_text = '{{opener}}{'x' * 3000}'")

    assert complaint.startswith("MESSAGES.en.welcome: ")
    assert "Discord takes 6000" in complaint


def test_what_may_be_listed_must_fit_in_one_description(tmp_path: Path) -> None:
    (complaint,) = refused(tmp_path, f"MESSAGES.fr.not_configured_text = '{'x' * 2000}'")

    assert complaint.startswith("MESSAGES.fr.not_configured: ")
    assert "Discord takes 4096" in complaint


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, "EMBED_COLOR = -1\nMESSAGES.fr.x = ''\nMESSAGES.en.panel_title = 0")) == 3


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (complaint,) = refused(tmp_path, "EMBED_COLOR = #")

    assert "line 1" in complaint


@pytest.mark.parametrize(("encoding", "line"), [("utf-16", 1), ("cp1252", 2)])
def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path, encoding: str, line: int) -> None:
    (tmp_path / "texts.toml").write_bytes("[MESSAGES.fr]\npanel_title = 'Écrire'\n".encode(encoding))

    with pytest.raises(SettingsError, match=rf"texts\.toml: line {line} is not UTF-8.* save the file as UTF-8"):
        limits.load_params(tmp_path / "texts.toml")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "texts.toml").write_text("EMBED_COLOR = 0x102030", encoding="utf-8-sig")

    assert limits.load_params(tmp_path / "texts.toml").color == 0x102030


@pytest.mark.parametrize("name", ["", "absent.toml"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"\(TICKETBOT_PARAMS\) cannot be read: (No such file|Is a directory)"):
        limits.load_params(tmp_path / name)
