"""Interactions as Discord sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import payloads, permissions

if TYPE_CHECKING:
    from tests.simulator.errors import Json
    from tests.simulator.interactions import Interaction
    from tests.simulator.state import Attachment, Channel, DiscordState, Member, Message, Role


def interaction(discord: DiscordState, what: Interaction, data: Json) -> Json:
    """Write an interaction."""
    guild, channel = what.member.guild, what.channel
    bot = guild.members.get(discord.application.bot.id)
    payload: Json = {
        "id": str(what.id),
        "application_id": str(discord.application.id),
        "type": int(what.type),
        "token": what.token,
        "version": 1,
        "data": data,
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": list(guild.features)},
        "guild_locale": guild.locale,
        "channel_id": str(channel.id),
        "channel": payloads.interaction_channel(channel, what.member),
        "member": member(what.member, channel),
        "locale": what.member.user.locale,
        "app_permissions": str(int(permissions.within(bot, channel))) if bot is not None else "0",
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": str(guild.id)},
        "context": 0,
        "attachment_size_limit": discord.limits.told_upload or discord.limits.upload,
    }
    if what.message is not None:
        payload["message"] = payloads.message(discord, what.message)
    return payload


def member(who: Member, channel: Channel) -> Json:
    """Write the member who did it."""
    return payloads.member(who) | {
        "permissions": str(int(permissions.within(who, channel))),
        "unusual_dm_activity_until": None,
    }


def metadata(discord: DiscordState, what: Interaction) -> Json:
    """Write what a message says about the interaction that it answers."""
    payload: Json = {
        "id": str(what.id),
        "type": int(what.type),
        "user": payloads.user(what.member.user),
        "authorizing_integration_owners": {"0": str(what.member.guild.id)},
    }
    if what.type == 3 and what.message is not None:  # a component
        payload["interacted_message_id"] = str(what.message.id)
    if what.type == 2 and (target_id := what.payload["data"].get("target_id")):  # a context menu's command
        target = discord.users.get(int(target_id))
        payload |= {"target_message_id": target_id} if target is None else {"target_user": payloads.user(target)}
    if what.origin is not None:
        payload["triggering_interaction_metadata"] = metadata(discord, what.origin)
    return payload


class Resolved:
    """Collects the data that ids in an interaction stand for."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.payload: Json = {}

    def add_member(self, who: Member) -> str:
        """Add a member, and the user."""
        payload = payloads.member(who)
        for key in ("user", "mute", "deaf"):
            payload.pop(key)
        payload["permissions"] = str(int(permissions.within(who, self._channel)))
        self.payload.setdefault("users", {})[str(who.id)] = payloads.user(who.user)
        self.payload.setdefault("members", {})[str(who.id)] = payload
        return str(who.id)

    def add_role(self, role: Role) -> str:
        """Add a role."""
        self.payload.setdefault("roles", {})[str(role.id)] = payloads.role(role)
        return str(role.id)

    def add_channel(self, channel: Channel, viewer: Member) -> str:
        """Add a channel."""
        self.payload.setdefault("channels", {})[str(channel.id)] = payloads.interaction_channel(channel, viewer)
        return str(channel.id)

    def add_attachment(self, file: Attachment) -> str:
        """Add an uploaded file."""
        self.payload.setdefault("attachments", {})[str(file.id)] = payloads.attachment(file, ephemeral=True)
        return str(file.id)

    def add_message(self, discord: DiscordState, message: Message) -> str:
        """Add a message with its content: it is shown to the command whatever the bot's intents."""
        self.payload.setdefault("messages", {})[str(message.id)] = payloads.message(discord, message, readable=True)
        return str(message.id)
