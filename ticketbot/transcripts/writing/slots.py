"""Places in a page for files: whether a file stands in its place is decided once all of the page is known."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts.escape import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticketbot.transcripts.media import Inlined

MARK: Final = "\0"
"""Stands around a slot's index in unfinished pages; escaped text never holds it."""

_PLAYABLE: Final = re.compile(
    r"image/(?:png|apng|gif|webp|jpeg|avif|bmp)|(?:audio|video)/[a-z0-9][a-z0-9.+-]{0,40}", re.IGNORECASE
)
_ACTIVE: Final = re.compile(r"\.(?:[sx]?html?|xht|svgz?|xml|xslt?|mht(?:ml)?)$", re.IGNORECASE)
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
    def outside_size(self) -> int:
        """How many bytes the longer of the texts takes that can stand for the file."""
        return max(len(encode(self.beside)), len(encode(self.missing)))


class Slots:
    """The slots of all pages."""

    def __init__(self, stem: str) -> None:
        self._stem = stem
        self._slots: list[Slot] = []
        self._names: dict[str, str] = {}

    def __getitem__(self, index: int) -> Slot:
        return self._slots[index]

    def name_beside(self, url: str, name: str) -> str:
        """Name a file, once it lies beside the page, unlike all others."""
        if url not in self._names:
            self._names[url] = f"{self._stem}-{len(self._names) + 1:02d}-{_plain(name)}"
        return self._names[url]

    def add(self, slot: Slot) -> str:
        """Keep a place in the page."""
        self._slots.append(slot)
        return f"{MARK}{len(self._slots) - 1}{MARK}"


def is_playable(media: Inlined) -> bool:
    """Tell whether browsers show or play such a file."""
    return _PLAYABLE.fullmatch(media.content_type) is not None


def _plain(name: str) -> str:
    """Keep of a name what every system can store."""
    kept = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII)
    kept = re.sub(r"\.{2,}", ".", kept).strip("._")
    kept = kept[-80:].lstrip("._") or "file"
    # a browser would run what stands in these, right beside the page
    return f"{kept}.txt" if _ACTIVE.search(kept) else kept


def inlined_size(slot: Slot) -> int:
    """Tell how many bytes a file takes inside the page."""
    assert slot.inlined is not None, "only files that may stand in the page are asked"
    return address_size(slot.media) + sum(len(encode(text)) for text in slot.inlined)


def address(media: Inlined) -> Iterator[bytes]:
    """Write a file as an address, piece by piece."""
    yield _prefix(media)
    for start in range(0, len(media.content), _PIECE):
        yield binascii.b2a_base64(media.content[start : start + _PIECE], newline=False)


def address_size(media: Inlined) -> int:
    """Tell how long that address is."""
    return len(_prefix(media)) + (len(media.content) + 2) // 3 * 4


def _prefix(media: Inlined) -> bytes:
    return f"data:{media.content_type};base64,".encode()
