"""Placeholders for files: whether a file goes into the page is decided once the whole page is rendered."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.model.media import MediaKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ticketbot.transcripts.model.attachments import AttachmentKind
    from ticketbot.transcripts.model.media import Inlined

MARK: Final = "\0"
"""Stands around a placeholder's index in unfinished pages; escaped text never contains it."""

_PLAYABLE: Final = re.compile(
    r"image/(?:png|apng|gif|webp|jpeg|avif|bmp)|(?:audio|video)/[a-z0-9][a-z0-9.+-]{0,40}", re.IGNORECASE
)
_ACTIVE: Final = re.compile(r"\.(?:[sx]?html?|xht|svgz?|xml|xslt?|mht(?:ml)?)$", re.IGNORECASE)
_HIGHEST_NUMBER: Final = 99_999
_HIGHEST_PART: Final = 999
_PIECE: Final = 3 << 17
"""Bytes that are encoded at once: a multiple of three."""


@attrs.frozen(kw_only=True)
class DisplayedFile:
    """A file as the page shows it, whatever part of a message it is in."""

    url: str
    """Where it can be fetched; its key among the media."""
    kind: AttachmentKind
    name: str = ""
    file_name: str = ""
    """What Discord calls the file, where it is shown under another name."""
    size: int = 0
    description: str = ""
    width: int = 0
    height: int = 0
    extra: str = ""
    """HTML that stands under the file, before its name."""
    source: str = ""
    """Its original address, if that is not on Discord."""
    media_kind: MediaKind = MediaKind.IMAGE
    content_type: str = ""


@attrs.frozen(kw_only=True)
class MediaPlaceholder:
    """Where a file stands in a page."""

    file: DisplayedFile
    fallback_size: int
    """Bytes of the longest text that can stand for the file, at most."""


@attrs.frozen(kw_only=True)
class MediaAlternatives:
    """A file that was downloaded, and the ways of showing it."""

    url: str
    media: Inlined
    name: str
    """The file's name if it goes beside the page."""
    inlined: tuple[str, str] | None
    """The HTML before and after the data URI; None if the file never goes into the page."""
    separate: str
    missing: str
    preview: str = ""
    """The HTML of the beginning of a text file, which follows either where there is space; empty for others."""

    @property
    def fallback_size(self) -> int:
        """The bytes of the longer of the texts that can stand for the file."""
        return max(len(encode(self.separate)), len(encode(self.missing)))


class MediaPlaceholders:
    """The placeholders of all pages."""

    def __init__(self, stem: str) -> None:
        self._stem = stem
        self._placeholders: list[MediaPlaceholder] = []
        self._numbers: dict[str, int] = {}
        self.parts: Mapping[str, int] = {}
        """Which message carries a file beside the pages, by address, where there are several."""

    def __getitem__(self, index: int) -> MediaPlaceholder:
        return self._placeholders[index]

    def separate_name(self, url: str, name: str) -> str:
        """Return the unique name of a file beside the page."""
        number = self._numbers.setdefault(url, len(self._numbers) + 1)
        part = f"-part{self.parts[url]}" if url in self.parts else ""
        return f"{self._stem}{part}-{number:02d}-{_safe_name(name)}"

    def longest_separate_name(self, name: str) -> str:
        """Return a name as long as that of a file beside the page can get."""
        return f"{self._stem}-part{_HIGHEST_PART}-{_HIGHEST_NUMBER}-{_safe_name(name)}"

    def add(self, file: DisplayedFile, *, fallback_size: int) -> str:
        """Return what stands for a file until its page is finished."""
        self._placeholders.append(MediaPlaceholder(file=file, fallback_size=fallback_size))
        return f"{MARK}{len(self._placeholders) - 1}{MARK}"


def is_playable(media: Inlined) -> bool:
    """Return whether browsers show or play such a file."""
    return _PLAYABLE.fullmatch(media.content_type) is not None


def _safe_name(name: str) -> str:
    """Return what of a file name every file system accepts."""
    kept = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII)
    kept = re.sub(r"\.{2,}", ".", kept).strip("._")
    kept = kept[-80:].lstrip("._") or "file"
    # a browser would run what stands in these, right beside the page
    return f"{kept}.txt" if _ACTIVE.search(kept) else kept


def inside_size(file: MediaAlternatives) -> int:
    """Return how many bytes a file takes in the page at most: itself, or the beginning of its text under its name."""
    if file.inlined is None:
        return file.fallback_size + len(encode(file.preview))
    return data_uri_size(file.media) + sum(len(encode(text)) for text in file.inlined)


def data_uri(media: Inlined) -> Iterator[bytes]:
    """Yield a file as a data URI, piece by piece."""
    yield _prefix(media)
    for start in range(0, len(media.content), _PIECE):
        yield binascii.b2a_base64(media.content[start : start + _PIECE], newline=False)


def data_uri_size(media: Inlined) -> int:
    """Return the length of that data URI."""
    return len(_prefix(media)) + (len(media.content) + 2) // 3 * 4


def _prefix(media: Inlined) -> bytes:
    return f"data:{media.content_type};base64,".encode()
