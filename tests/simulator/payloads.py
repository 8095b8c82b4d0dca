"""State as Discord writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import media, permissions, snowflakes, state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.simulator.errors import Json
    from tests.simulator.state import (
        Application,
        Attachment,
        Channel,
        Command,
        DiscordState,
        Guild,
        Member,
        Message,
        Overwrite,
        Role,
        Thread,
        User,
    )  # fmt: skip


def user(who: User) -> Json:
    """Write a user."""
    payload: Json = {
        "id": str(who.id),
        "username": who.username,
        "avatar": who.avatar,
        "discriminator": "0000" if who.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": who.global_name,
        "primary_guild": None,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
    }
    if who.bot:
        payload["bot"] = True
    return payload


def own_user(what: Application) -> Json:
    """Write the bot's own user; its two-factor authentication is that of the application's owner."""
    return user(what.bot) | {
        "mfa_enabled": what.owner_has_two_factor,
        "locale": "en-US",
        "verified": True,
        "email": None,
        "premium_type": 0,
    }


def member(who: Member) -> Json:
    """Write a member."""
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None if who.timed_out_until is None else snowflakes.iso(who.timed_out_until),
        "flags": 0,
        "joined_at": snowflakes.iso(who.joined_at),
        "nick": who.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in who.role_ids],
        "user": user(who.user),
        "mute": False,
        "deaf": False,
    }


def role(what: Role) -> Json:
    """Write a role."""
    payload: Json = {
        "id": str(what.id),
        "name": what.name,
        "permissions": str(int(what.permissions)),
        "position": what.position,
        "color": what.color,
        "colors": {"primary_color": what.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": what.managed_by is not None,
        "mentionable": what.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if what.managed_by is not None:
        payload["tags"] = {"bot_id": str(what.managed_by)}
    return payload


def overwrite(what: Overwrite) -> Json:
    """Write an overwrite."""
    return {
        "id": str(what.id),
        "type": int(what.type),
        "allow": str(int(what.allow)),
        "deny": str(int(what.deny)),
    }


def _optional(value: int | None) -> str | None:
    return None if value is None else str(value)


def direct(what: Channel, other: User) -> Json:
    """Write a channel of direct messages."""
    last = _optional(what.last_message_id)
    return {"id": str(what.id), "type": 1, "flags": 0, "last_message_id": last, "recipients": [user(other)]}


def channel(what: Channel) -> Json:
    """Write a channel."""
    payload: Json = {
        "id": str(what.id),
        "type": int(what.type),
        "flags": 0,
        "guild_id": str(what.guild.id),
        "name": what.name,
        "parent_id": _optional(what.parent_id),
        "position": what.position,
        "permission_overwrites": [overwrite(one) for one in what.overwrites.values()],
    }
    if what.type is state.ChannelType.CATEGORY:
        return payload
    payload |= {
        "topic": what.topic,
        "nsfw": what.nsfw,
        "rate_limit_per_user": what.rate_limit_per_user,
        "last_message_id": _optional(what.last_message_id),
    }
    if what.last_pin is not None:
        payload["last_pin_timestamp"] = snowflakes.iso(what.last_pin)
    if what.thread is not None:
        return _thread(what, what.thread, payload)
    if what.type is state.ChannelType.VOICE:
        payload |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    return payload


def _thread(what: Channel, thread: Thread, payload: Json) -> Json:
    for key in ("position", "permission_overwrites", "topic", "nsfw"):
        del payload[key]
    count = len(what.messages)
    metadata: Json = {
        "archived": thread.archived,
        "archive_timestamp": snowflakes.iso(thread.changed_at),
        "auto_archive_duration": 4320,
        "locked": False,
        "create_timestamp": snowflakes.iso(snowflakes.moment(what.id)),
    }
    if what.is_private:
        metadata["invitable"] = thread.invitable
    return payload | {
        "owner_id": str(thread.owner_id),
        "thread_metadata": metadata,
        "message_count": count,
        "member_count": min(50, len(thread.members)),
        "total_message_sent": count,
    }


def threads(found: Iterable[Channel], viewer: Member, *, has_more: bool = False) -> Json:
    """Write a list of threads, and which of them a member joined."""
    listed = list(found)
    joined = [one for one in listed if one.thread is not None and viewer.id in one.thread.members]
    return {
        "threads": [channel(one) for one in listed],
        "members": [thread_member(one, viewer.id) for one in joined],
        "has_more": has_more,
    }


def thread_member(thread: Channel, user_id: int) -> Json:
    """Write a member of a thread."""
    return {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": snowflakes.iso(snowflakes.moment(thread.id)),
        "flags": 0,
    }


def interaction_channel(what: Channel, who: Member) -> Json:
    """Write the part of a channel that an interaction carries."""
    payload = channel(what)
    payload.pop("permission_overwrites")
    return payload | {"permissions": str(int(permissions.within(who, what)))}


def guild(what: Guild, *, counts: bool = False) -> Json:
    """Write a guild."""
    payload: Json = dict.fromkeys(
        (
            "description", "home_header", "splash", "discovery_splash", "banner", "application_id",
            "afk_channel_id", "system_channel_id", "widget_channel_id", "max_presences", "vanity_url_code",
            "rules_channel_id", "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data",
            "premium_progress_bar_enabled_user_updated_at",
        )
    )  # fmt: skip
    payload |= {
        "id": str(what.id),
        "name": what.name,
        "icon": what.icon,
        "features": list(what.features),
        "owner_id": str(what.owner_id),
        "region": "deprecated",
        "afk_timeout": 300,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "verification_level": 0,
        "roles": [role(one) for one in what.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": int(what.requires_two_factor),
        "explicit_content_filter": 0,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": what.locale,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [emoji(one, name) for one, name in what.emojis.items()],
        "stickers": [],
    }
    if counts:
        payload |= {
            "approximate_member_count": len(what.members),
            "approximate_presence_count": len(what.members),
        }
    return payload


def gateway_guild(what: Guild, bot: Member) -> Json:
    """Write a guild as GUILD_CREATE carries it."""
    return guild(what) | {
        "joined_at": snowflakes.iso(bot.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(what.members),
        "voice_states": [],
        "members": [member(bot)],
        "channels": [channel(one) for one in what.channels.values()],
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def attachment(what: Attachment, *, ephemeral: bool) -> Json:
    """Write an attachment."""
    payload: Json = {
        "id": str(what.id),
        "filename": what.filename,
        "size": what.size,
        "url": media.signed(what),
        "proxy_url": media.signed(what).replace("cdn.discordapp.com", "media.discordapp.net"),
        "content_type": what.content_type,
    }
    if what.description is not None:
        payload["description"] = what.description
    if ephemeral:
        payload["ephemeral"] = True
    return payload


def emoji(emoji_id: int, name: str) -> Json:
    """Write a guild's emoji that everybody may use."""
    flags = {"require_colons": True, "managed": False, "animated": False, "available": True}
    return {"id": str(emoji_id), "name": name, "roles": [], **flags}


