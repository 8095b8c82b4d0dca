"""Finished pages: which files stand inside them, and which beside them."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.model.media import NOT_ASKED
from ticketbot.transcripts.rendering import files, placeholders, stylesheet

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from ticketbot.transcripts.model.media import Content, Inlined, Media
    from ticketbot.transcripts.rendering.context import RenderContext
    from ticketbot.transcripts.rendering.page_drafts import PageDraft
    from ticketbot.transcripts.rendering.placeholders import MediaAlternatives


_AT_ONCE: Final = 64
"""Pieces of a page that are processed between two pauses."""


@attrs.frozen(kw_only=True)
class PageLimits:
    """The limits of pages and files; None is no limit."""

    page: int | None = None
    """Bytes of one page. Below about 200 KiB a page may become larger: one message is never parted."""
    files: int = 0
    """Files that may leave a full page for a place beside it."""
    files_size: int = 0
    """Bytes of those files together."""
    file: int | None = None
    """Bytes of one of those files; None is as many as a page may have."""


@attrs.frozen(kw_only=True)
class SeparateFile:
    """A file that finds no space in the page and is uploaded beside it, under this name."""

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
        """Yield the page in pieces of at most about half a megabyte; may be called repeatedly."""
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from placeholders.data_uri(piece)


class Paginator:
    """Turns drafts into finished pages, one after the other, and allots the space beside them."""

    def __init__(self, limits: PageLimits, context: RenderContext) -> None:
        self._limits = limits
        self._context = context
        self._files_left = limits.files
        self._files_size_left = limits.files_size
        self._separate_files: dict[str, SeparateFile] = {}

    @property
    def separate_files(self) -> Sequence[SeparateFile]:
        """The files that go beside the pages so far."""
        return tuple(self._separate_files.values())

    def finish(
        self, draft: PageDraft, media: Mapping[str, Media], before: tuple[str, str], after: str
    ) -> Generator[None, None, Page]:
        """Finish a page from the HTML around its style rules and its messages, pausing now and then."""
        head, body_start, tail = (encode(text) for text in (*before, after))
        files, size = yield from self._resolve(draft, media)
        left = None
        if self._limits.page is not None:
            left = self._limits.page - len(head) - len(body_start) - len(tail) - size
        pictures, left = self._pictures(draft, media, left)
        inside = self._inside(files, left)
        pieces: list[bytes | Inlined] = [head, *pictures, body_start]
        for at, piece in enumerate(draft.pieces):
            pieces.extend([piece] if isinstance(piece, bytes) else self._fill(files[piece], is_inside=piece in inside))
            if at % _AT_ONCE == 0:
                yield
        pieces.append(tail)
        return Page(
            name=draft.name,
            number=draft.number,
            size=sum(len(piece) if isinstance(piece, bytes) else placeholders.data_uri_size(piece) for piece in pieces),
            message_count=draft.count,
            first=draft.first,
            last=draft.last,
            pieces=tuple(pieces),
        )

    def _resolve(
        self, draft: PageDraft, media: Mapping[str, Media]
    ) -> Generator[None, None, tuple[dict[int, MediaAlternatives | bytes], int]]:
        """Return what may stand for each placeholder, and the size of the messages with no file inside."""
        found: dict[int, MediaAlternatives | bytes] = {}
        size = draft.size
        for at, piece in enumerate(draft.pieces):
            if isinstance(piece, int):
                placeholder = self._context.placeholders[piece]
                resolved = files.resolve(placeholder.file, media.get(placeholder.file.url, NOT_ASKED), self._context)
                found[piece] = encode(resolved) if isinstance(resolved, str) else resolved
                size -= placeholder.fallback_size
                size += len(encode(resolved)) if isinstance(resolved, str) else resolved.fallback_size
                if not isinstance(resolved, str) and resolved.preview:
                    yield  # it took its time
            if at % _AT_ONCE == 0:
                yield
        return found, size

    def _pictures(
        self, draft: PageDraft, media: Mapping[str, Media], left: int | None
    ) -> tuple[list[bytes | Inlined], int | None]:
        """Return the style rules of as many small pictures as there is space for."""
        pieces: list[bytes | Inlined] = []
        names: list[str] = []
        for name, picture in self._context.stylesheet.pictures(draft.classes, media).items():
            size = placeholders.data_uri_size(picture) + stylesheet.picture_overhead(name)
            if left is not None:
                if size > left:
                    continue
                left -= size
            names.append(name)
            pieces += stylesheet.picture_rule(name, picture)
        pieces.append(encode(stylesheet.pictures_rule(names)))
        return pieces, left

    def _inside(self, files: Mapping[int, MediaAlternatives | bytes], left: int | None) -> set[int]:
        """Return the placeholders of the files that the page shows: small ones first, so that most are."""
        found = [
            (placeholders.inside_size(file), index, file)
            for index, file in files.items()
            if not isinstance(file, bytes) and (file.inlined is not None or file.preview)
        ]
        chosen: set[int] = set()
        for size, index, file in sorted(found, key=operator.itemgetter(0, 1)):
            if left is not None:
                more = size - file.fallback_size
                if more > left:
                    break
                left -= more
            chosen.add(index)
        return chosen

    def _fill(self, file: MediaAlternatives | bytes, *, is_inside: bool) -> list[bytes | Inlined]:
        if isinstance(file, bytes):
            return [file]
        if is_inside and file.inlined is not None:
            before, after = file.inlined
            return [encode(before), file.media, encode(after)]
        named = file.separate if self._move(file) else file.missing
        return [encode(named + file.preview if is_inside else named)]

    def _move(self, file: MediaAlternatives) -> bool:
        """Return whether a file goes beside the page: there is space for it."""
        size = len(file.media.content)
        if file.url in self._separate_files:
            return True
        limits = (self._files_size_left, self._limits.file or self._limits.page)
        if self._files_left < 1 or size > min(limit for limit in limits if limit is not None):
            return False
        self._files_left -= 1
        self._files_size_left -= size
        self._separate_files[file.url] = SeparateFile(url=file.url, name=file.name, content=file.media.content)
        return True
