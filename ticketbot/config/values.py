"""What each of the owner's values must be: a reader for each kind, which says what is wrong and what to do.

Limits: Discord's documentation, "Message Resource" (embeds), "Component Reference", "Application Commands".
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_COLOR: Final = 0xFFFFFF

TITLE, DESCRIPTION, FIELD_VALUE, FOOTER = 256, 4096, 1024, 2048
"""Characters in an embed's title or a field's name, its description, a field's value, and its footer."""
LABEL: Final = 80
"""Characters on a button."""
TOPIC: Final = 1024
COMMAND_NAME, COMMAND_DESCRIPTION = 32, 100
_MOST_TICKETS: Final = 25
"""How many tickets of one member can be live; staff cannot reopen beyond."""

_USER: Final = "<@" + "9" * 20 + ">"
_CHANNEL: Final = "<#" + "9" * 20 + ">"
LONGEST: Final[Mapping[str, str]] = {
    "number": "9" * 10,
    "opener": _USER,
    "claimer": _USER,
    "closer": _USER,
    "channel": _CHANNEL,
    "panel": _CHANNEL,
    "transcript": _CHANNEL,
    "opened_at": "<t:" + "9" * 12 + ":f>",
    "moment": "<t:" + "9" * 12 + ":f>",
    "count": "9" * 10,
    "part": "9" * 4,
    "parts": "9" * 4,
    "roles": ", ".join(["`" + "9" * 20 + "`"] * 5),
    "emoji": "<a:" + "n" * 32 + ":" + "9" * 20 + ">",
    "seconds": "9" * 6,
    "code": "9" * 6,
    "permission": "n" * 60,
    "place": "n" * 100,
}
"""The longest value that each placeholder can take."""

OPTIONAL: Final = frozenset({"emoji"})
"""Placeholders that are decoration: a text may leave them out."""

_PLACES: Final = ("welcome_problem", "welcome_partnership", "welcome_application")
_LIMITS: Final[tuple[tuple[str, int], ...]] = (
    (r"topic", TOPIC),
    (r"(command|option_\w+)_name", COMMAND_NAME),
    (r"(command|option_\w+)_text", COMMAND_DESCRIPTION),
    (r"\w+_button", LABEL),
    (rf"({'|'.join(_PLACES)})_text|transcript_nobody", FIELD_VALUE),
    (r"\w+_title|transcript_\w+", TITLE),
    (r"\w+", DESCRIPTION),
)
"""How long a text may be, by its key; the first that matches."""


def limit_of(key: str) -> int:
    """Tell how many characters Discord takes where a text stands."""
    return next(limit for pattern, limit in _LIMITS if re.fullmatch(pattern, key))


def length(text: str) -> int:
    """Count characters as Discord's clients do: those beyond the basic plane, as most emojis, are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def color(value: object) -> int:
    """Read a colour: ``"#F4A6C1"`` or ``0xF4A6C1``."""
    if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        return int(value[1:], 16)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COLOR:
        return value
    raise ValueError('must be a colour, written as "#F4A6C1" or 0xF4A6C1')


def icon_url(value: object) -> str:
    """Read the address of a footer's icon."""
    if value == "" or (isinstance(value, str) and re.fullmatch(r"https://[^\s/]+/\S*", value)):
        return str(value)
    raise ValueError('must be the https address of an image, or "" for none')


def max_open_tickets(value: object) -> int:
    """Read how many tickets a member may have open."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST_TICKETS:
        return value
    raise ValueError(f"must be a whole number from 1 to {_MOST_TICKETS}")


def footer(value: object) -> str:
    """Read the text under embeds."""
    if not isinstance(value, str):
        raise ValueError('must be a text in quotes, or "" for none')  # noqa: TRY004 - one kind of error for all
    _require_length(value, FOOTER)
    return value


def emoji(value: object) -> str:
    """Read an emoji, Unicode's or a server's own."""
    if isinstance(value, str):
        if re.fullmatch(r"<a?:\w{2,32}:\d{17,20}>", value, re.ASCII):
            return value
        # loaded by those alone who choose emojis of their own: its table takes a while
        import emoji as table  # noqa: PLC0415

        if table.is_emoji(value):
            return value
    raise ValueError("must be one emoji, or a server's own as <:name:id> (type \\:name: in Discord to see it)")


def message(key: str, value: object, default: str) -> str:
    """Read a text with the placeholders that the text of that key must have."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes that is not empty")
    _require_placeholders(placeholders(value), placeholders(default))
    if limit_of(key) == COMMAND_NAME:
        _require_command_name(value)
    _require_length(value.format(**LONGEST), limit_of(key))
    return value


def placeholders(text: str) -> frozenset[str]:
    """List the placeholders of a text.

    Raises
    ------
    ValueError
        Its braces are not in order.
    """
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError(
            "has a brace without its other; a brace that is to be seen is written twice: {{ or }}"
        ) from None
    for _, name, spec, conversion in parsed:
        if name is not None and (spec or conversion or not name.isidentifier()):
            raise ValueError(f"{{{name}}} must be a plain name in braces; a brace that is to be seen is written twice")
    return frozenset(name for _, name, _, _ in parsed if name is not None)


def _require_placeholders(found: frozenset[str], wanted: frozenset[str]) -> None:
    listed = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
    for name in sorted(found - wanted):
        raise ValueError(f"there is no {{{name}}} in this text; its placeholders: {listed}")
    for name in sorted(wanted - found - OPTIONAL):
        raise ValueError(f"{{{name}}} is missing; put it where it is to stand")


def _require_command_name(text: str) -> None:
    if not re.fullmatch(r"[-_'’\w]+", text) or text != text.lower():
        raise ValueError("must be lower case, without spaces: letters, digits, - and _")


def _require_length(text: str, limit: int) -> None:
    if length(text) > limit:
        raise ValueError(
            f"is too long: with the longest values in it, it may have {length(text)} characters, Discord takes {limit}"
        )
