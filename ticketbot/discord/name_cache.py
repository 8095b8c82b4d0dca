"""NameCache: names of servers, roles, channels and members for transcripts, some of them minutes old."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.discord import guild_state
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import hikari

    from ticketbot.tickets.model import ChannelId, GuildId, Member

_MAX_AGE: Final = 600.0
"""Seconds after which a server's names are fetched again."""

_MAX_GUILDS: Final = 1000
_MAX_MEMBERS: Final = 10_000
"""How many servers and, in all of them, members are remembered."""


@attrs.frozen(kw_only=True)
class GuildNames:
    """The names of a server, its roles and its channels."""

    guild: str = ""
    icon: str = ""
    """The hash of the server's icon."""
    roles: Mapping[int, tuple[str, int]] = attrs.field(factory=dict[int, tuple[str, int]])
    """Name and colour by id, the highest first."""
    channels: Mapping[int, str] = attrs.field(factory=dict[int, str])

    def color_of(self, member: Member) -> int:
        """Return the colour of a member's name: that of the highest role that has one; 0 is none."""
        held = (color for role_id, (_, color) in self.roles.items() if color and role_id in member.role_ids)
        return next(held, 0)


class NameCache:
    """Names by server; recovery and ``/ticket-config`` fetch them anyway, so that a deletion seldom has to."""

    def __init__(self, rest: hikari.api.RESTClient) -> None:
        self._rest = rest
        self._names: dict[int, tuple[float, GuildNames]] = {}
        self._members: dict[tuple[int, int], Member] = {}

    async def channels(self, guild_id: GuildId) -> Sequence[guild_state.Channel]:
        """Fetch a server's channels, and remember their names."""
        channels = await guild_state.fetch_channels(self._rest, guild_id)
        names = self._remembered(guild_id)
        self._store(guild_id, attrs.evolve(names, channels={channel.id: channel.name for channel in channels}))
        return channels

    async def guild(self, guild_id: GuildId) -> guild_state.Guild:
        """Fetch a server with its roles, and remember their names."""
        guild = await guild_state.fetch_guild(self._rest, guild_id)
        highest_first = sorted(guild.roles.values(), key=lambda role: (role.position, -role.id), reverse=True)
        roles = {role.id: (role.name, role.color) for role in highest_first}
        self._store(guild_id, attrs.evolve(self._remembered(guild_id), guild=guild.name, icon=guild.icon, roles=roles))
        return guild

    async def names(self, guild_id: GuildId) -> GuildNames:
        """Return the names, fetched at most ten minutes ago; older ones, or none, if Discord does not answer."""
        cached = self._names.get(guild_id)
        if cached is None or time.monotonic() - cached[0] > _MAX_AGE or not cached[1].roles or not cached[1].channels:
            try:
                await self.guild(guild_id)
                await self.channels(guild_id)
            except errors.TicketError:
                return self._remembered(guild_id)
        return self._remembered(guild_id)

    def add_channel(self, guild_id: GuildId, channel_id: ChannelId, name: str) -> None:
        """Remember the name of a channel that was just created."""
        cached = self._names.get(guild_id)
        if cached is not None:
            names = attrs.evolve(cached[1], channels={**cached[1].channels, channel_id: name})
            self._names[guild_id] = (cached[0], names)

    def remember(self, guild_id: GuildId, member: Member) -> None:
        """Remember the display name and the roles of a member who used the bot."""
        self._members.pop((guild_id, member.id), None)
        while len(self._members) >= _MAX_MEMBERS:
            del self._members[next(iter(self._members))]
        self._members[guild_id, member.id] = member

    def lookup(self, guild_id: GuildId, user_ids: Iterable[int]) -> Sequence[Member]:
        """Return the members that are remembered."""
        found = (self._members.get((guild_id, user_id)) for user_id in user_ids)
        return [member for member in found if member is not None]

    def _remembered(self, guild_id: GuildId) -> GuildNames:
        cached = self._names.get(guild_id)
        return GuildNames() if cached is None else cached[1]

    def _store(self, guild_id: GuildId, names: GuildNames) -> None:
        self._names.pop(guild_id, None)
        while len(self._names) >= _MAX_GUILDS:
            del self._names[next(iter(self._names))]
        self._names[guild_id] = (time.monotonic(), names)
