"""Creating, changing and deleting channels, with Discord's rules and limits."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator import errors, payloads, permissions, snowflakes
from tests.simulator.permissions import Permissions
from tests.simulator.state import Channel, ChannelType, Overwrite, OverwriteType, Thread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.simulator.errors import Json
    from tests.simulator.state import DiscordState, Guild, Member, Message

_DROPPED: Final = re.compile(r"[!\"#$%&'()*+,./:;<=>?@\[\\\]^`{|}~]")
_RENAMES: Final = 2
_RENAME_SECONDS: Final = 600.0
_MODERATES: Final = Permissions.MANAGE_THREADS
_EMPTY: Final = "Must be between 1 and 100 in length."


def text_name(name: str) -> str:
    """Write a text channel's name as Discord does: lower case, dashes for spaces, no punctuation."""
    return re.sub(r"-{2,}", "-", re.sub(r"\s+", "-", _DROPPED.sub("", name.strip().lower()))).strip("-")


def _name(discord: DiscordState, name: str, kind: ChannelType) -> str:
    written = text_name(name) if kind in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT) else name.strip()
    if not written:
        raise errors.invalid_form("name", "BASE_TYPE_BAD_LENGTH", _EMPTY)
    if any(word in written for word in discord.limits.forbidden_words):
        words = "Contains words not allowed for servers in Server Discovery."
        raise errors.invalid_form("name", "INVALID_COMMUNITY_PROPERTY_NAME", words)
    return written


def _topic(discord: DiscordState, topic: str | None) -> str | None:
    if topic is not None and len(topic) > discord.limits.topic:
        words = f"Must be {discord.limits.topic} or fewer in length."
        raise errors.invalid_form("topic", "BASE_TYPE_MAX_LENGTH", words)
    return topic or None


