"""The values that the rules speak of: tickets, configurations, members and presses."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NewType, TypeAlias

import attrs

if TYPE_CHECKING:
    from ticketbot.tickets.permissions import Permission

GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
RoleId = NewType("RoleId", int)
UserId = NewType("UserId", int)
PressId = NewType("PressId", int)
"""The id of the interaction by which a member pressed something: a snowflake, made by Discord, never used twice."""

Millis = NewType("Millis", int)
"""A moment: milliseconds since the Unix epoch."""

ATTACHMENT_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a file that Discord takes everywhere."""


class Language(StrEnum):
    """The languages that the bot speaks."""

    FRENCH = "fr"
    ENGLISH = "en"

    @classmethod
    def of(cls, locale: str) -> Language:
        """Tell in which of them somebody with one of Discord's locales is spoken to: French, unless it is English."""
        return cls.ENGLISH if locale.partition("-")[0] == cls.ENGLISH else cls.FRENCH


class TicketState(StrEnum):
    """Where a ticket stands; when it is deleted no record stays."""

    RESERVED = "reserved"
    """Number and slot are taken, the channel does not exist yet."""
    OPEN = "open"
    """The opener sees the channel."""
    CLOSED = "closed"
    """The opener no longer sees the channel."""
    DELETING = "deleting"
    """The transcript is on its way; then the channel goes."""


class Notice(StrEnum):
    """What a channel must still be shown after a move; unset once it was seen to be there."""

    WELCOME = "welcome"
    CLAIMED = "claimed"
    CLOSED = "closed"
    REOPENED = "reopened"


@attrs.frozen(kw_only=True)
class Member:
    """A member of a guild, as the interaction tells of them: never from a cache."""

    id: UserId
    display_name: str
    role_ids: frozenset[RoleId] = frozenset()
    is_administrator: bool = False
    language: Language = Language.FRENCH


@attrs.frozen(kw_only=True)
class Press:
    """One press of a button, as the desk sees it."""

    id: PressId
    guild_id: GuildId
    channel_id: ChannelId
    """The channel in which the button stands."""
    member: Member
    attachment_limit: int = ATTACHMENT_LIMIT
    """Bytes of a file that Discord takes there, as the interaction tells."""


@attrs.frozen
class LeftPanel:
    """A panel that moved elsewhere, and may still stand where it was."""

    channel_id: ChannelId
    message_id: MessageId | None
    """None if whoever posted it may have ended before that could be noted."""


@attrs.frozen(kw_only=True)
class GuildConfig:
    """What a server's administrators chose with ``/ticket-config``."""

    guild_id: GuildId
    panel_channel_id: ChannelId
    transcript_channel_id: ChannelId
    category_id: ChannelId
    staff_role_ids: tuple[RoleId, ...]
    panel_message_id: MessageId | None = None
    """The live panel; None until it was posted."""
    panel_look: str | None = None
    """What the live panel shows, as ``PanelChannels.panel_look`` tells it; None where that was not noted."""
    left_panels: tuple[LeftPanel, ...] = ()
    """Panels that are to be removed, and could not yet, or not for certain."""
    language: Language | None = None
    """In which all members of the server are spoken to; None, from before there was a choice, is French."""
    revision: int = 0
    """Raised by one with each save; two saves of one revision cannot both succeed."""


