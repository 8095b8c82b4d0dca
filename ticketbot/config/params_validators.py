"""Validators of the owner's values: each returns the value, or raises ``ValueError`` with what it must be.

Limits: Discord's documentation, "Message Resource" (embeds), "Component Reference", "Application Commands".
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final

from ticketbot import text_length

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_COLOR: Final = 0xFFFFFF

TOGETHER: Final = 6000
"""Characters in all embeds of a message. Source: Discord's documentation, "Message Resource", "Embed Limits"."""
TITLE, DESCRIPTION, FIELD_VALUE, FOOTER = 256, 4096, 1024, 2048
"""Characters in an embed's title or a field's name, its description, a field's value, and its footer."""
LABEL: Final = 80
"""Characters on a button."""
MODAL_TITLE, MODAL_DESCRIPTION = 45, 100
"""Characters in a modal's title, and in the description of one of its fields."""
PLACEHOLDER: Final = 150
"""Characters in a select before anything is chosen."""
TOPIC: Final = 1024
COMMAND_NAME, COMMAND_DESCRIPTION, CHOICE = 32, 100, 100
_MOST_TICKETS: Final = 25
"""How many live tickets a member can have at most; staff cannot reopen a further one."""
_MOST_OPENINGS: Final = 10_000

_USER: Final = "<@" + "9" * 20 + ">"
_CHANNEL: Final = "<#" + "9" * 20 + ">"
LONGEST: Final[Mapping[str, str]] = {
    "number": "9" * 10,
    "opener": _USER,
    "topic": "\\n" * 80,
    "claimer": _USER,
    "claimer_name": "n" * 32,
    "closer": _USER,
    "member": _USER,
    "target": "<@&" + "9" * 20 + ">",
    "channel": _CHANNEL,
    "panel": _CHANNEL,
    "transcript": _CHANNEL,
    "opened_at": "<t:" + "9" * 12 + ":f>",
    "moment": "<t:" + "9" * 12 + ":R>",
    "category": _CHANNEL,
    "categories": ", ".join([_CHANNEL] * 6),
    "language": "n" * 20,
    "roles": ", ".join(["<@&" + "9" * 20 + ">"] * 5) + ", …",
    "emoji": "<a:" + "n" * 32 + ":" + "9" * 20 + ">",
    "seconds": "9" * 6,
    "server": "n" * 200,
    "minutes": "9" * 6,
    "name": "n" * 120,
    "code": "9" * 20,
    "permission": "n" * 60,
    "place": "n" * 100,
    "names": "n" * 300,
    "value": "n" * 300,
    "theirs": "n" * 150,
    "yours": "n" * 150,
    "typed": "n" * 150,
    "help": "n" * 100,
    "count": "9" * 6,
    "most": "9" * 6,
    "reason": "n" * 400,
}
"""The longest value that each placeholder can take."""

OPTIONAL: Final = frozenset({"emoji"})
"""Placeholders that are decoration: a text may leave them out."""

_PLACES: Final = ("welcome_problem", "welcome_partnership", "welcome_application")
_COMMAND_NAMES: Final = r"(command(_\w+)?|option_\w+)_name"
"""Keys of names that are typed after a slash; the entry of a context menu may be called anything."""
_LIMITS: Final[tuple[tuple[str, int], ...]] = (
    (r"topic", TOPIC),
    (_COMMAND_NAMES, COMMAND_NAME),
    (r"(command(_\w+)?|option_\w+)_text", COMMAND_DESCRIPTION),
    (r"(user|message)_command_\w+_name", COMMAND_NAME),
    (r"choice_\w+", CHOICE),
    (r"\w+_placeholder", PLACEHOLDER),
    (r"closing_question(_staff)?_title|settings_(form|label)_\w+|settings_new_topic", MODAL_TITLE),
    (r"closing_question(_staff)?_text|settings_help_\w+", MODAL_DESCRIPTION),
    (r"settings_(chapter|choice|ready)_(?!button)\w+", LABEL),
    (r"settings_default|settings_topic_off|settings_yes|settings_no", LABEL),
    (r"\w+_button", LABEL),
    (rf"({'|'.join(_PLACES)})_text|transcript_nobody", FIELD_VALUE),
    (r"\w+_title|transcript_\w+", TITLE),
    (r"\w+", DESCRIPTION),
)
"""How long a text may be, by its key; the first that matches."""


def limit_of(key: str) -> int:
    """Return how many characters Discord takes in the text of a key."""
    return next(limit for pattern, limit in _LIMITS if re.fullmatch(pattern, key))


def color(value: object) -> int:
    """Return a colour that is given as ``"#F4A6C1"`` or ``0xF4A6C1``."""
    if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        return int(value[1:], 16)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COLOR:
        return value
    raise ValueError('must be a colour, written as "#F4A6C1" or 0xF4A6C1')


def icon_url(value: object) -> str:
    """Return the address of a footer's icon; empty for none."""
    if value == "" or (isinstance(value, str) and re.fullmatch(r"https://[^\s/]+/\S*", value)):
        return str(value)
    raise ValueError('must be the https address of an image, or "" for none')


def max_open_tickets(value: object) -> int:
    """Return how many tickets a member may have open."""
    return _whole_number(value, _MOST_TICKETS)


def max_openings(value: object) -> int:
    """Return how many tickets a member may open within ten minutes."""
    return _whole_number(value, _MOST_OPENINGS)


def _whole_number(value: object, most: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
        return value
    raise ValueError(f"must be a whole number from 1 to {most}")


def footer(value: object) -> str:
    """Return the footer of embeds; empty for none."""
    if not isinstance(value, str):
        raise ValueError('must be a text in quotes, or "" for none')  # noqa: TRY004 - one kind of error for all
    _require_length(value, FOOTER)
    return value


def emoji(value: object) -> str:
    """Return an emoji, Unicode's or a server's own."""
    if isinstance(value, str):
        if re.fullmatch(r"<a?:\w{2,32}:\d{17,20}>", value, re.ASCII):
            return value
        # loaded only where an owner sets Unicode emojis: its table takes a while
        import emoji as table  # noqa: PLC0415

        if table.is_emoji(value):
            return value
    raise ValueError("must be one emoji, or a server's own as <:name:id> (type \\:name: in Discord to see it)")


def message(key: str, value: object, default: str) -> str:
    """Return a text that has the placeholders of its default and fits where its key stands."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes that is not empty")
    _require_placeholders(placeholders(value), placeholders(default))
    if re.fullmatch(_COMMAND_NAMES, key):
        _require_command_name(value)
    _require_length(value.format(**LONGEST), limit_of(key))
    return value


def placeholders(text: str) -> frozenset[str]:
    """Return the placeholders of a text.

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
    if (found := text_length.in_utf16(text)) > limit:
        raise ValueError(
            f"is too long: with the longest values in it, it may have {found} characters, Discord takes {limit}"
        )
