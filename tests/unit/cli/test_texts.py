from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from tests.unit.cli.process import ticketbot
from ticketbot.config import params_model, params_template, params_validators
from ticketbot.texts import limits

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = params_model.defaults()


def test_the_printed_file_is_in_order_as_it_is_and_with_each_line_taken_up(tmp_path: Path) -> None:
    printed = ticketbot("texts", folder=tmp_path).stdout.decode()
    taken_up = re.sub(r"^# (?=\w+ = )", "", printed, flags=re.MULTILINE)
    (tmp_path / "printed.toml").write_text(printed, encoding="utf-8")
    (tmp_path / "taken-up.toml").write_text(taken_up, encoding="utf-8")

    assert limits.load_params(tmp_path / "printed.toml") == DEFAULTS
    assert limits.load_params(tmp_path / "taken-up.toml") == DEFAULTS
    assert tomllib.loads(taken_up) == {
        "EMBED_COLOR": f"#{DEFAULTS.color:06X}",
        "EMBED_FOOTER_ICON_URL": DEFAULTS.footer_icon_url,
        "MAX_OPEN_TICKETS": DEFAULTS.max_open_tickets,
        "MAX_OPENINGS": DEFAULTS.max_openings,
        "EMBED_FOOTER_TEXT": {language: spoken.footer for language, spoken in DEFAULTS.texts.items()},
        "EMOJIS": DEFAULTS.emojis,
        "MESSAGES": {language: spoken.messages for language, spoken in DEFAULTS.texts.items()},
    }


def test_every_placeholder_is_explained() -> None:
    assert set(params_template.MEANINGS) == set(params_validators.LONGEST)


def test_a_file_is_checked(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text('EMBED_COLOR = "#102030"', encoding="utf-8")
    (tmp_path / "bad.toml").write_text('EMBED_COLOUR = "#102030"', encoding="utf-8")

    good = ticketbot("texts", "--check", "good.toml", folder=tmp_path)
    bad = ticketbot("texts", "--check", "bad.toml", folder=tmp_path)

    assert (good.returncode, good.stdout) == (0, b"good.toml is in order.\n")
    assert bad.returncode == 2
    assert b"EMBED_COLOUR: there is no such setting; did you mean EMBED_COLOR?" in bad.stderr
