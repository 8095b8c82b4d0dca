"""How long Discord finds a text."""

from __future__ import annotations


def in_utf16(text: str) -> int:
    """Return how many characters a text has for Discord, which counts UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
