"""A transcript as pages of HTML."""

from __future__ import annotations

import html as escaping
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from ticketbot.transcripts.model import Transcript


@attrs.frozen(kw_only=True)
class Room:
    """How much may be posted; None is without limit."""

    page: int | None = None
    """Bytes of one page."""
    files: int = 0
    """Files that may leave the page for a place beside it, because it is full."""
    files_size: int = 0
    """Bytes of those files together."""


@attrs.frozen(kw_only=True)
class MovedFile:
    """A file that had no room in the page and is to be uploaded beside it, under this name."""

    url: str
    name: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Page:
    """One finished page."""

    name: str
    size: int
    """Bytes."""
    message_count: int
    _chunks: tuple[bytes, ...] = attrs.field(repr=False, alias="chunks")

    def chunks(self) -> Iterator[bytes]:
        """Give the page piece by piece."""
        return iter(self._chunks)


class Rendering:
    """A transcript on its way to pages, step by step, each step about a millisecond."""

    def __init__(self, transcript: Transcript, *, name: str = "transcript.html", room: Room | None = None) -> None:
        self._transcript = transcript
        self._name = name
        self._room = room or Room()
        self.pages: Sequence[Page] = ()
        """The finished pages, once all steps were taken."""
        self.moved: Sequence[MovedFile] = ()
        """The files to upload beside them."""

    def steps(self) -> Iterator[None]:
        """Render, pausing now and then so that others get their turn."""
        rows = ["<!DOCTYPE html><html lang=fr><meta charset=utf-8><title>Transcription</title><main>"]
        for count, message in enumerate(self._transcript.messages):
            rows.append(f"<p><b>{_escape(message.author.name)}</b> {message.timestamp} {_escape(message.content)}</p>")
            rows.extend(f"<p>{_escape(repr(part))}</p>" for part in (*message.attachments, *message.embeds))
            if count % 16 == 0:
                yield
        page = "\n".join(rows).encode("utf-8", "replace")
        self.pages = (Page(name=self._name, size=len(page), message_count=len(rows) - 1, chunks=(page,)),)


def render(transcript: Transcript, out: TextIO) -> None:
    """Write a transcript as one page, whatever its size."""
    rendering = Rendering(transcript)
    for _ in rendering.steps():
        pass
    for page in rendering.pages:
        out.writelines(chunk.decode() for chunk in page.chunks())


def _escape(text: str) -> str:
    return escaping.escape(text)
