"""A server of Discord's in memory: guilds, roles, channels, members, messages, and who may do what there."""

from __future__ import annotations

import datetime
import re
import time
from typing import Any

import attrs

ADMINISTRATOR, MANAGE_CHANNELS, VIEW, SEND, EMBED, ATTACH, HISTORY, MENTION_ALL, MANAGE_ROLES, MANAGE_MESSAGES = (
    1 << bit for bit in (3, 4, 10, 11, 14, 15, 16, 17, 28, 13)
)
USE_COMMANDS = 1 << 31
ADD_REACTIONS = 1 << 6
EVERYONE = VIEW | SEND | EMBED | ATTACH | HISTORY | ADD_REACTIONS | USE_COMMANDS
ALL = (1 << 53) - 1
EPOCH = 1_420_070_400_000
TEXT, CATEGORY = 0, 4
EPHEMERAL = 64


class Snowflakes:
    """Ids that grow, with the time in them as Discord puts it there."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> int:
        self._last = max(self._last + 1, (time.time_ns() // 1_000_000 - EPOCH) << 22)
        return self._last


def iso(milliseconds: float | None = None) -> str:
    moment = time.time() if milliseconds is None else milliseconds / 1000
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).isoformat()


@attrs.define(kw_only=True)
class Role:
    id: int
    name: str
    permissions: int = 0
    mentionable: bool = False
    color: int = 0
    position: int = 1

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": self.color,
            "colors": {"primary_color": self.color, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": self.mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }


@attrs.define(kw_only=True)
class User:
    id: int
    name: str
    bot: bool = False

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": re.sub(r"[^a-z0-9_.]", "", self.name.lower()) or "user",
            "discriminator": "0",
            "global_name": None if self.bot else self.name,
            "avatar": None,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
            **({"bot": True} if self.bot else {}),
        }


@attrs.define(kw_only=True)
class File:
    id: int
    name: str
    content: bytes
    content_type: str | None = None

    def payload(self, base: str, channel_id: int) -> dict[str, Any]:
        url = f"{base}/cdn/{channel_id}/{self.id}/{self.name}"
        return {
            "id": str(self.id),
            "filename": self.name,
            "size": len(self.content),
            "url": url,
            "proxy_url": url,
            **({"content_type": self.content_type} if self.content_type else {}),
        }


@attrs.define(kw_only=True)
class Message:
    id: int
    channel: Channel
    author: User
    content: str = ""
    embeds: list[dict[str, Any]] = attrs.field(factory=list[dict[str, Any]])
    components: list[dict[str, Any]] = attrs.field(factory=list[dict[str, Any]])
    files: list[File] = attrs.field(factory=list[File])
    flags: int = 0
    type: int = 0
    nonce: str | None = None
    pinged: set[int] = attrs.field(factory=set[int])
    seen_by: int | None = None
    """The only user who sees it, if it is ephemeral."""
    edited: str | None = None
    reply_to: int | None = None
    interaction: dict[str, Any] | None = None

    def buttons(self) -> list[dict[str, Any]]:
        return [button for row in self.components for button in row.get("components", ())]

    def payload(self, base: str, *, blank: bool = False) -> dict[str, Any]:
        guild = self.channel.guild
        users = [int(found) for found in re.findall(r"<@!?(\d+)>", self.content)]
        return {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "content": "" if blank else self.content,
            "timestamp": iso((self.id >> 22) + EPOCH),
            "edited_timestamp": self.edited,
            "tts": False,
            "mention_everyone": False,
            "mentions": [guild.members[user].user.payload() for user in users if user in guild.members],
            "mention_roles": re.findall(r"<@&(\d+)>", self.content),
            "attachments": [] if blank else [file.payload(base, self.channel.id) for file in self.files],
            "embeds": [] if blank else self.embeds,
            "pinned": False,
            "type": self.type,
            "flags": self.flags,
            "components": [] if blank else self.components,
            **({"nonce": self.nonce} if self.nonce else {}),
            **(
                {
                    "message_reference": {
                        "type": 0,
                        "message_id": str(self.reply_to),
                        "channel_id": str(self.channel.id),
                        "guild_id": str(guild.id),
                    }
                }
                if self.reply_to
                else {}
            ),
        }


@attrs.define(kw_only=True)
class Channel:
    id: int
    guild: Guild
    name: str
    type: int = TEXT
    parent: Channel | None = None
    topic: str | None = None
    overwrites: dict[int, tuple[int, int, int]] = attrs.field(factory=dict[int, tuple[int, int, int]])
    """Type, allow and deny by the id of the role or member."""
    messages: list[Message] = attrs.field(factory=list[Message])

    def payload(self) -> dict[str, Any]:
        common = {
            "id": str(self.id),
            "type": self.type,
            "guild_id": str(self.guild.id),
            "name": self.name,
            "position": 0,
            "flags": 0,
            "parent_id": str(self.parent.id) if self.parent else None,
            "permission_overwrites": [
                {"id": str(target), "type": kind, "allow": str(allow), "deny": str(deny)}
                for target, (kind, allow, deny) in self.overwrites.items()
            ],
        }
        if self.type == CATEGORY:
            return common
        return {
            **common,
            "topic": self.topic,
            "nsfw": False,
            "last_message_id": str(self.messages[-1].id) if self.messages else None,
            "rate_limit_per_user": 0,
        }

    def find(self, message_id: int) -> Message | None:
        return next((message for message in self.messages if message.id == message_id), None)


@attrs.define(kw_only=True)
class Member:
    user: User
    guild: Guild
    roles: list[Role] = attrs.field(factory=list[Role])
    nick: str | None = None
    locale: str = "fr"
    joined: str = attrs.field(factory=iso)

    @property
    def id(self) -> int:
        return self.user.id

    def base(self) -> int:
        if self.user.id == self.guild.owner_id:
            return ALL
        total = self.guild.everyone.permissions
        for role in self.roles:
            total |= role.permissions
        return ALL if total & ADMINISTRATOR else total

    def permissions(self, channel: Channel) -> int:
        base = self.base()
        if base == ALL:
            return ALL
        for step in ([self.guild.id], [role.id for role in self.roles], [self.user.id]):
            found = [channel.overwrites[target] for target in step if target in channel.overwrites]
            for _, _, deny in found:
                base &= ~deny
            for _, allow, _ in found:
                base |= allow
        if not base & VIEW:
            return 0
        if channel.type == TEXT and not base & SEND:
            base &= ~(EMBED | ATTACH | MENTION_ALL)
        return base

    def payload(self) -> dict[str, Any]:
        return {
            "user": self.user.payload(),
            "nick": self.nick,
            "avatar": None,
            "banner": None,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }


@attrs.define(kw_only=True)
class Guild:
    id: int
    name: str
    owner_id: int
    locale: str = "fr"
    roles: dict[int, Role] = attrs.field(factory=dict[int, Role])
    members: dict[int, Member] = attrs.field(factory=dict[int, Member])
    channels: dict[int, Channel] = attrs.field(factory=dict[int, Channel])
    commands: dict[int, dict[str, Any]] = attrs.field(factory=dict[int, dict[str, Any]])

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    def payload(self) -> dict[str, Any]:
        nothing = [
            "icon",
            "description",
            "home_header",
            "splash",
            "discovery_splash",
            "banner",
            "application_id",
            "afk_channel_id",
            "system_channel_id",
            "widget_channel_id",
            "vanity_url_code",
            "max_presences",
            "rules_channel_id",
            "public_updates_channel_id",
            "safety_alerts_channel_id",
            "incidents_data",
        ]
        return {
            **dict.fromkeys(nothing),
            "id": str(self.id),
            "name": self.name,
            "features": [],
            "owner_id": str(self.owner_id),
            "region": "deprecated",
            "afk_timeout": 300,
            "system_channel_flags": 0,
            "widget_enabled": False,
            "verification_level": 0,
            "roles": [role.payload() for role in self.roles.values()],
            "default_message_notifications": 0,
            "mfa_level": 0,
            "explicit_content_filter": 0,
            "max_members": 500000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": self.locale,
            "nsfw": False,
            "nsfw_level": 0,
            "emojis": [],
            "stickers": [],
            "premium_progress_bar_enabled": False,
        }
