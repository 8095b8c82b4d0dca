"""Checks of a server's tickets: whether the bot may do in their channels what it has to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.admin.findings import blocks
from ticketbot.discord import guild_state
from ticketbot.discord.own_member import OwnMember
from ticketbot.services.paging import all_tickets
from ticketbot.tickets import permissions
from ticketbot.tickets.model import RoleId
from ticketbot.tickets.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import hikari

    from ticketbot.admin.findings import Finding
    from ticketbot.discord.guild_state import Channel
    from ticketbot.services.store_ports import TicketStore
    from ticketbot.tickets.model import GuildId, UserId

_NAMED: Final = 10
"""How many tickets a finding names at most."""


@attrs.frozen
class TicketChecks:
    """Checks tickets that have a channel; those whose channel was deleted are recovery's."""

    _rest: hikari.api.RESTClient
    _store: TicketStore
    _bot_id: UserId

    async def inspect(self, guild_id: GuildId, channels: Sequence[Channel]) -> Sequence[Finding]:
        """Return a finding if the bot lacks permissions in the channels of tickets.

        Discord forgets the overwrites of a bot that is removed from a server: invited back, it does not see the
        channels of older tickets.
        """
        by_id = {channel.id: channel for channel in channels}
        tickets = [ticket async for ticket in all_tickets(self._store, guild_id) if ticket.channel_id in by_id]
        if not tickets:
            return []
        missing = await self._missing(guild_id, {ticket.number: by_id[ticket.channel_id or 0] for ticket in tickets})
        if not missing:
            return []
        lacking = ", ".join(one.label for one in Permission if any(one in each for each in missing.values()))
        numbers = ", ".join(map(str, [*missing][:_NAMED])) + (", …" if len(missing) > _NAMED else "")
        return [
            blocks(
                "server",
                f"in the channels of {len(missing)} of {len(tickets)} tickets ({numbers}) the bot lacks {lacking}, so "
                "that nothing can be done with them; Discord forgets what a bot was allowed when it leaves. An "
                "administrator has to allow it there, or to give its role Administrator until these tickets are "
                "deleted",
            )
        ]

    async def _missing(self, guild_id: GuildId, channels: Mapping[int, Channel]) -> Mapping[int, Sequence[Permission]]:
        """Return what the bot lacks in channels, by the same keys; those where it lacks nothing are left out."""
        guild = await guild_state.fetch_guild(self._rest, guild_id)
        member = await OwnMember(rest=self._rest, bot_id=self._bot_id).fetch(guild_id)
        role_ids = [RoleId(int(role_id)) for role_id in member.get("roles") or ()]
        missing = {
            key: permissions.missing(
                guild.permissions_in(channel, role_ids, self._bot_id), permissions.NEEDED_IN_CATEGORY
            )
            for key, channel in channels.items()
        }
        return {key: lacking for key, lacking in missing.items() if lacking}
