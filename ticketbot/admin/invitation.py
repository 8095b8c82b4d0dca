"""The link by which a server's administrator invites the bot."""

from __future__ import annotations

import urllib.parse
from typing import Final

from ticketbot.tickets.permissions import NEEDED_FOR_NOTES, NEEDED_IN_ALL

_AUTHORIZE: Final = "https://discord.com/oauth2/authorize"


def link(application_id: int, guild_id: int | None = None, *, notes: bool = False) -> str:
    """Return the link, with exactly the permissions that the bot needs; a server's id offers that server alone.

    ``notes`` is for servers whose staff write notes.
    """
    needed = NEEDED_IN_ALL | NEEDED_FOR_NOTES if notes else NEEDED_IN_ALL
    query = {"client_id": application_id, "scope": "bot applications.commands", "permissions": int(needed)}
    if guild_id is not None:
        query |= {"guild_id": guild_id, "disable_guild_select": "true"}
    return f"{_AUTHORIZE}?{urllib.parse.urlencode(query)}"
