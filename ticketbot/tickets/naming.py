"""How numbers are written and channels are called."""

from __future__ import annotations

import unicodedata

FALLBACK_NAME = "ticket"
"""Stands for a member's name of which nothing is left, or which Discord refuses."""

NAME_LIMIT = 32
"""Characters of a member's name in a channel's name; Discord's own limit for the whole is 100."""

_MARKS_LIMIT = 2
"""Combining marks kept after one letter: enough for any script, too few to overflow a line."""


def number_text(number: int) -> str:
    """Write a ticket's number with at least three digits."""
    return f"{number:03d}"


def channel_name(number: int, display_name: str) -> str:
    """Name a ticket's channel so that Discord takes the name as it is: lower case, no spaces, letters and digits."""
    return f"{number_text(number)}-{_slug(display_name) or FALLBACK_NAME}"


def neutral_channel_name(number: int) -> str:
    """Name a ticket's channel when Discord refuses the member's name in it."""
    return f"{number_text(number)}-{FALLBACK_NAME}"


def transcript_file_name(number: int) -> str:
    """Name the file that a ticket's transcript is uploaded as."""
    return f"transcript-{number_text(number)}.html"


def _slug(display_name: str) -> str:
    kept: list[str] = []
    marks = 0
    # NFKC turns letters drawn as mathematics or in circles into plain ones.
    for character in unicodedata.normalize("NFKC", display_name).lower():
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        if category[0] in "LN" or character == "_" or (0 < marks <= _MARKS_LIMIT and kept):
            kept.append(character)
        elif not marks and (category[0] == "Z" or character in "-.·") and kept and kept[-1] != "-":
            kept.append("-")
    return "".join(kept[:NAME_LIMIT]).strip("-_")
