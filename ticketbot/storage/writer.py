"""Writer: the one thread that writes to an SQLite file, and commits together what was asked for at the same time."""

from __future__ import annotations

import asyncio
import collections
import concurrent.futures
import contextlib
import sqlite3
import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_T = TypeVar("_T")

_TOGETHER: Final = 64
"""How many writes share a transaction at most: other processes wait for its end."""

_FAILURES: Final = (sqlite3.Error, OverflowError)
"""What SQLite raises; an id of more than 64 bits overflows."""


@attrs.frozen
class _Write:
    work: Callable[[], Any]
    future: asyncio.Future[Any]
    given_up: float


class Writer:
    """Runs work on a connection in a thread of its own.

    A write lasts once it returned, and that means waiting for the disk. Writes that wait at the same time wait for it
    once; one that fails is taken back, and the others stand.

    ``patience`` is for how many seconds work may wait for its turn: else all would wait for a locked file in a row.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._thread = concurrent.futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._waiting: collections.deque[_Write] = collections.deque()

    async def run(self, work: Callable[[], _T]) -> _T:
        """Do something outside of transactions, after the writes that were asked for before.

        Raises
        ------
        StoreUnavailableError
            SQLite failed, or the store is closed.
        """
        given_up = time.monotonic() + self._patience

        def in_turn() -> _T:
            if time.monotonic() > given_up:
                raise errors.StoreUnavailableError("the store is busy")
            return work()

        try:
            future = asyncio.get_running_loop().run_in_executor(self._thread, in_turn)
        except RuntimeError as error:
            raise errors.StoreUnavailableError("the store is closed") from error
        try:
            return await future
        except _FAILURES as error:
            raise errors.StoreUnavailableError from error

    async def write(self, connection: sqlite3.Connection, work: Callable[[], _T]) -> _T:
        """Do something in a transaction; it lasts when this returns.

        Raises
        ------
        StoreUnavailableError
            SQLite failed, or the store is closed.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_T] = loop.create_future()
        try:
            self._waiting.append(_Write(work, future, time.monotonic() + self._patience))
            self._thread.submit(self._commit_waiting, connection, loop)
        except RuntimeError as error:
            raise errors.StoreUnavailableError("the store is closed") from error
        try:
            return await future
        except _FAILURES as error:
            raise errors.StoreUnavailableError from error

    async def close(self, last: Callable[[], None]) -> None:
        """Do what was asked for, then this, then nothing more."""
        with contextlib.suppress(RuntimeError):  # closed before
            await asyncio.get_running_loop().run_in_executor(self._thread, last)
        self._thread.shutdown(wait=False)

    def _commit_waiting(self, connection: sqlite3.Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Write what waits, unless the turn before took it along."""
        taken = [self._waiting.popleft() for _ in range(min(_TOGETHER, len(self._waiting)))]
        if not taken:
            return
        now = time.monotonic()
        writes = [write for write in taken if write.given_up >= now]
        outcomes: list[object]
        try:
            outcomes = _committed(connection, [write.work for write in writes])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must get it
            outcomes = [error] * len(writes)
        late = [write for write in taken if write.given_up < now]
        outcomes += [errors.StoreUnavailableError("the store is busy")] * len(late)
        loop.call_soon_threadsafe(_settle, [write.future for write in writes + late], outcomes)


def _committed(connection: sqlite3.Connection, works: Sequence[Callable[[], object]]) -> list[object]:
    # IMMEDIATE: wait for other writers here, not halfway, where SQLite could only give up.
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [works[0]()] if len(works) == 1 else [_attempted(connection, work) for work in works]
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return outcomes


def _attempted(connection: sqlite3.Connection, work: Callable[[], object]) -> object:
    connection.execute("SAVEPOINT one")
    try:
        outcome = work()
    except Exception as error:
        if not connection.in_transaction:  # SQLite took the others back, too: a full disk, for one
            raise sqlite3.OperationalError("the transaction was rolled back") from error
        connection.execute("ROLLBACK TO one")
        outcome = error
    connection.execute("RELEASE one")
    return outcome


def _settle(futures: Sequence[asyncio.Future[object]], outcomes: Sequence[object]) -> None:
    for future, outcome in zip(futures, outcomes, strict=True):
        if future.done():
            continue  # nobody waits for it any more
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
