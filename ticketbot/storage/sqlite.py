"""The embedded store: one file on a local disk, through the standard library's sqlite3.

Any number of processes on one host may use the file at the same time. Never copy the file while the bot runs: use
SQLite's backup (``.backup`` or ``VACUUM INTO``).
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any, Final

import attrs
import orjson

from ticketbot.storage import documents, schema
from ticketbot.storage.writer import Writer
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from pathlib import Path

    from ticketbot.storage.contents import Contents
    from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, Millis, PressId, Ticket, UserId

COUNT: Final = "INSERT INTO counters (guild, n) VALUES (:guild, 1) ON CONFLICT (guild) DO UPDATE SET n = n + 1"
COUNTER: Final = "SELECT n FROM counters WHERE guild = :guild"
COUNTERS: Final = "SELECT guild, n FROM counters WHERE guild > :after ORDER BY guild LIMIT :limit"
RAISE_COUNTER: Final = """
    INSERT INTO counters (guild, n) VALUES (:guild, :n) ON CONFLICT (guild) DO UPDATE SET n = max(n, :n)
"""
ADD: Final = """
    INSERT INTO tickets (id, guild, number, channel, slot, unfinished, changed, revision, document)
    VALUES (:id, :guild, :number, :channel, :slot, :unfinished, :changed, :revision, :document)
"""
SWAP: Final = """
    UPDATE tickets SET channel = :channel, slot = :slot, unfinished = :unfinished, changed = :changed,
        revision = :revision, document = :document
    WHERE id = :id AND revision = :old_revision
"""
OTHERWISE_TAKEN: Final = """
    SELECT 1 FROM tickets WHERE (channel = :channel AND id <> :id) OR (id = :id AND revision IS NOT :old_revision)
"""
"""Why a ticket is refused, if it is not for its slot."""
DISCARD: Final = "DELETE FROM tickets WHERE id = :id AND revision = :revision"
BY_ID: Final = "SELECT document FROM tickets WHERE id = :id"
BY_CHANNEL: Final = "SELECT document FROM tickets WHERE channel = :channel AND guild = :guild"
LIVE_OF: Final = "SELECT document FROM tickets WHERE slot > :low AND slot < :high ORDER BY number"
TICKETS_OF: Final = """
    SELECT document FROM tickets WHERE guild = :guild AND number > :after ORDER BY number LIMIT :limit
"""
UNFINISHED: Final = """
    SELECT document FROM tickets WHERE unfinished = 1 AND changed < :before ORDER BY changed LIMIT :limit
"""
LEASE: Final = "UPDATE tickets SET lease = :until WHERE id = :id AND lease < :now"
TAKE_PRESS: Final = "INSERT INTO presses (id, at) VALUES (:id, :now) ON CONFLICT (id) DO NOTHING"
FORGET_PRESSES: Final = "DELETE FROM presses WHERE at < :before"
CONFIG: Final = "SELECT document FROM configs WHERE guild = :guild"
ADD_CONFIG: Final = """
    INSERT INTO configs (guild, revision, document) VALUES (:guild, :revision, :document) ON CONFLICT (guild) DO NOTHING
"""
SWAP_CONFIG: Final = """
    UPDATE configs SET revision = :revision, document = :document WHERE guild = :guild AND revision = :old_revision
"""
CONFIGS: Final = "SELECT document FROM configs WHERE guild > :after ORDER BY guild LIMIT :limit"

_LEAST_PATIENCE: Final = 1.0
"""Seconds that work may wait for its turn in the writer's thread, even where no lock is waited for."""


