"""The files of a posted transcript: read while they are sent, and split into messages."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs
import hikari
from hikari import files

from ticketbot.tickets.model import ATTACHMENT_LIMIT, UploadedFile
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from ticketbot.transcripts.model.media import Content
    from ticketbot.transcripts.rendering.pagination import Page, SeparateFile

_MIB: Final = 1024 * 1024
_FILES: Final = 10
"""Files of one message, at most: Discord's limit."""
_REQUEST: Final = 24 * _MIB
"""Bytes of one message's files together; Discord takes 25 MiB with all that is around them, if not more."""
_PAGE: Final = 24 * _MIB
"""Bytes of one page, even where Discord takes more: a browser has to show it."""
_NARROW: Final = 4 * _MIB
"""Bytes of a message's files when Discord refused all else."""
_MESSAGES: Final = 30
"""How many messages the files beside the pages may take."""
_PIECE: Final = 256 * 1024

Upload: TypeAlias = "hikari.files.Resource[files.IteratorReader]"


@attrs.frozen(kw_only=True)
class UploadLimits:
    """How much Discord accepts at once, in bytes."""

    file: int
    message: int

    @property
    def page_limits(self) -> PageLimits:
        """Return the limits of the pages and of the files beside them."""
        return PageLimits(
            page=min(self.file, _PAGE),
            files=_FILES * _MESSAGES,
            files_size=_MESSAGES * self.message,
            file=self.file,
        )


def upload_limits(limit: int) -> Iterator[UploadLimits]:
    """Return the limits to try, largest first: an interaction's limit may be that of its member, not of the bot."""
    tried = [UploadLimits(file=limit, message=max(limit, _REQUEST))]
    if limit > ATTACHMENT_LIMIT:
        tried.append(UploadLimits(file=ATTACHMENT_LIMIT, message=_REQUEST))
    tried.append(UploadLimits(file=min(limit, _NARROW), message=min(limit, _NARROW)))
    return iter(tried)


@attrs.frozen(kw_only=True)
class OutgoingFile:
    """A file of a transcript, read each time that it is sent."""

    name: str
    size: int
    chunks: Callable[[], Iterator[bytes]] = attrs.field(repr=False)
    url: str | None = None
    """Where Discord has it, if it goes beside the pages."""

    @classmethod
    def of_page(cls, page: Page) -> OutgoingFile:
        """Return a page as a file."""
        return cls(name=page.name, size=page.size, chunks=page.chunks)

    @classmethod
    def of_separate_file(cls, moved: SeparateFile) -> OutgoingFile:
        """Return a file that goes beside the pages."""
        return cls(name=moved.name, size=len(moved.content), chunks=lambda: _pieces(moved.content), url=moved.url)

    @classmethod
    def of_content(cls, name: str, content: Content) -> OutgoingFile:
        """Return a file with a name."""
        return cls(name=name, size=len(content), chunks=lambda: _pieces(content))

    @property
    def uploaded(self) -> UploadedFile:
        """Return the file as Discord must show it once it is posted."""
        return UploadedFile(name=self.name, size=self.size)


def _pieces(content: Content) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


def split_into_messages(to_post: Sequence[OutgoingFile], bound: UploadLimits) -> Sequence[Sequence[OutgoingFile]]:
    """Split files into messages, in order."""
    messages: list[list[OutgoingFile]] = []
    size = 0
    for file in to_post:
        if not messages or len(messages[-1]) == _FILES or size + file.size > bound.message:
            messages.append([])
            size = 0
        messages[-1].append(file)
        size += file.size
    return messages


class StreamedFile(files.Resource[files.IteratorReader]):
    """A file for hikari, which reads it from the start for each attempt; other tasks can run between two pieces."""

    def __init__(self, file: OutgoingFile) -> None:
        self._file = file

    @property
    def url(self) -> str:
        """Return the address by which a message refers to the file."""
        return f"attachment://{self.filename}"

    @property
    def filename(self) -> str:
        """Return the name of the file."""
        return self._file.name

    def stream(
        self, *, executor: concurrent.futures.Executor | None = None, head_only: bool = False
    ) -> files.AsyncReaderContextManager[files.IteratorReader]:
        """Return a stream that reads the file from its beginning."""
        return hikari.Bytes(self._read(), self.filename).stream(executor=executor, head_only=head_only)

    async def _read(self) -> AsyncIterator[bytes]:
        for chunk in self._file.chunks():
            yield chunk
            await asyncio.sleep(0)
