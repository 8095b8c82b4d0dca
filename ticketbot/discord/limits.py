"""Whether what the bot says fits Discord, with the longest values in the owner's texts.

Each text was checked for itself when it was read; here it is what stands together in one message.
Limits: Discord's documentation, "Message Resource", section "Embed Limits".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.config import overrides, values
from ticketbot.discord.messages import Part, Phrasebook
from ticketbot.tickets import errors
from ticketbot.tickets.model import (
    ChannelId,
    GuildConfig,
    GuildId,
    Language,
    Millis,
    Notice,
    Place,
    Preflight,
    PressId,
    Problem,
    RoleId,
    Ticket,
    TicketState,
    UserId,
)
from ticketbot.tickets.permissions import NEEDED_IN_ALL, Permission

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import hikari

    from ticketbot.config.texts import Params
    from ticketbot.discord.messages import Message, Messages

TOGETHER: Final = 6000
"""Characters in all embeds of a message."""

_ID: Final = 2**63 - 1
_CONFIG: Final = GuildConfig(
    guild_id=GuildId(_ID),
    panel_channel_id=ChannelId(_ID),
    transcript_channel_id=ChannelId(_ID),
    category_id=ChannelId(_ID),
    staff_role_ids=(RoleId(_ID),) * 5,
)
_TICKET: Final = Ticket(
    guild_id=GuildId(_ID),
    number=10**9,
    opener_id=UserId(_ID),
    opener_name="",
    state=TicketState.OPEN,
    created_at=Millis(10**14),
    changed_at=Millis(0),
    press_id=PressId(_ID),
    channel_id=ChannelId(_ID),
    claimer_id=UserId(_ID),
    closer_id=UserId(_ID),
    closed_at=Millis(10**14),
)
_PART: Final = Part(of=10**3, message_count=10**9)
_REFUSALS: Final[Sequence[errors.TicketError]] = (
    errors.AlreadyOpenError(ChannelId(_ID)),
    errors.AlreadyOpenError(None),
    errors.AlreadyClaimedError(UserId(_ID)),
    *(errors.WrongStateError(state) for state in TicketState),
    errors.MissingPermissionsError(ChannelId(_ID)),
    errors.DiscordBusyError(10**6 - 1),
    errors.DiscordRefusedError(10**6 - 1),
)
_EVERYTHING: Final = Preflight(
    missing=tuple((place, ChannelId(_ID), tuple(Permission(NEEDED_IN_ALL))) for place in Place),
    problems=tuple(Problem),
)


def load_params(path: Path | None) -> Params:
    """Read the owner's file, and see whether all messages fit Discord.

    Raises
    ------
    ParamsError
        Something in the file is wrong, or texts are too long together.
    """
    params = overrides.load(path)
    if complaints := list(overlong(params)):
        raise overrides.ParamsError(path, complaints)
    return params


def overlong(params: Params) -> Iterator[str]:
    """Name each message that Discord would not take."""
    phrasebook = Phrasebook(params)
    for language in Language:
        for name, message in longest(phrasebook[language]):
            total = sum(_length(embed) for embed in message.embeds)
            if total > TOGETHER:
                yield _complaint(name, language, total, TOGETHER)
            for embed in message.embeds:
                described = values.length(embed.description or "")
                if described > values.DESCRIPTION:
                    yield _complaint(name, language, described, values.DESCRIPTION)


def longest(messages: Messages) -> Iterator[tuple[str, Message]]:
    """Give every message under the name of its texts, as long as it can become."""
    yield "panel", messages.panel()
    for notice in Notice:
        shown = attrs.evolve(_TICKET, notice=notice)
        yield str(notice), messages.notice(shown, _CONFIG, _CONFIG.staff_role_ids)
    for claimer_id in (_TICKET.claimer_id, None):
        yield "transcript", messages.transcript(attrs.evolve(_TICKET, claimer_id=claimer_id), _PART)
    yield "transcript", messages.transcript(_TICKET, Part(message_count=1))
    yield "opened", messages.opened(_TICKET)
    yield "deletion_question", messages.deletion_question()
    yield "deletion_cancelled", messages.deletion_cancelled()
    yield "deleting", messages.deleting()
    yield "not_configured", messages.configured(_CONFIG, _EVERYTHING)
    warnings = tuple(problem for problem in Problem if not problem.blocks)
    yield "configured", messages.configured(_CONFIG, Preflight(problems=warnings))
    for error in every_refusal():
        yield "refused", messages.refusal(error)
    yield "unknown", messages.unknown()
    yield "failed", messages.failure()


def every_refusal() -> Iterator[errors.TicketError]:
    """Give an error of each class, and of each kind for which there are words of their own."""
    yield from _REFUSALS
    given = {type(error) for error in _REFUSALS}
    for kind in errors.TicketError.__subclasses__():
        if kind not in given:
            yield kind()


def _complaint(name: str, language: Language, found: int, limit: int) -> str:
    return (
        f"MESSAGES.{language}.{name}: with all that can stand in this message it has {found} characters, "
        f"Discord takes {limit}; shorten its texts or the footer"
    )


def _length(embed: hikari.Embed) -> int:
    parts = [embed.title, embed.description, embed.footer.text if embed.footer else None]
    parts += [text for field in embed.fields for text in (field.name, field.value)]
    return sum(values.length(part or "") for part in parts)
