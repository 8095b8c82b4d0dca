"""The values that the rules speak of: tickets, configurations, members and requests; ids are those of ``ids``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from ticketbot.tickets.answers import Answer, Quote  # noqa: TC001 - read at run time, to store them
from ticketbot.tickets.form_files import SubmittedFile
from ticketbot.tickets.ids import (
    ChannelId,
    GuildId,
    InteractionId,
    MessageId,
    Millis,
    OwnerId,
    PanelId,
    RoleId,
    TopicId,
    UserId,
)
from ticketbot.tickets.panels import Panel, PanelMessage  # noqa: TC001 - read at run time, to store them
from ticketbot.tickets.topics import ClaimMode, FormerTopic, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "ATTACHMENT_LIMIT",
    "ChannelAudit",
    "ChannelId",
    "ClaimMode",
    "CreatedChannel",
    "GuildConfig",
    "GuildId",
    "InputValue",
    "InteractionId",
    "Language",
    "Member",
    "MessageId",
    "Millis",
    "Note",
    "Notice",
    "OwnerId",
    "PanelId",
    "PostedMessage",
    "PostedTranscript",
    "RawMessage",
    "Request",
    "RoleId",
    "SettingChange",
    "SettingsChange",
    "StalePanel",
    "SubmittedFile",
    "Ticket",
    "TicketState",
    "TopicId",
    "UploadedFile",
    "UserId",
]

UNNUMBERED: Final = 0
"""The number of a ticket that the store has yet to record."""

ATTACHMENT_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a file that Discord accepts everywhere."""


class Language(StrEnum):
    """The languages of the bot's texts."""

    FRENCH = "fr"
    ENGLISH = "en"

    @classmethod
    def of(cls, locale: str) -> Language:
        """Return the language for one of Discord's locales: English for English ones, French for all others."""
        return cls.ENGLISH if locale.partition("-")[0] == cls.ENGLISH else cls.FRENCH


class TicketState(StrEnum):
    """The state of a ticket; a deleted one has no record."""

    RESERVED = "reserved"
    """Number and slot are taken, the channel does not exist yet."""
    OPEN = "open"
    """The opener sees the channel."""
    CLOSED = "closed"
    """The opener no longer sees the channel."""
    DELETING = "deleting"
    """The transcript is being posted; then the channel is deleted."""


class Notice(StrEnum):
    """The message that a channel has yet to be shown after a move; unset once it is known to be there.

    Its title, the text ``<value>_title``, has no placeholder but ``{emoji}``: it stands in the history of
    ``/ticket infos``, too.
    """

    WELCOME = "welcome"
    CLAIMED = "claimed"
    CLOSED = "closed"
    REOPENED = "reopened"
    UNCLAIMED = "unclaimed"
    TRANSFERRED = "transferred"
    ADDED = "added"
    REMOVED = "removed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    MOVED = "moved"
    RENAMED = "renamed"
    CLOSE_UNDONE = "close_undone"
    CLOSE_REQUESTED = "close_requested"
    CLOSE_DECLINED = "close_declined"
    NOTE_ADDED = "note_added"


@attrs.frozen(kw_only=True)
class Member:
    """A member of a guild, as the interaction describes them, never from a cache."""

    id: UserId
    display_name: str
    role_ids: frozenset[RoleId] = frozenset()
    is_administrator: bool = False
    language: Language = Language.FRENCH
    is_bot: bool = False


@attrs.frozen(kw_only=True)
class Role:
    """A role that a member chose."""

    id: RoleId
    is_of_bot: bool = False
    """Whether it came with a bot, and belongs to it alone."""


InputValue: TypeAlias = str | int | bool | Member | Role | tuple[str, ...] | tuple[SubmittedFile, ...] | None
"""Channels, and users who are no members, by their ids; None where nothing was chosen."""


@attrs.frozen(kw_only=True)
class Destination:
    """The topic to which a ticket is moved."""

    topic_id: TopicId
    staff_role_ids: tuple[RoleId, ...]
    changed_role_ids: tuple[RoleId, ...]
    """The roles of which one team has each, and the other has not."""
    claim_mode: ClaimMode | None = None
    """As in ``Claiming``."""


@attrs.frozen(kw_only=True)
class Claiming:
    """What holds on the server for whoever takes care of a ticket from now on."""

    staff_role_ids: tuple[RoleId, ...] = ()
    """The roles whose overwrites depend on it."""
    mode: ClaimMode | None = None
    """None: the other staff see and do the same as before."""


