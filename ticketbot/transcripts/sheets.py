"""Pages in the making: what they hold, and how large they become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.writing import slots

if TYPE_CHECKING:
    from ticketbot.transcripts.model import TranscriptMessage
    from ticketbot.transcripts.writing.scribe import Scribe

_RULE_SIZE: Final = 80
"""Bytes that one more class takes among the style rules, at most."""
_PIECE: Final = 1 << 16
"""Bytes that are kept in one piece, about."""


@attrs.define
class Row:
    """One message, ready to stand on a page."""

    pieces: list[bytes | int]
    """Finished HTML, and the indexes of slots."""
    size: int
    """Bytes, with the longest text that can stand for a file in each slot."""
    classes: dict[str, None]
    """The classes that it needs rules for."""


def row(text: str, scribe: Scribe) -> Row:
    """Make one message ready."""
    classes = scribe.styles.take_used()
    if slots.MARK not in text:
        piece = encode(text)
        return Row([piece], len(piece), classes)
    parts = text.split(slots.MARK)
    pieces: list[bytes | int] = [int(part) if at % 2 else encode(part) for at, part in enumerate(parts)]
    size = sum(len(piece) if isinstance(piece, bytes) else scribe.slots[piece].outside_size for piece in pieces)
    return Row(pieces, size, classes)


@attrs.define(kw_only=True)
class Sheet:
    """One page's messages."""

    name: str
    number: int
    pieces: list[bytes | int] = attrs.field(factory=list[bytes | int])
    size: int = 0
    classes: dict[str, None] = attrs.field(factory=dict[str, None])
    count: int = 0
    first: int = 0
    last: int = 0
    _waiting: list[bytes] = attrs.field(factory=list[bytes])
    _waiting_size: int = 0

    def size_with(self, new: Row) -> int:
        """Tell how large the page would be with one more message."""
        return self.size + new.size + sum(_RULE_SIZE for name in new.classes if name not in self.classes)

    def add(self, new: Row, message: TranscriptMessage) -> None:
        """Take a message."""
        for piece in new.pieces:
            self._append(piece)
        if new.classes:
            self.size = self.size_with(new)
            self.classes.update(new.classes)
        else:
            self.size += new.size
        self.count += 1
        if message.timestamp:
            self.first = self.first or message.timestamp
            self.last = message.timestamp

    def end(self, closing: str) -> None:
        """Take what the messages end with."""
        self._append(encode(closing))
        self._flush()

    def _append(self, piece: bytes | int) -> None:
        if isinstance(piece, int):
            self._flush()
            self.pieces.append(piece)
            return
        self._waiting.append(piece)
        self._waiting_size += len(piece)
        if self._waiting_size > _PIECE:
            self._flush()

    def _flush(self) -> None:
        self.pieces.append(b"".join(self._waiting))
        self._waiting.clear()
        self._waiting_size = 0
