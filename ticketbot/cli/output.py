"""Write to standard output, or to files that are either whole or not there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ticketbot.admin import private_files
from ticketbot.cli import console
from ticketbot.cli.errors import UnusableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ticketbot.transcripts.model.media import Content
    from ticketbot.transcripts.rendering import html

STANDARD: Final = Path("-")
"""Stands for standard output."""

_PIECE: Final = 1 << 18
"""Bytes that are copied at once."""


def is_alone(target: Path) -> bool:
    """Return whether no further file can lie beside a target: it is standard output, a pipe or a device."""
    return target == STANDARD or private_files.destination(target) is None


def write_pages(renderer: html.TranscriptRenderer, target: Path) -> None:
    """Write finished pages to a file; further parts, and files that find no space in them, go beside it.

    Raises
    ------
    UnusableError
        A file cannot be written.
    """
    if target == STANDARD:
        sys.stdout.buffer.writelines(renderer.pages[0].chunks())
        sys.stdout.buffer.flush()
        return
    for page in renderer.pages:
        path = target if len(renderer.pages) == 1 else target.with_name(page.name)
        file(path, page.chunks())
        plural = "" if page.message_count == 1 else "s"
        console.echo(f"{path}: {page.message_count:,} message{plural}, {page.size:,} bytes", err=True)
    for separate in renderer.separate_files:
        file(target.with_name(separate.name), _pieces(separate.content))
    if renderer.separate_files:
        size = sum(len(separate.content) for separate in renderer.separate_files)
        console.echo(f"and {len(renderer.separate_files):,} files beside it, {size:,} bytes", err=True)


def write_document(chunks: Iterable[bytes], target: Path) -> None:
    """Write a transcript that is no page.

    Raises
    ------
    UnusableError
        The file cannot be written.
    """
    if target == STANDARD:
        sys.stdout.buffer.writelines(chunks)
        sys.stdout.buffer.flush()
        return
    size = file(target, chunks)
    console.echo(f"{target}: {size:,} bytes", err=True)


def require_writable(path: Path) -> None:
    """Make sure that a file can be written, before anything else is done for it.

    Raises
    ------
    UnusableError
        It cannot be written.
    """
    try:
        private_files.require_writable(path)
    except OSError as error:
        raise UnusableError(f"cannot write {path}: {error.strerror}") from error


def file(path: Path, chunks: Iterable[bytes]) -> int:
    """Write a file that only its owner may read and that is there whole or not at all; return its bytes.

    Raises
    ------
    UnusableError
        It cannot be written.
    """
    try:
        return private_files.write(path, chunks)
    except OSError as error:
        raise UnusableError(f"cannot write {path}: {error.strerror}") from error


def _pieces(content: Content) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
