"""Places in a page for files: whether a file stands in its place is decided once all of the page is known."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts.media import Inlined

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK: Final = "\0"
"""Stands around a slot's index in unfinished pages; escaped text never holds it."""

_PLAYABLE: Final = re.compile(
    r"image/(?:png|apng|gif|webp|jpeg|avif|bmp)|(?:audio|video)/[a-z0-9][a-z0-9.+-]{0,40}", re.IGNORECASE
)
_PIECE: Final = 3 << 17
"""Bytes that are encoded at once: a multiple of three."""


@attrs.frozen(kw_only=True)
class Slot:
    """A file and the ways of showing it."""

    url: str
    media: Inlined
    name: str
    """What the file is called once it lies beside the page."""
    inlined: tuple[str, str] | None
    """What stands before and after the file's own address in the page; None if it never stands there."""
    beside: str
    missing: str

    @property
    def inlined_size(self) -> int:
        """How many bytes it takes inside the page."""
        assert self.inlined is not None, "only files that may stand in the page are asked"
        encoded = (len(self.media.content) + 2) // 3 * 4
        around = sum(len(text.encode("utf-8", "replace")) for text in self.inlined)
        return encoded + around + len(_prefix(self.media))


class Slots:
    """The slots of all pages."""

    def __init__(self, stem: str) -> None:
        self._stem = stem
        self._slots: list[Slot] = []

    def __getitem__(self, index: int) -> Slot:
        return self._slots[index]

    def next_name(self, name: str) -> str:
        """Name the file that the next slot would put beside the page, unlike all others."""
        return f"{self._stem}-{len(self._slots) + 1:02d}-{_plain(name)}"

    def add(self, slot: Slot) -> str:
        """Keep a place in the page."""
        self._slots.append(slot)
        return f"{MARK}{len(self._slots) - 1}{MARK}"


def is_playable(media: Inlined) -> bool:
    """Tell whether browsers show or play such a file."""
    return _PLAYABLE.fullmatch(media.content_type) is not None


def _plain(name: str) -> str:
    """Keep of a name what every system can store."""
    kept = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII).strip("._")
    return kept[-80:].lstrip("._") or "file"


def _prefix(media: Inlined) -> str:
    return f"data:{media.content_type};base64,"


def address(media: Inlined) -> Iterator[bytes]:
    """Write a file as an address, piece by piece."""
    yield _prefix(media).encode()
    for start in range(0, len(media.content), _PIECE):
        yield binascii.b2a_base64(media.content[start : start + _PIECE], newline=False)
