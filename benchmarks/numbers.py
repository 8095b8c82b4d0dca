"""Numbers reserved and returned per second by one process and by four, compared with a bare counter.

``python -m benchmarks.numbers WHAT PLACE AT_ONCE`` is one of the processes: it prints a line when it is ready, reads
for how many seconds to take numbers, and prints how many it took.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pymongo

from benchmarks import measurements
from tests.mongo_double.control import running_in_process
from ticketbot.config import mongo
from ticketbot.storage import sqlite_statements as sql
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets.model import UNNUMBERED, GuildId, InteractionId, Millis, Ticket, TicketState, UserId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from benchmarks.measurements import Options, Row
    from ticketbot.services.store_ports import TicketStore

    Take = Callable[[], Awaitable[object]]

TITLE = "Numbers"
GUILD = GuildId(100)
CASES = ((1, 1), (1, 32), (4, 1), (4, 32))
"""How many processes, and how many numbers each of them requests concurrently."""


class BareSqlite:
    """The bare statement, in a transaction that waits for the disk; not concurrent within a process."""

    def __init__(self, place: str) -> None:
        self._connection = sqlite3.connect(place, isolation_level=None, timeout=30)
        self._connection.execute("PRAGMA synchronous = FULL")

    async def take(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(sql.COUNT, {"guild": GUILD})
        self._connection.execute(sql.COUNTER, {"guild": GUILD}).fetchone()
        self._connection.execute("COMMIT")


class BareMongo:
    """The driver's own call."""

    def __init__(self, place: str) -> None:
        self._counters = mongo.connect(*place.split(" ")).counters

    async def take(self) -> None:
        await self._counters.find_one_and_update(
            {"_id": GUILD}, {"$inc": {"n": 1}}, upsert=True, return_document=pymongo.ReturnDocument.AFTER
        )


async def _take(what: str, place: str) -> Take:
    match what:
        case "bare-sqlite":
            return BareSqlite(place).take
        case "bare-mongo":
            return BareMongo(place).take
        case "sqlite":
            store = await SqliteTicketStore.open(Path(place))
            return lambda: _take_number(store)
    shared = MongoTicketStore(mongo.connect(*place.split(" ")))
    await shared.prepare()
    return lambda: _take_number(shared)


async def _take_number(store: TicketStore) -> None:
    """Take a number as a ticket does whose opening is refused; the bare statements only count."""
    opener_id = UserId(secrets.randbits(60))
    await store.discard(
        await store.reserve(
            Ticket(
                guild_id=GUILD,
                number=UNNUMBERED,
                opener_id=opener_id,
                opener_name="",
                state=TicketState.RESERVED,
                created_at=Millis(1),
                changed_at=Millis(1),
                interaction_id=InteractionId(1),
                slot=0,
            )
        )
    )


async def work(what: str, place: str, at_once: int) -> None:
    take = await _take(what, place)
    await take()
    print(flush=True)
    until = time.perf_counter() + float(sys.stdin.readline())

    async def worker() -> int:
        count = 0
        while time.perf_counter() < until:
            await take()
            count += 1
        return count

    print(sum(await asyncio.gather(*(worker() for _ in range(at_once)))), flush=True)


def rate(what: str, place: str, processes: int, at_once: int, seconds: float) -> float:
    """Return how many numbers per second the processes take together."""
    command = [sys.executable, "-m", "benchmarks.numbers", what, place, str(at_once)]
    with contextlib.ExitStack() as stack:
        workers = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))  # noqa: S603  # ours
            for _ in range(processes)
        ]
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write(f"{seconds}\n")
            worker.stdin.flush()
        total = sum(int(worker.stdout.readline()) for worker in workers if worker.stdout is not None)
        return total / seconds


@contextlib.contextmanager
def mongoeco(python: str) -> Iterator[str]:
    """Run mongoeco and yield its address."""
    command = [python, str(Path(__file__).parents[1] / "tests" / "mongo_double" / "mongoeco_server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # as asked
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


async def measure(options: Options) -> list[Row]:
    return await asyncio.to_thread(_measure, options)


def _measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
    seconds = 0.3 if options.quick else 0.6
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        file = str(Path(folder) / "store.sqlite3")
        subjects = {"SQLite: the bare statement": ("bare-sqlite", file), "SQLite: ticketbot": ("sqlite", file)}
        servers = {"the double of a server": stack.enter_context(running_in_process()).uri}
        if options.mongoeco:
            servers["mongoeco"] = stack.enter_context(mongoeco(options.mongoeco))
        if options.mongodb_uri:
            servers["the given server"] = options.mongodb_uri
        for name, uri in servers.items():
            place = f"{uri} bench_{secrets.token_hex(4)}"
            subjects[f"MongoDB, {name}: the bare call"] = ("bare-mongo", place)
            subjects[f"MongoDB, {name}: ticketbot"] = ("mongo", place)
        rate("sqlite", file, 1, 1, 0.1)  # makes the tables
        for _ in range(options.rounds):
            for processes, at_once in CASES:
                for name, (what, place) in subjects.items():
                    if what == "bare-sqlite" and at_once > 1:
                        continue
                    case = f"{processes} process{'es' * (processes > 1)}, {at_once} at once"
                    rounds.add(case, name, **{"numbers/s": rate(what, place, processes, at_once, seconds)})
    compared_with = {name: name.replace("ticketbot", "the bare call") for name in subjects if "ticketbot" in name}
    return rounds.rows(compared_with | {"SQLite: ticketbot": "SQLite: the bare statement"})


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
