"""``ticketbot`` as a person types it: in a shell, or at a terminal that asks."""

from __future__ import annotations

import asyncio
import codecs
import os
import pty
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import attrs

from tests.harness import preloaded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PATIENCE = 60.0


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with these settings and no others."""
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return {**inherited, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **settings}


async def run(settings: Mapping[str, str], folder: Path, *arguments: str, given: str = "") -> tuple[int, str]:
    """Run a subcommand with ``given`` as its standard input; return its exit code and output."""
    with tempfile.TemporaryFile() as typed, tempfile.TemporaryFile() as printed:
        typed.write(given.encode())
        typed.seek(0)
        process = await preloaded.start(arguments, environment(settings), folder, typed.fileno(), printed.fileno())
        code = await asyncio.wait_for(process.wait(), _PATIENCE)
        printed.seek(0)
        return code, printed.read().decode()


@attrs.define
class Terminal:
    """A subcommand in a terminal: its output, and keys to press."""

    process: asyncio.subprocess.Process
    keyboard: int
    seen: str = ""
    _decoder: codecs.IncrementalDecoder = attrs.field(factory=codecs.getincrementaldecoder("utf-8"))
    _closed: asyncio.Event = attrs.field(factory=asyncio.Event)
    """Set once the last was seen."""

    @classmethod
    async def start(cls, settings: Mapping[str, str], folder: Path, *arguments: str) -> Terminal:
        """Start a subcommand at a terminal of its own."""
        keyboard, screen = pty.openpty()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ticketbot", *arguments,
            env=environment(settings) | {"TERM": "dumb"}, cwd=folder,
            stdin=screen, stdout=screen, stderr=screen, start_new_session=True,
        )  # fmt: skip
        os.close(screen)
        terminal = cls(process, keyboard)
        asyncio.get_running_loop().add_reader(keyboard, terminal._read)
        return terminal

    def _read(self) -> None:
        try:
            self.seen += self._decoder.decode(os.read(self.keyboard, 4096))
        except OSError:  # the other end is closed
            asyncio.get_running_loop().remove_reader(self.keyboard)
            self._closed.set()

    async def answer(self, question: str, keys: str) -> None:
        """Wait for a question after all that was seen before, and type the answer.

        Where it is not to be shown, ask for the question with the space behind it: that comes once the echo is off, and
        what was typed before is thrown away.
        """
        await self.sees(question)
        self.seen = self.seen[self.seen.index(question) + len(question) :]
        os.write(self.keyboard, keys.encode() + b"\n")

    async def sees(self, text: str) -> None:
        """Wait for a text."""
        deadline = time.monotonic() + _PATIENCE
        while text not in self.seen:
            assert self.process.returncode is None, f"no {text!r} in {self.seen!r}"
            assert time.monotonic() < deadline, f"no {text!r} in {self.seen!r}"
            await asyncio.sleep(0.02)

    async def end(self) -> int:
        """Wait until it exits and return the exit code."""
        code = await asyncio.wait_for(self.process.wait(), _PATIENCE)
        await asyncio.wait_for(self._closed.wait(), _PATIENCE)
        os.close(self.keyboard)
        return code
