"""The ``.env`` file that ``ticketbot setup`` writes: what was chosen, and every other setting as a comment."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

from ticketbot.config import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ticketbot.config.settings import Documentation

_HEAD: Final = "# Settings of ticketbot, read once at the start. Keep this file to yourself: it holds the token.\n"
_COLUMNS: Final = 100
_PLAIN: Final = re.compile(r"[\w.:/@?&=%+,-]*", flags=re.ASCII)
"""What needs no quotes."""


_OTHERS: Final = "# Not settings of ticketbot: kept from the file as it was before.\n"


def render(chosen: Mapping[str, str], others: Mapping[str, str] | None = None) -> str:
    """Return the file's text.

    Parameters
    ----------
    chosen
        Values by the names of their settings; an empty one counts as none.
    others
        Lines that other programs read from the file, by their names; they are kept as they are.

    Raises
    ------
    ValueError
        A value cannot stand in such a file.
    """
    lines = [_HEAD]
    for setting in settings.documentation().values():
        lines += _comment(setting)
        value = chosen.get(setting.name, "")
        lines.append(f"{setting.name}={_quoted(value)}\n" if value else f"#{setting.name}={setting.default or ''}\n")
    if others:
        lines += [_OTHERS, *(f"{line}\n" for line in others.values())]
    return "\n".join(lines)


def _comment(setting: Documentation) -> Iterator[str]:
    text = f"{setting.description}.".replace("`", "")
    if setting.default is None and setting.unset not in {"none", "required"}:
        text += f" Without it: {setting.unset}.".replace("`", "")
    yield from textwrap.wrap(
        text[0].upper() + text[1:], _COLUMNS, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )


def _quoted(value: str) -> str:
    if not value.isprintable() or "${" in value:
        raise ValueError("a setting must be printable text on one line, without ${")
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
