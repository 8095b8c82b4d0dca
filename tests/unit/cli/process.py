"""The real command line, called as a person would call it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

BOUND: Final = 60
"""Seconds, for a machine that has much else to do."""


def ticketbot(
    *words: str | Path, folder: Path, given: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Call ``ticketbot`` in a folder, without any settings but those given."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "ticketbot", *map(str, words)],
        cwd=folder,
        env=kept | (environment or {}),
        input=given,
        capture_output=True,
        timeout=BOUND,
        check=False,
    )
