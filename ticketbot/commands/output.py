"""Where pages go: files that are whole or not there at all, or standard output."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ticketbot.commands.errors import UnusableError
from ticketbot.transcripts import html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ticketbot.transcripts.media import Content
    from ticketbot.transcripts.model import Transcript
    from ticketbot.transcripts.pages import Room

STANDARD: Final = Path("-")
"""Stands for standard output."""


_PIECE: Final = 1 << 18
"""Bytes that are copied at once."""


def pages(transcript: Transcript, target: Path, room: Room) -> None:
    """Render a transcript to a file; what has no room in it comes beside it: further parts, and files.

    Raises
    ------
    UnusableError
        A file cannot be written.
    """
    rendering = html.Rendering(transcript, name=target.name, room=room)
    for _ in rendering.steps():
        pass
    if target == STANDARD:
        sys.stdout.buffer.writelines(rendering.pages[0].chunks())
        sys.stdout.buffer.flush()
        return
    for made in rendering.pages:
        path = target if len(rendering.pages) == 1 else target.with_name(made.name)
        file(path, made.chunks())
        click.echo(f"{path}: {made.message_count:,} messages, {made.size:,} bytes", err=True)
    for moved in rendering.moved:
        file(target.with_name(moved.name), _pieces(moved.content))
    if rendering.moved:
        size = sum(len(moved.content) for moved in rendering.moved)
        click.echo(f"and {len(rendering.moved):,} files beside it, {size:,} bytes", err=True)


def file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that takes its name only once it is whole.

    Raises
    ------
    UnusableError
        It cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
            unfinished = Path(out.name)
            try:
                out.writelines(chunks)
                unfinished.chmod(0o666 & ~_umask())
                unfinished.replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    unfinished.unlink()
                raise
    except OSError as error:
        raise UnusableError(f"cannot write {path}: {error.strerror}") from error


def _pieces(content: Content) -> Iterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


def _umask() -> int:
    """Tell which rights new files do not get; it can only be asked by setting it."""
    umask = os.umask(0)
    os.umask(umask)
    return umask
