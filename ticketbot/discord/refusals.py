"""What members are told instead of what they asked for: words for each class of ``TicketError``."""

from __future__ import annotations

import re
from functools import singledispatch

from ticketbot.discord.wording import Wording
from ticketbot.tickets import errors


@singledispatch
def words(error: errors.TicketError, wording: Wording) -> str:
    """Tell what is wrong and, where somebody can mend it, who."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    return wording.text(f"refused_{name}")


@words.register
def _(error: errors.AlreadyOpenError, wording: Wording) -> str:
    if error.channel_id is None:
        return wording.text("refused_already_opening")
    return wording.text("refused_already_open", channel=f"<#{error.channel_id}>")


@words.register
def _(error: errors.AlreadyClaimedError, wording: Wording) -> str:
    return wording.text("refused_already_claimed", claimer=f"<@{error.claimer_id}>")


@words.register
def _(error: errors.WrongStateError, wording: Wording) -> str:
    return wording.text(f"refused_wrong_state_{error.state}")


@words.register
def _(error: errors.MissingPermissionsError, wording: Wording) -> str:
    place = "" if error.channel_id is None else wording.text("at_place", channel=f"<#{error.channel_id}>")
    return wording.text("refused_missing_permissions", place=place)


@words.register
def _(error: errors.DiscordBusyError, wording: Wording) -> str:
    return wording.text("refused_discord_busy", seconds=str(max(1, round(error.retry_after))))


@words.register
def _(error: errors.DiscordRefusedError, wording: Wording) -> str:
    return wording.text("refused_discord_refused", code=str(error.code))
