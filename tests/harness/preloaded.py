"""Processes that begin with the bot's modules already imported: forked from a process that imported them once.

Importing them takes a second of processor time, which is more than most scenarios need for everything else. What is
forked is a process like any other, with its own environment, folder, files and signals. Start ``python -m ticketbot``
where the start itself is tested or measured.
"""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
import pathlib
import runpy
import signal
import sys
from multiprocessing import reduction
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerContext, ForkServerProcess

_MODULES: Final = (
    "aiohttp.web",
    "pymongo.asynchronous.mongo_client",
    "ticketbot.app",
    *(f"ticketbot.cli.{name}" for name in ("check", "export", "main", "run", "settings", "store")),
)


@functools.cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_MODULES))
    return context


async def start(
    arguments: Sequence[str], environment: Mapping[str, str], folder: os.PathLike[str], stdin: int, out: int
) -> asyncio.subprocess.Process | PreloadedProcess:
    """Start ``ticketbot``: preloaded, or as ``python -m ticketbot`` where that makes a difference."""
    if _may_fork(environment):
        return PreloadedProcess.start(arguments, environment, folder, stdin, out)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ticketbot", *arguments, env=environment, cwd=folder, stdin=stdin, stdout=out, stderr=out
    )


def _may_fork(environment: Mapping[str, str]) -> bool:
    """Return whether these settings work in a process whose modules were imported before it knew them."""
    folders = environment.get("PYTHONPATH", "").split(os.pathsep)
    return "PYTHONIOENCODING" not in environment and not any(
        pathlib.Path(folder, "ticketbot").exists() for folder in folders if folder
    )


@attrs.frozen
class PreloadedProcess:
    """As much of ``asyncio.subprocess.Process`` as tests need."""

    _process: ForkServerProcess

    @classmethod
    def start(
        cls, arguments: Sequence[str], environment: Mapping[str, str], folder: os.PathLike[str], stdin: int, out: int
    ) -> PreloadedProcess:
        """Start ``ticketbot`` with these arguments, exactly this environment, and ``out`` for both of its outputs."""
        process = _context().Process(
            target=_run,
            args=(list(arguments), dict(environment), os.fspath(folder), _Descriptor(stdin), _Descriptor(out)),
            daemon=True,
        )
        process.start()
        return cls(process)

    @property
    def pid(self) -> int:
        """The id of the process."""
        assert self._process.pid is not None, "it was started"
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, the negative number of the signal that ended it, or None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal.

        Raises
        ------
        ProcessLookupError
            It has ended.
        """
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without warning.

        Raises
        ------
        ProcessLookupError
            It has ended.
        """
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait until it has ended, and return the exit code."""
        while self._process.exitcode is None:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
        return self._process.exitcode


class _Descriptor:
    """A file descriptor that the new process gets too."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _detach, (reduction.DupFd(self.number),)


def _detach(duplicate: Any) -> int:  # noqa: ANN401 - a private type of multiprocessing
    number: int = duplicate.detach()
    return number


def _run(arguments: list[str], environment: dict[str, str], folder: str, stdin: int, out: int) -> None:
    """Become ``python -m ticketbot``, in the forked process."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for given, number in ((stdin, 0), (out, 1), (out, 2)):
        os.dup2(given, number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for the life of the process
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["ticketbot", *arguments]
    for place in environment.get("PYTHONPATH", "").split(os.pathsep):
        customization = pathlib.Path(place, "sitecustomize.py")
        if place and customization.exists():
            runpy.run_path(str(customization), run_name="sitecustomize")
    from ticketbot.cli.main import main  # noqa: PLC0415 - imported long ago, in the process that was forked

    main(arguments, prog_name="python -m ticketbot")
