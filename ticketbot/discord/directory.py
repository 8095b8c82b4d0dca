"""The names of a server's roles and channels, for transcripts: asked for now and then, never kept up to date."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.discord import failures
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import hikari

    from ticketbot.tickets.model import ChannelId, GuildId, Member

_FRESH: Final = 600.0
"""Seconds for which names are good enough."""

_GUILDS: Final = 1000
"""How many servers' names are kept."""


_MEMBERS: Final = 10_000
"""How many members of all servers are remembered."""


@attrs.frozen(kw_only=True)
class GuildNames:
    """What a server, its roles and its channels are called."""

    guild: str = ""
    roles: Mapping[int, tuple[str, int]] = attrs.field(factory=dict[int, tuple[str, int]])
    """Name and colour by id, the highest first."""
    channels: Mapping[int, str] = attrs.field(factory=dict[int, str])

    def color_of(self, member: Member) -> int:
        """Tell the colour of a member's name: that of the highest role that has one; 0 is none."""
        held = (color for role_id, (_, color) in self.roles.items() if color and role_id in member.role_ids)
        return next(held, 0)


class Directory:
    """Names by server. Recovery and ``/ticket-config`` fill it in passing, so that a deletion seldom has to ask."""

    def __init__(self, rest: hikari.api.RESTClient) -> None:
        self._rest = rest
        self._names: dict[int, tuple[float, GuildNames]] = {}
        self._members: dict[tuple[int, int], Member] = {}

    async def channels(self, guild_id: GuildId) -> Sequence[hikari.GuildChannel]:
        """Fetch a server's channels, and remember their names."""
        async with failures.translated(gone=errors.ChannelGoneError):
            channels = await self._rest.fetch_guild_channels(guild_id)
        names = self._known(guild_id)
        self._keep(guild_id, attrs.evolve(names, channels={channel.id: channel.name or "" for channel in channels}))
        return channels

    async def guild(self, guild_id: GuildId) -> hikari.RESTGuild:
        """Fetch a server with its roles, and remember their names."""
        async with failures.translated(gone=errors.ChannelGoneError):
            guild = await self._rest.fetch_guild(guild_id)
        highest_first = sorted(guild.roles.values(), key=lambda role: (role.position, -role.id), reverse=True)
        roles = {role.id: (role.name, int(role.color)) for role in highest_first}
        self._keep(guild_id, attrs.evolve(self._known(guild_id), guild=guild.name, roles=roles))
        return guild

    async def names(self, guild_id: GuildId) -> GuildNames:
        """Tell the names, at most ten minutes old; those that cannot be had are left out."""
        kept = self._names.get(guild_id)
        if kept is None or time.monotonic() - kept[0] > _FRESH or not kept[1].roles or not kept[1].channels:
            try:
                await self.guild(guild_id)
                await self.channels(guild_id)
            except errors.TicketError:
                return self._known(guild_id)
        return self._known(guild_id)

    def add_channel(self, guild_id: GuildId, channel_id: ChannelId, name: str) -> None:
        """Remember the name of a channel that was just created."""
        kept = self._names.get(guild_id)
        if kept is not None:
            names = attrs.evolve(kept[1], channels={**kept[1].channels, channel_id: name})
            self._names[guild_id] = (kept[0], names)

    def meet(self, guild_id: GuildId, member: Member) -> None:
        """Remember a member who pressed something: what they are called there, and their roles."""
        self._members.pop((guild_id, member.id), None)
        while len(self._members) >= _MEMBERS:
            del self._members[next(iter(self._members))]
        self._members[guild_id, member.id] = member

    def met(self, guild_id: GuildId, user_ids: Iterable[int]) -> Sequence[Member]:
        """Tell what is remembered of members."""
        found = (self._members.get((guild_id, user_id)) for user_id in user_ids)
        return [member for member in found if member is not None]

    def _known(self, guild_id: GuildId) -> GuildNames:
        kept = self._names.get(guild_id)
        return GuildNames() if kept is None else kept[1]

    def _keep(self, guild_id: GuildId, names: GuildNames) -> None:
        self._names.pop(guild_id, None)
        while len(self._names) >= _GUILDS:
            del self._names[next(iter(self._names))]
        self._names[guild_id] = (time.monotonic(), names)
