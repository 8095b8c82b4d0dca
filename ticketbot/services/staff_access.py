"""StaffAccess: shows open tickets to roles that became staff, and hides them from those that ceased to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.services.paging import all_tickets
from ticketbot.tickets import access, errors
from ticketbot.tickets.inheritance import settings_of
from ticketbot.tickets.model import Participant
from ticketbot.tickets.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ticketbot.services.ports import TicketChannels
    from ticketbot.services.store_ports import ConfigRecords, TicketRecords, TicketStore
    from ticketbot.tickets.ids import GuildId, RoleId
    from ticketbot.tickets.model import GuildConfig, Ticket
    from ticketbot.tickets.permissions import Overwrite

_LOOKED_AT: Final = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES
_LOOKED_AT_BESIDE_NOTES: Final = _LOOKED_AT | Permission.MANAGE_THREADS
"""Who may manage threads sees the notes of the staff."""

_TRIES: Final = 5
"""Saves that somebody else was faster with."""


@attrs.frozen
class _Difference:
    """A role whose overwrite in a ticket's channel is not as the settings say."""

    ticket: Ticket
    role_id: RoleId
    wanted: Overwrite | None

    @property
    def target(self) -> Participant:
        """Whose overwrite it is."""
        return Participant(id=self.role_id, is_role=True)

    @property
    def key(self) -> tuple[int, RoleId, Overwrite | None]:
        """What is tried once in a run."""
        return self.ticket.number, self.role_id, self.wanted


@attrs.frozen(kw_only=True)
class StaffAccess:
    """Brings the overwrites of open tickets in line with the settings.

    The roles that are concerned stand in the configuration until all channels agree, so that recovery goes on where a
    process ended. What is to be done is read from Discord each time: nothing is done twice.
    """

    store: TicketStore
    channels: TicketChannels

    async def apply(self, guild_id: GuildId) -> int:
        """Set what differs, one call after the other; return how many overwrites were set.

        One channel's failure does not stop the others.

        Raises
        ------
        TicketError
            Something could not be set; it is tried again by recovery.
        """
        config = await self.store.config(guild_id)
        tried: set[tuple[int, RoleId, Overwrite | None]] = set()
        count = 0
        failure: errors.TicketError | None = None
        while config is not None and config.unapplied_role_ids:
            tickets, is_complete = await self._tickets(guild_id)
            found = await self._differences(tickets, config)
            due = [difference for difference in found if difference.key not in tried]
            if not due:
                if failure is not None:
                    raise failure
                if is_complete:
                    await self._finish(config)
                break
            for difference in due:
                tried.add(difference.key)
                try:
                    await self._set(difference, config)
                    count += 1
                except errors.ChannelGoneError:
                    continue
                except errors.TicketError as error:
                    failure = error
            config = await self.store.config(guild_id)
        return count

    async def _set(self, difference: _Difference, config: GuildConfig) -> None:
        ticket = difference.ticket
        is_staff = difference.role_id in settings_of(ticket, config).staff_role_ids
        if ticket.has_notes and not is_staff:  # some of the role may see the ticket, as they were added
            await self.channels.remove_from_notes(ticket, config, access.without_notes(ticket))
        await self.channels.set_overwrite(ticket, config, difference.target)

    async def _tickets(self, guild_id: GuildId) -> tuple[Sequence[Ticket], bool]:
        """Return a server's tickets that have a channel, and whether none is about to get one."""
        tickets = [ticket async for ticket in all_tickets(self.store, guild_id)]
        found = [ticket for ticket in tickets if ticket.channel_id is not None]
        return found, len(found) == len(tickets)

    async def _differences(self, tickets: Sequence[Ticket], config: GuildConfig) -> Sequence[_Difference]:
        # Records first, channels second: a channel that is missing then was deleted.
        if not tickets:
            return []
        overwrites = await self.channels.role_overwrites(config.guild_id)
        found: list[_Difference] = []
        for ticket in tickets:
            shown = overwrites.get(ticket.channel_id) if ticket.channel_id is not None else None
            if shown is None:
                continue
            for role_id in config.unapplied_role_ids:
                wanted = access.overwrite_of(ticket, config, Participant(id=role_id, is_role=True))
                if not _agree(ticket, wanted, shown.get(role_id)):
                    found.append(_Difference(ticket, role_id, wanted))
        return found

    async def _finish(self, applied: GuildConfig) -> None:
        """Record that all channels agree, unless somebody else saves now: then recovery looks again."""
        after = attrs.evolve(applied, unapplied_role_ids=(), revision=applied.revision + 1)
        try:
            await self.store.save_config(applied, after)
        except errors.StaleConfigError:
            return


async def count(store: TicketRecords, before: GuildConfig, after: GuildConfig) -> int:
    """Return how many tickets have a channel that a role is to see by the later settings, but not by the earlier."""
    tickets = [ticket async for ticket in all_tickets(store, after.guild_id)]
    return sum(
        ticket.channel_id is not None
        and not set(settings_of(ticket, after).staff_role_ids) <= set(settings_of(ticket, before).staff_role_ids)
        for ticket in tickets
    )


async def request(store: ConfigRecords, guild_id: GuildId, role_ids: Collection[RoleId]) -> None:
    """Record that the overwrites of roles in open tickets are to be as the settings say; ``StaffAccess`` sets them.

    Raises
    ------
    StaleConfigError
        Others kept saving.
    """
    for tries_left in reversed(range(_TRIES)):
        config = await store.config(guild_id)
        if config is None:
            return
        after = with_unapplied(config, role_ids)
        if after == config:
            return
        after = attrs.evolve(after, revision=config.revision + 1)
        try:
            await store.save_config(config, after)
        except errors.StaleConfigError:
            if not tries_left:
                raise
        else:
            return


def _agree(ticket: Ticket, wanted: Overwrite | None, shown: Overwrite | None) -> bool:
    """Return whether an overwrite lets a role see, write and read notes as it is to.

    Other rights may be changed by hand.
    """
    if wanted is None or shown is None:
        return wanted is shown
    looked_at = _LOOKED_AT_BESIDE_NOTES if ticket.has_notes else _LOOKED_AT
    return all(
        one & looked_at == other & looked_at for one, other in ((wanted.allow, shown.allow), (wanted.deny, shown.deny))
    )


def with_unapplied(config: GuildConfig, role_ids: Collection[RoleId]) -> GuildConfig:
    """Return the configuration with roles noted whose overwrites in open tickets may differ from the settings."""
    noted = dict.fromkeys((*config.unapplied_role_ids, *sorted(role_ids)))
    return attrs.evolve(config, unapplied_role_ids=tuple(noted))
