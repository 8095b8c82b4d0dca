"""What can be refused or go wrong: one tree, facts in fields, words elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ticketbot.tickets.model import ChannelId, TicketState, UserId


class TicketError(Exception):
    """Anything that a member is told instead of what they asked for."""


# What the rules refuse.


class NotConfiguredError(TicketError):
    """The server has no configuration yet."""


class NotAdministratorError(TicketError):
    """Only administrators may do that."""


class NotStaffError(TicketError):
    """Only the staff of this ticket may do that."""


class OpenerCannotClaimError(TicketError):
    """The opener never claims their own ticket, be they staff or administrator."""


class NotParticipantError(TicketError):
    """Only the opener or the staff may do that."""


class NoTicketError(TicketError):
    """No ticket belongs to this channel, or no longer."""


class AlreadyOpenError(TicketError):
    """The member has as many live tickets as allowed; one of them is in ``channel_id``, when it is known."""

    def __init__(self, channel_id: ChannelId | None) -> None:
        super().__init__(channel_id)
        self.channel_id = channel_id


class AlreadyClaimedError(TicketError):
    """Somebody claimed the ticket before; ``claimer_id`` is who."""

    def __init__(self, claimer_id: UserId) -> None:
        super().__init__(claimer_id)
        self.claimer_id = claimer_id


class WrongStateError(TicketError):
    """The move is not possible from where the ticket stands."""

    def __init__(self, state: TicketState) -> None:
        super().__init__(state)
        self.state = state


class RepeatedPressError(TicketError):
    """The very same press was already taken: Discord, a proxy or an attacker sent it twice."""


EVERYDAY: Final = (
    NotAdministratorError,
    NotStaffError,
    OpenerCannotClaimError,
    NotParticipantError,
    AlreadyOpenError,
    AlreadyClaimedError,
    WrongStateError,
)
"""Refusals by the rules alone: nothing is wrong, and nobody but the member has to know."""

BY_THE_RULES: Final = (*EVERYDAY, NotConfiguredError, NoTicketError)
"""All refusals that say no to what is asked, and not that something failed."""


# What a store refuses.


class StaleTicketError(TicketError):
    """Somebody else moved the ticket in between; nothing was written."""


class StaleConfigError(TicketError):
    """Somebody else saved the configuration in between; nothing was written."""


class SlotTakenError(TicketError):
    """Another live ticket of the member holds this slot; nothing was written."""


class StoreUnavailableError(TicketError):
    """The store does not answer; it is not known whether the last write stands."""


# What Discord refuses.


class CategoryFullError(TicketError):
    """The category holds as many channels as Discord allows (50)."""


class GuildFullError(TicketError):
    """The server holds as many channels as Discord allows (500)."""


class CategoryMissingError(TicketError):
    """The configured category was deleted."""


class TranscriptChannelMissingError(TicketError):
    """The configured transcript channel was deleted."""


class ChannelGoneError(TicketError):
    """The ticket's channel was deleted by hand."""


class MissingPermissionsError(TicketError):
    """The bot lacks a permission; ``channel_id`` is where, None for the whole server."""

    def __init__(self, channel_id: ChannelId | None = None) -> None:
        super().__init__(channel_id)
        self.channel_id = channel_id


class TranscriptTooLargeError(TicketError):
    """Discord does not take a file of this size."""


class TranscriptNotVerifiedError(TicketError):
    """The transcript that was sent could not be read back whole; the channel stays."""


class DiscordBusyError(TicketError):
    """Discord asks to wait longer than an answer can wait; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class DiscordUnavailableError(TicketError):
    """Discord failed or did not answer in time.

    ``answered`` tells that it did answer, with a failure: then what it will do of the request is done.
    """

    def __init__(self, *, answered: bool = False) -> None:
        super().__init__(answered)
        self.answered = answered


class DiscordRefusedError(TicketError):
    """Discord refused for a reason that the bot does not know; ``code`` is Discord's own."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
