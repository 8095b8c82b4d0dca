"""What is deleted from the embedded store is gone from its files: the file itself, and the write-ahead log."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contracts import samples, version_1
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets.model import ChannelId, Millis, Notice, TicketState, UserId

if TYPE_CHECKING:
    from collections.abc import Generator

_ROOT = Path(__file__).parents[2]
_NAMES = ("Opener Aimée", "Claimer Benoît", "Closer Chloé")
_IDS = (1_234_567_890_123_456_701, 1_234_567_890_123_456_702, 1_234_567_890_123_456_703, 1_234_567_890_123_456_704)
_TRACES = (*(name.encode() for name in _NAMES), *(str(one).encode() for one in _IDS))


async def live(store: SqliteTicketStore, number: int = 1) -> None:
    """Open, claim, close and delete a ticket."""
    ticket = samples.ticket(number=number, opener_id=UserId(_IDS[0]), opener_name=_NAMES[0], slot=0)
    await store.add(ticket)
    for changes in (
        {"channel_id": ChannelId(5), "notice": Notice.WELCOME},
        {"claimer_id": UserId(_IDS[1]), "claimer_name": _NAMES[1], "notice": None},
        {"state": TicketState.CLOSED, "slot": None, "closer_id": UserId(_IDS[2]), "closer_name": _NAMES[2]},
        {"state": TicketState.DELETING, "deleter_id": UserId(_IDS[3])},
    ):
        after = samples.moved(ticket, **changes)
        await store.swap(ticket, after)
        ticket = after
    await store.record_opening(ticket)
    await store.discard(ticket)


def _traces(folder: Path) -> dict[str, list[bytes]]:
    found = {file.name: [trace for trace in _TRACES if trace in file.read_bytes()] for file in folder.iterdir()}
    return {name: traces for name, traces in found.items() if traces}


@contextlib.contextmanager
def _reading(path: Path) -> Generator[None]:
    """Read from another connection, so that the log cannot be emptied meanwhile."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM tickets").fetchone()
        yield


async def test_a_deleted_ticket_leaves_no_trace(tmp_path: Path) -> None:
    store = await SqliteTicketStore.open(tmp_path / "store.sqlite3")
    for number in range(1, 30):
        await store.add(samples.ticket(number=1000 + number, opener_id=UserId(number), slot=0))
    await live(store)

    assert _traces(tmp_path) == {}
    assert len(await store.tickets_of(samples.GUILD)) == 29
    await store.close()
    assert _traces(tmp_path) == {}


async def test_a_forgotten_guild_leaves_no_trace(tmp_path: Path) -> None:
    store = await SqliteTicketStore.open(tmp_path / "store.sqlite3")
    await store.add(samples.ticket(opener_id=UserId(_IDS[0]), opener_name=_NAMES[0], slot=0))
    assert _traces(tmp_path)
    await store.forget_guild(samples.GUILD)

    assert _traces(tmp_path) == {}
    await store.close()


async def test_what_a_reader_kept_in_the_log_is_gone_within_a_round_of_recovery(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteTicketStore.open(path)
    await samples.take_number(store)
    with _reading(path):
        await live(store)
        assert _traces(tmp_path)
    await store.forget_interactions(before=Millis(0))

    assert _traces(tmp_path) == {}
    await store.close()


async def test_what_a_reader_kept_in_the_log_is_gone_with_the_next_deletion(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteTicketStore.open(path)
    await samples.take_number(store)
    with _reading(path):
        await live(store)
        assert _traces(tmp_path)
    ticket = samples.ticket(number=2)
    await store.add(ticket)
    await store.discard(ticket)

    assert _traces(tmp_path) == {}
    await store.close()


async def test_what_a_killed_process_left_is_gone_after_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    await (await SqliteTicketStore.open(path)).close()
    command = [sys.executable, "-m", "tests.contracts.test_sqlite_traces", str(path)]
    with _reading(path):
        process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE)  # noqa: ASYNC220, S603 - our own module
        assert process.stdout is not None
        with process.stdout:
            assert await asyncio.to_thread(process.stdout.readline) == b"deleted\n"
            process.send_signal(signal.SIGKILL)
        process.wait(60)
        assert _traces(tmp_path)
    store = await SqliteTicketStore.open(path)

    assert _traces(tmp_path) == {}
    await store.close()


@pytest.mark.parametrize("overwrites", ["ON", "OFF"])
async def test_what_an_earlier_version_left_is_gone_after_the_first_start(tmp_path: Path, overwrites: str) -> None:
    path = tmp_path / "store.sqlite3"
    version_1.fill_sqlite(path, more=300)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA secure_delete = {overwrites}")
        connection.execute(
            "UPDATE tickets SET document = json_set(document, '$.opener_name', ?) WHERE number > 100", (_NAMES[0],)
        )
        connection.execute("DELETE FROM tickets WHERE number > 100")
        connection.commit()
    if overwrites == "OFF":
        assert _traces(tmp_path)
    store = await SqliteTicketStore.open(path)

    assert _traces(tmp_path) == {}
    await store.close()


async def _main(path: Path) -> None:
    await live(await SqliteTicketStore.open(path))
    print("deleted", flush=True)  # noqa: T201 - the signal
    await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
