"""A server's members, as Discord describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.discord import api, api_errors
from ticketbot.tickets import errors
from ticketbot.tickets.model import Member, RoleId

if TYPE_CHECKING:
    import hikari

    from ticketbot.tickets.model import GuildId, UserId

GONE: Final = (10007, 10009, 10011, 10013)
"""Codes for an unknown member, overwrite, role and user: they left or were deleted, so there is nothing to change."""


async def fetch(rest: hikari.api.RESTClient, guild_id: GuildId, user_id: UserId) -> Member | None:
    """Return a member of a server without their permissions; None if they left."""
    try:
        async with api_errors.translate_errors():
            found = await api.fetch_member(rest, guild_id, user_id)
            role_ids = frozenset(RoleId(int(role_id)) for role_id in found["roles"])
            name = str(found["user"]["username"])
    except errors.DiscordRefusedError as refused:
        if refused.code not in GONE:
            raise
        return None
    return Member(id=user_id, display_name=name, role_ids=role_ids)
