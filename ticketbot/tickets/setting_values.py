"""Values of settings that are typed: colours and time zones. Each reader raises ``ValueError`` for what is none."""

from __future__ import annotations

import re

from ticketbot import time_zones

_COLOR = re.compile(r"(?:#|0x)?([0-9a-f]{6})", re.ASCII)


def color(text: str) -> str:
    """Return a colour, typed as ``#F4A6C1``, ``F4A6C1`` or ``0xF4A6C1``, as ``#F4A6C1``."""
    found = _COLOR.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError("it is no colour")
    return f"#{found[1].upper()}"


def time_zone(text: str) -> str:
    """Return the name of a time zone of the IANA database, such as ``Europe/Paris``."""
    time_zones.find(text)
    return text
