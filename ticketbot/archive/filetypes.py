"""The types of files, by their first bytes: names and senders' claims are not trusted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.rendering import text_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.transcripts.model.media import Content

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


_NAMED: Final[Mapping[str, re.Pattern[bytes]]] = {
    **{name.partition("/")[2]: pattern for name, pattern in _SIGNATURES.items() if name != "video/ogg"},
    **dict.fromkeys(("jpg",), _SIGNATURES["image/jpeg"]),
    **dict.fromkeys(("mp3",), _SIGNATURES["audio/mpeg"]),
    **dict.fromkeys(("ogg", "opus"), _SIGNATURES["audio/ogg"]),
    **dict.fromkeys(("mp4", "m4a"), _SIGNATURES["video/mp4"]),
    **dict.fromkeys(("webm", "mkv"), _SIGNATURES["video/webm"]),
    **dict.fromkeys(("zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"), re.compile(rb"PK(?:\x03\x04|\x05\x06)")),
    "mov": re.compile(rb".{4}(?:ftyp|moov|mdat|wide|free|skip)", re.DOTALL),
    "pdf": re.compile(rb".{0,1020}?%PDF-", re.DOTALL),
    "7z": re.compile(rb"7z\xbc\xaf\x27\x1c"),
    "rar": re.compile(rb"Rar!\x1a\x07"),
    "gz": re.compile(rb"\x1f\x8b"),
}
"""What files begin with, by the end of their name; those of all other ends are texts."""
_BEGINNING: Final = 1024


def begins_like(extension: str, content: Content) -> bool:
    """Return whether a file begins as files with that end of their name do; any other must be a text."""
    signature = _NAMED.get(extension)
    if signature is None:
        return text_files.is_text(content)
    return signature.match(content[0:_BEGINNING]) is not None


def content_type(beginning: bytes, *, family: str) -> str:
    """Return the content type of a file that is to be shown as an ``image``, ``audio`` or ``video``.

    It is ``UNKNOWN`` for all else: such a file never stands in a page.
    """
    for name, signature in _SIGNATURES.items():
        if name.startswith(f"{family}/") and signature.match(beginning):
            return name
    return UNKNOWN
