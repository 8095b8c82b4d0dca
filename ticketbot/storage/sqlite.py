"""The embedded store: one file on a local disk, through the standard library's sqlite3.

Any number of processes on one host may use the file at the same time. Never copy the file while the bot runs: use
SQLite's backup (``.backup`` or ``VACUUM INTO``).
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
import orjson

from ticketbot.storage import documents, sqlite_file
from ticketbot.storage import sqlite_statements as sql
from ticketbot.storage.dump import DumpReader
from ticketbot.storage.record_reader import RecentRecords, RecordReader
from ticketbot.storage.sqlite_owners import LockFileOwners
from ticketbot.storage.writer_thread import WriterThread
from ticketbot.tickets import errors
from ticketbot.tickets.model import Millis, TicketState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from ticketbot.storage.dump import StoreDump
    from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, InteractionId, Ticket, UserId

    Row = tuple[object, bytes]
    """A record's key, and its document as JSON."""

_LEAST_PATIENCE: Final = 1.0
"""Seconds that work may wait for its turn in the writer's thread, even where no lock is waited for."""


@attrs.frozen
class SqliteTicketStore:
    """The TicketStore port on one SQLite file; the port documents its methods.

    Writes and lists run in the writer's thread. What one interaction has to know, a few rows by index, is read in the
    event loop's thread: that takes a tenth of the time of a turn in a thread, and readers of a write-ahead log never
    wait for writers.
    """

    _path: Path
    _connection: sqlite3.Connection
    """For the writer's thread alone."""
    _reader: sqlite3.Connection
    """For the event loop's thread; never waits for a lock."""
    _thread: WriterThread
    _records: RecordReader = attrs.field(factory=RecordReader, init=False)
    _configs: RecentRecords[Row, GuildConfig] = attrs.field(factory=lambda: RecentRecords(_to_config), init=False)

    @property
    def location(self) -> str:
        """Where the store is, for people."""
        return str(self._path)

    @classmethod
    async def open(cls, path: Path, *, busy_seconds: float = 5.0, create: bool = True) -> SqliteTicketStore:
        """Open the file; wait at most ``busy_seconds`` for another process's write.

        Raises
        ------
        StoreUnavailableError
            Another process locks it, or the disk is full or fails: it may be tried again.
        UnusableStoreError
            It cannot be opened, is not ours, or was written by a later version of the bot.
        MissingStoreError
            There is none, or an empty one, and ``create`` is false.
        """
        thread = WriterThread(max(busy_seconds, _LEAST_PATIENCE))
        try:
            connection, reader = await thread.run(lambda: sqlite_file.connect(path, busy_seconds, create=create))
        except BaseException:
            await thread.close(lambda: None)
            raise
        return cls(path, connection, reader, thread)

    async def join(self, *, hang_seconds: float) -> LockFileOwners:
        """Become one of the processes that work on the store's tickets.

        One that shows no sign of life for ``hang_seconds`` is taken for gone although it has not ended.
        """
        owners = LockFileOwners(self._path.with_name(f"{self._path.name}-owners"), hang_seconds)
        await owners.watch()
        return owners

    async def ping(self) -> None:
        await self._thread.run(lambda: self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone())

    async def close(self) -> None:
        self._reader.close()
        await self._thread.close(self._connection.close)

    async def add(self, ticket: Ticket) -> None:
        await self._put(sql.ADD, _ticket_values(ticket) | {"old_revision": None})

    async def reserve(self, ticket: Ticket) -> Ticket:
        def put() -> Ticket:
            while True:
                numbered = attrs.evolve(ticket, number=self._take_number(ticket.guild_id))
                with contextlib.suppress(errors.StaleTicketError):  # an imported ticket may have the number
                    self._execute_put(sql.ADD, _ticket_values(numbered) | {"old_revision": None})
                    return numbered

        return await self._thread.write(self._connection, put)

    def _take_number(self, guild_id: GuildId) -> int:
        """Return a guild's next number; call it in a transaction that records its ticket."""
        values = {"guild": guild_id}
        returned = self._connection.execute(sql.FREE_NUMBER, values).fetchone()
        if returned is not None:
            self._connection.execute(sql.TAKE_NUMBER, values | {"number": returned[0]})
            return returned[0]
        self._connection.execute(sql.COUNT, values)
        (number,) = self._connection.execute(sql.COUNTER, values).fetchone()
        return number

    async def confirm_reservation(self, ticket: Ticket) -> None:
        current = await self.by_number(ticket.guild_id, ticket.number)
        if current is None or current.revision != ticket.revision:
            raise errors.StaleTicketError

    async def swap(self, before: Ticket, after: Ticket) -> None:
        documents.require_next(before, after)
        if not await self._put(sql.SWAP, _ticket_values(after) | {"old_revision": before.revision}):
            raise errors.StaleTicketError

    async def discard(self, ticket: Ticket) -> None:
        values = {"id": documents.ticket_id(ticket), "guild": ticket.guild_id, "number": ticket.number}

        def discard() -> None:
            if not self._connection.execute(sql.DISCARD, values | {"revision": ticket.revision}).rowcount:
                raise errors.StaleTicketError
            if ticket.state is TicketState.RESERVED:
                self._connection.execute(sql.RETURN_NUMBER, values)

        await self._thread.write(self._connection, discard)
        await self._truncate_log()

    async def by_number(self, guild_id: GuildId, number: int) -> Ticket | None:
        return await self._ticket(sql.BY_ID, {"id": documents.id_of(guild_id, number)})

    async def by_channel(self, guild_id: GuildId, channel_id: ChannelId) -> Ticket | None:
        return await self._ticket(sql.BY_CHANNEL, {"guild": guild_id, "channel": channel_id})

    async def live_of(self, guild_id: GuildId, opener_id: UserId) -> Sequence[Ticket]:
        low, high = documents.slot_range(guild_id, opener_id)
        found = await self._look_up(sql.LIVE_OF, {"guild": guild_id, "low": low, "high": high})
        return [self._records.read(row, _to_ticket) for row in found]

    async def tickets_of(self, guild_id: GuildId, *, after: int = 0, limit: int = 100) -> Sequence[Ticket]:
        values = {"guild": guild_id, "after": after}
        return await self._records.read_page(self._fetch(sql.TICKETS_OF, values), _to_ticket, limit=limit)

    async def unfinished(self, *, before: Millis, limit: int = 100) -> Sequence[Ticket]:
        return await self._records.read_page(self._fetch(sql.UNFINISHED, {"before": before}), _to_ticket, limit=limit)

    async def record_interaction(self, interaction_id: InteractionId, *, now: Millis) -> bool:
        return await self._write(sql.RECORD_INTERACTION, {"id": interaction_id, "now": now})

    async def forget_interactions(self, *, before: Millis) -> None:
        await self._write(sql.FORGET_INTERACTIONS, {"before": before})
        await self._truncate_log()  # every minute: if a reader was in the way before, or another process was killed

    async def record_opening(self, ticket: Ticket) -> None:
        await self._write(sql.RECORD_OPENING, documents.opening_of(ticket))

    async def openings_of(self, guild_id: GuildId, opener_id: UserId, *, after: Millis) -> Sequence[Millis]:
        values = {"opener": documents.opener_key(guild_id, opener_id), "after": after}
        return [Millis(at) for (at,) in await self._look_up(sql.OPENINGS_OF, values)]

    async def forget_openings(self, *, before: Millis) -> None:
        await self._write(sql.FORGET_OPENINGS, {"before": before})

    async def config(self, guild_id: GuildId) -> GuildConfig | None:
        found = await self._look_up(sql.CONFIG, {"guild": guild_id})
        return self._records.read(found[0], functools.partial(self._configs.read, guild_id)) if found else None

    async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
        documents.require_next_config(before, after)
        statement = sql.ADD_CONFIG if before is None else sql.SWAP_CONFIG
        if not await self._write(statement, _config_values(after) | {"old_revision": after.revision - 1}):
            raise errors.StaleConfigError

    async def configs(self, *, after: GuildId, limit: int = 100) -> Sequence[GuildConfig]:
        return await self._records.read_page(self._fetch(sql.CONFIGS, {"after": after}), _to_config, limit=limit)

    async def forget_guild(self, guild_id: GuildId) -> None:
        values = {"guild": guild_id, "low": f"{guild_id}-", "high": f"{guild_id}."}  # "." follows "-"

        def forget() -> None:
            for statement in sql.FORGET_GUILD:
                self._connection.execute(statement, values)

        await self._thread.write(self._connection, forget)
        await self._truncate_log()

    async def dump(self) -> StoreDump:
        """Return all that is stored, as of one moment, whatever other processes write meanwhile."""

        def read() -> StoreDump:
            self._connection.execute("BEGIN")
            try:
                reader = DumpReader()
                return reader.dump(
                    reader.read(self._connection.execute(sql.ALL_CONFIGS), _to_config),
                    self._connection.execute(sql.ALL_COUNTERS),
                    reader.read(self._connection.execute(sql.ALL_TICKETS), _to_ticket),
                    self._connection.execute(sql.ALL_FREE_NUMBERS),
                )
            finally:
                self._connection.execute("ROLLBACK")

        return await self._thread.run(read)

    async def restore(self, contents: StoreDump) -> None:
        """Add what another store kept, all or nothing; counters are only raised.

        Raises
        ------
        StaleTicketError, StaleConfigError
            Another record is in the place of a ticket or a configuration.
        """

        def write() -> None:
            for guild_id, number in contents.counters.items():
                row = self._connection.execute(sql.COUNTER, {"guild": guild_id}).fetchone()
                self._connection.execute(sql.RAISE_COUNTER, {"guild": guild_id, "n": number})
                for returned in contents.free_above(guild_id, row[0] if row else 0):
                    self._connection.execute(sql.RETURN_NUMBER, {"guild": guild_id, "number": returned})
            for guild_id, numbers in contents.used.items():
                taken = [{"guild": guild_id, "number": number} for number in numbers]
                self._connection.executemany(sql.TAKE_NUMBER, taken)
            try:
                self._connection.executemany(sql.ADD, [_ticket_values(ticket) for ticket in contents.tickets])
            except sqlite3.IntegrityError as error:
                raise errors.StaleTicketError from error
            for config in contents.configs:
                if not self._connection.execute(sql.ADD_CONFIG, _config_values(config)).rowcount:
                    raise errors.StaleConfigError

        await self._thread.write(self._connection, write)

    async def _truncate_log(self) -> None:
        """Empty the write-ahead log, which otherwise keeps old versions of pages, and so the names of deleted tickets.

        That is skipped where it would have to wait, and is done again within a minute.
        """
        with contextlib.suppress(errors.StoreUnavailableError):
            await self._thread.run(lambda: sqlite_file.truncate_log(self._connection))

    async def _ticket(self, statement: str, values: Mapping[str, object]) -> Ticket | None:
        found = await self._look_up(statement, values)
        return self._records.read(found[0], _to_ticket) if found else None

    async def _look_up(self, statement: str, values: Mapping[str, object]) -> list[Any]:
        """Read a few rows by index in this thread, or in the writer's when something locks the file."""
        try:
            return self._reader.execute(statement, values).fetchall()
        except sqlite3.OperationalError:
            return await self._thread.run(lambda: self._connection.execute(statement, values).fetchall())
        except (sqlite3.Error, OverflowError) as error:  # OverflowError: an id of more than 64 bits
            raise errors.StoreUnavailableError from error

    def _fetch(self, statement: str, values: Mapping[str, object]) -> Callable[[int], Awaitable[Sequence[Row]]]:
        """Return a function that reads the first rows of a list, as many as it is told."""

        async def fetch(limit: int) -> Sequence[Row]:
            limited = {**values, "limit": limit}
            return await self._thread.run(lambda: self._connection.execute(statement, limited).fetchall())

        return fetch

    async def _write(self, statement: str, values: Mapping[str, object]) -> bool:
        """Execute a statement; return whether it changed anything."""

        def write() -> bool:
            return self._connection.execute(statement, values).rowcount > 0

        return await self._thread.write(self._connection, write)

    async def _put(self, statement: str, values: Mapping[str, object]) -> bool:
        """Write a ticket; return whether that changed anything."""
        return await self._thread.write(self._connection, lambda: self._execute_put(statement, values))

    def _execute_put(self, statement: str, values: Mapping[str, object]) -> bool:
        try:
            return self._connection.execute(statement, values).rowcount > 0
        except sqlite3.IntegrityError as error:
            is_stale = self._connection.execute(sql.IS_NOT_FOR_SLOT, values).fetchone()
            raise (errors.StaleTicketError if is_stale else errors.SlotTakenError) from error


def _to_ticket(row: Row) -> Ticket:
    return documents.to_ticket(_parse("ticket", row))


def _to_config(row: Row) -> GuildConfig:
    return documents.to_config(_parse("configuration of server", row))


def _parse(what: str, row: Row) -> documents.Document:
    key, text = row
    try:
        document = orjson.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise errors.UnreadableRecordError(f"{what} {documents.printable(key)}", "it is not a JSON object")
    return cast("documents.Document", document)


def _ticket_values(ticket: Ticket) -> dict[str, object]:
    document = documents.from_ticket(ticket)
    return {
        "id": document["_id"],
        "guild": ticket.guild_id,
        "number": ticket.number,
        "channel": ticket.channel_id,
        "slot": document.get("slot"),
        "unfinished": document.get("unfinished"),
        "changed": ticket.changed_at,
        "revision": ticket.revision,
        "document": orjson.dumps(document).decode(),
    }


def _config_values(config: GuildConfig) -> dict[str, object]:
    document = orjson.dumps(documents.from_config(config)).decode()
    return {"guild": config.guild_id, "revision": config.revision, "document": document}
