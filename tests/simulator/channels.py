"""Creating, changing and deleting channels, with Discord's rules and limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator import errors, payloads, permissions
from tests.simulator.permissions import Permissions
from tests.simulator.state import Channel, ChannelType, Overwrite, OverwriteType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.simulator.errors import Json
    from tests.simulator.state import Guild, Member, World

_DROPPED: Final = re.compile(r"[!\"#$%&'()*+,./:;<=>?@\[\\\]^`{|}~]")
_EMPTY: Final = "Must be between 1 and 100 in length."


def text_name(name: str) -> str:
    """Write a text channel's name as Discord does: lower case, dashes for spaces, no punctuation."""
    return re.sub(r"-{2,}", "-", re.sub(r"\s+", "-", _DROPPED.sub("", name.strip().lower()))).strip("-")


def _name(world: World, name: str, kind: ChannelType) -> str:
    written = text_name(name) if kind in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT) else name.strip()
    if not written:
        raise errors.invalid_form("name", "BASE_TYPE_BAD_LENGTH", _EMPTY)
    if any(word in written for word in world.limits.forbidden_words):
        words = "Contains words not allowed for servers in Server Discovery."
        raise errors.invalid_form("name", "INVALID_COMMUNITY_PROPERTY_NAME", words)
    return written


def _topic(world: World, topic: str | None) -> str | None:
    if topic is not None and len(topic) > world.limits.topic:
        words = f"Must be {world.limits.topic} or fewer in length."
        raise errors.invalid_form("topic", "BASE_TYPE_MAX_LENGTH", words)
    return topic or None


