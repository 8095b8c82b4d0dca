"""The one way for text from Discord into a page."""

from __future__ import annotations

import re
from typing import Final
from urllib import parse

_SAFE_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s<>\x00-\x20\x7f]+", re.IGNORECASE)
_LINK_LENGTH: Final = 4096
_CONTROLS: Final = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))  # noqa: PLR2004  # space
"""HTML allows no control characters."""


def escape(text: str) -> str:
    """Make text harmless, between tags and in quoted attributes.

    NUL, which HTML does not allow, is free for marks of our own afterwards.
    """
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
        .replace("\0", "\ufffd")
    )


def link(url: str) -> str | None:
    """Make an address a harmless value of ``href``; None if it is not http, https or mailto."""
    if len(url) > _LINK_LENGTH or _SAFE_LINK.fullmatch(url) is None:
        return None
    return escape(url)


def file_link(name: str) -> str:
    """Make the name of a file beside the page a harmless value of ``href``."""
    return f"./{parse.quote(name, safe='', errors='replace')}"


def encode(page: str) -> bytes:
    """Turn finished HTML into bytes."""
    return page.encode("utf-8", "replace").translate(_CONTROLS)
