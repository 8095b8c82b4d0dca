"""Identity: who the bot is to Discord, read without fields that it does not need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ticketbot.discord import api
from ticketbot.tickets.model import UserId

if TYPE_CHECKING:
    import hikari


@attrs.frozen(kw_only=True)
class Identity:
    """The application and its bot user."""

    application_id: int
    bot_id: UserId
    public_key: bytes | None
    """Verifies signed interactions; None if Discord does not say it."""


async def fetch_identity(rest: hikari.api.RESTClient) -> Identity:
    """Fetch who the bot is.

    Raises
    ------
    KeyError, TypeError, ValueError
        Discord's answer holds no ids.
    """
    application = await api.fetch_application(rest)
    user = application.get("bot") or await api.fetch_my_user(rest)
    key = application.get("verify_key")
    return Identity(
        application_id=int(application["id"]),
        bot_id=UserId(int(user["id"])),
        public_key=bytes.fromhex(key) if key else None,
    )