@attrs.frozen(kw_only=True)
class Request:
    """What a member asks for by one interaction: a press of a button, a command, a submitted form."""

    id: InteractionId
    guild_id: GuildId
    channel_id: ChannelId
    """The channel in which it was asked for."""
    member: Member
    attachment_limit: int = ATTACHMENT_LIMIT
    """Bytes of a file, at most, that Discord accepts there, as the interaction says."""
    inputs: Mapping[str, InputValue] = attrs.field(factory=dict[str, "InputValue"])
    """What was chosen or typed, by name: a command's options, a form's fields, a custom id's argument."""
    topic_id: TopicId | None = None
    """The topic of the ticket that is to be opened; None: it gets none."""
    answers: tuple[Answer, ...] = ()
    """What was put into the topic's form."""
    quote: Quote | None = None
    """The message about which a ticket is to be opened."""
    opened_by: Member | None = None
    """Who of the staff opens a ticket for ``member``; None: the member does."""
    destination: Destination | None = None
    """Where a ticket is to be moved, as its input means on the server."""
    claiming: Claiming = attrs.field(factory=Claiming)
    """What a claim changes for the other staff, by the server's settings."""
    adds_colleague: bool = False
    """Whether the member who is to be added is staff, from whom a claim keeps the ticket."""
    claimer: Member | None = None
    """The ticket's claimer as Discord has them, where an action depends on it; without their permissions."""
    pressed_message_id: MessageId | None = None
    """The message, shown to the whole channel, whose button was pressed."""
    question_id: MessageId | None = None
    """The message that asked the member to confirm this; its id tells when."""

    def first(self, name: str) -> InputValue | SubmittedFile:
        """Return an input, or the first of those that were chosen in a select; None where there is none."""
        given = self.inputs.get(name)
        return given[0] if isinstance(given, tuple) and given else given


@attrs.frozen
class StalePanel:
    """A panel that was replaced by one in another channel, and may still exist."""

    channel_id: ChannelId
    message_id: MessageId | None = None
    """None if the process that posted it may have ended before it was recorded."""


@attrs.frozen(kw_only=True)
class CannedReply:
    """An answer that the staff gives often."""

    name: str
    text: str
    """With ``{member}``, ``{staff}``, ``{number}`` and ``{topic}`` where these are to be filled in."""


@attrs.frozen(kw_only=True)
class Block:
    """Somebody, or a role's members, who may not open tickets."""

    target: Participant
    until: Millis | None = None
    """When it ends; None: it does not."""
    reason: str | None = None
    """What those who are refused are told."""


@attrs.frozen(kw_only=True)
class SettingChange:
    """A field of a server's settings before and after a change, as JSON; None where there was none."""

    path: str
    """As ``settings_changes`` writes it."""
    before: str | None = None
    after: str | None = None


@attrs.frozen(kw_only=True)
class SettingsChange:
    """The last change of a server's settings, so that it can be undone."""

    interaction_id: InteractionId
    """The interaction that made it."""
    entries: tuple[SettingChange, ...]


@attrs.frozen(kw_only=True)
class GuildSettings:
    """What a server's administrators may set besides ``/ticket-config``: all but the panels in other channels."""

    language: Language | None = None
    """Of everything that all members of the server see; None, from before there was a choice, is French."""
    overflow_category_ids: tuple[ChannelId, ...] = ()
    """Where tickets go when the category is full, in this order."""
    topics: tuple[Topic, ...] = ()
    """In the order of the panel."""
    only_staff_closes: bool | None = None
    """Whether openers cannot close their tickets."""
    asks_before_closing: bool | None = None
    """Whether the staff are asked before they close, as openers are."""
    tells_opener: bool | None = None
    """Whether an opener whose ticket is closed is told by a direct message."""
    closed_category_id: ChannelId | None = None
    """Where channels of closed tickets are moved; None: they stay where they are."""
    signs_state: bool | None = None
    """Whether the names of tickets' channels begin with a sign of the state."""
    openers_may_add: bool | None = None
    """Whether openers may add members to their tickets."""
    claim_mode: ClaimMode | None = None
    """What the other staff see of claimed tickets, where the topic says nothing; None: the same as before."""
    has_notes: bool | None = None
    """Whether the staff may write notes beside tickets."""
    replies: tuple[CannedReply, ...] = ()
    """What the staff may post with ``/ticket reponse``, by its name."""
    max_open_tickets: int | None = None
    """Live tickets of one member; None: as many as whoever runs the bot allows."""
    max_openings: int | None = None
    """Tickets that a member may open within ``limits.WINDOW``; None: as many as whoever runs the bot allows."""
    blocks: tuple[Block, ...] = ()
    """Who may not open tickets."""
    panel_title: str | None = None
    panel_text: str | None = None
    """The panel's words; None: those of whoever runs the bot."""
    welcome_title: str | None = None
    welcome_text: str | None = None
    """The welcome's words, where a ticket's topic has none; None: those of whoever runs the bot."""
    color: str | None = None
    """The edge of embeds that all members of the server see, as ``#F4A6C1``."""
    time_zone: str | None = None
    """Of pages and of dates that administrators type: its name in the IANA database."""


