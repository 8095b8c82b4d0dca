"""Drafts of pages: their messages, and how large they become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.rendering import placeholders

if TYPE_CHECKING:
    from ticketbot.transcripts.model.messages import TranscriptMessage
    from ticketbot.transcripts.rendering.context import RenderContext

_RULE_SIZE: Final = 80
"""Bytes of the style rules of one class, at most."""
_DAY_SIZE: Final = 120
"""Bytes of the link to a day, at most."""
_PIECE: Final = 1 << 16
"""Bytes that are joined into one piece, about."""


@attrs.define
class RenderedMessage:
    """One message, encoded for a page."""

    pieces: list[bytes | int]
    """Encoded HTML, and the indexes of placeholders."""
    size: int
    """Bytes, with the longest text that can stand for a file at each placeholder."""
    classes: dict[str, None]
    """The classes whose style rules it needs."""
    day: int | None
    """The day whose heading stands above it, as days since the Unix epoch; None if there is none."""


def encode_message(text: str, context: RenderContext, day: int | None = None) -> RenderedMessage:
    """Encode a rendered message, and the heading of a day above it, for a page."""
    classes = context.stylesheet.take_used()
    if placeholders.MARK not in text:
        piece = encode(text)
        return RenderedMessage([piece], len(piece), classes, day)
    parts = text.split(placeholders.MARK)
    pieces: list[bytes | int] = [int(part) if at % 2 else encode(part) for at, part in enumerate(parts)]
    size = sum(
        len(piece) if isinstance(piece, bytes) else context.placeholders[piece].fallback_size for piece in pieces
    )
    return RenderedMessage(pieces, size, classes, day)


@attrs.define(kw_only=True)
class PageDraft:
    """A page's messages, with placeholders for files."""

    name: str
    number: int
    pieces: list[bytes | int] = attrs.field(factory=list[bytes | int])
    size: int = 0
    classes: dict[str, None] = attrs.field(factory=dict[str, None])
    days: list[int] = attrs.field(factory=list[int])
    """The days that have a heading, as days since the Unix epoch."""
    count: int = 0
    first: int = 0
    last: int = 0
    _waiting: list[bytes] = attrs.field(factory=list[bytes])
    _waiting_size: int = 0

    def size_with(self, new: RenderedMessage) -> int:
        """Return the size of the page with one more message."""
        size = self.size + new.size
        if new.classes and not new.classes.keys() <= self.classes.keys():
            size += _RULE_SIZE * len(new.classes.keys() - self.classes.keys())
        return size if new.day is None else size + _DAY_SIZE

    def add(self, new: RenderedMessage, message: TranscriptMessage) -> None:
        """Append a message."""
        for piece in new.pieces:
            self._append(piece)
        self.size = self.size_with(new)
        if new.classes:
            self.classes.update(new.classes)
        if new.day is not None:
            self.days.append(new.day)
        self.count += 1
        if message.timestamp:
            self.first = self.first or message.timestamp
            self.last = message.timestamp

    def end(self, closing: str) -> None:
        """Append what the messages end with."""
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
