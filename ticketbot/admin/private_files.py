"""Files that hold secrets, members' names or their words."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def require_writable(path: Path) -> None:
    """Make sure that a file can be written at a path; nothing stays there.

    Raises
    ------
    OSError
        It cannot.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    Path(name).unlink()


def write(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that only its owner may read (mode 600) and that is there whole or not at all.

    Raises
    ------
    OSError
        It cannot be written; what was there before stays.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # with mode 600
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
