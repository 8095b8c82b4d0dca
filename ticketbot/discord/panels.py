"""HikariPanelChannels: what ``/ticket-config`` does on Discord."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import hikari
import orjson

from ticketbot.discord import buttons, failures, raw
from ticketbot.tickets import errors, permissions
from ticketbot.tickets.model import (
    ChannelId,
    GuildConfig,
    Language,
    LeftPanel,
    MessageId,
    Place,
    Preflight,
    Problem,
    RoleId,
    UserId,
)
from ticketbot.tickets.permissions import Overwrite, OverwriteKind, Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ticketbot.discord.directory import Directory
    from ticketbot.discord.messages import Phrasebook

CATEGORY_LIMIT: Final = 50
GUILD_LIMIT: Final = 500
NEARLY: Final = 5
"""How many places left count as nearly full."""


class HikariPanelChannels:
    """The PanelChannels port."""

    def __init__(
        self, rest: hikari.api.RESTClient, bot_id: UserId, directory: Directory, phrasebook: Phrasebook
    ) -> None:
        self._rest = rest
        self._bot_id = bot_id
        self._directory = directory
        self._phrasebook = phrasebook

    async def preflight(self, config: GuildConfig) -> Preflight:
        """Work out the bot's permissions in each place, as Discord does, and look at the rest."""
        guild = await self._directory.guild(config.guild_id)
        channels = {channel.id: channel for channel in await self._directory.channels(config.guild_id)}
        role_ids = await self._own_role_ids(config)
        base = permissions.on_guild(
            role_ids, {role.id: int(role.permissions) for role in guild.roles.values()}, config.guild_id
        )
        missing: list[tuple[Place, ChannelId, tuple[Permission, ...]]] = []
        for place, channel_id, needed in _needs(config, guild.roles):
            channel = channels.get(hikari.Snowflake(channel_id))
            if isinstance(channel, hikari.PermissibleGuildChannel):
                held = permissions.in_channel(
                    base,
                    _overwrites(channel.permission_overwrites.values()),
                    guild_id=config.guild_id,
                    user_id=self._bot_id,
                    role_ids=role_ids,
                )
                if lacking := permissions.missing(held, needed):
                    missing.append((place, channel_id, lacking))
        problems = [*_problems(config, guild.roles, channels), *await self._content_problem()]
        return Preflight(missing=tuple(missing), problems=tuple(problems), language=_language(guild))

    async def post_panel(self, config: GuildConfig) -> MessageId:
        """Edit the panel that stands in the channel, or post one; of several, the newer ones go."""
        standing = await self._standing(config.panel_channel_id, config.panel_message_id)
        for double in standing[1:]:
            await self._remove(config.panel_channel_id, double)
        if standing:
            await self._edit(config, standing[0])
            return standing[0]
        panel = self._phrasebook.of(config).panel()
        async with failures.translated(config.panel_channel_id):
            message = await self._rest.create_message(
                config.panel_channel_id,
                embeds=panel.embeds,
                components=panel.rows,
                nonce=f"panel-{config.revision}",
            )
        return MessageId(int(message.id))

    def panel_look(self, config: GuildConfig) -> str:
        """Digest what Discord is sent to show the panel."""
        panel = self._phrasebook.of(config).panel()
        embeds = [self._rest.entity_factory.serialize_embed(embed)[0] for embed in panel.embeds]
        rows = [row.build()[0] for row in panel.rows]
        return hashlib.sha256(orjson.dumps([embeds, rows], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    async def edit_panel(self, config: GuildConfig) -> None:
        """Edit the panel that was posted last; one that somebody deleted stays away."""
        assert config.panel_message_id is not None, "it was posted"
        try:
            await self._edit(config, config.panel_message_id)
        except errors.ChannelGoneError:
            return

    async def remove_panel(self, left: LeftPanel) -> None:
        """Delete a panel; of one whose id nobody noted, all that are found in its channel."""
        if left.message_id is not None:
            await self._remove(left.channel_id, left.message_id)
            return
        try:
            found = await self._standing(left.channel_id, None)
        except errors.ChannelGoneError:
            return
        for message_id in found:
            await self._remove(left.channel_id, message_id)

    async def _remove(self, channel_id: ChannelId, message_id: MessageId) -> None:
        try:
            async with failures.translated(channel_id):
                await self._rest.delete_message(channel_id, message_id)
        except errors.ChannelGoneError:
            return

    async def _edit(self, config: GuildConfig, message_id: MessageId) -> None:
        panel = self._phrasebook.of(config).panel()
        async with failures.translated(config.panel_channel_id):
            await self._rest.edit_message(
                config.panel_channel_id, message_id, embeds=panel.embeds, components=panel.rows
            )

    async def _standing(self, channel_id: ChannelId, noted: MessageId | None) -> Sequence[MessageId]:
        """Find the panels in a channel, oldest first: also one that a crash left unrecorded of late."""
        found: set[MessageId] = set()
        async with failures.translated(channel_id):
            for message in await raw.messages(self._rest, channel_id):
                if int(message["author"]["id"]) == self._bot_id and buttons.ButtonId.OPEN in buttons.under(message):
                    found.add(MessageId(int(message["id"])))
            if noted is not None and noted not in found:
                try:
                    await self._rest.fetch_message(channel_id, noted)
                    found.add(noted)
                except hikari.NotFoundError:
                    pass
        return sorted(found)

    async def _own_role_ids(self, config: GuildConfig) -> Sequence[RoleId]:
        async with failures.translated(gone=errors.ChannelGoneError):
            member = await self._rest.fetch_member(config.guild_id, self._bot_id)
        return [RoleId(int(role_id)) for role_id in member.role_ids]

    async def _content_problem(self) -> Sequence[Problem]:
        async with failures.translated():
            flags = (await self._rest.fetch_application()).flags
        wanted = hikari.ApplicationFlags.MESSAGE_CONTENT_INTENT | hikari.ApplicationFlags.MESSAGE_CONTENT_INTENT_LIMITED
        return () if flags & wanted else (Problem.MESSAGE_CONTENT,)


def _needs(
    config: GuildConfig, roles: Mapping[hikari.Snowflake, hikari.Role]
) -> Sequence[tuple[Place, ChannelId, Permission]]:
    staff = [roles[hikari.Snowflake(role_id)] for role_id in config.staff_role_ids if role_id in roles]
    pings = Permission.NONE if all(role.is_mentionable for role in staff) else permissions.NEEDED_FOR_PINGS
    return (
        (Place.PANEL, config.panel_channel_id, permissions.NEEDED_IN_PANEL_CHANNEL),
        (Place.TRANSCRIPT, config.transcript_channel_id, permissions.NEEDED_IN_TRANSCRIPT_CHANNEL),
        (Place.CATEGORY, config.category_id, permissions.NEEDED_IN_CATEGORY | pings),
    )


def _problems(
    config: GuildConfig,
    roles: Mapping[hikari.Snowflake, hikari.Role],
    channels: Mapping[hikari.Snowflake, hikari.GuildChannel],
) -> Sequence[Problem]:
    problems: list[Problem] = []
    if config.guild_id in config.staff_role_ids:
        problems.append(Problem.EVERYONE_ROLE)
    if any(hikari.Snowflake(role_id) not in roles for role_id in config.staff_role_ids):
        problems.append(Problem.ROLE_MISSING)
    wanted = (
        (config.panel_channel_id, hikari.ChannelType.GUILD_TEXT),
        (config.transcript_channel_id, hikari.ChannelType.GUILD_TEXT),
        (config.category_id, hikari.ChannelType.GUILD_CATEGORY),
    )
    found = [(channels.get(hikari.Snowflake(channel_id)), kind) for channel_id, kind in wanted]
    if any(channel is None for channel, _ in found):
        problems.append(Problem.CHANNEL_MISSING)
    if any(channel is not None and channel.type != kind for channel, kind in found):
        problems.append(Problem.CHANNEL_TYPE)
    inside = sum(
        1
        for channel in channels.values()
        if isinstance(channel, hikari.PermissibleGuildChannel) and channel.parent_id == config.category_id
    )
    if inside >= CATEGORY_LIMIT - NEARLY:
        problems.append(Problem.CATEGORY_NEARLY_FULL)
    if len(channels) >= GUILD_LIMIT - NEARLY:
        problems.append(Problem.GUILD_NEARLY_FULL)
    return problems


def _language(guild: hikari.RESTGuild) -> Language | None:
    """Tell which language a server chose: one that is no Community cannot, and Discord calls it American English."""
    if guild.preferred_locale == hikari.Locale.EN_US and hikari.GuildFeature.COMMUNITY not in guild.features:
        return None
    return Language.of(guild.preferred_locale)


def _overwrites(overwrites: Iterable[hikari.PermissionOverwrite]) -> Sequence[Overwrite]:
    return [
        Overwrite(
            id=overwrite.id,
            kind=OverwriteKind.ROLE if overwrite.type == hikari.PermissionOverwriteType.ROLE else OverwriteKind.MEMBER,
            allow=int(overwrite.allow),
            deny=int(overwrite.deny),
        )
        for overwrite in overwrites
    ]
