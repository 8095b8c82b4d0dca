"""Refusals and failures: one tree of errors with facts in fields; ``texts/refusals.py`` has the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from ticketbot.tickets.model import ChannelId, Millis, Participant, RoleId, TicketState, UserId


class TicketError(Exception):
    """Anything that keeps a member from what they asked for."""


# What the rules refuse.


class RuleRefusedError(TicketError):
    """The rules say no to what a member asks; sent again, the very same interaction is refused again."""

    is_routine: ClassVar[bool] = True
    """Whether it is logged at DEBUG only, since nothing is wrong."""


class NotConfiguredError(RuleRefusedError):
    """The server has no configuration yet."""

    is_routine = False


class NotAdministratorError(RuleRefusedError):
    """Only administrators may do that."""


class NotStaffError(RuleRefusedError):
    """Only the staff of this ticket may do that."""


class OpenerCannotClaimError(RuleRefusedError):
    """The opener cannot claim their own ticket, not even as staff or administrator."""


class NotParticipantError(RuleRefusedError):
    """Only the opener or the staff may do that."""


class NoTicketError(RuleRefusedError):
    """The channel has no ticket, or no longer."""

    is_routine = False


class AlreadyOpenError(RuleRefusedError):
    """The member has as many live tickets as allowed; one of them is in ``channel_id``, when it is known."""

    def __init__(self, channel_id: ChannelId | None) -> None:
        super().__init__(channel_id)
        self.channel_id = channel_id


class TooManyOpeningsError(RuleRefusedError):
    """The member opened as many tickets lately as allowed; the next one is possible at ``possible_at``."""

    def __init__(self, possible_at: Millis) -> None:
        super().__init__(possible_at)
        self.possible_at = possible_at


class BlockedError(RuleRefusedError):
    """The member may not open tickets: until a moment, or for good, where there is none."""

    def __init__(self, until: Millis | None = None, reason: str | None = None) -> None:
        super().__init__(until)
        self.until = until
        self.reason = reason


class TopicGoneError(RuleRefusedError):
    """The topic was deleted or switched off."""


class TopicRoleMissingError(RuleRefusedError):
    """The member has none of the roles of which the topic requires one."""

    def __init__(self, role_ids: tuple[RoleId, ...]) -> None:
        super().__init__(role_ids)
        self.role_ids = role_ids


class OutdatedQuestionError(RuleRefusedError):
    """The ticket was reopened after the member was asked whether to delete it."""


class AlreadyClaimedError(RuleRefusedError):
    """Somebody claimed the ticket before; ``claimer_id`` is who."""

    def __init__(self, claimer_id: UserId) -> None:
        super().__init__(claimer_id)
        self.claimer_id = claimer_id


class NotClaimedError(RuleRefusedError):
    """Nobody has claimed the ticket."""


class NotAMemberError(RuleRefusedError):
    """The one who was chosen is no member of the server."""


class OpenerCannotTakeOverError(RuleRefusedError):
    """A ticket cannot be transferred to its opener."""


class TargetNotStaffError(RuleRefusedError):
    """A ticket can only be transferred to its staff; ``member_id`` is who was chosen."""

    def __init__(self, member_id: UserId) -> None:
        super().__init__(member_id)
        self.member_id = member_id


class OpenerLimitError(RuleRefusedError):
    """The member for whom staff opens a ticket has as many as allowed.

    One of them is in ``channel_id``, when it is known; another one is possible at ``possible_at``, if it is too soon.
    """

    def __init__(
        self, member_id: UserId, channel_id: ChannelId | None = None, possible_at: Millis | None = None
    ) -> None:
        super().__init__(member_id, channel_id, possible_at)
        self.member_id = member_id
        self.channel_id = channel_id
        self.possible_at = possible_at


class BotOpenerError(RuleRefusedError):
    """No ticket is opened for a bot."""


class OwnTicketError(RuleRefusedError):
    """Staff cannot open a ticket for themselves in the place of another member."""


class UnknownReplyError(RuleRefusedError):
    """The server has no canned reply of that name."""


class UnknownTopicError(RuleRefusedError):
    """The server has no topic of that name to which the ticket could be moved."""


class SameTopicError(RuleRefusedError):
    """The ticket has that topic already."""


class NoTargetError(RuleRefusedError):
    """Neither a member nor a role was chosen, or both."""


class EveryoneRoleError(RuleRefusedError):
    """@everyone cannot be added to a ticket."""


class BotTargetError(RuleRefusedError):
    """Bots, and the roles that came with them, cannot be added to a ticket."""


class AlreadyParticipantError(RuleRefusedError):
    """Whoever was chosen sees the ticket already: the opener, the staff, or one who was added."""

    def __init__(self, target: Participant) -> None:
        super().__init__(target)
        self.target = target


class NotAddedError(RuleRefusedError):
    """Nobody had added whom the member chose."""

    def __init__(self, target: Participant) -> None:
        super().__init__(target)
        self.target = target


class TooManyParticipantsError(RuleRefusedError):
    """As many members and roles were added to the ticket as allowed."""


class AlreadyLockedError(RuleRefusedError):
    """The ticket is locked already."""


class NotLockedError(RuleRefusedError):
    """The ticket is not locked."""


class OnlyStaffClosesError(RuleRefusedError):
    """In this server openers do not close their tickets themselves."""


class NotOpenerError(RuleRefusedError):
    """Only the member who opened the ticket can do this."""


class NotRequestedError(RuleRefusedError):
    """Nobody asks the opener any more whether the ticket may be closed."""


class CannotUndoError(RuleRefusedError):
    """A closing can be undone for two minutes, and only while nobody else has moved the ticket."""


class InvalidNameError(RuleRefusedError):
    """Nothing of the name that was typed can stand in the name of a channel."""


class WrongStateError(RuleRefusedError):
    """The move is not possible in the ticket's state."""

    def __init__(self, state: TicketState) -> None:
        super().__init__(state)
        self.state = state


