"""The real bot process, started as a person would start it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

READY_WITHIN = 60.0
"""Seconds; on a quiet machine it takes one."""


@attrs.define
class BotProcess:
    """One ``python -m ticketbot``; its log goes to a file that the test can read."""

    process: asyncio.subprocess.Process
    log: Path
    url: str | None = None
    """Where it listens, in REST mode."""

    @classmethod
    async def start(cls, environment: Mapping[str, str], log: Path) -> BotProcess:
        """Start a process and wait until it says that it is ready."""
        bot = await cls.spawn(environment, log)
        await bot.wait_for("ticketbot.app: ready", '"message":"ready"')
        for line in bot.lines():
            if found := re.search(r"listening on (http://[\w.:]+)", line):
                bot.url = found[1] + "/"
        return bot

    @classmethod
    async def spawn(cls, environment: Mapping[str, str], log: Path, by: Sequence[str] = ()) -> BotProcess:
        """Start a process and do not wait for anything; ``by`` is a command that becomes it."""
        inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *by,
                sys.executable,
                "-m",
                "ticketbot",
                env={**inherited, "PYTHONUNBUFFERED": "1", **environment},
                cwd=log.parent,
                stdout=out,
                stderr=out,
            )
        return cls(process, log)

    def lines(self) -> list[str]:
        """Read the log as it is now."""
        return self.log.read_text(encoding="utf-8").splitlines()

    async def wait_for(self, *texts: str, within: float = READY_WITHIN) -> None:
        """Wait until the log holds one of the texts."""
        async with asyncio.timeout(within):
            while not any(text in line for line in self.lines() for text in texts):
                if self.process.returncode is not None:
                    raise AssertionError(f"the bot ended with {self.process.returncode}:\n" + "\n".join(self.lines()))
                await asyncio.sleep(0.02)

    async def stop(self, within: float = 40.0) -> int:
        """Ask it to end, as a service manager does; tell its exit code."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), within)

    async def kill(self) -> None:
        """End it at once, as a power cut does."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