@attrs.frozen(kw_only=True)
class GuildConfig(GuildSettings):
    """What a server's administrators chose, and what the bot has to know to show it."""

    guild_id: GuildId
    panel_channel_id: ChannelId
    transcript_channel_id: ChannelId
    category_id: ChannelId
    staff_role_ids: tuple[RoleId, ...]
    panel_message_id: MessageId | None = None
    """The panel in use; None until it was posted."""
    panel_fingerprint: str | None = None
    """What the panel shows, as ``PanelChannels.panel_fingerprint`` computes it; None if that was not recorded."""
    stale_panels: tuple[StalePanel, ...] = ()
    """Panels to delete that could not be deleted yet, or not for certain."""
    former_topics: tuple[FormerTopic, ...] = ()
    """Deleted topics that open tickets may still have."""
    last_topic_id: TopicId | None = None
    """The largest id that a topic of this server ever had."""
    unapplied_role_ids: tuple[RoleId, ...] = ()
    """Roles that became or ceased to be staff, which open tickets' channels may not show yet."""
    panels: tuple[Panel, ...] = ()
    """Panels in other channels than the main one."""
    last_panel_id: PanelId | None = None
    """The largest id that such a panel of this server ever had."""
    panel_messages: tuple[PanelMessage, ...] = ()
    """What is known to be posted of them, or may be."""
    last_change: SettingsChange | None = None
    """What was set last inside Discord."""
    revision: int = 0
    """Incremented by each save; two saves of one revision cannot both succeed."""


@attrs.frozen(kw_only=True)
class Participant:
    """A member or a role with an overwrite of its own in a ticket's channel."""

    id: int
    is_role: bool = False


@attrs.frozen(kw_only=True)
class Event:
    """A move of a ticket, for the staff to look up."""

    what: Notice
    """By the notice that the channel was shown."""
    by_id: UserId
    at: Millis
    target: Participant | None = None
    """Who was chosen: added, removed, or the new claimer."""


@attrs.frozen(kw_only=True)
class Change:
    """What the notice of a ticket's last move says that the ticket itself does not."""

    by_id: UserId
    """Who made the move."""
    member_id: UserId | None = None
    """Whom it concerns: who took care of the ticket before, or was added or removed."""
    role_id: RoleId | None = None
    """Which role was added or removed."""


@attrs.frozen(kw_only=True)
class Note:
    """What a member of the staff wrote for the staff alone."""

    interaction_id: InteractionId
    """The interaction by which it was written."""
    by_id: UserId
    text: str


