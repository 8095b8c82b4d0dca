"""MemoryStore: the TicketStore port in dictionaries, for one event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import attrs

from ticketbot.storage import documents
from ticketbot.storage.record_reader import RecordReader
from ticketbot.tickets import errors
from ticketbot.tickets.model import TicketState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ticketbot.storage.documents import Document
    from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, InteractionId, Millis, Ticket, UserId


class MemoryStore:
    """Keeps everything as the documents that a real store would keep; each method is atomic."""

    def __init__(self) -> None:
        self.counters: dict[GuildId, int] = {}
        self.free: dict[GuildId, set[int]] = {}
        self.used_meanwhile: set[int] = set()
        """Numbers that were used while a process that reserved them was held up."""
        self.records: dict[str, Document] = {}
        self.presses: dict[InteractionId, Millis] = {}
        self.openings: dict[str, tuple[UserId, Millis]] = {}
        self.configurations: dict[GuildId, Document] = {}
        self.is_available = True
        self._reader = RecordReader()
        self.before_swaps: list[Callable[[], Awaitable[object]]] = []
        """Run just before the next swaps, one before each: what other processes do meanwhile."""
        self.before_config_saves: list[Callable[[], Awaitable[object]]] = []
        """Run just before the next saves of configurations, one before each, but not before those that it makes."""

    async def ping(self) -> None:
        self._require_available()

    async def close(self) -> None:
        self.is_available = False

    async def reserve(self, ticket: Ticket) -> Ticket:
        self._require_available()
        free = self.free.setdefault(ticket.guild_id, set())
        last = self.counters.get(ticket.guild_id, 0)
        while documents.id_of(ticket.guild_id, min(free, default=last + 1)) in self.records:
            free.discard(last := min(free, default=last + 1))
        numbered = attrs.evolve(ticket, number=min(free, default=last + 1))
        await self.add(numbered)
        free.discard(numbered.number)
        self.counters[ticket.guild_id] = max(last, numbered.number)
        return numbered

    async def confirm_reservation(self, ticket: Ticket) -> None:
        self._require_revision(ticket)
        if ticket.number in self.used_meanwhile:
            raise errors.StaleTicketError

    async def add(self, ticket: Ticket) -> None:
        self._require_available()
        document = documents.from_ticket(ticket)
        if documents.ticket_id(ticket) in self.records:
            raise errors.StaleTicketError
        self._require_unique(document)
        self.records[documents.ticket_id(ticket)] = document

    async def swap(self, before: Ticket, after: Ticket) -> None:
        documents.require_next(before, after)
        if self.before_swaps:
            await self.before_swaps.pop(0)()
        document = documents.from_ticket(after)
        self._require_revision(before)
        self._require_unique(document)
        self.records[documents.ticket_id(after)] = document

    async def discard(self, ticket: Ticket) -> None:
        self._require_revision(ticket)
        del self.records[documents.ticket_id(ticket)]
        if ticket.state is TicketState.RESERVED and ticket.number <= self.counters.get(ticket.guild_id, 0):
            self.free.setdefault(ticket.guild_id, set()).add(ticket.number)

    async def by_number(self, guild_id: GuildId, number: int) -> Ticket | None:
        self._require_available()
        document = self.records.get(documents.id_of(guild_id, number))
        return None if document is None else self._reader.read(document, documents.to_ticket)

    async def by_channel(self, guild_id: GuildId, channel_id: ChannelId) -> Ticket | None:
        self._require_available()
        found = [one for one in self._of(guild_id) if one.get("channel") == channel_id]
        return self._reader.read(found[0], documents.to_ticket) if found else None

    async def live_of(self, guild_id: GuildId, opener_id: UserId) -> Sequence[Ticket]:
        self._require_available()
        low, high = documents.slot_range(guild_id, opener_id)
        found = [one for one in self._of(guild_id) if low < one.get("slot", "") < high]
        await asyncio.sleep(0)  # what is read may be out of date when it arrives
        tickets = [self._reader.read(one, documents.to_ticket) for one in found]
        return sorted(tickets, key=lambda ticket: ticket.number)

    async def tickets_of(self, guild_id: GuildId, *, after: int = 0, limit: int = 100) -> Sequence[Ticket]:
        return [ticket for ticket in self._tickets(guild_id) if ticket.number > after][:limit]

    async def unfinished(self, *, before: Millis, limit: int = 100) -> Sequence[Ticket]:
        found = [ticket for ticket in self._tickets() if ticket.is_unfinished and ticket.changed_at < before]
        return sorted(found, key=lambda ticket: ticket.changed_at)[:limit]

    async def record_interaction(self, interaction_id: InteractionId, *, now: Millis) -> bool:
        self._require_available()
        if interaction_id in self.presses:
            return False
        self.presses[interaction_id] = now
        return True

    async def forget_interactions(self, *, before: Millis) -> None:
        self._require_available()
        self.presses = {interaction_id: at for interaction_id, at in self.presses.items() if at >= before}

    async def record_opening(self, ticket: Ticket) -> None:
        self._require_available()
        self.openings.setdefault(documents.ticket_id(ticket), (ticket.opener_id, ticket.created_at))

    async def openings_of(self, guild_id: GuildId, opener_id: UserId, *, after: Millis) -> Sequence[Millis]:
        self._require_available()
        of_guild = [opening for name, opening in self.openings.items() if name.startswith(f"{guild_id}-")]
        return sorted(at for opener, at in of_guild if opener == opener_id and at > after)

    async def forget_openings(self, *, before: Millis) -> None:
        self._require_available()
        self.openings = {name: opening for name, opening in self.openings.items() if opening[1] >= before}

    async def config(self, guild_id: GuildId) -> GuildConfig | None:
        self._require_available()
        document = self.configurations.get(guild_id)
        return None if document is None else self._reader.read(document, documents.to_config)

    async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
        documents.require_next_config(before, after)
        if self.before_config_saves:
            first, *later = self.before_config_saves
            self.before_config_saves = []
            await first()
            self.before_config_saves = later
        stored = await self.config(after.guild_id)
        if (None if stored is None else stored.revision) != (None if before is None else before.revision):
            raise errors.StaleConfigError
        self.configurations[after.guild_id] = documents.from_config(after)

    async def forget_guild(self, guild_id: GuildId) -> None:
        self._require_available()
        self.configurations.pop(guild_id, None)
        self.counters.pop(guild_id, None)
        self.free.pop(guild_id, None)
        self.records = {name: one for name, one in self.records.items() if one["guild"] != guild_id}
        self.openings = {name: one for name, one in self.openings.items() if not name.startswith(f"{guild_id}-")}

    async def configs(self, *, after: GuildId, limit: int = 100) -> Sequence[GuildConfig]:
        self._require_available()
        above = sorted(guild_id for guild_id in self.configurations if guild_id > after)
        return self._reader.read_all((self.configurations[one] for one in above), documents.to_config)[:limit]

    def _require_available(self) -> None:
        if not self.is_available:
            raise errors.StoreUnavailableError

    def _tickets(self, guild_id: GuildId | None = None) -> list[Ticket]:
        self._require_available()
        found = self.records.values() if guild_id is None else self._of(guild_id)
        return sorted(self._reader.read_all(found, documents.to_ticket), key=lambda ticket: ticket.number)

    def _of(self, guild_id: GuildId) -> list[Document]:
        return [document for document in self.records.values() if document["guild"] == guild_id]

    def _require_revision(self, ticket: Ticket) -> None:
        self._require_available()
        document = self.records.get(documents.ticket_id(ticket), {})
        if document.get("revision") != ticket.revision:
            raise errors.StaleTicketError

    def _require_unique(self, document: Document) -> None:
        others = [other for other in self.records.values() if other["_id"] != document["_id"]]
        others = [other for other in others if other["guild"] == document["guild"]]
        if "channel" in document and any(other.get("channel") == document["channel"] for other in others):
            raise errors.StaleTicketError
        if "slot" in document and any(other.get("slot") == document["slot"] for other in others):
            raise errors.SlotTakenError
