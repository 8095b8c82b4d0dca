"""Discord's permissions: the bits that matter here, and how overwrites add up.

Source of the rules: Discord's documentation, "Permissions", section "Permission Overwrites".
"""

from __future__ import annotations

from enum import IntFlag, StrEnum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ticketbot.tickets.model import GuildId, RoleId, UserId


class Permission(IntFlag):
    """The permissions that the bot asks for or gives, with Discord's own names and bits."""

    NONE = 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    MANAGE_ROLES = 1 << 28
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38

    @property
    def label(self) -> str:
        """What Discord's client calls it in English."""
        return (self.name or "").replace("_", " ").title()


class OverwriteKind(StrEnum):
    """Whom an overwrite is for."""

    ROLE = "role"
    MEMBER = "member"


@attrs.frozen(kw_only=True)
class Overwrite:
    """What a channel allows and denies to one role or one member."""

    id: int
    kind: OverwriteKind
    allow: int = 0
    deny: int = 0


PARTICIPANT = (
    Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY | Permission.ATTACH_FILES
)
"""What the opener and the staff may do in a ticket's channel."""

READER = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
"""What is left of that while a ticket is locked."""

IN_THREADS = Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS
"""Ways around a lock. The bot can only deny what it has itself, and has these from @everyone in most servers."""

BOT_IN_TICKET = PARTICIPANT | Permission.EMBED_LINKS | Permission.MANAGE_CHANNELS
"""What the bot gives itself in a ticket's channel, or it would lock itself out.

Not MANAGE_ROLES: only administrators may write that into an overwrite; the bot has it from its role.
"""

NEEDED_IN_CATEGORY = BOT_IN_TICKET | Permission.MANAGE_ROLES
NEEDED_IN_CLOSED_CATEGORY = Permission.VIEW_CHANNEL | Permission.MANAGE_CHANNELS
"""Needed to move a channel there, which keeps its own overwrites."""

NEEDED_FOR_PINGS = Permission.MENTION_EVERYONE
"""Needed in the category too, unless every staff role may be mentioned by anyone."""

NEEDED_FOR_NOTES = Permission.CREATE_PRIVATE_THREADS | Permission.SEND_MESSAGES_IN_THREADS | Permission.MANAGE_THREADS
"""Needed on the whole server, where it has notes of the staff."""

NEEDED_IN_PANEL_CHANNEL = (
    Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.EMBED_LINKS | Permission.READ_MESSAGE_HISTORY
)
NEEDED_IN_TRANSCRIPT_CHANNEL = NEEDED_IN_PANEL_CHANNEL | Permission.ATTACH_FILES

NEEDED_IN_ALL = NEEDED_IN_CATEGORY | NEEDED_FOR_PINGS | NEEDED_IN_PANEL_CHANNEL | NEEDED_IN_TRANSCRIPT_CHANNEL
"""What the invitation link asks for."""


def _sum(values: Iterable[int]) -> int:
    total = 0
    for value in values:
        total |= value
    return total


def on_guild(role_ids: Iterable[RoleId], role_permissions: Mapping[int, int], guild_id: GuildId) -> int:
    """Add up what a member's roles, and @everyone (whose id is the guild's), give on the whole server.

    The owner's unlimited rights are not looked at: a bot never owns a server it was invited to.
    """
    return _sum(role_permissions.get(role_id, 0) for role_id in (guild_id, *role_ids))


def in_channel(
    base: int, overwrites: Iterable[Overwrite], *, guild_id: GuildId, user_id: UserId, role_ids: Iterable[RoleId]
) -> int:
    """Apply a channel's overwrites to what a member has on the whole server, in Discord's order.

    @everyone's overwrite first, then those of the member's roles together, then the member's own.
    Administrators are not touched by any. Without VIEW_CHANNEL nothing else counts.
    """
    if base & Permission.ADMINISTRATOR:
        return _ALL
    by_id = {overwrite.id: overwrite for overwrite in overwrites}
    steps = (
        [by_id.get(guild_id)],
        [by_id.get(role_id) for role_id in role_ids if role_id != guild_id],
        [by_id.get(user_id)],
    )
    for step in steps:
        present = [overwrite for overwrite in step if overwrite is not None]
        base &= ~_sum(overwrite.deny for overwrite in present)
        base |= _sum(overwrite.allow for overwrite in present)
    return base if base & Permission.VIEW_CHANNEL else 0


def missing(held: int, needed: Permission) -> tuple[Permission, ...]:
    """Return the needed permissions that are not held, one by one, lowest bit first."""
    return tuple(
        permission for permission in Permission if permission and permission & needed and not permission & held
    )


_ALL = (1 << 64) - 1