@attrs.frozen
class SqliteTicketStore:
    """The TicketStore port on one SQLite file.

    Writes and lists run in the writer's thread. What one press has to know, a few rows by index, is read at once: that
    takes a tenth of the time of a turn in a thread, and readers of a write-ahead log wait for nobody.
    """

    _connection: sqlite3.Connection
    """For the writer's thread alone."""
    _reader: sqlite3.Connection
    """For the event loop's thread; never waits for a lock."""
    _writer: Writer

    @classmethod
    async def open(cls, path: Path, *, busy_seconds: float = 5.0) -> SqliteTicketStore:
        """Open the file, and create it if there is none; wait at most so long for another process's write.

        Raises
        ------
        StoreUnavailableError
            Another process locks it, or the disk is full or fails: it may be tried again.
        UnusableStoreError
            It cannot be opened, is not ours, or was written by a later version of the bot.
        """
        writer = Writer(max(busy_seconds, _LEAST_PATIENCE))
        try:
            connection, reader = await writer.run(lambda: schema.connect(path, busy_seconds))
        except BaseException:
            await writer.close(lambda: None)
            raise
        return cls(connection, reader, writer)

    async def ping(self) -> None:
        """Ask the store for a sign of life."""
        await self._writer.run(lambda: self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone())

    async def close(self) -> None:
        """Close the file, after what is under way; closing twice does no harm."""
        self._reader.close()
        await self._writer.close(self._connection.close)

    async def next_number(self, guild_id: GuildId) -> int:
        """Take the guild's next number."""

        def count() -> int:
            self._connection.execute(COUNT, {"guild": guild_id})
            (number,) = self._connection.execute(COUNTER, {"guild": guild_id}).fetchone()
            return number

        return await self._writer.write(self._connection, count)

    async def add(self, ticket: Ticket) -> None:
        """Record a new ticket.

        Raises
        ------
        SlotTakenError
            The opener already has a ticket in that guild with that slot.
        StaleTicketError
            The number or the channel is another ticket's.
        """
        await self._put(ADD, _ticket_row(ticket) | {"old_revision": None})

    async def swap(self, before: Ticket, after: Ticket) -> None:
        """Replace a ticket by its next revision.

        Raises
        ------
        StaleTicketError
            The record is gone or has another revision; or the channel is another ticket's.
        SlotTakenError
            ``after`` takes a slot that another ticket holds.
        """
        documents.require_next(before, after)
        if not await self._put(SWAP, _ticket_row(after) | {"old_revision": before.revision}):
            raise errors.StaleTicketError

    async def discard(self, ticket: Ticket) -> None:
        """Forget a ticket.

        Raises
        ------
        StaleTicketError
            The record is gone or has another revision.
        """
        if not await self._write(DISCARD, {"id": documents.ticket_id(ticket), "revision": ticket.revision}):
            raise errors.StaleTicketError

    async def by_number(self, guild_id: GuildId, number: int) -> Ticket | None:
        """Find a ticket by what it is known by."""
        return _ticket(await self._look_up(BY_ID, {"id": documents.id_of(guild_id, number)}))

    async def by_channel(self, guild_id: GuildId, channel_id: ChannelId) -> Ticket | None:
        """Find the ticket that a channel belongs to."""
        return _ticket(await self._look_up(BY_CHANNEL, {"guild": guild_id, "channel": channel_id}))

    async def live_of(self, guild_id: GuildId, opener_id: UserId) -> Sequence[Ticket]:
        """List a member's tickets that hold a slot, by number."""
        low, high = documents.slot_range(guild_id, opener_id)
        found = await self._look_up(LIVE_OF, {"low": low, "high": high})
        return [documents.to_ticket(orjson.loads(document)) for (document,) in found]

    async def tickets_of(self, guild_id: GuildId, *, after: int = 0, limit: int = 100) -> Sequence[Ticket]:
        """List a guild's tickets with a number above ``after``, by number, at most ``limit``."""
        return await self._tickets(TICKETS_OF, {"guild": guild_id, "after": after, "limit": limit})

    async def unfinished(self, *, before: Millis, limit: int = 100) -> Sequence[Ticket]:
        """List tickets of all guilds that are unfinished since before a moment, oldest first, at most ``limit``."""
        return await self._tickets(UNFINISHED, {"before": before, "limit": limit})

    async def lease(self, ticket: Ticket, *, now: Millis, until: Millis) -> bool:
        """Take the right to finish a ticket until a moment, if nobody holds it now; tell whether it was got."""
        return await self._write(LEASE, {"id": documents.ticket_id(ticket), "now": now, "until": until})

    async def take_press(self, press_id: PressId, *, now: Millis) -> bool:
        """Remember a press; tell whether it was new."""
        return await self._write(TAKE_PRESS, {"id": press_id, "now": now})

    async def forget_presses(self, *, before: Millis) -> None:
        """Forget the presses taken before a moment."""
        await self._write(FORGET_PRESSES, {"before": before})

    async def config(self, guild_id: GuildId) -> GuildConfig | None:
        """Find a guild's configuration."""
        found = await self._look_up(CONFIG, {"guild": guild_id})
        return documents.to_config(orjson.loads(found[0][0])) if found else None

    async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
        """Replace a configuration by its next revision; None stands for no configuration yet.

        Raises
        ------
        StaleConfigError
            The record has another revision, or there is one already.
        """
        documents.require_next_config(before, after)
        statement = ADD_CONFIG if before is None else SWAP_CONFIG
        if not await self._write(statement, _config_row(after) | {"old_revision": after.revision - 1}):
            raise errors.StaleConfigError

    async def configs(self, *, after: GuildId, limit: int = 100) -> Sequence[GuildConfig]:
        """List configurations of guilds with an id above ``after``, by id, at most ``limit``."""
        found = await self._read(CONFIGS, {"after": after, "limit": limit})
        return [documents.to_config(document) for document in found]

    async def counters(self, *, after: GuildId, limit: int = 100) -> Sequence[tuple[GuildId, int]]:
        """List the last numbers of guilds with an id above ``after``, by id, at most ``limit``."""
        values = {"after": after, "limit": limit}
        return await self._writer.run(lambda: self._connection.execute(COUNTERS, values).fetchall())

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[None]:
        """Read all that is read in the block as of one moment, whatever other processes write meanwhile."""
        await self._writer.run(lambda: self._connection.execute("BEGIN"))
        try:
            yield
        finally:
            await self._writer.run(lambda: self._connection.execute("ROLLBACK"))

    async def restore(self, contents: Contents) -> None:
        """Add what another store kept, all or nothing; counters only rise.

        Raises
        ------
        StaleTicketError, StaleConfigError
            Something stands where a ticket or a configuration should go.
        """

        def write() -> None:
            for guild_id, number in contents.counters.items():
                self._connection.execute(RAISE_COUNTER, {"guild": guild_id, "n": number})
            try:
                self._connection.executemany(ADD, [_ticket_row(ticket) for ticket in contents.tickets])
            except sqlite3.IntegrityError as error:
                raise errors.StaleTicketError from error
            for config in contents.configs:
                if not self._connection.execute(ADD_CONFIG, _config_row(config)).rowcount:
                    raise errors.StaleConfigError

        await self._writer.write(self._connection, write)

    async def _tickets(self, statement: str, values: Mapping[str, object]) -> list[Ticket]:
        return [documents.to_ticket(document) for document in await self._read(statement, values)]

    async def _look_up(self, statement: str, values: Mapping[str, object]) -> list[tuple[str]]:
        """Read a few rows by index, at once, or in the store's thread when something locks the file."""
        try:
            return self._reader.execute(statement, values).fetchall()
        except sqlite3.OperationalError:
            return await self._writer.run(lambda: self._connection.execute(statement, values).fetchall())
        except (sqlite3.Error, OverflowError) as error:  # OverflowError: an id of more than 64 bits
            raise errors.StoreUnavailableError from error

    async def _read(self, statement: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
        rows = await self._writer.run(lambda: self._connection.execute(statement, values).fetchall())
        return [orjson.loads(document) for (document,) in rows]

    async def _write(self, statement: str, values: Mapping[str, object]) -> bool:
        """Change something; tell whether anything was changed."""

        def write() -> bool:
            return self._connection.execute(statement, values).rowcount > 0

        return await self._writer.write(self._connection, write)

    async def _put(self, statement: str, row: Mapping[str, object]) -> bool:
        """Write a ticket; tell whether anything was changed."""

        def put() -> bool:
            try:
                return self._connection.execute(statement, row).rowcount > 0
            except sqlite3.IntegrityError as error:
                otherwise_taken = self._connection.execute(OTHERWISE_TAKEN, row).fetchone()
                raise (errors.StaleTicketError if otherwise_taken else errors.SlotTakenError) from error

        return await self._writer.write(self._connection, put)


def _ticket(found: Sequence[tuple[str]]) -> Ticket | None:
    return documents.to_ticket(orjson.loads(found[0][0])) if found else None


def _ticket_row(ticket: Ticket) -> dict[str, object]:
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
        "document": _dump(document),
    }


def _config_row(config: GuildConfig) -> dict[str, object]:
    document = _dump(documents.from_config(config))
    return {"guild": config.guild_id, "revision": config.revision, "document": document}


def _dump(document: documents.Document) -> str:
    return orjson.dumps(document).decode()
