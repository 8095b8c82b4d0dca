"""Files that hold secrets, members' names or their words."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def destination(path: Path) -> Path | None:
    """Return the file that a path leads to over links, whether it is there or not; None for a pipe or a device."""
    target = Path(os.path.realpath(path))  # unlike Path.resolve, it takes links that lead to each other
    return target if target.is_file() or not path.exists() else None


def require_writable(path: Path) -> None:
    """Make sure that a file can be written at a path; nothing stays there.

    Raises
    ------
    OSError
        It cannot.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    target = destination(path)
    if target is None:
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(descriptor)
    Path(name).unlink()


def write(path: Path, chunks: Iterable[bytes]) -> int:
    """Write a file that only its owner may read (mode 600) and that is there whole or not at all; return its bytes.

    A link stays, and the file that it leads to is written. A pipe or a device stays, and gets what is written.

    Raises
    ------
    OSError
        It cannot be written; what was there before stays.
    """
    target = destination(path)
    if target is None:
        with path.open("wb") as stream:
            return sum(map(stream.write, chunks))
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # with mode 600
    try:
        with os.fdopen(descriptor, "wb") as stream:
            size = sum(map(stream.write, chunks))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return size
