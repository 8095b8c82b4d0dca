"""Escaping: all text from Discord passes here on its way into a page."""

from __future__ import annotations

import re
from typing import Final
from urllib import parse

_SAFE_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s<>\x00-\x20\x7f]+", re.IGNORECASE)
_LINK_LENGTH: Final = 4096
_CONTROLS: Final = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))  # noqa: PLR2004  # space
"""HTML does not allow control characters."""


def escape(text: str) -> str:
    """Escape text for use between tags and in quoted attributes.

    NUL, which HTML does not allow, is replaced, so that placeholders can use it afterwards.
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
    """Return an address as a safe value of ``href``; None if it is not http, https or mailto."""
    if len(url) > _LINK_LENGTH or _SAFE_LINK.fullmatch(url) is None:
        return None
    return escape(url)


def file_link(name: str) -> str:
    """Return the name of a file beside the page as a safe value of ``href``."""
    return f"./{parse.quote(name, safe='', errors='replace')}"


def encode(page: str) -> bytes:
    """Encode finished HTML."""
    return page.encode("utf-8", "replace").translate(_CONTROLS)
