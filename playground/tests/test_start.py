"""What a visitor has to install, and how the playground's process starts and ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TEST_TOOLS = {"pytest", "hypothesis", "jsonschema", "html5lib", "nh3", "coverage", "yaml", "nox"}


def test_playground_needs_nothing_but_what_the_bot_needs() -> None:
    code = "import sys, playground.__main__; print(*{name.partition('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", code]
    root = Path(__file__).parents[2]
    imported = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603 - ours

    assert "ticketbot" in imported
    assert not TEST_TOOLS & set(imported)
