"""What members are shown instead of what they asked for: a text for each class of ``TicketError``."""

from __future__ import annotations

import math
import re
from functools import singledispatch
from typing import TYPE_CHECKING, Final

from ticketbot.texts import message
from ticketbot.texts.localized import LocalizedTexts
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.tickets.model import Millis

TEXT_KEY_BY_CODE: Final[Mapping[int, str]] = {
    20009: "explicit_content",
    20028: "overloaded",  # write rate limit of a channel
    20029: "overloaded",  # write rate limit of a server
    40006: "feature_disabled",
    50074: "community_channel",
    60003: "two_factor",
    130000: "overloaded",
    160006: "too_many_threads",
    200000: "automod",
    200001: "automod",
    240000: "automod",  # harmful links
    400001: "uploads_limited",
}
"""Discord's codes whose cause is known, with the end of the key of their text, which says who can fix it.

Source: Discord's documentation, "Opcodes and Status Codes", section "JSON". A code that is not there, such as 350003,
is told as such by ``refused_discord_refused``.
"""

_MANY_SECONDS: Final = 120
"""More are told as minutes."""


@singledispatch
def text_of(error: errors.TicketError, texts: LocalizedTexts) -> str:
    """Return what is wrong and, where somebody can fix it, who."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    return texts.text(f"refused_{name}")


@text_of.register
def _(error: errors.AlreadyOpenError, texts: LocalizedTexts) -> str:
    if error.channel_id is None:
        return texts.text("refused_already_opening")
    return texts.text("refused_already_open", channel=f"<#{error.channel_id}>")


@text_of.register
def _(error: errors.TooManyOpeningsError, texts: LocalizedTexts) -> str:
    return texts.text("refused_too_many_openings", moment=_soonest(error.possible_at))


@text_of.register
def _(error: errors.BlockedError, texts: LocalizedTexts) -> str:
    said = [texts.text("refused_blocked_for_good")]
    if error.until is not None:
        said = [texts.text("refused_blocked", moment=f"<t:{-(-error.until // 1000)}:f>")]
    if error.reason is not None:
        said.append(texts.text("refused_blocked_reason", reason=message.escape(error.reason)))
    return "\n".join(said)


def _soonest(at: Millis) -> str:
    return f"<t:{-(-at // 1000)}:R>"  # rounded up: not a moment too early


@text_of.register
def _(error: errors.TopicRoleMissingError, texts: LocalizedTexts) -> str:
    return texts.text("refused_topic_role_missing", roles=", ".join(f"<@&{role_id}>" for role_id in error.role_ids))


@text_of.register
def _(error: errors.AlreadyClaimedError, texts: LocalizedTexts) -> str:
    return texts.text("refused_already_claimed", claimer=f"<@{error.claimer_id}>")


@text_of.register
def _(error: errors.TargetNotStaffError, texts: LocalizedTexts) -> str:
    return texts.text("refused_target_not_staff", member=f"<@{error.member_id}>")


@text_of.register
def _(error: errors.OpenerLimitError, texts: LocalizedTexts) -> str:
    member = f"<@{error.member_id}>"
    if error.possible_at is not None:
        return texts.text("refused_opener_limit_later", member=member, moment=_soonest(error.possible_at))
    if error.channel_id is None:
        return texts.text("refused_opener_limit_opening", member=member)
    return texts.text("refused_opener_limit", member=member, channel=f"<#{error.channel_id}>")


@text_of.register
def _(error: errors.AlreadyParticipantError, texts: LocalizedTexts) -> str:
    return texts.text("refused_already_participant", target=message.target_mention(error.target))


@text_of.register
def _(error: errors.NotAddedError, texts: LocalizedTexts) -> str:
    return texts.text("refused_not_added", target=message.target_mention(error.target))


@text_of.register
def _(error: errors.UnknownInteractionError, texts: LocalizedTexts) -> str:
    del error
    return texts.text("unknown")


@text_of.register
def _(error: errors.WrongStateError, texts: LocalizedTexts) -> str:
    return texts.text(f"refused_wrong_state_{error.state}")


@text_of.register
def _(error: errors.MissingPermissionsError, texts: LocalizedTexts) -> str:
    place = "" if error.channel_id is None else texts.text("at_place", channel=f"<#{error.channel_id}>")
    return texts.text("refused_missing_permissions", place=place)


@text_of.register
def _(error: errors.MissingForNotesError, texts: LocalizedTexts) -> str:
    place = "" if error.channel_id is None else texts.text("at_place", channel=f"<#{error.channel_id}>")
    permission = texts.permission("MANAGE_THREADS")
    return texts.text("refused_missing_for_notes", place=place, permission=permission)


@text_of.register
def _(error: errors.DiscordBusyError, texts: LocalizedTexts) -> str:
    if error.retry_after > _MANY_SECONDS:
        return texts.text("refused_discord_busy_long", minutes=_minutes(error.retry_after))
    return texts.text("refused_discord_busy", seconds=str(max(1, round(error.retry_after))))


@text_of.register
def _(error: errors.RenamedTooOftenError, texts: LocalizedTexts) -> str:
    return texts.text("refused_renamed_too_often", minutes=_minutes(error.retry_after))


def _minutes(seconds: float) -> str:
    return str(max(1, math.ceil(seconds / 60)))  # rounded up: not a moment too early


@text_of.register
def _(error: errors.DiscordRefusedError, texts: LocalizedTexts) -> str:
    if error.code in TEXT_KEY_BY_CODE:
        return texts.text(f"refused_discord_{TEXT_KEY_BY_CODE[error.code]}")
    return texts.text("refused_discord_refused", code=str(error.code))
