"""MemoryStore: the TicketStore port in dictionaries, for one event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ticketbot.storage import documents
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ticketbot.storage.documents import Document
    from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, Millis, PressId, Ticket, UserId


class MemoryStore:
    """Keeps everything as the documents that a real store would keep; each method looks and writes at one instant."""

    def __init__(self) -> None:
        self.counters: dict[GuildId, int] = {}
        self.records: dict[str, Document] = {}
        self.leases: dict[str, Millis] = {}
        self.presses: dict[PressId, Millis] = {}
        self.configurations: dict[GuildId, Document] = {}
        self.is_available = True
        self.before_swaps: list[Callable[[], Awaitable[object]]] = []
        """What others do just before the next swaps, one for each."""

    async def ping(self) -> None:
        self._require_available()

    async def close(self) -> None:
        self.is_available = False

    async def next_number(self, guild_id: GuildId) -> int:
        self._require_available()
        self.counters[guild_id] = self.counters.get(guild_id, 0) + 1
        return self.counters[guild_id]

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
        self.leases.pop(documents.ticket_id(ticket), None)

    async def by_number(self, guild_id: GuildId, number: int) -> Ticket | None:
        self._require_available()
        document = self.records.get(documents.id_of(guild_id, number))
        return None if document is None else documents.to_ticket(document)

    async def by_channel(self, guild_id: GuildId, channel_id: ChannelId) -> Ticket | None:
        found = [ticket for ticket in self._tickets() if ticket.channel_id == channel_id]
        return next((ticket for ticket in found if ticket.guild_id == guild_id), None)

    async def live_of(self, guild_id: GuildId, opener_id: UserId) -> Sequence[Ticket]:
        of_opener = [ticket for ticket in self._tickets(guild_id) if ticket.opener_id == opener_id]
        await asyncio.sleep(0)  # what is read may be out of date when it arrives
        return [ticket for ticket in of_opener if ticket.slot is not None]

    async def tickets_of(self, guild_id: GuildId, *, after: int = 0, limit: int = 100) -> Sequence[Ticket]:
        return [ticket for ticket in self._tickets(guild_id) if ticket.number > after][:limit]

    async def unfinished(self, *, before: Millis, limit: int = 100) -> Sequence[Ticket]:
        found = [ticket for ticket in self._tickets() if ticket.is_unfinished and ticket.changed_at < before]
        return sorted(found, key=lambda ticket: ticket.changed_at)[:limit]

    async def lease(self, ticket: Ticket, *, now: Millis, until: Millis) -> bool:
        self._require_available()
        name = documents.ticket_id(ticket)
        if name not in self.records or self.leases.get(name, 0) >= now:
            return False
        self.leases[name] = until
        return True

    async def take_press(self, press_id: PressId, *, now: Millis) -> bool:
        self._require_available()
        if press_id in self.presses:
            return False
        self.presses[press_id] = now
        return True

    async def forget_presses(self, *, before: Millis) -> None:
        self._require_available()
        self.presses = {press_id: at for press_id, at in self.presses.items() if at >= before}

    async def config(self, guild_id: GuildId) -> GuildConfig | None:
        self._require_available()
        document = self.configurations.get(guild_id)
        return None if document is None else documents.to_config(document)

    async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
        documents.require_next_config(before, after)
        stored = await self.config(after.guild_id)
        if (None if stored is None else stored.revision) != (None if before is None else before.revision):
            raise errors.StaleConfigError
        self.configurations[after.guild_id] = documents.from_config(after)

    async def configs(self, *, after: GuildId, limit: int = 100) -> Sequence[GuildConfig]:
        self._require_available()
        above = sorted(guild_id for guild_id in self.configurations if guild_id > after)
        return [documents.to_config(self.configurations[guild_id]) for guild_id in above[:limit]]

    def _require_available(self) -> None:
        if not self.is_available:
            raise errors.StoreUnavailableError

    def _tickets(self, guild_id: GuildId | None = None) -> list[Ticket]:
        self._require_available()
        tickets = [documents.to_ticket(document) for document in self.records.values()]
        return sorted(
            (ticket for ticket in tickets if guild_id in {None, ticket.guild_id}),
            key=lambda ticket: ticket.number,
        )

    def _require_revision(self, ticket: Ticket) -> None:
        self._require_available()
        document = self.records.get(documents.ticket_id(ticket), {})
        if document.get("revision") != ticket.revision:
            raise errors.StaleTicketError

    def _require_unique(self, document: Document) -> None:
        others = [other for other in self.records.values() if other["_id"] != document["_id"]]
        if "channel" in document and any(other.get("channel") == document["channel"] for other in others):
            raise errors.StaleTicketError
        if "slot" in document and any(other.get("slot") == document["slot"] for other in others):
            raise errors.SlotTakenError
