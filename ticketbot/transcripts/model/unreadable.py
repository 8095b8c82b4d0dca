"""What stands for parts of a message that cannot be parsed."""

from __future__ import annotations

from typing import Final

import attrs

EMPTY: Final = "empty"
"""The part that stands for a message in which nothing can be read."""


@attrs.frozen(kw_only=True)
class Unreadable:
    """Stands for something of a shape that nobody has seen yet."""

    part: str
    """What it stands for: Discord's word, as ``embed`` or ``component``, or ``EMPTY``."""
    type: str = ""
    """What it calls itself."""
    texts: tuple[str, ...] = ()
    """What can be read in it."""
