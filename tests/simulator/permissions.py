"""Who may do what: Discord's documented computation of permissions."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.simulator.state import Channel, Guild, Member


class Permissions(enum.IntFlag):
    """Discord's permission bits."""

    NONE = 0
    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    VIEW_GUILD_INSIGHTS = 1 << 19
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    REQUEST_TO_SPEAK = 1 << 32
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    MODERATE_MEMBERS = 1 << 40
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 1 << 41
    USE_SOUNDBOARD = 1 << 42
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    CREATE_EVENTS = 1 << 44
    USE_EXTERNAL_SOUNDS = 1 << 45
    SEND_VOICE_MESSAGES = 1 << 46
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


_P = Permissions

ALL: Final = _P(sum(bit.value for bit in _P))

EVERYONE: Final = (
    _P.VIEW_CHANNEL | _P.CREATE_INSTANT_INVITE | _P.CHANGE_NICKNAME | _P.SEND_MESSAGES | _P.EMBED_LINKS
    | _P.ATTACH_FILES | _P.ADD_REACTIONS | _P.USE_EXTERNAL_EMOJIS | _P.USE_EXTERNAL_STICKERS | _P.MENTION_EVERYONE
    | _P.READ_MESSAGE_HISTORY | _P.USE_APPLICATION_COMMANDS | _P.CREATE_PUBLIC_THREADS | _P.SEND_MESSAGES_IN_THREADS
    | _P.CONNECT | _P.SPEAK | _P.STREAM | _P.USE_VAD | _P.SEND_POLLS | _P.SEND_VOICE_MESSAGES | _P.USE_EXTERNAL_APPS
)  # fmt: skip
"""What the @everyone role of a new guild has."""

BOT: Final = (
    _P.VIEW_CHANNEL | _P.SEND_MESSAGES | _P.EMBED_LINKS | _P.ATTACH_FILES | _P.READ_MESSAGE_HISTORY
    | _P.MANAGE_CHANNELS | _P.MANAGE_ROLES | _P.MANAGE_MESSAGES | _P.PIN_MESSAGES
)  # fmt: skip
"""What a bot's own role has unless the test says otherwise; not ADMINISTRATOR, MENTION_EVERYONE."""

_WRITING: Final = _P.MENTION_EVERYONE | _P.SEND_TTS_MESSAGES | _P.ATTACH_FILES | _P.EMBED_LINKS


def base(member: Member) -> Permissions:
    """Compute a member's permissions in the guild."""
    guild = member.guild
    if member.id == guild.owner_id:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        if role := guild.roles.get(role_id):
            bits |= role.permissions
    return ALL if bits & _P.ADMINISTRATOR else bits


def explicit(member: Member, channel: Channel) -> Permissions:
    """Compute a member's permissions in a channel, without what a missing one implies."""
    bits = base(member)
    if bits & _P.ADMINISTRATOR:
        return ALL
    if overwrite := channel.overwrites.get(member.guild.id):
        bits = bits & ~overwrite.deny | overwrite.allow
    allow = deny = _P.NONE
    for role_id in member.role_ids:
        overwrite = channel.overwrites.get(role_id)
        if overwrite is not None and role_id in member.guild.roles:
            allow |= overwrite.allow
            deny |= overwrite.deny
    bits = bits & ~deny | allow
    if overwrite := channel.overwrites.get(member.id):
        bits = bits & ~overwrite.deny | overwrite.allow
    return bits


def within(member: Member, channel: Channel) -> Permissions:
    """Compute what a member can do in a channel: nothing without seeing it."""
    bits = explicit(member, channel)
    if member.is_timed_out and not bits & _P.ADMINISTRATOR:
        bits &= _P.VIEW_CHANNEL | _P.READ_MESSAGE_HISTORY
    if not bits & _P.VIEW_CHANNEL:
        return _P.NONE
    if channel.thread is not None:
        if channel.is_private and member.id not in channel.thread.members and not bits & _P.MANAGE_THREADS:
            return _P.NONE
        writes = bool(bits & _P.SEND_MESSAGES_IN_THREADS)
        bits = bits | _P.SEND_MESSAGES if writes else bits & ~_P.SEND_MESSAGES
    if not bits & _P.SEND_MESSAGES:
        bits &= ~_WRITING
    return bits


ELEVATED: Final = _P.MANAGE_CHANNELS | _P.MANAGE_ROLES | _P.MANAGE_MESSAGES
"""Permissions that need two-factor authentication where a guild demands it."""


def can_see(member: Member, channel: Channel) -> bool:
    """Tell whether a member sees a channel."""
    return bool(within(member, channel) & _P.VIEW_CHANNEL)


def settable(member: Member, guild: Guild, channel: Channel | None, parent: Channel | None) -> Permissions:
    """Tell which bits a member may set in overwrites.

    Those it has in the guild or in the parent; all, where an overwrite gives it MANAGE_ROLES; MANAGE_ROLES itself only
    as an administrator or through such an overwrite.
    """
    bits = base(member)
    if bits & _P.ADMINISTRATOR:
        return ALL
    if channel is not None:
        mine = [channel.overwrites.get(target) for target in (member.id, guild.id, *member.role_ids)]
        if any(overwrite is not None and overwrite.allow & _P.MANAGE_ROLES for overwrite in mine):
            return ALL
    if parent is not None:
        bits |= within(member, parent)
    return bits & ~_P.MANAGE_ROLES
