"""WriterThread: the one thread that writes to an SQLite file, with one commit for writes that wait together."""

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

_BATCH_SIZE: Final = 64
"""How many writes share a transaction at most: other processes wait for it to end."""

_FAILURES: Final = (sqlite3.Error, OverflowError)
"""What SQLite raises; an id of more than 64 bits overflows."""


@attrs.frozen
class _Write:
    work: Callable[[], Any]
    future: asyncio.Future[Any]
    deadline: float


class WriterThread:
    """Runs work on a connection in a thread of its own.

    A write is durable once it returned, which means waiting for the disk. Writes that wait at the same time share one
    transaction, and so one such wait; one that fails is rolled back alone.

    ``patience`` is for how many seconds work may wait for its turn: else each would wait in turn for a locked file.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._thread = concurrent.futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._waiting: collections.deque[_Write] = collections.deque()

    async def run(self, work: Callable[[], _T]) -> _T:
        """Run work outside of transactions, after the writes that were asked for before it.

        Raises
        ------
        StoreUnavailableError
            SQLite failed, or the store is closed.
        """
        deadline = time.monotonic() + self._patience

        def in_turn() -> _T:
            if time.monotonic() > deadline:
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
        """Run work in a transaction; it is durable when this returns.

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
        """Run what was asked for before, then ``last``, then nothing more."""
        with contextlib.suppress(RuntimeError):  # closed before
            await asyncio.get_running_loop().run_in_executor(self._thread, last)
        self._thread.shutdown(wait=False)

    def _commit_waiting(self, connection: sqlite3.Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Write what waits, unless the turn before wrote it too."""
        taken = [self._waiting.popleft() for _ in range(min(_BATCH_SIZE, len(self._waiting)))]
        if not taken:
            return
        now = time.monotonic()
        writes = [write for write in taken if write.deadline >= now]
        outcomes: list[object]
        try:
            outcomes = _commit(connection, [write.work for write in writes])
        except Exception as error:  # noqa: BLE001 - whatever it is, the callers must get it
            outcomes = [error] * len(writes)
        late = [write for write in taken if write.deadline < now]
        outcomes += [errors.StoreUnavailableError("the store is busy")] * len(late)
        loop.call_soon_threadsafe(_resolve, [write.future for write in writes + late], outcomes)


def _commit(connection: sqlite3.Connection, works: Sequence[Callable[[], object]]) -> list[object]:
    # IMMEDIATE: wait for other writers here, not halfway, where SQLite could only give up.
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [works[0]()] if len(works) == 1 else [_attempt(connection, work) for work in works]
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return outcomes


def _attempt(connection: sqlite3.Connection, work: Callable[[], object]) -> object:
    connection.execute("SAVEPOINT one")
    try:
        outcome = work()
    except Exception as error:
        if not connection.in_transaction:  # SQLite rolled back the others, too: on a full disk, for one
            raise sqlite3.OperationalError("the transaction was rolled back") from error
        connection.execute("ROLLBACK TO one")
        outcome = error
    connection.execute("RELEASE one")
    return outcome


def _resolve(futures: Sequence[asyncio.Future[object]], outcomes: Sequence[object]) -> None:
    for future, outcome in zip(futures, outcomes, strict=True):
        if future.done():
            continue  # its caller was cancelled
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
