"""The beginning of a text file, as a page shows it under the file's name."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts.markdown import highlight

if TYPE_CHECKING:
    from ticketbot.transcripts.model.media import Content
    from ticketbot.transcripts.rendering.context import RenderContext
    from ticketbot.transcripts.rendering.placeholders import DisplayedFile

_LINES: Final = 200
_SIZE: Final = 32 * 1024
"""Bytes that are read of one file, at most."""
_EXTENSIONS: Final = re.compile(
    r"bat|c|cfg|conf|cpp|cs|css|csv|diff|go|h|htm|html|ini|java|js|jsonl?|kt|lua|log|md|patch|php|properties|ps1|py|rb|rs|"
    r"sh|sql|svg|toml|tsx?|tsv|txt|xml|ya?ml",
    re.IGNORECASE,
)
_TYPES: Final = frozenset(
    {"application/json", "application/xml", "application/javascript", "application/x-yaml", "application/toml"}
)
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_COLORS: Final = re.compile(r"\x1b\[[0-9;]{0,32}[A-Za-z]")
"""Sequences by which terminals colour logs."""
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
"""Characters that no text has."""


@attrs.frozen
class Excerpt:
    """The beginning of a text."""

    text: str
    lines: int
    is_whole: bool


def preview(file: DisplayedFile, content: Content, context: RenderContext) -> str:
    """Return the HTML of the beginning of a file; empty for one that is no text, or once enough text is shown."""
    if not _is_named_as_text(file):
        return ""
    excerpt = read(content)
    if excerpt is None or len(excerpt.text) > context.preview_left:
        return ""
    context.preview_left -= len(excerpt.text)
    strings = context.strings
    block = highlight.block(excerpt.text, "", fold=context.text_fold)
    note = "" if excerpt.is_whole else f"<small>{strings.count(excerpt.lines, strings.message.first_lines)}</small>"
    return f"{block}{note}</div>"


def read(content: Content) -> Excerpt | None:
    """Return the first 200 lines of a text; None if it is none, or empty."""
    text = _beginning(content)
    if text is None or not text.strip():
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    shown = lines[:_LINES]
    is_whole = len(content) <= _SIZE and len(shown) == len(lines)
    return Excerpt("\n".join(shown), len(shown), is_whole)


def is_text(content: Content) -> bool:
    """Return whether a file is text, as far as its beginning tells; an empty one is."""
    return _beginning(content) is not None


def _beginning(content: Content) -> str | None:
    data = content[0:_SIZE]
    text = _decode(data, is_whole=len(content) <= _SIZE)
    if text is None:
        return None
    text = _COLORS.sub("", text)
    return None if _CONTROLS.search(text) else text


def _is_named_as_text(file: DisplayedFile) -> bool:
    kind = file.content_type.partition(";")[0].strip().lower()
    name = file.file_name or file.name
    return kind.startswith("text/") or kind in _TYPES or _EXTENSIONS.fullmatch(name.rpartition(".")[2]) is not None


def _decode(data: bytes, *, is_whole: bool) -> str | None:
    """Return a text by its byte order mark, as UTF-8, or else as Windows-1252, Notepad's encoding for long."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_as(encoding, data[len(mark) :], is_whole=is_whole)
    text = _decode_as("utf-8", data, is_whole=is_whole)
    return _decode_as("cp1252", data, is_whole=is_whole) if text is None else text


def _decode_as(encoding: str, data: bytes, *, is_whole: bool) -> str | None:
    try:
        # where the file goes on, its last character may be cut in two
        return codecs.getincrementaldecoder(encoding)().decode(data, final=is_whole)
    except UnicodeDecodeError:
        return None
