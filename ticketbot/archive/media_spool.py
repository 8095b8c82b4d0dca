"""The downloaded files of one transcript: small ones in memory, the others in one temporary file."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from typing import IO, TYPE_CHECKING, Final, Self

import attrs

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from types import TracebackType

    from ticketbot.transcripts.model.media import Content

_IN_MEMORY: Final = 16 * 1024
"""Bytes of the largest file that is kept in memory."""

_HAS_POSITIONS: Final = hasattr(os, "pread")
"""Windows lacks reads and writes at a position; there, one thread at a time seeks first."""

_POSITION: Final = threading.Lock()
"""Held between a seek and what follows it."""

_BLOCK: Final = 64 * 1024
"""Bytes that are written at once; files on their way share the temporary file block by block."""


class MediaSpool:
    """Keeps files until the transcript is posted; not even a crash leaves its temporary file, which has no name."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._blocks = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    async def put(self, block: bytes) -> tuple[int, int]:
        """Write a block, and return the file's descriptor and the offset in it.

        Raises
        ------
        TemporaryFolderFullError
            There is no room for it.
        """
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # closed with the spool
            place = self._blocks * _BLOCK
            self._blocks += 1
            await asyncio.to_thread(_write, self._file.fileno(), block, place)
        except OSError as error:
            raise errors.TemporaryFolderFullError from error
        return self._file.fileno(), place


class SpooledFile:
    """A file that is received piece by piece."""

    def __init__(self, spool: MediaSpool) -> None:
        self._spool = spool
        self._waiting = bytearray()
        self._places: list[int] = []
        self._descriptor = -1
        self.size = 0
        """Bytes so far."""
        self.beginning = b""
        """The first bytes, enough to tell the type by."""

    async def add(self, piece: bytes) -> None:
        """Append the next piece.

        Raises
        ------
        TemporaryFolderFullError
            There is no room for it.
        """
        if not self.size:
            self.beginning = piece[:_BLOCK]
        self.size += len(piece)
        self._waiting += piece
        while len(self._waiting) >= _BLOCK:
            await self._put(bytes(self._waiting[:_BLOCK]))
            del self._waiting[:_BLOCK]

    async def end(self) -> Content:
        """Return the whole file.

        Raises
        ------
        TemporaryFolderFullError
            There is no room for it.
        """
        if self.size <= _IN_MEMORY:
            return bytes(self._waiting)
        if self._waiting:
            await self._put(bytes(self._waiting))
        return _FileInSpool(self._descriptor, tuple(self._places), self.size)

    async def _put(self, block: bytes) -> None:
        self._descriptor, place = await self._spool.put(block)
        self._places.append(place)


@attrs.frozen
class _FileInSpool:
    """A file in the blocks of the temporary file."""

    _descriptor: int
    _places: tuple[int, ...] = attrs.field(repr=False)
    _size: int

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, piece: slice, /) -> bytes:
        start, stop, step = piece.indices(self._size)
        assert step == 1, "files are read onwards"
        found = bytearray()
        while start < stop:
            block, offset = divmod(start, _BLOCK)
            length = min(_BLOCK - offset, stop - start)
            found += _read(self._descriptor, length, self._places[block] + offset)
            start += length
        return bytes(found)


def _read(descriptor: int, length: int, place: int) -> bytes:
    if _HAS_POSITIONS:
        return os.pread(descriptor, length, place)
    with _POSITION:
        os.lseek(descriptor, place, os.SEEK_SET)
        return os.read(descriptor, length)


def _write_some(descriptor: int, content: memoryview, place: int) -> int:
    if _HAS_POSITIONS:
        return os.pwrite(descriptor, content, place)
    with _POSITION:
        os.lseek(descriptor, place, os.SEEK_SET)
        return os.write(descriptor, content)


def _write(descriptor: int, content: bytes, place: int) -> None:
    view = memoryview(content)
    while view:
        written = _write_some(descriptor, view, place)
        view, place = view[written:], place + written
