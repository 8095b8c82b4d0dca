"""The real bot process, started from the command line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from typing import TYPE_CHECKING

import attrs

from tests.harness import preloaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.harness.preloaded import PreloadedProcess

READY_WITHIN = 60.0
"""Seconds; on a quiet machine it takes one."""


@attrs.define
class BotProcess:
    """One ``python -m ticketbot``; its log goes to a file that the test can read."""

    process: asyncio.subprocess.Process | PreloadedProcess
    log: Path
    url: str | None = None
    """Where it listens, in REST mode."""

    @classmethod
    async def start(cls, environment: Mapping[str, str], log: Path, *, preload: bool = False) -> BotProcess:
        """Start a process and wait until it says that it is ready; one that does not in time is killed."""
        bot = await cls.spawn(environment, log, preload=preload)
        try:
            await bot.wait_for("ticketbot.app: ready", '"message":"ready"')
        except BaseException:
            await bot.kill()
            raise
        for line in bot.lines():
            if found := re.search(r"listening on (http://[\w.:]+)", line):
                bot.url = found[1] + "/"
        return bot

    @classmethod
    async def spawn(
        cls, environment: Mapping[str, str], log: Path, by: Sequence[str] = (), *, preload: bool = False
    ) -> BotProcess:
        """Start a process without waiting; ``by`` is a command that executes it.

        ``preload`` forks it from a process that has imported the bot's modules, where that makes no difference.
        """
        inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out, open(os.devnull, "rb") as nothing:  # noqa: ASYNC230, PTH123 - at once
            whole = {**inherited, "PYTHONUNBUFFERED": "1", **environment}
            if preload and not by:
                return cls(await preloaded.start((), whole, log.parent, nothing.fileno(), out.fileno()), log)
            process = await asyncio.create_subprocess_exec(
                *by,
                sys.executable,
                "-m",
                "ticketbot",
                env=whole,
                cwd=log.parent,
                stdout=out,
                stderr=out,
            )
        return cls(process, log)

    def lines(self) -> list[str]:
        """Return the lines of the log so far."""
        # On the emulated Windows it is in a code page.
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()

    async def wait_for(self, *texts: str, within: float = READY_WITHIN) -> None:
        """Wait until the log holds one of the texts."""
        async with asyncio.timeout(within):
            while not any(text in line for line in self.lines() for text in texts):
                if self.process.returncode is not None:
                    raise AssertionError(f"the bot ended with {self.process.returncode}:\n" + "\n".join(self.lines()))
                await asyncio.sleep(0.02)

    async def stop(self, within: float = 40.0) -> int:
        """Send SIGTERM, as a service manager does, and return the exit code."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), within)

    async def kill(self) -> None:
        """Kill it without warning, as a power cut does."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
