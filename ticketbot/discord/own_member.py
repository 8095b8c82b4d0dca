"""OwnMember: the bot as a member of a server."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import attrs

from ticketbot.discord import api, api_errors
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import hikari

    from ticketbot.tickets.model import GuildId, UserId


@attrs.frozen(kw_only=True)
class OwnMember:
    """Fetches what a server's moderators made of the bot."""

    rest: hikari.api.RESTClient
    bot_id: UserId

    async def fetch(self, guild_id: GuildId) -> Mapping[str, Any]:
        """Fetch the bot's own member, as Discord sends it."""
        async with api_errors.translate_errors(gone=errors.ChannelGoneError):
            return await api.fetch_member(self.rest, guild_id, self.bot_id)

    async def explain(self, guild_id: GuildId, lacking: errors.MissingPermissionsError) -> errors.TicketError:
        """Return why the bot lacks a permission: a timeout takes nearly all, and Discord refuses with the same code.

        If Discord does not answer, the error is returned as it is.
        """
        try:
            member = await self.fetch(guild_id)
        except errors.TicketError:
            return lacking
        return errors.TimedOutError() if is_timed_out(member) else lacking


def is_timed_out(member: Mapping[str, Any]) -> bool:
    """Return whether a member is timed out now.

    Source: Discord's documentation, "Guild Resource", field ``communication_disabled_until``.
    """
    until = member.get("communication_disabled_until")
    if not isinstance(until, str):
        return False
    try:
        return dt.datetime.fromisoformat(until) > dt.datetime.now(dt.UTC)
    except (ValueError, TypeError):
        return False
