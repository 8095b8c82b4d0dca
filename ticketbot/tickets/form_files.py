"""Files in forms: which kinds there are, and what may be wrong with one."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

UPLOADS_LIMIT: Final = 10
"""Files of one question, and of one message: Discord's limit."""
TOGETHER_LIMIT: Final = 24 * 1024 * 1024
"""Bytes of the files of one message together; Discord takes 25 MiB with all that is around them."""


class FileKind(StrEnum):
    """A group of file types that a question may accept."""

    PICTURES = auto()
    FILMS = auto()
    SOUND = auto()
    DOCUMENTS = auto()


DEFAULT_FILE_KINDS: Final = (FileKind.PICTURES, FileKind.DOCUMENTS)

_EXTENSIONS: Final[Mapping[FileKind, str]] = {
    FileKind.PICTURES: "png jpg jpeg gif webp avif bmp",
    FileKind.FILMS: "mp4 mov webm mkv",
    FileKind.SOUND: "mp3 ogg opus wav flac m4a",
    FileKind.DOCUMENTS: "pdf txt log md csv json yaml yml toml ini cfg conf zip 7z rar gz docx xlsx pptx odt ods odp",
}
_KINDS: Final[Mapping[str, FileKind]] = {
    extension: kind for kind, extensions in _EXTENSIONS.items() for extension in extensions.split()
}


class FileProblem(StrEnum):
    """Why a file of a form is not posted."""

    NOT_ALLOWED = auto()
    """Its name is that of a kind that the question does not accept."""
    DISGUISED = auto()
    """It does not begin as files of its name do."""
    TOO_LARGE = auto()
    LOST = auto()
    """It could not be downloaded."""
    REFUSED = auto()
    """Discord does not take it again."""


@attrs.frozen(kw_only=True)
class SubmittedFile:
    """A file that a member uploaded with a form; Discord's link to it expires, so it is fetched at once."""

    url: str
    name: str
    size: int
    """Bytes."""
    content_type: str | None = None


@attrs.frozen(kw_only=True)
class FormFile:
    """A file, and the question that it answers."""

    question: str
    file: SubmittedFile
    kinds: tuple[FileKind, ...]
    """What the question accepts."""

    @property
    def is_allowed(self) -> bool:
        """Return whether the question accepts files of that name."""
        return _KINDS.get(extension_of(self.file.name)) in (self.kinds or DEFAULT_FILE_KINDS)


def extension_of(name: str) -> str:
    """Return what follows the last point of a file's name, in lower case; empty if there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
