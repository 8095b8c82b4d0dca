"""The link by which a server's administrator invites the bot."""

from __future__ import annotations

import urllib.parse
from typing import Final

from ticketbot.tickets.permissions import NEEDED_IN_ALL

_AUTHORIZE: Final = "https://discord.com/oauth2/authorize"


def link(application_id: int, guild_id: int | None = None) -> str:
    """Make the link: exactly the permissions that the bot needs, and on request one server alone to choose from."""
    query = {"client_id": application_id, "scope": "bot applications.commands", "permissions": int(NEEDED_IN_ALL)}
    if guild_id is not None:
        query |= {"guild_id": guild_id, "disable_guild_select": "true"}
    return f"{_AUTHORIZE}?{urllib.parse.urlencode(query)}"
