"""What is posted of a transcript: files that are read while they are sent, and how many go into one message."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs
import hikari
from hikari import files

from ticketbot.tickets.model import ATTACHMENT_LIMIT, UploadedFile
from ticketbot.transcripts.pages import Room

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from ticketbot.transcripts.media import Content
    from ticketbot.transcripts.pages import MovedFile, Page

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
class Bounds:
    """How much Discord takes at once, in bytes."""

    file: int
    message: int

    @property
    def room(self) -> Room:
        """Tell what the pages, and what lies beside them, may take."""
        return Room(
            page=min(self.file, _PAGE),
            files=_FILES * _MESSAGES,
            files_size=_MESSAGES * self.message,
            file=self.file,
        )


def bounds(limit: int) -> Iterator[Bounds]:
    """Tell how much to try, less and less: a press's limit may be its member's own, and not the bot's."""
    tried = [Bounds(file=limit, message=max(limit, _REQUEST))]
    if limit > ATTACHMENT_LIMIT:
        tried.append(Bounds(file=ATTACHMENT_LIMIT, message=_REQUEST))
    tried.append(Bounds(file=min(limit, _NARROW), message=min(limit, _NARROW)))
    return iter(tried)


@attrs.frozen(kw_only=True)
class FileToPost:
    """A file of a transcript, read as often as it is sent."""

    name: str
    size: int
    chunks: Callable[[], Iterator[bytes]] = attrs.field(repr=False)

    @classmethod
    def of_page(cls, page: Page) -> FileToPost:
        """Post a page."""
        return cls(name=page.name, size=page.size, chunks=page.chunks)

    @classmethod
    def of_moved(cls, moved: MovedFile) -> FileToPost:
        """Post a file beside the pages."""
        return cls(name=moved.name, size=len(moved.content), chunks=lambda: _pieces(moved.content))

    @property
    def uploaded(self) -> UploadedFile:
        """Tell what it must look like once it is there."""
        return UploadedFile(name=self.name, size=self.size)


def _pieces(content: Content) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


def shared_out(to_post: Sequence[FileToPost], bound: Bounds) -> Sequence[Sequence[FileToPost]]:
    """Share files out among messages, in order."""
    messages: list[list[FileToPost]] = []
    size = 0
    for file in to_post:
        if not messages or len(messages[-1]) == _FILES or size + file.size > bound.message:
            messages.append([])
            size = 0
        messages[-1].append(file)
        size += file.size
    return messages


class StreamedFile(files.Resource[files.IteratorReader]):
    """A file for hikari, which reads it anew for each try; others get their turn between two pieces."""

    def __init__(self, file: FileToPost) -> None:
        self._file = file

    @property
    def url(self) -> str:
        """Name the file as messages do."""
        return f"attachment://{self.filename}"

    @property
    def filename(self) -> str:
        """Tell its name."""
        return self._file.name

    def stream(
        self, *, executor: concurrent.futures.Executor | None = None, head_only: bool = False
    ) -> files.AsyncReaderContextManager[files.IteratorReader]:
        """Read it from its beginning."""
        return hikari.Bytes(self._read(), self.filename).stream(executor=executor, head_only=head_only)

    async def _read(self) -> AsyncIterator[bytes]:
        for chunk in self._file.chunks():
            yield chunk
            await asyncio.sleep(0)
