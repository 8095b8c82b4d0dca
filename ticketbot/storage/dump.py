"""StoreDump: all that a store keeps, to be moved into another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import attrs

from ticketbot.storage import documents
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from ticketbot.tickets.model import GuildConfig, GuildId, Ticket

_Row = TypeVar("_Row")
_T = TypeVar("_T")


@attrs.frozen(kw_only=True)
class StoreDump:
    """What is moved: all but leases and recorded interactions, which are forgotten within minutes anyway."""

    configs: Sequence[GuildConfig] = ()
    """By guild."""
    counters: Mapping[GuildId, int] = attrs.field(factory=dict["GuildId", int])
    """The last number that each guild gave."""
    free: Mapping[GuildId, Sequence[int]] = attrs.field(factory=dict["GuildId", "Sequence[int]"])
    """The numbers up to that one that were returned, and go to the next tickets; guilds without any are left out."""
    used: Mapping[GuildId, Collection[int]] = attrs.field(factory=dict["GuildId", "Collection[int]"])
    """Numbers that are not free, whatever the store that takes this says; a store's own dump names none."""
    tickets: Sequence[Ticket] = ()
    """By guild and number."""
    unreadable: Sequence[errors.UnreadableRecordError] = ()
    """Records that are not valid, and so not among the others."""

    def of_guild(self, guild_id: GuildId) -> StoreDump:
        """Return what there is of one guild."""
        names = (f"configuration of server {guild_id}", f"counter of server {guild_id}")
        return StoreDump(
            configs=[config for config in self.configs if config.guild_id == guild_id],
            counters={one: number for one, number in self.counters.items() if one == guild_id},
            free={one: numbers for one, numbers in self.free.items() if one == guild_id},
            tickets=[ticket for ticket in self.tickets if ticket.guild_id == guild_id],
            unreadable=[
                error
                for error in self.unreadable
                if error.record in names or error.record.startswith(f"ticket {guild_id}-")
            ],
        )

    def free_above(self, guild_id: GuildId, last: int) -> Sequence[int]:
        """Return a guild's returned numbers above ``last``, for a store that has given out all up to that one."""
        return [number for number in self.free.get(guild_id, ()) if number > last]


class DumpReader:
    """Gathers a dump from stored rows; rows that are not valid are noted."""

    def __init__(self) -> None:
        self._unreadable: list[errors.UnreadableRecordError] = []

    def read(self, rows: Iterable[_Row], decode: Callable[[_Row], _T]) -> list[_T]:
        """Return the records of all rows that are valid."""
        found: list[_T] = []
        for row in rows:
            try:
                found.append(decode(row))
            except errors.UnreadableRecordError as error:
                self._unreadable.append(error)
        return found

    def dump(
        self,
        configs: Iterable[GuildConfig],
        counters: Iterable[tuple[object, object]],
        tickets: Iterable[Ticket],
        free: Iterable[tuple[object, object]],
    ) -> StoreDump:
        """Return the dump of all that was read; ``free`` are guilds with numbers, and those of no counter are left."""
        last = dict(self.read(counters, lambda counter: documents.to_counter(*counter)))
        returned: dict[GuildId, list[int]] = {}
        for guild_id, number in self.read(free, lambda row: documents.to_counter(*row)):
            if 0 < number <= last.get(guild_id, 0):
                returned.setdefault(guild_id, []).append(number)
        return StoreDump(
            configs=sorted(configs, key=lambda config: config.guild_id),
            counters=last,
            free=returned,
            tickets=sorted(tickets, key=lambda ticket: (ticket.guild_id, ticket.number)),
            unreadable=tuple(self._unreadable),
        )