def reaction(shown: str, users: set[int], viewer: User) -> Json:
    """Write one emoji's reactions."""
    return {
        "emoji": {"id": None, "name": shown},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": viewer.id in users,
    }


def message(discord: DiscordState, what: Message, *, nonce: bool = False, readable: bool = False) -> Json:
    """Write a message as the bot gets it: without its content where it may not read it, unless made readable."""
    bot = discord.application.bot
    mine = what.author.id == bot.id or bot in what.mentions
    content = readable or mine or discord.application.reads_content
    payload: Json = {
        "type": what.type,
        "content": what.content if content else "",
        "mentions": [user(one) for one in what.mentions],
        "mention_roles": [str(role_id) for role_id in what.mention_roles],
        "attachments": [attachment(one, ephemeral=what.ephemeral) for one in what.attachments] if content else [],
        "embeds": what.embeds if content else [],
        "timestamp": snowflakes.iso(what.timestamp),
        "edited_timestamp": None if what.edited is None else snowflakes.iso(what.edited),
        "flags": what.flags,
        "components": what.components if content else [],
        "id": str(what.id),
        "channel_id": str(what.channel.id),
        "author": user(what.author),
        "pinned": what.pinned_at is not None,
        "mention_everyone": what.mention_everyone,
        "tts": False,
    }
    if what.stickers:
        payload["sticker_items"] = what.stickers
    if what.poll is not None and content:
        payload["poll"] = what.poll
    if what.reactions:
        payload["reactions"] = [reaction(shown, users, bot) for shown, users in what.reactions.items() if users]
    if what.reference is not None:
        payload |= _reference(discord, what)
    if what.application_id is not None:
        payload |= {"application_id": str(what.application_id)}
    if what.interaction_metadata is not None:
        payload |= {"interaction_metadata": what.interaction_metadata, "webhook_id": str(what.application_id)}
    if nonce and what.nonce is not None:
        payload["nonce"] = what.nonce
    return payload


def _reference(discord: DiscordState, what: Message) -> Json:
    assert what.reference is not None
    payload: Json = {
        "message_reference": {
            "type": 0,
            "channel_id": str(what.reference.channel_id),
            "guild_id": str(what.channel.guild.id),
        }
    }
    if what.reference.message_id:
        payload["message_reference"]["message_id"] = str(what.reference.message_id)
    if what.type == 19:  # a reply
        target = what.channel.messages.get(what.reference.message_id)
        shown = None
        if target is not None:
            shown = {k: v for k, v in message(discord, target).items() if k != "referenced_message"}
            shown.pop("reactions", None)
        payload["referenced_message"] = shown
    return payload


def application(what: Application, guilds: int) -> Json:
    """Write the bot's own application."""
    return {
        "id": str(what.id),
        "name": what.name,
        "icon": None,
        "description": what.description,
        "type": None,
        "bot": user(what.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}},
        "verify_key": what.verify_key,
        "flags": what.flags,
        "flags_new": str(what.flags),
        "tags": [],
        "redirect_uris": [],
        "interactions_endpoint_url": what.interactions_endpoint_url,
        "role_connections_verification_url": None,
        "owner": user(what.owner),
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        "event_webhooks_types": [],
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def command(discord: DiscordState, what: Command, *, localizations: bool = True) -> Json:
    """Write an application command."""
    payload: Json = {
        "id": str(what.id),
        "application_id": str(discord.application.id),
        "version": str(what.version),
    } | what.body
    if what.guild_id is not None:
        payload["guild_id"] = str(what.guild_id)
        payload.pop("contexts", None)
        payload.pop("dm_permission", None)
    if not localizations:
        payload = {key: value for key, value in payload.items() if not key.endswith("_localizations")}
    return payload
