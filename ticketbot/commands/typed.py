"""How this program is called here, so that what it prints can be typed as it stands."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def program() -> str:
    """Tell what a person types to call it: the bare name alone would not be found where a venv is not activated."""
    called = sys.argv[0]
    if Path(called).name == "__main__.py":
        return "python -m ticketbot"
    found = shutil.which("ticketbot")
    if found is not None and Path(found).absolute() == Path(called).absolute():
        return "ticketbot"
    return called