@attrs.frozen(kw_only=True)
class Ticket:
    """One request of one member, and the channel in which it is talked over.

    A ticket is known by its guild and its number, which are never given twice.
    """

    guild_id: GuildId
    number: int
    """From 1."""
    opener_id: UserId
    opener_name: str
    state: TicketState
    created_at: Millis
    changed_at: Millis
    """When the last move was made; recovery leaves young moves alone."""
    press_id: PressId
    """The press that made the last move: messages that answer it have a larger id."""
    revision: int = 0
    """Raised by one with each move; two moves of one revision cannot both succeed."""
    slot: int | None = None
    """Which of the opener's places the ticket takes, from 0; None while it does not count as live."""
    channel_id: ChannelId | None = None
    """None while reserved."""
    claimer_id: UserId | None = None
    claimer_name: str | None = None
    closer_id: UserId | None = None
    closer_name: str | None = None
    closed_at: Millis | None = None
    deleter_id: UserId | None = None
    """Who confirmed the deletion."""
    archiving_since: PressId | None = None
    """The first press that tried to delete: a transcript may have been posted since, even if that was given up."""
    doubtful_since: Millis | None = None
    """When Discord was last asked for the channel and did not answer: it may still come."""
    notice: Notice | None = None
    """What the channel must still be shown."""
    attachment_limit: int | None = None
    """Bytes of a file that Discord took where the deletion was confirmed."""
    transcript_mark: str | None = None
    """What the last transcript is known by that was about to be posted; see ``TicketChannels.post_transcript``."""
    transcript_message_id: MessageId | None = None
    """Where the transcript was read back from, once it was; only then may the channel go."""

    @property
    def is_unfinished(self) -> bool:
        """Whether a move still waits for something to be done on Discord."""
        return self.state in {TicketState.RESERVED, TicketState.DELETING} or self.notice is not None


RawMessage: TypeAlias = bytes
"""A message as Discord's API tells of it, as JSON, undecoded: one odd message must never cost the others."""


@attrs.frozen(kw_only=True)
class CreatedChannel:
    """A ticket's new channel, and the staff roles that no longer exist and were left out of it."""

    id: ChannelId
    lost_role_ids: tuple[RoleId, ...] = ()


@attrs.frozen(kw_only=True)
class Census:
    """What became of tickets' channels in one server."""

    existing: frozenset[ChannelId]
    """All channels of the server."""
    doubles: tuple[ChannelId, ...] = ()
    """Second channels of tickets that have one, in which nothing was ever said."""


@attrs.frozen(kw_only=True)
class UploadedFile:
    """A file of a message: its name and its size in bytes."""

    name: str
    size: int


@attrs.frozen(kw_only=True)
class PostedMessage:
    """A message that a transcript was posted with, and the files that it must carry."""

    id: MessageId
    files: tuple[UploadedFile, ...]


@attrs.frozen(kw_only=True)
class PostedTranscript:
    """The messages that a transcript was posted with, in order; seldom more than one."""

    messages: tuple[PostedMessage, ...]


class Place(StrEnum):
    """Where ``/ticket-config`` needs permissions."""

    PANEL = "panel"
    TRANSCRIPT = "transcript"
    CATEGORY = "category"


class Problem(StrEnum):
    """What else ``/ticket-config`` may find; a blocking one saves nothing."""

    EVERYONE_ROLE = "everyone_role"
    ROLE_MISSING = "role_missing"
    CHANNEL_MISSING = "channel_missing"
    CHANNEL_TYPE = "channel_type"
    MESSAGE_CONTENT = "message_content"
    CATEGORY_NEARLY_FULL = "category_nearly_full"
    GUILD_NEARLY_FULL = "guild_nearly_full"
    OLD_PANEL_STAYS = "old_panel_stays"

    @property
    def blocks(self) -> bool:
        """Whether a configuration with this problem is not saved."""
        return self in {Problem.EVERYONE_ROLE, Problem.ROLE_MISSING, Problem.CHANNEL_MISSING, Problem.CHANNEL_TYPE}


@attrs.frozen(kw_only=True)
class Preflight:
    """What the bot would lack with a configuration."""

    missing: tuple[tuple[Place, ChannelId, tuple[Permission, ...]], ...] = ()
    problems: tuple[Problem, ...] = ()
    language: Language | None = None
    """The language that the server chose; None if it chose none."""

    @property
    def blocks(self) -> bool:
        """Whether the configuration must not be saved."""
        return bool(self.missing) or any(problem.blocks for problem in self.problems)
