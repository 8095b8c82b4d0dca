from __future__ import annotations

import pathlib
import re

from ticketbot.config import overrides, params_model, params_validators
from ticketbot.texts import limits

PAGE = (pathlib.Path(__file__).parents[3] / "docs" / "texts.md").read_text(encoding="utf-8")


def test_the_example_is_in_order(tmp_path: pathlib.Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    (tmp_path / "texts.toml").write_text(example, encoding="utf-8")

    params = limits.load_params(tmp_path / "texts.toml")

    assert params.color == 0x5865F2
    assert params.texts["en"].messages["claimed_text"] == "{claimer} is on the way!"
    assert params.texts["fr"].messages["closed_text"] == params_model.defaults().texts["fr"].messages["closed_text"]


def test_every_setting_of_the_file_is_explained() -> None:
    rows = re.findall(r"^\| (.*?) \|", PAGE, flags=re.MULTILINE)

    assert set(re.findall(r"[A-Z_]{4,}", "\n".join(rows))) == set(overrides.SETTINGS)


def test_the_limits_are_those_that_are_checked() -> None:
    told = (
        f"title {params_validators.TITLE} characters, its description {params_validators.DESCRIPTION}, "
        f"a field {params_validators.FIELD_VALUE}, "
        f"a button {params_validators.LABEL}, all of a message together {params_validators.TOGETHER}"
    )

    assert told in re.sub(r"\s+", " ", PAGE)