@attrs.frozen(kw_only=True)
class Ticket:
    """One conversation between a member and the staff, in a channel of its own.

    Guild and number identify a ticket; no number is used twice in a guild.
    """

    guild_id: GuildId
    number: int
    """From 1; ``UNNUMBERED`` only until the store has recorded it."""
    opener_id: UserId
    opener_name: str
    state: TicketState
    created_at: Millis
    changed_at: Millis
    """When the record last changed; 0 if the process that worked on it has given up for now."""
    interaction_id: InteractionId
    """The interaction that made the last move: messages that answer it have a larger id."""
    topic_id: TopicId | None = None
    """None for a ticket that was opened without a topic."""
    answers: tuple[Answer, ...] = ()
    """What was put into the form, until the channel shows it."""
    quote: Quote | None = None
    """The message about which the ticket was opened, until the channel shows it."""
    opened_by_id: UserId | None = None
    """Who of the staff opened the ticket for its opener; None: the opener did."""
    opened_by_name: str | None = None
    revision: int = 0
    """Incremented by each change; two changes of one revision cannot both succeed."""
    slot: int | None = None
    """Which of the opener's live tickets this is, from 0; None while it does not count as live."""
    channel_id: ChannelId | None = None
    """None while reserved."""
    claimer_id: UserId | None = None
    claimer_name: str | None = None
    claim_message_id: MessageId | None = None
    """The message under which the ticket was claimed by a button, and whose button names the claimer since."""
    claim_mode: ClaimMode | None = None
    """What the other staff see of it, as the settings said when it was claimed; None: the same as before.

    A later change of the settings does not touch it, so that giving up turns back what claiming did.
    """
    closer_id: UserId | None = None
    closer_name: str | None = None
    closed_at: Millis | None = None
    close_reason: str | None = None
    """Why it was closed, in the closer's words."""
    close_requested_by_id: UserId | None = None
    """Who asked the opener whether the ticket may be closed, until there is an answer."""
    deleter_id: UserId | None = None
    """Who confirmed the deletion last, even if it was given up; None once the ticket is reopened."""
    archiving_since: InteractionId | None = None
    """The interaction that first tried to delete: a transcript may have been posted since, even if abandoned."""
    recreated_at: tuple[Millis, ...] = ()
    """When the creation of the channel was repeated, oldest first; see ``creations``."""
    creation_unknown_since: Millis | None = None
    """When Discord was last asked to create the channel and did not answer: it may still appear."""
    notice: Notice | None = None
    """What the channel has yet to be shown."""
    change: Change | None = None
    """Set with some notices, and unset with them."""
    participants: tuple[Participant, ...] = ()
    """Whom the staff added: they keep their access when the ticket is closed or reopened."""
    colleague_ids: tuple[UserId, ...] = ()
    """Members of the staff who were added, since the claim mode keeps the ticket from them; none once it does not."""
    locked_at: Millis | None = None
    """Since when the opener and the participants may read but not write; None while they may."""
    has_notes: bool | None = None
    """True since the first note: the staff manage the channel's threads, and nobody else does."""
    notes: tuple[Note, ...] = ()
    """Notes that may not be in their thread yet; unset with the notice."""
    history: tuple[Event, ...] = ()
    """The last moves, oldest first; see ``limits.HISTORY``."""
    name: str | None = None
    """What the staff renamed the channel to, after the number; None: it has the name that it was created with."""
    is_misplaced: bool | None = None
    """True while the channel may be in the category of an earlier topic; unset with the notice."""
    stale_overwrites: tuple[Participant, ...] = ()
    """Whose overwrite may still differ from what this record says; unset with the notice."""
    stale_readers: tuple[Participant, ...] = ()
    """Whom an earlier move may have left in the thread of the notes; unset with the notice."""
    attachment_limit: int | None = None
    """Bytes of a file, at most, that Discord accepted where the deletion was confirmed."""
    accepts_hidden_content: bool | None = None
    """True if who confirmed the deletion knows that Discord hides from the bot what members wrote."""
    transcript_mark: str | None = None
    """Identifies the transcript that was last about to be posted; see ``TranscriptArchive.post_transcript``."""
    transcript_message_id: MessageId | None = None
    """The verified transcript's message; the channel may only be deleted once this is set."""
    owner: OwnerId | None = None
    """The process that is at what is unfinished; None if nothing is, or nobody is at it.

    Versions before 0.2 named nobody.
    """
    failing_since: Millis | None = None
    """When recovery first failed to finish what is unfinished now."""

    @property
    def added(self) -> tuple[Participant, ...]:
        """Return all who were added."""
        return (*self.participants, *(Participant(id=one) for one in self.colleague_ids))

    @property
    def is_unfinished(self) -> bool:
        """Return whether the last move still needs something done on Discord."""
        return self.state in {TicketState.RESERVED, TicketState.DELETING} or self.notice is not None


RawMessage: TypeAlias = bytes
"""A message as Discord's API sends it: JSON, undecoded, so that one odd message cannot cost the others."""


@attrs.frozen(kw_only=True)
class History:
    """What was said in a channel and in its threads."""

    messages: Sequence[RawMessage]
    """Oldest first; those of a thread follow each other."""
    threads: Mapping[int, str] = attrs.field(factory=dict[int, str])
    """The names of the threads that Discord lists."""
    newest: Mapping[ChannelId, int] = attrs.field(factory=dict[ChannelId, int])
    """The id of the last message of the channel, and of each of its threads; 0 where there is none."""
    is_content_hidden: bool = False
    """Whether Discord hides what others than the bot wrote."""


@attrs.frozen(kw_only=True)
class CreatedChannel:
    """A ticket's new channel, and the configured staff roles that no longer exist."""

    id: ChannelId
    lost_role_ids: tuple[RoleId, ...] = ()


@attrs.frozen(kw_only=True)
class ChannelAudit:
    """Which channels exist in one server."""

    existing: frozenset[ChannelId]
    """All channels of the server."""
    duplicates: tuple[tuple[Ticket, ChannelId], ...] = ()
    """Tickets, and empty second channels that the bot created for them."""


@attrs.frozen(kw_only=True)
class UploadedFile:
    """A file of a message: its name and its size in bytes."""

    name: str
    size: int


@attrs.frozen(kw_only=True)
class PostedMessage:
    """A message of a posted transcript, and the files that it must carry."""

    id: MessageId
    files: tuple[UploadedFile, ...]


@attrs.frozen(kw_only=True)
class PostedTranscript:
    """The messages of a posted transcript, in order; usually one."""

    messages: tuple[PostedMessage, ...]
