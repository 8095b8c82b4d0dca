"""A server with its roles and channels, read from Discord's answers field by field.

hikari refuses a whole server for one emoji that lacks a field, and drops channels of types that it does not know, so
that they cannot be counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.discord import api, api_errors
from ticketbot.tickets import errors, permissions
from ticketbot.tickets.model import UserId
from ticketbot.tickets.permissions import Overwrite, OverwriteKind
from ticketbot.tickets.server_names import ServerNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import hikari

    from ticketbot.tickets.model import GuildId, RoleId

TEXT_CHANNEL: Final = 0
CATEGORY: Final = 4
"""Types of channels; Discord's documentation, "Channel Resource"."""

CATEGORY_LIMIT: Final = 50
GUILD_LIMIT: Final = 500
"""Channels that Discord allows in a category and in a server."""


@attrs.frozen(kw_only=True)
class Role:
    """A role."""

    id: int
    name: str = ""
    color: int = 0
    position: int = 0
    permissions: int = 0
    is_mentionable: bool = False
    bot_id: int | None = None
    """The bot that the role was made for."""
    is_managed: bool = False
    """Whether an integration manages it, so that nobody can be given it."""


@attrs.frozen(kw_only=True)
class Channel:
    """A channel or a category."""

    id: int
    type: int = TEXT_CHANNEL
    name: str = ""
    topic: str = ""
    parent_id: int | None = None
    last_message_id: int | None = None
    overwrites: tuple[Overwrite, ...] = ()


@attrs.frozen(kw_only=True)
class Guild:
    """A server."""

    id: GuildId
    name: str = ""
    roles: Mapping[int, Role] = attrs.field(factory=dict[int, Role])
    locale: str = ""
    features: frozenset[str] = frozenset()
    icon: str = ""
    """The hash of its icon."""
    requires_two_factor: bool = False
    """Whether moderators, and the owners of bots, need two-factor authentication."""
    emojis: Mapping[int, str] = attrs.field(factory=dict[int, str])
    """Its own emojis that are there for everybody, as ``<:name:id>``."""

    def permissions_of(self, role_ids: Sequence[RoleId]) -> int:
        """Return what holders of roles may do on the whole server."""
        by_role = {role.id: role.permissions for role in self.roles.values()}
        return permissions.on_guild(role_ids, by_role, self.id)

    def permissions_in(self, channel: Channel, role_ids: Sequence[RoleId], user_id: UserId | None = None) -> int:
        """Return what holders of roles, or a member with them, may do in a channel."""
        return permissions.in_channel(
            self.permissions_of(role_ids),
            channel.overwrites,
            guild_id=self.id,
            user_id=UserId(0) if user_id is None else user_id,
            role_ids=role_ids,
        )


async def fetch_guild(rest: hikari.api.RESTClient, guild_id: GuildId) -> Guild:
    """Fetch a server with its roles."""
    async with api_errors.translate_errors(gone=errors.ChannelGoneError):
        payload = await api.fetch_guild(rest, guild_id)
        roles = [_role(role) for role in payload.get("roles") or () if "id" in role]
        return Guild(
            id=guild_id,
            name=payload.get("name") or "",
            roles={role.id: role for role in roles},
            locale=payload.get("preferred_locale") or "",
            icon=payload.get("icon") or "",
            features=frozenset(payload.get("features") or ()),
            requires_two_factor=bool(payload.get("mfa_level")),
            emojis=_emojis(payload),
        )


def _emojis(guild: Mapping[str, Any]) -> Mapping[int, str]:
    """Return a server's emojis that are there for everybody, by id."""
    emojis: Sequence[Mapping[str, Any]] = guild.get("emojis") or ()
    found = (one for one in emojis if one.get("id") and one.get("available") is not False and not one.get("roles"))
    return {int(one["id"]): f"<{'a' if one.get('animated') else ''}:{one.get('name')}:{one['id']}>" for one in found}


async def fetch_channels(rest: hikari.api.RESTClient, guild_id: GuildId) -> Sequence[Channel]:
    """Fetch all channels of a server, categories too."""
    async with api_errors.translate_errors(gone=errors.ChannelGoneError):
        payload = await api.fetch_guild_channels(rest, guild_id)
        return [channel_of(channel) for channel in payload if "id" in channel]


def server_names(guild: Guild, channels: Sequence[Channel]) -> ServerNames:
    """Return what a server's channels and roles are called."""

    def named(kind: int) -> Mapping[int, str]:
        return {channel.id: channel.name for channel in channels if channel.type == kind}

    return ServerNames(
        id=guild.id,
        name=guild.name,
        channels=named(TEXT_CHANNEL),
        categories=named(CATEGORY),
        roles={role.id: role.name for role in guild.roles.values() if role.id != guild.id},
        emojis=guild.emojis,
    )


def count_in_category(channels: Iterable[Channel], category_id: int) -> int:
    """Count the channels of a category."""
    return sum(channel.parent_id == category_id for channel in channels)


def _role(payload: Mapping[str, Any]) -> Role:
    tags: Mapping[str, Any] = payload.get("tags") or {}
    return Role(
        id=int(payload["id"]),
        name=payload.get("name") or "",
        color=int(payload.get("color") or 0),
        position=int(payload.get("position") or 0),
        permissions=int(payload.get("permissions") or 0),
        is_mentionable=bool(payload.get("mentionable")),
        bot_id=_id(tags.get("bot_id")),
        is_managed=bool(payload.get("managed")),
    )


def channel_of(payload: Mapping[str, Any]) -> Channel:
    """Read a channel from one of Discord's answers."""
    return Channel(
        id=int(payload["id"]),
        type=int(payload.get("type") or 0),
        name=payload.get("name") or "",
        topic=payload.get("topic") or "",
        parent_id=_id(payload.get("parent_id")),
        last_message_id=_id(payload.get("last_message_id")),
        overwrites=tuple(_overwrite(one) for one in payload.get("permission_overwrites") or () if "id" in one),
    )


def _overwrite(payload: Mapping[str, Any]) -> Overwrite:
    return Overwrite(
        id=int(payload["id"]),
        kind=OverwriteKind.MEMBER if int(payload.get("type") or 0) else OverwriteKind.ROLE,
        allow=int(payload.get("allow") or 0),
        deny=int(payload.get("deny") or 0),
    )


def _id(value: object) -> int | None:
    return None if value is None else int(str(value))
