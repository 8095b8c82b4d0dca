"""Move a store's contents into another one, by way of a file of JSON lines.

The first line says what the file is, the last one how much it holds: a file that was cut short is no file. Between
them stand, one on a line, the same documents in both stores.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from ticketbot.storage import documents
from ticketbot.storage.contents import Contents
from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sized

    from ticketbot.storage.mongo import MongoTicketStore
    from ticketbot.storage.sqlite import SqliteTicketStore
    from ticketbot.tickets.model import GuildConfig, Ticket

    Store = SqliteTicketStore | MongoTicketStore

FORMAT: Final = 1
"""Raised when a file can no longer be read by an older version."""

_PAGE: Final = 100


class UnreadableExportError(Exception):
    """A file is not a whole export that this version can read; the text says why."""


class OccupiedStoreError(Exception):
    """A store already holds what an import would overwrite; the text says what. Nothing was written."""


async def read(store: Store) -> Contents:
    """Read all that a store keeps; counters last, so that none is behind its tickets."""
    configs: list[GuildConfig] = []
    while page := await store.configs(after=configs[-1].guild_id if configs else GuildId(0), limit=_PAGE):
        configs += page
    guilds = {config.guild_id for config in configs} | (await _counters(store)).keys()
    tickets: list[Ticket] = []
    for guild_id in sorted(guilds):
        number = 0
        while found := await store.tickets_of(guild_id, after=number, limit=_PAGE):
            number = found[-1].number
            tickets += found
    return Contents(configs=configs, counters=await _counters(store), tickets=tickets)


async def pour(store: Store, contents: Contents, *, merge: bool) -> Contents:
    """Put contents into a store, all or nothing as far as the store can; give what was really added.

    An empty store is asked for, unless ``merge`` says that what it holds is known: then what stands there stays,
    equal records are passed over, and counters only rise.

    Raises
    ------
    OccupiedStoreError
        The store is not empty, or holds something else in one of the places.
    """
    present = await read(store)
    if not merge and (present.configs or present.counters or present.tickets):
        raise OccupiedStoreError(
            f"the store is not empty: {counted('server', present.configs)}, {counted('ticket', present.tickets)}"
        )
    added = _missing(present, contents)
    try:
        await store.restore(added)
    except (errors.StaleTicketError, errors.SlotTakenError, errors.StaleConfigError) as error:
        raise OccupiedStoreError("a record stands in the way; is a bot running on this store?") from error
    return added


def counted(name: str, found: Sized) -> str:
    """Tell how many of something there are."""
    return f"{len(found):,} {name}{'' if len(found) == 1 else 's'}"


def dump(contents: Contents, *, version: str) -> Iterator[str]:
    """Write contents as lines."""
    yield _line({"ticketbot-export": FORMAT, "version": version})
    for config in contents.configs:
        yield _line({"config": documents.from_config(config)})
    for guild_id, number in contents.counters.items():
        yield _line({"counter": {"guild": guild_id, "n": number}})
    for ticket in contents.tickets:
        yield _line({"ticket": documents.from_ticket(ticket)})
    yield _line({"end": _counts(contents)})


def load(lines: Iterable[str]) -> Contents:
    """Read the lines of an export; counters are raised to the highest number of their tickets.

    Raises
    ------
    UnreadableExportError
        They are not a whole export that this version can read.
    """
    rows = [_parsed(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows or "ticketbot-export" not in rows[0]:
        raise UnreadableExportError("it does not begin as an export of ticketbot")
    if rows[0]["ticketbot-export"] != FORMAT:
        raise UnreadableExportError(f"a later version wrote it (format {rows[0]['ticketbot-export']})")
    if "end" not in rows[-1]:
        raise UnreadableExportError("its last line is missing: it was cut short")
    contents = _contents(rows[1:-1])
    if rows[-1]["end"] != _counts(contents):
        raise UnreadableExportError("lines are missing: it does not hold what its last line says")
    counters = dict(contents.counters)
    for ticket in contents.tickets:
        counters[ticket.guild_id] = max(ticket.number, counters.get(ticket.guild_id, 0))
    return attrs.evolve(contents, counters=counters)


async def _counters(store: Store) -> dict[GuildId, int]:
    found: dict[GuildId, int] = {}
    after = GuildId(0)
    while page := await store.counters(after=after, limit=_PAGE):
        after = page[-1][0]
        found.update(page)
    return found


def _contents(rows: Iterable[dict[str, Any]]) -> Contents:
    configs: list[GuildConfig] = []
    counters: dict[GuildId, int] = {}
    tickets: list[Ticket] = []
    for number, row in enumerate(rows, 2):
        try:
            match row:
                case {"config": document}:
                    configs.append(documents.to_config(document))
                case {"counter": {"guild": int(guild_id), "n": int(last)}}:
                    counters[GuildId(guild_id)] = last
                case {"ticket": document}:
                    tickets.append(documents.to_ticket(document))
                case _:
                    raise UnreadableExportError(f"line {number} is of an unknown kind")
        except (errors.StoreUnavailableError, AttributeError) as error:
            raise UnreadableExportError(f"line {number} holds no record that this version knows") from error
    return Contents(configs=configs, counters=counters, tickets=tickets)


def _missing(present: Contents, wanted: Contents) -> Contents:
    """Leave out what is there already.

    Raises
    ------
    OccupiedStoreError
        Something else is there.
    """
    configs = {config.guild_id: config for config in present.configs}
    for config in wanted.configs:
        if configs.get(config.guild_id, config) != config:
            raise OccupiedStoreError(f"server {config.guild_id} is configured otherwise in this store")
    tickets = {documents.ticket_id(ticket): ticket for ticket in present.tickets}
    for ticket in wanted.tickets:
        if tickets.get(documents.ticket_id(ticket), ticket) != ticket:
            raise OccupiedStoreError(f"ticket {ticket.number} of server {ticket.guild_id} is another in this store")
    return Contents(
        configs=[config for config in wanted.configs if config.guild_id not in configs],
        counters=wanted.counters,
        tickets=[ticket for ticket in wanted.tickets if documents.ticket_id(ticket) not in tickets],
    )


def _counts(contents: Contents) -> dict[str, int]:
    return {
        "configs": len(contents.configs),
        "counters": len(contents.counters),
        "tickets": len(contents.tickets),
    }


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        row: object = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise UnreadableExportError(f"line {number} is not a JSON object")
    return cast("dict[str, Any]", row)