class NotATicketChannelError(RuleRefusedError):
    """The command only works in a ticket's channel."""


class NotesOffError(RuleRefusedError):
    """The server has no notes of the staff."""


class EmptyNoteError(RuleRefusedError):
    """A note has no text."""


# What is refused before any rule is asked.


class RepeatedInteractionError(TicketError):
    """The very same interaction came before: Discord, a proxy or an attacker sent it twice."""


class UnknownInteractionError(TicketError):
    """No component or command of this version: one of another version, or a forged one."""


# What a store refuses.


class StaleTicketError(TicketError):
    """Another request moved the ticket meanwhile; nothing was written."""


class StaleConfigError(TicketError):
    """Another request saved the configuration meanwhile; nothing was written."""


class SlotTakenError(TicketError):
    """Another live ticket of the member holds this slot; nothing was written."""


class StoreUnavailableError(TicketError):
    """The store does not answer; it is unknown whether the last write took effect."""


class UnreadableRecordError(StoreUnavailableError):
    """A stored record is not valid; ``record`` names it, ``reason`` says what is wrong, without its values."""

    def __init__(self, record: str, reason: str) -> None:
        super().__init__(f"{record} cannot be read: {reason}")
        self.record = record
        self.reason = reason


class TemporaryFolderFullError(StoreUnavailableError):
    """The temporary folder (``TMPDIR``) has no room for the files of a transcript, or cannot be written."""


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


class MissingForNotesError(MissingPermissionsError):
    """So does an overwrite beside notes of the staff, which needs Manage Threads, too."""


class TimedOutError(TicketError):
    """A moderator timed the bot out, so Discord refuses nearly everything."""


class TokenRefusedError(TicketError):
    """Discord no longer accepts the bot's token."""


class TranscriptTooLargeError(TicketError):
    """Discord does not take a file of this size."""


class MessageContentHiddenError(TicketError):
    """Discord hides from the bot what members wrote: the application lost the Message Content Intent."""


class TranscriptNotVerifiedError(TicketError):
    """The posted transcript could not be read back whole; the channel stays."""


class DiscordBusyError(TicketError):
    """Discord asks to wait longer than an interaction can; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class RenamedTooOftenError(TicketError):
    """Discord refuses another new name for a channel; the next one is possible in ``retry_after`` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class NameRefusedError(TicketError):
    """Discord refuses a channel's name: it holds a word that is not allowed in this server."""


class DiscordUnavailableError(TicketError):
    """Discord failed or did not answer in time.

    ``answered``: whether it did answer, with a failure, so that nothing more will come of the request.
    """

    def __init__(self, *, answered: bool = False) -> None:
        super().__init__(answered)
        self.answered = answered


class DiscordRefusedError(TicketError):
    """Discord refused for another reason; ``code`` is Discord's own."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
