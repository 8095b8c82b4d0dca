"""Exports: all that a store keeps, as a file of JSON lines, from which another store is filled.

The first line says what the file is, the last one how much it holds: a file that was cut short is refused. Each line
between them is a document, the same from both stores.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import attrs

from ticketbot.storage import documents, migrations
from ticketbot.storage.dump import StoreDump
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sized

    from ticketbot.storage.documents import Document
    from ticketbot.storage.mongo import MongoTicketStore
    from ticketbot.storage.sqlite import SqliteTicketStore
    from ticketbot.tickets.model import GuildConfig, GuildId, Ticket

    Store = SqliteTicketStore | MongoTicketStore


class UnreadableExportError(Exception):
    """A file is not a whole export that this version can read; the text says why."""


class OccupiedStoreError(Exception):
    """A store already holds what an import would overwrite; the text says what. Nothing was written."""


async def import_(store: Store, contents: StoreDump, *, merge: bool) -> StoreDump:
    """Put contents into a store, all or nothing as far as the store can; return what was added.

    The store must be empty, unless ``merge`` is given: then equal records are left out, and counters are only raised.

    Raises
    ------
    OccupiedStoreError
        The store is not empty, or holds something else in one of the places.
    """
    present = await store.dump()
    if not merge and (present.configs or present.counters or present.tickets or present.unreadable):
        raise OccupiedStoreError(
            f"the store is not empty: {counted('server', present.configs)}, {counted('ticket', present.tickets)}"
        )
    added = _missing(present, contents)
    try:
        await store.restore(added)
    except (errors.StaleTicketError, errors.SlotTakenError, errors.StaleConfigError) as error:
        raise OccupiedStoreError("another record is in the place of one; is a bot running on this store?") from error
    return added


def counted(name: str, found: Sized) -> str:
    """Return how many of something there are, in words."""
    return f"{len(found):,} {name}{'' if len(found) == 1 else 's'}"


def dump(contents: StoreDump, *, version: str) -> Iterator[str]:
    """Return contents as the lines of an export."""
    yield _line({"ticketbot-export": migrations.VERSION, "version": version})
    for config in contents.configs:
        yield _line({"config": documents.from_config(config)})
    for guild_id, number in contents.counters.items():
        returned = {"free": list(contents.free[guild_id])} if guild_id in contents.free else {}
        yield _line({"counter": {"guild": guild_id, "n": number, **returned}})
    for ticket in contents.tickets:
        yield _line({"ticket": documents.from_ticket(ticket)})
    yield _line({"end": _counts(contents)})


def load(lines: Iterable[str]) -> StoreDump:
    """Read the lines of an export; counters are raised to the highest number of their tickets.

    Exports of earlier versions are carried over to this one.

    Raises
    ------
    UnreadableExportError
        They are not a whole export that this version can read, or a record in them is not valid.
    """
    rows = [(number, _parse(number, line)) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows or "ticketbot-export" not in rows[0][1]:
        raise UnreadableExportError("it does not begin as an export of ticketbot")
    _require_version(rows[0][1]["ticketbot-export"])
    if "end" not in rows[-1][1]:
        raise UnreadableExportError("its last line is missing: it was cut short")
    contents = _Loader().load(rows[1:-1])
    if rows[-1][1]["end"] != _counts(contents):
        raise UnreadableExportError("lines are missing: it does not hold what its last line says")
    counters = dict(contents.counters)
    for ticket in contents.tickets:
        counters[ticket.guild_id] = max(ticket.number, counters.get(ticket.guild_id, 0))
    return attrs.evolve(contents, counters=counters)


def _require_version(version: object) -> None:
    if not migrations.is_number(version) or version < 1:
        raise UnreadableExportError("its first line holds no version")
    if version > migrations.VERSION:
        raise UnreadableExportError(
            f"a later version wrote it (version {version}, this one knows {migrations.VERSION})"
        )


class _Loader:
    """Reads the records of an export; each may be there once, and two tickets may not hold one slot or channel."""

    def __init__(self) -> None:
        self._seen: set[tuple[object, ...]] = set()

    def load(self, rows: Iterable[tuple[int, dict[str, Any]]]) -> StoreDump:
        configs: list[GuildConfig] = []
        counters: dict[GuildId, int] = {}
        free: dict[GuildId, list[int]] = {}
        tickets: list[Ticket] = []
        for number, row in rows:
            try:
                match row:
                    case {"config": document}:
                        configs.append(self._config(_require_document(document)))
                    case {"counter": {"guild": guild_id, "n": last, **others}}:
                        counters.update([counter := self._counter(guild_id, last)])
                        free.update(documents.to_free_numbers(*counter, others.get("free", [])))
                    case {"ticket": document}:
                        tickets.append(self._ticket(_require_document(document)))
                    case _:
                        raise UnreadableExportError(f"line {number} is of an unknown kind")
            except errors.UnreadableRecordError as error:
                raise UnreadableExportError(f"line {number}: {error}") from error
        return StoreDump(configs=configs, counters=counters, free=free, tickets=tickets)

    def _config(self, document: Document) -> GuildConfig:
        config = documents.to_config(migrations.upgrade_config(document))
        self._require_new("configuration of server", config.guild_id)
        return documents.to_config(documents.from_config(config))

    def _counter(self, guild_id: object, last: object) -> tuple[GuildId, int]:
        counter = documents.to_counter(guild_id, last)
        self._require_new("counter of server", counter[0])
        return counter

    def _ticket(self, document: Document) -> Ticket:
        ticket = documents.to_ticket(migrations.upgrade_ticket(document))
        self._require_new("ticket", documents.ticket_id(ticket))
        if ticket.slot is not None:
            self._require_new("slot", documents.slot_key(ticket))
        if ticket.channel_id is not None:
            self._require_new("channel", (ticket.guild_id, ticket.channel_id))
        # as it will be stored: with its text made storable
        return documents.to_ticket(documents.from_ticket(ticket))

    def _require_new(self, what: str, key: object) -> None:
        if (what, key) in self._seen:
            raise errors.UnreadableRecordError(f"{what} {key}", "an earlier line has it too")
        self._seen.add((what, key))


def _require_document(value: object) -> Document:
    if not isinstance(value, dict):
        raise errors.UnreadableRecordError("the record", "it is not a JSON object")
    return cast("Document", value)


def _missing(present: StoreDump, wanted: StoreDump) -> StoreDump:
    """Return what is not in the store yet.

    Raises
    ------
    OccupiedStoreError
        The store holds another record in the place of one.
    """
    configs = {config.guild_id: config for config in present.configs}
    for config in wanted.configs:
        if configs.get(config.guild_id, config) != config:
            raise OccupiedStoreError(f"server {config.guild_id} is configured otherwise in this store")
    tickets = {documents.ticket_id(ticket): ticket for ticket in present.tickets}
    for ticket in wanted.tickets:
        if tickets.get(documents.ticket_id(ticket), ticket) != ticket:
            raise OccupiedStoreError(f"ticket {ticket.number} of server {ticket.guild_id} is another in this store")
    return StoreDump(
        configs=[config for config in wanted.configs if config.guild_id not in configs],
        counters=wanted.counters,
        free=wanted.free,
        tickets=[ticket for ticket in wanted.tickets if documents.ticket_id(ticket) not in tickets],
    )


def _counts(contents: StoreDump) -> dict[str, int]:
    return {
        "configs": len(contents.configs),
        "counters": len(contents.counters),
        "tickets": len(contents.tickets),
    }


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _parse(number: int, line: str) -> dict[str, Any]:
    try:
        row: object = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise UnreadableExportError(f"line {number} is not a JSON object")
    return cast("dict[str, Any]", row)