def _parent(discord: DiscordState, guild: Guild, raw: str | None, moving: Channel | None) -> Channel | None:
    if raw is None:
        return None
    parent = guild.channels.get(int(raw))
    if parent is None:
        raise errors.invalid_form("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
    if parent.type is not ChannelType.CATEGORY:
        raise errors.invalid_form("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category")
    others = [child for child in guild.children(parent) if child is not moving]
    if len(others) >= discord.limits.channels_per_category:
        words = f"Maximum number of channels in category reached ({discord.limits.channels_per_category})"
        raise errors.invalid_form("parent_id", "CHANNEL_PARENT_MAX_CHANNELS", words)
    return parent


def overwrite_of(
    guild: Guild, discord: DiscordState, target: int, raw: Json, *, missing: str | None = None
) -> Overwrite:
    """Read an overwrite out of a request; its target must exist."""
    kind = OverwriteType(raw.get("type") or 0)
    if kind is OverwriteType.ROLE and target not in guild.roles:
        raise errors.unknown(missing or "Role")
    if kind is OverwriteType.MEMBER and target not in discord.users:
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


def _overwrites(discord: DiscordState, guild: Guild, raw: list[Json]) -> dict[int, Overwrite]:
    return {int(one["id"]): overwrite_of(guild, discord, int(one["id"]), one) for one in raw}


def create(discord: DiscordState, guild: Guild, actor: Member, body: Json) -> Channel:
    """Create a channel for a member who may do so."""
    kind = ChannelType(body.get("type") or 0)
    parent = guild.channels.get(int(body["parent_id"])) if body.get("parent_id") else None
    may = permissions.base(actor) if parent is None else permissions.within(actor, parent)
    if parent is not None and not may & Permissions.VIEW_CHANNEL:
        raise errors.missing_access()
    if not may & Permissions.MANAGE_CHANNELS:
        raise errors.missing_permissions()
    if len(guild.channels) >= discord.limits.channels_per_guild:
        words = f"Maximum number of server channels reached ({discord.limits.channels_per_guild})"
        raise errors.DiscordError(400, 30013, words)
    parent = _parent(discord, guild, body.get("parent_id"), None)
    if body.get("permission_overwrites") is None:
        overwrites = {} if parent is None else dict(parent.overwrites)  # a new channel is in step with its category
    else:
        overwrites = _overwrites(discord, guild, body["permission_overwrites"])
        require_settable(actor, guild, None, parent, overwrites.values())
    channel = Channel(
        id=discord.ids.next(),
        guild=guild,
        type=kind,
        name=_name(discord, body["name"], kind),
        topic=_topic(discord, body.get("topic")),
        parent_id=None if parent is None else parent.id,
        position=body.get("position") or len(guild.channels),
        nsfw=bool(body.get("nsfw")),
        rate_limit_per_user=body.get("rate_limit_per_user") or 0,
        overwrites=overwrites,
    )
    add(discord, channel)
    return channel


def add(discord: DiscordState, channel: Channel) -> None:
    """Put a channel into its guild."""
    channel.guild.channels[channel.id] = channel
    discord.channels[channel.id] = channel
    discord.emit("CHANNEL_CREATE", channel.guild.id, payloads.channel(channel))


def _new_overwrites(discord: DiscordState, channel: Channel, actor: Member, raw: list[Json]) -> dict[int, Overwrite]:
    if not permissions.within(actor, channel) & Permissions.MANAGE_ROLES:
        raise errors.missing_permissions()
    overwrites = _overwrites(discord, channel.guild, raw)
    removed = [Overwrite(one.id, one.type) for one in channel.overwrites.values() if one.id not in overwrites]
    require_settable(actor, channel.guild, channel, channel.parent, [*overwrites.values(), *removed])
    return overwrites


def edit(discord: DiscordState, channel: Channel, actor: Member, body: Json) -> None:
    """Change a channel; what the body does not name stays."""
    changes: Json = {}
    if channel.thread is not None and body.get("archived") is not None:
        archive(channel, archived=body["archived"])
    if "name" in body or "topic" in body:
        _require_may_be_renamed(channel)
    if body.get("name") is not None:
        changes["name"] = _name(discord, body["name"], channel.type)
    if "topic" in body:
        changes["topic"] = _topic(discord, body["topic"])
    if "parent_id" in body:
        parent = _parent(discord, channel.guild, body["parent_id"], channel)
        changes["parent_id"] = None if parent is None else parent.id
    if body.get("permission_overwrites") is not None:
        changes["overwrites"] = _new_overwrites(discord, channel, actor, body["permission_overwrites"])
    plain = ("position", "nsfw", "rate_limit_per_user")
    changes |= {key: body[key] for key in plain if body.get(key) is not None}
    for key, value in changes.items():
        setattr(channel, key, value)
    changed(discord, channel)


def _require_may_be_renamed(channel: Channel) -> None:
    """Count a change of a channel's name or topic: Discord takes two in ten minutes.

    Not in its documentation; libraries treat it so (discord.js, ``packages/rest/src/lib/utils/utils.ts``,
    ``hasSublimit``): status 429 with ``retry_after``, while the headers show requests that remain.
    """
    now = time.monotonic()
    channel.renamed_at = [at for at in channel.renamed_at if now - at < _RENAME_SECONDS]
    if len(channel.renamed_at) >= _RENAMES:
        raise errors.SublimitError(channel.renamed_at[0] + _RENAME_SECONDS - now)
    channel.renamed_at.append(now)


def changed(discord: DiscordState, channel: Channel) -> None:
    """Tell the gateway that a channel changed."""
    discord.emit("CHANNEL_UPDATE", channel.guild.id, payloads.channel(channel))


def start_thread(
    discord: DiscordState, channel: Channel, name: str, owner: Member, kind: ChannelType = ChannelType.PUBLIC_THREAD
) -> Channel:
    """Create a thread: it is not among the guild's channels, and has the permissions of the one that it hangs on."""
    thread = Channel(
        id=discord.ids.next(),
        guild=channel.guild,
        type=kind,
        name=name,
        parent_id=channel.id,
        overwrites=channel.overwrites,
        thread=Thread(owner_id=owner.id, members={owner.id}),
    )
    discord.channels[thread.id] = thread
    if not thread.is_private:
        discord.emit("THREAD_CREATE", channel.guild.id, payloads.channel(thread) | {"newly_created": True})
    return thread


def threads_of(discord: DiscordState, guild: Guild, viewer: Member) -> list[Channel]:
    """List the threads of a guild that a member sees, the newest first."""
    found = [one for one in discord.channels.values() if one.thread is not None and one.guild is guild]
    return sorted((one for one in found if permissions.can_see(viewer, one)), key=lambda one: -one.id)


def join(thread: Channel, message: Message) -> None:
    """Let who writes in a thread join it, and who is mentioned there, as far as they see the channel that it hangs on.

    Source: Discord's documentation, "Threads", sections "Thread Membership" and "Private Threads".
    """
    assert thread.thread is not None
    guild, author = thread.guild, thread.guild.members.get(message.author.id)
    if author is None:
        return
    thread.thread.members.add(author.id)
    may_add = not thread.is_private or thread.thread.invitable or permissions.within(author, thread) & _MODERATES
    if not may_add:
        return
    mentioned = {user.id for user in message.mentions} | {
        member.id for member in guild.members.values() if not {*message.mention_roles}.isdisjoint(member.role_ids)
    }
    for one in mentioned & guild.members.keys():
        if permissions.explicit(guild.members[one], thread) & Permissions.VIEW_CHANNEL:
            thread.thread.members.add(one)


def archive(thread: Channel, *, archived: bool = True) -> None:
    """Archive a thread, or unarchive it, as a message in it does."""
    assert thread.thread is not None
    if thread.thread.archived is not archived:
        thread.thread.archived, thread.thread.changed_at = archived, snowflakes.now()


def delete(discord: DiscordState, channel: Channel) -> None:
    """Delete a channel with its threads; those in a category stay, outside."""
    for thread in [one for one in discord.channels.values() if one.parent_id == channel.id]:
        if thread.thread is not None:
            delete(discord, thread)
    channel.deleted = True
    channel.guild.channels.pop(channel.id, None)
    discord.channels.pop(channel.id, None)
    for message in (*channel.messages.values(), *channel.ephemeral.values()):
        message.deleted = True
        for attachment in message.attachments:
            discord.attachments.pop(attachment.id, None)
    if channel.thread is not None:
        deleted = payloads.channel(channel)
        payload = {key: deleted[key] for key in ("id", "guild_id", "parent_id", "type")}
        discord.emit("THREAD_DELETE", channel.guild.id, payload)
    else:
        discord.emit("CHANNEL_DELETE", channel.guild.id, payloads.channel(channel))
    for child in channel.guild.children(channel):
        child.parent_id = None
        changed(discord, child)


def set_overwrite(discord: DiscordState, channel: Channel, overwrite: Overwrite) -> None:
    """Put an overwrite on a channel."""
    channel.overwrites[overwrite.id] = attrs.evolve(overwrite)
    changed(discord, channel)


def remove_overwrite(discord: DiscordState, channel: Channel, target: int) -> None:
    """Take an overwrite off a channel."""
    channel.overwrites.pop(target, None)
    changed(discord, channel)
