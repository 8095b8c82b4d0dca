"""A start does without the code for transcripts; it is loaded once, whoever asks for it first."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

_AT_START: Final = """
import sys
from ticketbot.cli.main import main
main.get_command(None, "run")
print(sorted(name for name in sys.modules if name.startswith(("ticketbot.transcripts", "jinja2"))))
"""

_LATER: Final = """
import asyncio, sys
from ticketbot.archive.on_demand import LateFormFiles, Loader
loader = Loader()
async def fetch():
    async with LateFormFiles(loader=loader).fetched(()) as found:
        return found
async def main():
    return await asyncio.gather(fetch(), loader.load(), fetch())
print(asyncio.run(main()), "ticketbot.archive.posting" in sys.modules)
"""


def _printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - ours
    return done.stdout.strip()


def test_the_code_of_transcripts_is_not_loaded_at_the_start() -> None:
    assert _printed(_AT_START) == "[]"


def test_the_code_is_loaded_when_it_is_first_asked_for() -> None:
    assert _printed(_LATER) == "[[], None, []] True"
