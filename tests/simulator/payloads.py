"""State as Discord writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import media, permissions, snowflakes, state

if TYPE_CHECKING:
    from tests.simulator.errors import Json
    from tests.simulator.state import (
        Application,
        Attachment,
        Channel,
        Command,
        Guild,
        Member,
        Message,
        Overwrite,
        Role,
        User,
        World,
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


def own_user(who: User) -> Json:
    """Write the bot's own user."""
    return user(who) | {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None, "premium_type": 0}


def member(who: Member) -> Json:
    """Write a member."""
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
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
    if what.type is state.ChannelType.VOICE:
        payload |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    return payload


def interaction_channel(what: Channel, who: Member) -> Json:
    """Write the part of a channel that an interaction carries."""
    payload = channel(what)
    payload.pop("permission_overwrites")
    return payload | {"permissions": str(int(permissions.within(who, what)))}


def guild(what: Guild, *, counts: bool = False) -> Json:
    """Write a guild."""
    payload: Json = dict.fromkeys(
        (
            "icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id",
            "afk_channel_id", "system_channel_id", "widget_channel_id", "max_presences", "vanity_url_code",
            "rules_channel_id", "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data",
            "premium_progress_bar_enabled_user_updated_at",
        )
    )  # fmt: skip
    payload |= {
        "id": str(what.id),
        "name": what.name,
        "features": list(what.features),
        "owner_id": str(what.owner_id),
        "region": "deprecated",
        "afk_timeout": 300,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "verification_level": 0,
        "roles": [role(one) for one in what.roles.values()],
        "default_message_notifications": 0,
        "mfa_level": 0,
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
        "emojis": [],
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


def reaction(emoji: str, users: set[int], viewer: User) -> Json:
    """Write one emoji's reactions."""
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": viewer.id in users,
    }


def message(world: World, what: Message, *, nonce: bool = False) -> Json:
    """Write a message as the bot gets it: without its content where it may not read it."""
    bot = world.application.bot
    mine = what.author.id == bot.id or bot in what.mentions
    content = mine or world.application.reads_content
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
    if what.reactions:
        payload["reactions"] = [reaction(emoji, users, bot) for emoji, users in what.reactions.items() if users]
    if what.reference is not None:
        payload |= _reference(world, what)
    if what.application_id is not None:
        payload |= {"application_id": str(what.application_id)}
    if what.interaction_metadata is not None:
        payload |= {"interaction_metadata": what.interaction_metadata, "webhook_id": str(what.application_id)}
    if nonce and what.nonce is not None:
        payload["nonce"] = what.nonce
    return payload


def _reference(world: World, what: Message) -> Json:
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
            shown = {k: v for k, v in message(world, target).items() if k != "referenced_message"}
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


def command(world: World, what: Command, *, localizations: bool = True) -> Json:
    """Write an application command."""
    payload: Json = {
        "id": str(what.id),
        "application_id": str(world.application.id),
        "version": str(what.version),
    } | what.body
    if what.guild_id is not None:
        payload["guild_id"] = str(what.guild_id)
        payload.pop("contexts", None)
        payload.pop("dm_permission", None)
    if not localizations:
        payload = {key: value for key, value in payload.items() if not key.endswith("_localizations")}
    return payload
