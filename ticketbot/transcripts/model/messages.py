"""A message, and what comes with it.

All moments are milliseconds since the Unix epoch; 0 stands for one that is not known.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.transcripts.model.attachments import Attachment
    from ticketbot.transcripts.model.components import Component
    from ticketbot.transcripts.model.embeds import Embed
    from ticketbot.transcripts.model.emojis import Emoji, Reaction, Sticker
    from ticketbot.transcripts.model.unreadable import Unreadable
    from ticketbot.transcripts.model.users import Author

_NO_NAMES: Final[Mapping[int, str]] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class PollAnswer:
    """One answer of a poll and its votes."""

    text: str
    emoji: Emoji | None = None
    votes: int = 0


@attrs.frozen(kw_only=True)
class Poll:
    """A question with answers to vote for."""

    question: str
    answers: tuple[PollAnswer | Unreadable, ...] = ()
    expires_at: int = 0
    is_multiselect: bool = False
    is_finalized: bool = False


class ReplyState(StrEnum):
    """What is known of the message that was replied to."""

    LOADED = "loaded"
    DELETED = "deleted"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Reply:
    """The message that was replied to."""

    message_id: int | None
    state: ReplyState = ReplyState.UNKNOWN
    author: Author | None = None
    content: str = ""
    mentions: Mapping[int, str] = _NO_NAMES
    type: int = 0
    has_attachments: bool = False


@attrs.frozen(kw_only=True)
class Command:
    """The command, button or form that a message answers."""

    user: Author | None = None
    name: str = ""
    """Empty where Discord does not say."""
    type: int = 2
    """Discord's interaction type: 2 command, 3 component, 5 modal."""


@attrs.frozen(kw_only=True)
class Thread:
    """A thread that was started from a message."""

    id: int
    name: str
    message_count: int = 0


@attrs.frozen(kw_only=True)
class Activity:
    """An invitation to play, watch or listen together."""

    application_name: str = ""


@attrs.frozen(kw_only=True)
class Event:
    """What only some system messages carry."""

    reference_id: int | None = None
    """The message that it refers to."""
    reference_channel_id: int | None = None
    call_ended_at: int = 0
    call_participants: tuple[int, ...] = ()
    tier_name: str = ""
    months: int = 0
    is_renewal: bool = False
    product_name: str = ""
    application_name: str = ""


@attrs.frozen(kw_only=True)
class Snapshot:
    """A message as it was when somebody forwarded it."""

    content: str = ""
    timestamp: int = 0
    edited_at: int = 0
    type: int = 0
    flags: int = 0
    attachments: tuple[Attachment | Unreadable, ...] = ()
    embeds: tuple[Embed | Unreadable, ...] = ()
    stickers: tuple[Sticker | Unreadable, ...] = ()
    components: tuple[Component, ...] = ()
    mentions: Mapping[int, str] = _NO_NAMES


@attrs.frozen(kw_only=True)
class Forward:
    """Where a forwarded message comes from, and what it said."""

    snapshots: tuple[Snapshot | Unreadable, ...]
    guild_id: int | None = None
    channel_id: int | None = None
    message_id: int | None = None


@attrs.frozen(kw_only=True)
class TranscriptMessage:
    """One message of a channel, or of a thread in it."""

    id: int
    author: Author
    timestamp: int
    channel_id: int | None = None
    """The channel, or the thread in it, in which it was written."""
    content: str = ""
    type: int = 0
    """Discord's message type."""
    flags: int = 0
    edited_at: int = 0
    is_pinned: bool = False
    is_tts: bool = False
    mentions: Mapping[int, str] = _NO_NAMES
    """The names of users that the message mentions, in order."""
    mention_channels: Mapping[int, str] = _NO_NAMES
    """The names of channels that a crossposted message mentions."""
    theme_colors: tuple[int, ...] = ()
    """The colours of a client theme that the message shares."""
    attachments: tuple[Attachment | Unreadable, ...] = ()
    embeds: tuple[Embed | Unreadable, ...] = ()
    stickers: tuple[Sticker | Unreadable, ...] = ()
    components: tuple[Component, ...] = ()
    reactions: tuple[Reaction | Unreadable, ...] = ()
    poll: Poll | None = None
    reply: Reply | None = None
    forward: Forward | None = None
    command: Command | None = None
    thread: Thread | None = None
    activity: Activity | None = None
    event: Event | None = None
    unreadable: tuple[Unreadable, ...] = ()
    """Parts that could not be read, or the whole message."""
