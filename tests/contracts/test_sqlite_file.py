"""The embedded store's file: who may read it, what is refused, what survives a kill."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contracts import samples, version_1
from ticketbot.storage import sqlite_file, sqlite_statements
from ticketbot.storage.errors import UnusableStoreError
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildId, InteractionId, Millis

if TYPE_CHECKING:
    from collections.abc import Generator

_ROOT = Path(__file__).parents[2]


class _AnyValue(dict[str, int]):
    """Has a value for every parameter of a statement."""

    def __missing__(self, _: str) -> int:
        return 1


@contextlib.contextmanager
def _opened(path: Path) -> Generator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


async def _create(path: Path) -> None:
    await (await SqliteTicketStore.open(path)).close()


async def test_file_and_folders_are_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "store.sqlite3"
    store = await SqliteTicketStore.open(path)
    await samples.take_number(store)
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}

    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700
    assert modes == {"store.sqlite3": 0o600, "store.sqlite3-wal": 0o600, "store.sqlite3-shm": 0o600}
    await store.close()


async def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteTicketStore.open(path)
    await store.add(samples.ticket(slot=0))
    await store.close()
    store = await SqliteTicketStore.open(path)

    assert await store.by_number(samples.GUILD, 1) == samples.ticket(slot=0)
    await store.close()


async def test_each_write_waits_for_the_disk(tmp_path: Path) -> None:
    store = await SqliteTicketStore.open(tmp_path / "store.sqlite3")
    connection = store._connection  # pyright: ignore[reportPrivateUsage] - a pragma is the connection's own
    modes = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]

    assert modes == ["wal", 2]
    await store.close()


async def test_a_file_of_the_first_version_is_carried_to_the_next_and_keeps_its_tickets(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    version_1.fill_sqlite(path)

    stores = await asyncio.gather(*(SqliteTicketStore.open(path) for _ in range(4)))

    await stores[0].record_opening(samples.ticket())
    assert await stores[3].by_number(samples.GUILD, 1) == version_1.DUMP.tickets[0]
    assert await stores[3].openings_of(samples.GUILD, samples.OPENER, after=Millis(0)) == [samples.NOW]
    for store in stores:
        await store.close()


async def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    await _create(path)
    with _opened(path) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(UnusableStoreError, match="later version"):
        await SqliteTicketStore.open(path)


async def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with _opened(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")

    with pytest.raises(UnusableStoreError, match="not one of this bot"):
        await SqliteTicketStore.open(path)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    path.write_text("a shopping list, rather long, so that it does not look like an empty file" * 20)

    with pytest.raises(UnusableStoreError, match="cannot be used"):
        await SqliteTicketStore.open(path)


async def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableStoreError, match="cannot be opened"):
        await SqliteTicketStore.open(tmp_path)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_IOERR_LOCK, UnusableStoreError, "use a local disk"),
        (sqlite3.SQLITE_IOERR_SHMLOCK, UnusableStoreError, "use a local disk"),
        (sqlite3.SQLITE_IOERR_WRITE, errors.StoreUnavailableError, "full or fails"),
        (sqlite3.SQLITE_BUSY_RECOVERY, errors.StoreUnavailableError, "another process"),
        (sqlite3.SQLITE_PROTOCOL, errors.StoreUnavailableError, "another process"),
        (sqlite3.SQLITE_CORRUPT_INDEX, UnusableStoreError, "import a backup"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, UnusableStoreError, "write to the folder"),
    ],
)
def test_what_sqlite_says_at_the_start_becomes_what_to_do(
    tmp_path: Path, code: int, kind: type[Exception], words: str
) -> None:
    error = sqlite3.OperationalError("as SQLite words it")
    error.sqlite_errorcode = code

    told = sqlite_file._explain(tmp_path, "cannot be used", error)  # pyright: ignore[reportPrivateUsage] - no such disk here

    assert isinstance(told, kind)
    assert words in str(told)


async def test_a_write_waits_for_another_process(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteTicketStore.open(path)
    with _opened(path) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(samples.take_number(store))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        assert await asyncio.wait_for(_read_while_locked(path), 4) is None
        other.execute("COMMIT")

    assert await waiting == 1
    await store.close()


async def _read_while_locked(path: Path) -> object:
    reader = await SqliteTicketStore.open(path, busy_seconds=0)
    try:
        return await reader.by_number(samples.GUILD, 1)
    finally:
        await reader.close()


async def test_a_write_gives_up_when_another_process_does_not_end(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteTicketStore.open(path, busy_seconds=0.1)
    with _opened(path) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(errors.StoreUnavailableError):
            await samples.take_number(store)
        other.execute("ROLLBACK")

    assert await samples.take_number(store) == 1
    await store.close()


async def test_writes_that_wait_too_long_for_their_turn_fail_together(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteTicketStore.open(path, busy_seconds=0.3)
    with _opened(path) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        ended = await asyncio.gather(*(samples.take_number(store) for _ in range(300)), return_exceptions=True)
        taken = time.monotonic() - start
        other.execute("ROLLBACK")

    assert {type(one) for one in ended} == {errors.StoreUnavailableError}
    assert taken < 30, "300 turns of 0.3 s each would be 90 s"
    assert await samples.take_number(store) == 1
    await store.close()


async def test_simultaneous_writes_share_a_transaction_and_a_refused_one_fails_alone(tmp_path: Path) -> None:
    store = await SqliteTicketStore.open(tmp_path / "store.sqlite3")
    commits: list[str] = []
    connection = store._connection  # pyright: ignore[reportPrivateUsage] - what is said to SQLite shows nowhere else
    connection.set_trace_callback(lambda statement: commits.append(statement) if statement == "COMMIT" else None)
    tickets = [samples.ticket(number=number, opener_id=number // 2, slot=0) for number in range(2, 42)]
    ended = await asyncio.gather(*(store.add(ticket) for ticket in tickets), return_exceptions=True)

    assert sum(one is None for one in ended) == 20
    assert sum(isinstance(one, errors.SlotTakenError) for one in ended) == 20
    assert len(await store.tickets_of(samples.GUILD)) == 20
    assert len(commits) < 40
    await store.close()


_LOCKER = """
import fcntl, sys
with open(sys.argv[1] + "-shm", "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX, 8, 120)
    print(flush=True)
    sys.stdin.read()
"""
"""Holds all locks of a write-ahead log, as a process does that recovers it after a crash."""


async def test_a_reader_waits_for_a_log_that_is_recovered_but_the_event_loop_does_not(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteTicketStore.open(path)
    await store.add(samples.ticket(slot=0))
    command = [sys.executable, "-c", _LOCKER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as locker:  # noqa: ASYNC220, S603 - short
        assert locker.stdout is not None
        locker.stdout.readline()
        reading = asyncio.create_task(store.by_number(samples.GUILD, 1))
        await asyncio.sleep(0.1)
        assert not reading.done()
        locker.communicate()

    assert await asyncio.wait_for(reading, 30) == samples.ticket(slot=0)
    await store.close()


async def test_a_refused_write_leaves_no_transaction_open(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteTicketStore.open(path)
    await store.add(samples.ticket(slot=0))
    with pytest.raises(errors.SlotTakenError):
        await store.add(samples.ticket(number=2, slot=0))

    with _opened(path) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    await store.close()


async def test_each_write_is_one_transaction_that_locks_first(tmp_path: Path) -> None:
    store = await SqliteTicketStore.open(tmp_path / "store.sqlite3")
    ticket, config = samples.ticket(number=2), samples.config()
    said: list[str] = []
    connection = store._connection  # pyright: ignore[reportPrivateUsage] - what is said to SQLite shows nowhere else
    connection.set_trace_callback(
        lambda statement: (
            None
            if statement.startswith("PRAGMA")
            else said.append(" ".join(statement.split()[: 1 + ("BEGIN" in statement)]))
        )
    )
    reserved = await store.reserve(samples.reservation())
    await store.discard(reserved)
    await store.reserve(samples.reservation())
    await store.add(ticket)
    await store.swap(ticket, samples.moved(ticket))
    await store.discard(samples.moved(ticket))
    await store.record_interaction(ticket.interaction_id, now=samples.NOW)
    await store.forget_interactions(before=samples.NOW)
    await store.save_config(None, config)
    await store.save_config(config, samples.next_config(config))
    await store.close()
    reservations = ("SELECT INSERT SELECT INSERT", "DELETE INSERT", "SELECT DELETE INSERT")
    writes = (*reservations, "INSERT", "UPDATE", "DELETE", "INSERT", "DELETE", "INSERT", "UPDATE")

    assert " ".join(said) == " ".join(f"BEGIN IMMEDIATE {write} COMMIT" for write in writes)


async def test_every_statement_uses_an_index(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    await _create(path)
    statements = {
        name: text for name, text in vars(sqlite_statements).items() if name.isupper() and isinstance(text, str)
    }
    plans: dict[str, str] = {}
    with _opened(path) as connection:
        for name, statement in statements.items():
            rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", _AnyValue()).fetchall()
            plans[name] = "; ".join(row[3] for row in rows)
    sorted_apart = {name for name, plan in plans.items() if "TEMP B-TREE" in plan}

    whole_tables = {"ALL_CONFIGS", "ALL_COUNTERS", "ALL_FREE_NUMBERS", "ALL_TICKETS"}

    assert len(plans) == 33
    assert {name for name, plan in plans.items() if "SCAN" in plan} == whole_tables
    # One member's live tickets are few.
    assert sorted_apart == {"LIVE_OF"}


async def test_nothing_acknowledged_is_lost_to_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    acknowledged: list[int] = []
    for round_number in range(4):
        acknowledged += await asyncio.to_thread(_write_until_killed, path, 0.05 + 0.07 * round_number)
    store = await SqliteTicketStore.open(path)
    with _opened(path) as connection:
        (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()

    assert integrity == "ok"
    assert acknowledged
    assert len(set(acknowledged)) == len(acknowledged)
    for number in acknowledged:
        found = await store.by_number(samples.GUILD, number)
        assert found is not None
        assert found.revision == 1
    assert await samples.take_number(store) > max(acknowledged)
    await store.close()


def _write_until_killed(path: Path, seconds: float) -> list[int]:
    """Run a process that writes, and kill it; return the numbers of the tickets that it had acknowledged."""
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.contracts.endless_writer", str(path)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        lines = [first, *process.stdout.readlines()]
    process.wait(60)
    return [int(line) for line in lines if line.endswith("\n")]


async def test_a_number_that_does_not_fit_fails_alone(tmp_path: Path) -> None:
    store = await SqliteTicketStore.open(tmp_path / "store.sqlite3")
    presses = [InteractionId(1), InteractionId(2**64), InteractionId(2)]
    with _opened(tmp_path / "store.sqlite3") as other:
        other.execute("BEGIN IMMEDIATE")  # so that all that follows waits, and is written together
        waiting = [asyncio.create_task(store.record_interaction(press, now=samples.NOW)) for press in presses]
        await asyncio.sleep(0.1)
        other.execute("COMMIT")

        outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 30)

    assert [outcome if isinstance(outcome, bool) else type(outcome) for outcome in outcomes] == [
        True,
        errors.StoreUnavailableError,
        True,
    ]
    with pytest.raises(errors.StoreUnavailableError):
        await asyncio.wait_for(store.config(GuildId(2**64)), 30)
    await store.close()
