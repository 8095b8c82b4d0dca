"""Finished pages, and which files found room in them."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.writing import slots, styles

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from ticketbot.transcripts.media import Content, Inlined
    from ticketbot.transcripts.sheets import Sheet
    from ticketbot.transcripts.writing.scribe import Scribe
    from ticketbot.transcripts.writing.slots import Slot


_AT_ONCE: Final = 64
"""Pieces of a page that are looked at before others get their turn."""


@attrs.frozen(kw_only=True)
class Room:
    """How much may be posted; None is without limit."""

    page: int | None = None
    """Bytes of one page. Below about 200 KiB a page may become larger: one message is never parted."""
    files: int = 0
    """Files that may leave a full page for a place beside it."""
    files_size: int = 0
    """Bytes of those files together."""
    file: int | None = None
    """Bytes of one of those files; None is as many as a page may have."""


@attrs.frozen(kw_only=True)
class MovedFile:
    """A file that has no room in the page and is to be uploaded beside it, under this name."""

    url: str
    name: str
    content: Content = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Page:
    """One finished page."""

    name: str
    number: int
    """From 1."""
    size: int
    """Bytes."""
    message_count: int
    first: int
    """The moment of the first message, 0 if there is none."""
    last: int
    _pieces: tuple[bytes | Inlined, ...] = attrs.field(repr=False, alias="pieces")

    def chunks(self) -> Iterator[bytes]:
        """Give the page piece by piece, at most about half a megabyte each; may be asked again."""
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from slots.address(piece)


class Binder:
    """Makes finished pages of sheets, one after the other, and shares out the room beside them."""

    def __init__(self, room: Room, scribe: Scribe) -> None:
        self._room = room
        self._scribe = scribe
        self._files_left = room.files
        self._files_size_left = room.files_size
        self._moved: dict[str, MovedFile] = {}

    @property
    def moved(self) -> Sequence[MovedFile]:
        """The files that go beside the pages so far."""
        return tuple(self._moved.values())

    def bind(self, sheet: Sheet, before: tuple[str, str], after: str) -> Generator[None, None, Page]:
        """Finish a page from what stands around its style rules and its messages, pausing now and then."""
        head, body_start, tail = (encode(text) for text in (*before, after))
        left = None
        if self._room.page is not None:
            left = self._room.page - len(head) - len(body_start) - len(tail) - sheet.size
        pictures, left = self._pictures(sheet, left)
        inlined = yield from self._inlined(sheet, left)
        pieces: list[bytes | Inlined] = [head, *pictures, body_start]
        for at, piece in enumerate(sheet.pieces):
            pieces.extend([piece] if isinstance(piece, bytes) else self._slot(self._scribe.slots[piece], inlined))
            if at % _AT_ONCE == 0:
                yield
        pieces.append(tail)
        return Page(
            name=sheet.name,
            number=sheet.number,
            size=sum(len(piece) if isinstance(piece, bytes) else slots.address_size(piece) for piece in pieces),
            message_count=sheet.count,
            first=sheet.first,
            last=sheet.last,
            pieces=tuple(pieces),
        )

    def _pictures(self, sheet: Sheet, left: int | None) -> tuple[list[bytes | Inlined], int | None]:
        """Write the rules of as many small pictures as there is room for."""
        pieces: list[bytes | Inlined] = []
        names: list[str] = []
        for name, picture in self._scribe.styles.pictures(sheet.classes).items():
            size = slots.address_size(picture) + styles.picture_overhead(name)
            if left is not None:
                if size > left:
                    continue
                left -= size
            names.append(name)
            pieces += styles.picture_rule(name, picture)
        pieces.append(encode(styles.pictures_rule(names)))
        return pieces, left

    def _inlined(self, sheet: Sheet, left: int | None) -> Generator[None, None, set[int]]:
        """Choose the files that stand in the page: the small ones first, so that most of them do."""
        found: list[tuple[int, int, Slot]] = []
        for at, piece in enumerate(sheet.pieces):
            if isinstance(piece, int) and self._scribe.slots[piece].inlined is not None:
                found.append((slots.inlined_size(self._scribe.slots[piece]), piece, self._scribe.slots[piece]))
            if at % _AT_ONCE == 0:
                yield
        chosen: set[int] = set()
        for size, _, slot in sorted(found, key=operator.itemgetter(0, 1)):
            if left is not None:
                more = size - slot.outside_size
                if more > left:
                    break
                left -= more
            chosen.add(id(slot))
        return chosen

    def _slot(self, slot: Slot, inlined: set[int]) -> list[bytes | Inlined]:
        if slot.inlined is not None and id(slot) in inlined:
            before, after = slot.inlined
            return [encode(before), slot.media, encode(after)]
        return [encode(slot.beside if self._move(slot) else slot.missing)]

    def _move(self, slot: Slot) -> bool:
        """Put a file beside the page, if there is room."""
        size = len(slot.media.content)
        if slot.url in self._moved:
            return True
        limits = (self._files_size_left, self._room.file or self._room.page)
        if self._files_left < 1 or size > min(limit for limit in limits if limit is not None):
            return False
        self._files_left -= 1
        self._files_size_left -= size
        self._moved[slot.url] = MovedFile(url=slot.url, name=slot.name, content=slot.media.content)
        return True
