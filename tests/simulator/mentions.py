"""Whom a message mentions, and who is notified of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from tests.simulator import permissions
from tests.simulator.permissions import Permissions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tests.simulator.errors import Json
    from tests.simulator.state import Channel, DiscordState, Member, User

_USER: Final = re.compile(r"<@!?(\d+)>")
_ROLE: Final = re.compile(r"<@&(\d+)>")
_EVERYONE: Final = re.compile(r"@(everyone|here)\b")


@attrs.frozen
class Mentions:
    """What is written in the message, and who is notified."""

    users: list[User]
    roles: list[int]
    everyone: bool
    pinged: frozenset[int]


def find(discord: DiscordState, channel: Channel, author: Member, text: str, allowed: Json | None) -> Mentions:
    """Read the mentions out of a text, as far as ``allowed_mentions`` lets them be."""
    mentioned = [int(found) for found in _USER.findall(text)]
    users = [discord.users[one] for one in dict.fromkeys(_allowed(mentioned, "users", allowed)) if one in discord.users]
    roles = list(dict.fromkeys(_allowed(map(int, _ROLE.findall(text)), "roles", allowed)))
    roles = [role_id for role_id in roles if role_id in channel.guild.roles]
    may_ping_all = bool(permissions.within(author, channel) & Permissions.MENTION_EVERYONE)
    everyone = bool(_EVERYONE.search(text)) and may_ping_all and _parses("everyone", allowed)
    pinged = {user.id for user in users}
    for role_id in roles:
        if may_ping_all or channel.guild.roles[role_id].mentionable:
            pinged |= {member.id for member in channel.guild.members.values() if role_id in member.role_ids}
    if everyone:
        pinged |= set(channel.guild.members)
    return Mentions(users, roles, everyone, frozenset(_seeing(channel, pinged - {author.id})))


def _parses(kind: str, allowed: Json | None) -> bool:
    return allowed is None or kind in (allowed.get("parse") or [])


def _allowed(found: Iterable[int], kind: str, allowed: Json | None) -> Collection[int]:
    if _parses(kind, allowed):
        return list(found)
    assert allowed is not None
    given: list[str] = allowed.get(kind) or []
    named = {int(one) for one in given}
    return [one for one in found if one in named]


def _seeing(channel: Channel, ids: Iterable[int]) -> Iterable[int]:
    for one in ids:
        member = channel.guild.members.get(one)
        if member is not None and permissions.can_see(member, channel):
            yield one
