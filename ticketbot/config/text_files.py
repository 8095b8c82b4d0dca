"""Text files that a person wrote, in an editor that may save them in another encoding than UTF-8."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class EncodingError(ValueError):
    """A file is not UTF-8; the text names the line and how to save the file."""

    def __init__(self, name: str, line: int, encoding: str) -> None:
        super().__init__(
            f"{name}: line {line} is not UTF-8{encoding}; save the file as UTF-8 (in an editor: Save As, "
            "Encoding; in PowerShell: Out-File -Encoding utf8 in place of >)"
        )


def read(path: Path) -> str:
    """Return a file's text; a byte order mark is left out.

    Raises
    ------
    OSError
        The file cannot be read.
    EncodingError
        It is not UTF-8.
    """
    return decode(path.read_bytes(), str(path))


def decode(content: bytes, name: str) -> str:
    """Return the text of a file that was read already; ``name`` is what a complaint calls it.

    Raises
    ------
    EncodingError
        It is not UTF-8.
    """
    if content.startswith(_UTF_16):
        raise EncodingError(name, 1, " but UTF-16")
    if (null := content.find(b"\0")) >= 0:  # UTF-16 without a mark
        raise EncodingError(name, content.count(b"\n", 0, null) + 1, "")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EncodingError(name, content.count(b"\n", 0, error.start) + 1, "") from error
