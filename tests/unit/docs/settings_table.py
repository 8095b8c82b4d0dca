"""The README's table of settings, from their descriptions; ``python -m tests.unit.docs.settings_table`` renews it."""

from __future__ import annotations

import pathlib
import re
from typing import Final

from ticketbot.config import settings

README: Final = pathlib.Path(__file__).parents[3] / "README.md"
_TABLE: Final = re.compile(r"(?<=\| name \| default \| meaning \|\n\|---\|---\|---\|\n)(\|.*\|\n)+")


def rows() -> str:
    return "".join(
        f"| `{setting.name}` | {setting.unset if setting.default is None else f'`{setting.default}`'} "
        f"| {setting.description} |\n"
        for setting in settings.documentation().values()
    )


def renewed(text: str) -> str:
    text, count = _TABLE.subn(lambda _: rows(), text)
    assert count == 1, "there is one table of settings"
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
