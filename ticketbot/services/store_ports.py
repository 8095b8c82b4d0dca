"""Ports of the store: what services need of it. Both stores fit them by shape.

Each write is atomic and durable once it returned. Every method may raise ``StoreUnavailableError``: then it is unknown
whether a write took effect.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, InteractionId, Millis, OwnerId, Ticket, UserId


class TicketRecords(Protocol):
    """The records of tickets."""

    async def add(self, ticket: Ticket) -> None:
        """Record a new ticket.

        Raises
        ------
        SlotTakenError
            The opener already has a ticket in that guild with that slot.
        StaleTicketError
            The number or the channel is another ticket's.
        """
        ...

    async def swap(self, before: Ticket, after: Ticket) -> None:
        """Replace ``before`` by ``after`` if the record still has the revision of ``before``.

        ``after`` must have the next revision. Releases or takes the slot in the same write.

        Raises
        ------
        StaleTicketError
            The record is gone or has another revision, or the channel is another ticket's.
        SlotTakenError
            ``after`` takes a slot that another ticket holds.
        """
        ...

    async def reserve(self, ticket: Ticket) -> Ticket:
        """Record a reserved ticket under its guild's next number, whatever number it has; return it with that number.

        The next number is the lowest one that was returned (see ``discard``), else one more than the last. However
        many processes ask, and wherever they are killed, no number is given to two tickets, and none is lost.

        Raises
        ------
        SlotTakenError
            The opener already has a ticket in that guild with that slot; no number is used.
        """
        ...

    async def confirm_reservation(self, ticket: Ticket) -> None:
        """Check, just before its channel is created, that a reserved ticket still has its record and its number.

        Raises
        ------
        StaleTicketError
            It does not: this process was held up for so long that others used them.
        """
        ...

    async def discard(self, ticket: Ticket) -> None:
        """Delete the record of a ticket that still has this revision; only the guild's counter stays.

        A reserved ticket must have no channel, and none that may still come: its number is returned, and goes to the
        next ticket.

        Raises
        ------
        StaleTicketError
            The record is gone or has another revision.
        """
        ...

    async def by_number(self, guild_id: GuildId, number: int) -> Ticket | None:
        """Return the ticket with a number."""
        ...

    async def by_channel(self, guild_id: GuildId, channel_id: ChannelId) -> Ticket | None:
        """Return the ticket that a channel belongs to."""
        ...

    async def live_of(self, guild_id: GuildId, opener_id: UserId) -> Sequence[Ticket]:
        """Return a member's tickets that hold a slot, by number."""
        ...

    async def tickets_of(self, guild_id: GuildId, *, after: int = 0, limit: int = 100) -> Sequence[Ticket]:
        """Return a guild's tickets with a number above ``after``, by number, at most ``limit``."""
        ...

    async def unfinished(self, *, before: Millis, limit: int = 100) -> Sequence[Ticket]:
        """Return tickets of all guilds that are unfinished since before a moment, oldest first, at most ``limit``."""
        ...


class InteractionLog(Protocol):
    """The interactions that were carried out lately, so that none is carried out twice."""

    async def record_interaction(self, interaction_id: InteractionId, *, now: Millis) -> bool:
        """Record an interaction; return whether it is new."""
        ...

    async def forget_interactions(self, *, before: Millis) -> None:
        """Forget the interactions that were recorded before a moment."""
        ...


class OpeningLog(Protocol):
    """When members opened tickets lately, so that openings can be limited."""

    async def record_opening(self, ticket: Ticket) -> None:
        """Remember that the opener opened this ticket, even when it is deleted; a second record changes nothing."""
        ...

    async def openings_of(self, guild_id: GuildId, opener_id: UserId, *, after: Millis) -> Sequence[Millis]:
        """Return when a member opened tickets in a guild, for those opened after a moment, oldest first."""
        ...

    async def forget_openings(self, *, before: Millis) -> None:
        """Forget the openings before a moment."""
        ...


class ConfigRecords(Protocol):
    """The configurations of guilds."""

    async def config(self, guild_id: GuildId) -> GuildConfig | None:
        """Return a guild's configuration."""
        ...

    async def save_config(self, before: GuildConfig | None, after: GuildConfig) -> None:
        """Replace ``before`` by ``after`` if the record still has the revision of ``before`` (None: if there is none).

        ``after`` must have the next revision (0 for the first).

        Raises
        ------
        StaleConfigError
            The record has another revision, or there is one already.
        """
        ...

    async def configs(self, *, after: GuildId, limit: int = 100) -> Sequence[GuildConfig]:
        """Return configurations of guilds with an id above ``after``, by id, at most ``limit``."""
        ...


class ConfigurationStore(ConfigRecords, InteractionLog, Protocol):
    """What ``ConfigurationService`` needs."""


class TicketStore(TicketRecords, InteractionLog, OpeningLog, ConfigRecords, Protocol):
    """The whole store."""

    async def ping(self) -> None:
        """Check that the store answers."""
        ...

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Delete all that is stored of a guild: configuration, tickets, openings, and the counter of its numbers."""
        ...

    async def close(self) -> None:
        """Close connections and files; the store is not used afterwards."""
        ...


class Role(StrEnum):
    """What one process at a time does, of all that use a store."""

    GATEWAY = "gateway"
    """Holds the gateway session."""
    STANDBY = "standby"
    """Is the next to hold it."""


class Owners(Protocol):
    """The processes that work on one store's tickets; unfinished work names the process that is at it.

    A process is gone when it has ended, or when it has given no sign of life for so long that it must hang. Whether
    that is so never depends on a clock of the day.
    """

    @property
    def own_id(self) -> OwnerId:
        """The id by which tickets name this process."""
        ...

    def is_gone(self, owner_id: OwnerId) -> bool:
        """Return whether a process is known to be gone."""
        ...

    @property
    def living(self) -> Sequence[OwnerId]:
        """The processes that live, this one included, as of the last ``watch``; the same order in each of them."""
        ...

    def may_seem_gone(self) -> bool:
        """Return whether this process gave no sign of life for so long that others may have taken its work over."""
        ...

    async def watch(self) -> bool:
        """Give a sign of life, and look for those of others; return whether a process is gone that was there before.

        To be called every ``watch_interval`` seconds.
        """
        ...

    @property
    def watch_interval(self) -> float:
        """Seconds between two calls of ``watch``."""
        ...

    async def hold(self, role: Role) -> bool:
        """Take a role if no other process has it; return whether this one has it now.

        A process that is gone has none.
        """
        ...

    async def is_held(self, role: Role) -> bool:
        """Return whether another process has a role."""
        ...

    async def release(self, role: Role) -> None:
        """Give a role up, for another process to take."""
        ...

    async def close(self) -> None:
        """Tell the others that this process has ended."""
        ...
