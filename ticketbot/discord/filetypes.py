"""What kind of file something is, told from its first bytes: neither its name nor its sender is believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN: Final = "application/octet-stream"

_SIGNATURES: Final[Mapping[str, re.Pattern[bytes]]] = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "image/avif": re.compile(rb".{4}ftyp(?:avif|avis)", re.DOTALL),
    "image/bmp": re.compile(rb"BM.{4}\0{4}", re.DOTALL),
    "audio/wav": re.compile(rb"RIFF.{4}WAVE", re.DOTALL),
    "audio/mpeg": re.compile(rb"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]"),
    "audio/flac": re.compile(rb"fLaC"),
    "audio/ogg": re.compile(rb"OggS"),
    "video/ogg": re.compile(rb"OggS"),
    "audio/webm": re.compile(rb"\x1aE\xdf\xa3"),
    "video/webm": re.compile(rb"\x1aE\xdf\xa3"),
    "audio/mp4": re.compile(rb".{4}ftyp", re.DOTALL),
    "video/mp4": re.compile(rb".{4}ftyp", re.DOTALL),
}
"""What files of each type begin with, among those that browsers show or play and that cannot hold a script."""


def content_type(beginning: bytes, *, family: str) -> str:
    """Tell the type of a file that is to be shown as an ``image``, ``audio`` or ``video``.

    It is ``UNKNOWN`` for all else: such a file never stands in a page.
    """
    for name, signature in _SIGNATURES.items():
        if name.startswith(f"{family}/") and signature.match(beginning):
            return name
    return UNKNOWN