def _parent(world: World, guild: Guild, raw: str | None, moving: Channel | None) -> Channel | None:
    if raw is None:
        return None
    parent = guild.channels.get(int(raw))
    if parent is None:
        raise errors.invalid_form("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
    if parent.type is not ChannelType.CATEGORY:
        raise errors.invalid_form("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category")
    others = [child for child in guild.children(parent) if child is not moving]
    if len(others) >= world.limits.channels_per_category:
        words = f"Maximum number of channels in category reached ({world.limits.channels_per_category})"
        raise errors.invalid_form("parent_id", "CHANNEL_PARENT_MAX_CHANNELS", words)
    return parent


def overwrite_of(guild: Guild, world: World, target: int, raw: Json, *, missing: str | None = None) -> Overwrite:
    """Read an overwrite out of a request; its target must exist."""
    kind = OverwriteType(raw.get("type") or 0)
    if kind is OverwriteType.ROLE and target not in guild.roles:
        raise errors.unknown(missing or "Role")
    if kind is OverwriteType.MEMBER and target not in world.users:
        raise errors.unknown(missing or "User")
    allow, deny = (Permissions(int(raw.get(key) or 0)) & permissions.ALL for key in ("allow", "deny"))
    return Overwrite(target, kind, allow & ~deny, deny)


def require_settable(
    actor: Member, guild: Guild, channel: Channel | None, parent: Channel | None, wanted: Iterable[Overwrite]
) -> None:
    """Refuse bits that the actor does not have; those that were there before may stay."""
    have = permissions.settable(actor, guild, channel, parent)
    before = {} if channel is None else channel.overwrites
    for overwrite in wanted:
        old = before.get(overwrite.id, Overwrite(overwrite.id, overwrite.type))
        changed = (old.allow ^ overwrite.allow) | (old.deny ^ overwrite.deny)
        if changed & ~have:
            raise errors.missing_permissions()


def _overwrites(world: World, guild: Guild, raw: list[Json]) -> dict[int, Overwrite]:
    return {int(one["id"]): overwrite_of(guild, world, int(one["id"]), one) for one in raw}


def create(world: World, guild: Guild, actor: Member, body: Json) -> Channel:
    """Create a channel for a member who may do so."""
    kind = ChannelType(body.get("type") or 0)
    parent = guild.channels.get(int(body["parent_id"])) if body.get("parent_id") else None
    may = permissions.base(actor) if parent is None else permissions.within(actor, parent)
    if parent is not None and not may & Permissions.VIEW_CHANNEL:
        raise errors.missing_access()
    if not may & Permissions.MANAGE_CHANNELS:
        raise errors.missing_permissions()
    if len(guild.channels) >= world.limits.channels_per_guild:
        words = f"Maximum number of server channels reached ({world.limits.channels_per_guild})"
        raise errors.DiscordError(400, 30013, words)
    parent = _parent(world, guild, body.get("parent_id"), None)
    if body.get("permission_overwrites") is None:
        overwrites = {} if parent is None else dict(parent.overwrites)  # a new channel is in step with its category
    else:
        overwrites = _overwrites(world, guild, body["permission_overwrites"])
        require_settable(actor, guild, None, parent, overwrites.values())
    channel = Channel(
        id=world.ids.next(),
        guild=guild,
        type=kind,
        name=_name(world, body["name"], kind),
        topic=_topic(world, body.get("topic")),
        parent_id=None if parent is None else parent.id,
        position=body.get("position") or len(guild.channels),
        nsfw=bool(body.get("nsfw")),
        rate_limit_per_user=body.get("rate_limit_per_user") or 0,
        overwrites=overwrites,
    )
    add(world, channel)
    return channel


def add(world: World, channel: Channel) -> None:
    """Put a channel into its guild."""
    channel.guild.channels[channel.id] = channel
    world.channels[channel.id] = channel
    world.emit("CHANNEL_CREATE", channel.guild.id, payloads.channel(channel))


def _new_overwrites(world: World, channel: Channel, actor: Member, raw: list[Json]) -> dict[int, Overwrite]:
    if not permissions.within(actor, channel) & Permissions.MANAGE_ROLES:
        raise errors.missing_permissions()
    overwrites = _overwrites(world, channel.guild, raw)
    removed = [Overwrite(one.id, one.type) for one in channel.overwrites.values() if one.id not in overwrites]
    require_settable(actor, channel.guild, channel, channel.parent, [*overwrites.values(), *removed])
    return overwrites


def edit(world: World, channel: Channel, actor: Member, body: Json) -> None:
    """Change a channel; what the body does not name stays."""
    changes: Json = {}
    if body.get("name") is not None:
        changes["name"] = _name(world, body["name"], channel.type)
    if "topic" in body:
        changes["topic"] = _topic(world, body["topic"])
    if "parent_id" in body:
        parent = _parent(world, channel.guild, body["parent_id"], channel)
        changes["parent_id"] = None if parent is None else parent.id
    if body.get("permission_overwrites") is not None:
        changes["overwrites"] = _new_overwrites(world, channel, actor, body["permission_overwrites"])
    plain = ("position", "nsfw", "rate_limit_per_user")
    changes |= {key: body[key] for key in plain if body.get(key) is not None}
    for key, value in changes.items():
        setattr(channel, key, value)
    changed(world, channel)


def changed(world: World, channel: Channel) -> None:
    """Tell the gateway that a channel changed."""
    world.emit("CHANNEL_UPDATE", channel.guild.id, payloads.channel(channel))


def start_thread(world: World, channel: Channel, name: str) -> Channel:
    """Create a public thread: a channel that is in no list, with the permissions of the one that it hangs on."""
    thread = Channel(
        id=world.ids.next(),
        guild=channel.guild,
        type=ChannelType.PUBLIC_THREAD,
        name=name,
        parent_id=channel.id,
        overwrites=channel.overwrites,
    )
    world.channels[thread.id] = thread
    return thread


def delete(world: World, channel: Channel) -> None:
    """Delete a channel with its threads; those in a category stay, outside."""
    for thread in [one for one in world.channels.values() if one.parent_id == channel.id]:
        if thread.type is ChannelType.PUBLIC_THREAD:
            delete(world, thread)
    channel.deleted = True
    channel.guild.channels.pop(channel.id, None)
    world.channels.pop(channel.id, None)
    for message in (*channel.messages.values(), *channel.ephemeral.values()):
        message.deleted = True
        for attachment in message.attachments:
            world.attachments.pop(attachment.id, None)
    world.emit("CHANNEL_DELETE", channel.guild.id, payloads.channel(channel))
    for child in channel.guild.children(channel):
        child.parent_id = None
        changed(world, child)


def set_overwrite(world: World, channel: Channel, overwrite: Overwrite) -> None:
    """Put an overwrite on a channel."""
    channel.overwrites[overwrite.id] = attrs.evolve(overwrite)
    changed(world, channel)


def remove_overwrite(world: World, channel: Channel, target: int) -> None:
    """Take an overwrite off a channel."""
    channel.overwrites.pop(target, None)
    changed(world, channel)
