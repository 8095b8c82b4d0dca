"""How numbers are written and channels are called."""

from __future__ import annotations

import unicodedata

from ticketbot import text_length

FALLBACK_NAME = "ticket"
"""Replaces a member's name of which nothing is left, or which Discord refuses."""

NAME_LIMIT = 32
"""Characters of a member's name in a channel's name; Discord's own limit for the whole is 100."""

RENAMED_LIMIT = 60
"""Characters of what staff rename a channel to: with the number and what a topic puts before it, 100 at most."""

CHANNEL_NAME_LIMIT = 100
"""Characters of a channel's name. Source: Discord's documentation, "Channel Resource"."""

_ANY_LENGTH = 10_000

_SIGN = 2
"""Characters of a sign of the state in front of a name, with the hyphen behind it: see ``signs``."""

_MARKS_LIMIT = 2
"""Combining marks kept after one letter: enough for any script, too few to overflow a line."""


_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing: fillers of Hangul and Khmer, and Braille without dots."""


def visible_name(display_name: str, username: str) -> str:
    """Return a member's display name, or their username if nothing of the display name can be seen."""
    return display_name if is_visible(display_name) else username


def is_visible(name: str) -> bool:
    """Return whether anything of a name can be seen: spaces, controls and combining marks alone cannot."""
    return any(character not in _BLANK and unicodedata.category(character)[0] not in "ZCM" for character in name)


def fits(text: str, limit: int) -> bool:
    """Return whether something of a text can be seen, and it is not longer than Discord takes."""
    return text_length.in_utf16(text) <= limit and is_visible(text)


def number_text(number: int) -> str:
    """Write a ticket's number with at least three digits."""
    return f"{number:03d}"


def channel_name(number: int, display_name: str, *, pattern: str | None = None, topic: str | None = None) -> str:
    """Name a ticket's channel so that Discord takes the name as it is: lower case, no spaces, letters and digits.

    ``pattern`` is a topic's, ``topic`` the topic's name; by default the number is followed by the member's name. Names
    give way where the whole would be too long, so that the number is never cut.
    """
    if pattern is None:
        return f"{number_text(number)}-{slug(display_name) or FALLBACK_NAME}"
    filled = ""
    for limit in range(NAME_LIMIT, 0, -1):
        name, of_topic = (slug(text, limit) or FALLBACK_NAME[:limit] for text in (display_name, topic or ""))
        filled = slug(pattern.format(number=number_text(number), name=name, topic=of_topic), _ANY_LENGTH)
        if len(filled) <= CHANNEL_NAME_LIMIT - _SIGN:
            break
    return filled[:CHANNEL_NAME_LIMIT].strip("-_")


def pattern_length(pattern: str) -> int:
    """Return how long a channel's name is without what a pattern inserts: one letter may become eighteen."""
    return len(slug(pattern.format(number="", name="", topic=""), _ANY_LENGTH))


def renamed_channel(number: int, name: str, *, pattern: str | None = None) -> str:
    """Name a ticket's channel after its staff renamed it: what follows the number is ``name``, which is a slug.

    What stands before the number in a topic's ``pattern`` stays, unless it holds names.
    """
    before, _, _ = (pattern or "").partition("{number}")
    return slug(f"{'' if '{' in before else before}{number_text(number)}-{name}", CHANNEL_NAME_LIMIT)


def fallback_channel_names(number: int) -> tuple[str, ...]:
    """Return names for a ticket's channel for when Discord refuses the preferred one, best first.

    Discord refuses words, in servers with Discovery numbers too (1488): the member's name may hold one, then the number
    itself. The number stays in the channel's topic and messages whatever the name is.
    """
    digits = number_text(number)
    return (f"{digits}-{FALLBACK_NAME}", f"{FALLBACK_NAME}-{'-'.join(digits)}", FALLBACK_NAME)


def transcript_file_name(number: int) -> str:
    """Name the file that a ticket's transcript is uploaded as."""
    return f"transcript-{number_text(number)}.html"


def slug(text: str, limit: int = NAME_LIMIT) -> str:
    """Return what of a text can stand in a channel's name; nothing if nothing can."""
    kept: list[str] = []
    marks = 0
    # NFKC turns letters drawn as mathematics or in circles into plain ones.
    for character in unicodedata.normalize("NFKC", text).lower():
        if character in _BLANK:
            continue
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        if category[0] in "LN" or character == "_" or (0 < marks <= _MARKS_LIMIT and kept):
            kept.append(character)
        elif not marks and (category[0] == "Z" or character in "-.·") and kept and kept[-1] != "-":
            kept.append("-")
    return "".join(kept[:limit]).strip("-_")
