"""Types of arguments and options, given to click as functions; their complaints say what to type instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_LAST_ID: Final = (1 << 63) - 1
_MIB: Final = 1 << 20
_MOST_MIB: Final = 1 << 20


def snowflake(text: str) -> int:
    """Return an id of Discord's."""
    if re.fullmatch(r"[0-9]{1,19}", text) and 0 < int(text) <= _LAST_ID:
        return int(text)
    raise click.BadParameter(
        f"{text!r} is not an id: those are numbers of 17 to 19 digits. In Discord, switch on Developer Mode, then Copy "
        "ID in the menu of the channel, server or application"
    )


def whole_number(text: str) -> int:
    """Return a whole number that is not negative."""
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    raise click.BadParameter(f"{text!r} is not a whole number from 0 to 999999999")


def mebibytes(least: int) -> Callable[[float | str], int]:
    """Return the type of a size that is typed in MiB and given in bytes."""

    def convert(value: float | str) -> int:
        try:
            size = float(value)
        except ValueError:
            size = -1.0
        if least <= size <= _MOST_MIB:
            return round(size * _MIB)
        raise click.BadParameter(f"{value!r} is not a size in MiB, {least} or more")

    return convert
