"""HikariTicketChannels: what tickets do on Discord, through hikari's REST client."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.discord import failures, history, messages
from ticketbot.discord.transcripts import TranscriptChannel
from ticketbot.tickets import access, errors, naming
from ticketbot.tickets.model import Census, ChannelId, CreatedChannel, RoleId, UserId
from ticketbot.tickets.permissions import Overwrite, OverwriteKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ticketbot.discord.clients import Clients
    from ticketbot.discord.directory import Directory
    from ticketbot.discord.media import MediaFetcher
    from ticketbot.discord.messages import Phrasebook
    from ticketbot.tickets.model import GuildConfig, GuildId, Ticket

_LOGGER = logging.getLogger(__name__)

_SEEN_FOR: Final = 10.0
"""Seconds for which a channel that was seen is taken to be there: hasty presses cost no call each."""

_MEMBER_LEFT: Final = (10007, 10009, 10013)
"""Discord's codes for an unknown member, overwrite and user: somebody who left has nothing to be shown or hidden."""

_OVERWRITE_TYPES: Final = {
    OverwriteKind.ROLE: hikari.PermissionOverwriteType.ROLE,
    OverwriteKind.MEMBER: hikari.PermissionOverwriteType.MEMBER,
}


class HikariTicketChannels(TranscriptChannel):
    """The TicketChannels port.

    Channels are created by the client that never repeats a request: Discord knows no mark against a second channel.
    """

    def __init__(
        self, clients: Clients, bot_id: UserId, directory: Directory, phrasebook: Phrasebook, media: MediaFetcher
    ) -> None:
        super().__init__(clients, bot_id, directory, phrasebook, media)
        self._once = clients.once
        self._seen: dict[ChannelId, float] = {}

    async def create(self, ticket: Ticket, config: GuildConfig) -> CreatedChannel:
        """Create the channel; leave out roles that are gone and a name that Discord refuses."""
        overwrites = access.overwrites(ticket, config, self._bot_id)
        name = naming.channel_name(ticket.number, ticket.opener_name)
        try:
            return await self._create(ticket, config, name, overwrites)
        except errors.DiscordRefusedError as refused:
            told = failures.told(refused)
            _LOGGER.info("channel of ticket %s of guild %s refused: %s", ticket.number, ticket.guild_id, told)
            lost = await self._lost_roles(ticket.guild_id, config)
            kept = tuple(overwrite for overwrite in overwrites if overwrite.id not in lost)
            if not lost:
                name = naming.neutral_channel_name(ticket.number)
            created = await self._create(ticket, config, name, kept)
            return CreatedChannel(id=created.id, lost_role_ids=lost)

    async def _create(
        self, ticket: Ticket, config: GuildConfig, name: str, overwrites: Sequence[Overwrite]
    ) -> CreatedChannel:
        async with failures.translated(config.category_id, gone=errors.ChannelGoneError):
            channel = await self._once.create_guild_text_channel(
                ticket.guild_id,
                name,
                topic=self._phrasebook.of(config).topic(ticket),
                category=config.category_id,
                permission_overwrites=[
                    hikari.PermissionOverwrite(
                        id=overwrite.id,
                        type=_OVERWRITE_TYPES[overwrite.kind],
                        allow=hikari.Permissions(overwrite.allow),
                        deny=hikari.Permissions(overwrite.deny),
                    )
                    for overwrite in overwrites
                ],
            )
        self._directory.add_channel(ticket.guild_id, ChannelId(int(channel.id)), channel.name or name)
        return CreatedChannel(id=ChannelId(int(channel.id)))

    async def _lost_roles(self, guild_id: GuildId, config: GuildConfig) -> tuple[RoleId, ...]:
        guild = await self._directory.guild(guild_id)
        return tuple(role_id for role_id in config.staff_role_ids if hikari.Snowflake(role_id) not in guild.roles)

    async def find(self, ticket: Ticket) -> Sequence[ChannelId]:
        """Look for channels with the ticket's own topic."""
        channels = await self._directory.channels(ticket.guild_id)
        return sorted(
            ChannelId(int(channel.id))
            for channel in channels
            if isinstance(channel, hikari.GuildTextChannel) and messages.is_topic_of(channel.topic or "", ticket)
        )

    async def delete(self, channel_id: ChannelId) -> None:
        """Delete a channel."""
        self._seen.pop(channel_id, None)
        try:
            async with failures.translated(channel_id):
                await self._rest.delete_channel(channel_id)
        except errors.ChannelGoneError:
            return

    async def show_opener(self, ticket: Ticket) -> None:
        """Set the opener's overwrite to what it was at first."""
        await self._overwrite(ticket, access.opener_overwrite(ticket, sees=True))

    async def hide_from_opener(self, ticket: Ticket) -> None:
        """Set the opener's overwrite to a denial."""
        await self._overwrite(ticket, access.opener_overwrite(ticket, sees=False))

    async def _overwrite(self, ticket: Ticket, overwrite: Overwrite) -> None:
        channel_id = _channel_of(ticket)
        try:
            async with failures.translated(channel_id):
                await self._rest.edit_permission_overwrite(
                    channel_id,
                    overwrite.id,
                    target_type=_OVERWRITE_TYPES[overwrite.kind],
                    allow=hikari.Permissions(overwrite.allow),
                    deny=hikari.Permissions(overwrite.deny),
                )
        except errors.DiscordRefusedError as refused:
            if refused.code not in _MEMBER_LEFT:
                raise

    async def post_notice(self, ticket: Ticket, config: GuildConfig, lost_roles: Sequence[RoleId] = ()) -> None:
        """Post the notice; its nonce is the press that it answers."""
        channel_id = _channel_of(ticket)
        message = self._phrasebook.of(config).notice(ticket, config, lost_roles)
        async with failures.translated(channel_id):
            await self._rest.create_message(
                channel_id,
                message.content or hikari.UNDEFINED,
                embeds=message.embeds,
                components=message.rows,
                user_mentions=message.pinged_users,
                role_mentions=message.pinged_roles,
                nonce=str(ticket.press_id),
            )

    async def has_notice(self, ticket: Ticket, config: GuildConfig) -> bool:
        """Look for the notice among the messages that are younger than the press that it answers."""
        del config
        channel_id = _channel_of(ticket)
        call = history.call_in(channel_id)
        async for message in history.since(self._rest, channel_id, ticket.press_id, call=call):
            if int(message["author"]["id"]) == self._bot_id and messages.is_notice(message, ticket):
                return True
        return False

    async def exists(self, channel_id: ChannelId) -> bool:
        """Ask for the channel, unless it was seen a moment ago."""
        now = time.monotonic()
        if now - self._seen.get(channel_id, -_SEEN_FOR) < _SEEN_FOR:
            return True
        try:
            async with failures.translated(channel_id):
                await self._rest.fetch_channel(channel_id)
        except errors.ChannelGoneError:
            return False
        except errors.MissingPermissionsError:
            pass  # it is there, out of the bot's sight
        self._seen = {seen: at for seen, at in self._seen.items() if now - at < _SEEN_FOR}
        self._seen[channel_id] = now
        return True

    async def census(self, guild_id: GuildId, seated: Collection[Ticket]) -> Census:
        """List a guild's channels; learn the names of its roles in passing."""
        await self._directory.guild(guild_id)
        channels = await self._directory.channels(guild_id)
        known = {ticket.channel_id for ticket in seated}
        silent = [
            channel
            for channel in channels
            if isinstance(channel, hikari.GuildTextChannel) and channel.topic and channel.last_message_id is None
        ]
        doubles = [
            ChannelId(int(channel.id))
            for channel in silent
            if int(channel.id) not in known and any(messages.is_topic_of(channel.topic or "", one) for one in seated)
        ]
        return Census(existing=frozenset(ChannelId(int(channel.id)) for channel in channels), doubles=tuple(doubles))


def _channel_of(ticket: Ticket) -> ChannelId:
    assert ticket.channel_id is not None, "only a ticket with a channel is shown"
    return ticket.channel_id
