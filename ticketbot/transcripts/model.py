"""The values of a transcript: what was said, by whom, and what came with it.

All moments are milliseconds since the Unix epoch; 0 stands for one that nobody knows.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ticketbot.transcripts.components import Component
    from ticketbot.transcripts.embeds import Embed
    from ticketbot.transcripts.media import Media

_NO_NAMES: Final[Mapping[int, str]] = MappingProxyType({})
_NO_MEDIA: Final[Mapping[str, Media]] = MappingProxyType({})


class Locale(StrEnum):
    """The languages that a page can be written in."""

    FRENCH = "fr"
    ENGLISH = "en"


@attrs.frozen(kw_only=True)
class Role:
    """What a role is called; colour 0 is none."""

    name: str
    color: int = 0


@attrs.frozen(kw_only=True)
class Names:
    """What a guild's users, roles and channels are called, by id, as far as that is known."""

    users: Mapping[int, str] = _NO_NAMES
    """Names that a guild gives its members; they win over those that messages carry."""
    user_colors: Mapping[int, int] = attrs.field(factory=dict[int, int])
    """The colour of each member's highest coloured role."""
    roles: Mapping[int, Role] = attrs.field(factory=dict[int, Role])
    channels: Mapping[int, str] = _NO_NAMES


@attrs.frozen(kw_only=True)
class Transcript:
    """A channel's messages, oldest first, and the facts of the ticket that they belong to."""

    messages: Iterable[TranscriptMessage]
    """Read once, in order, so that a generator will do."""
    guild_name: str = ""
    guild_id: int | None = None
    channel_name: str = ""
    channel_id: int | None = None
    number: int | None = None
    """The ticket's number; None if the channel is no ticket."""
    opener: str | None = None
    claimer: str | None = None
    opened_at: int | None = None
    closed_at: int | None = None
    deleted_at: int | None = None
    names: Names = attrs.field(factory=Names)
    media: Mapping[str, Media] = _NO_MEDIA
    """How the files behind Discord's addresses are to be had; see ``wanted.media``."""
    time_zone: tzinfo = UTC
    """Whose name the page states: a ``zoneinfo.ZoneInfo`` or ``datetime.UTC``."""
    locale: Locale = Locale.FRENCH


@attrs.frozen(kw_only=True, cache_hash=True)
class Author:
    """Who wrote a message, as they were called in it."""

    id: int
    name: str
    username: str = ""
    avatar_url: str | None = None
    is_app: bool = False
    is_webhook: bool = False
    is_official: bool = False
    """Whether it is Discord itself."""


@attrs.frozen(kw_only=True)
class Emoji:
    """A custom emoji, or a Unicode one without id."""

    id: int | None = None
    name: str
    is_animated: bool = False


class AttachmentKind(StrEnum):
    """How an attachment is shown."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"
    FILE = "file"

    @classmethod
    def of(cls, content_type: str) -> AttachmentKind:
        """Tell how files of a type are shown."""
        family = content_type.partition("/")[0]
        return cls(family) if family in {cls.IMAGE, cls.VIDEO, cls.AUDIO} else cls.FILE


@attrs.frozen(kw_only=True)
class Attachment:
    """A file of a message."""

    name: str
    url: str
    kind: AttachmentKind = AttachmentKind.FILE
    title: str = ""
    """The name before Discord made it plain."""
    size: int = 0
    content_type: str = ""
    description: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0
    """Seconds of a voice message."""
    waveform: bytes = b""
    """Loudness from 0 to 255 over the length of a voice message."""
    is_spoiler: bool = False


class StickerFormat(StrEnum):
    """How a sticker is drawn; a Lottie one cannot be without a library."""

    PNG = "png"
    APNG = "apng"
    LOTTIE = "lottie"
    GIF = "gif"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Sticker:
    """A sticker of a message."""

    id: int
    name: str
    format: StickerFormat = StickerFormat.PNG
    url: str | None = None
    description: str = ""


@attrs.frozen(kw_only=True)
class Reaction:
    """How often an emoji was set under a message; super reactions are counted apart."""

    emoji: Emoji
    count: int
    """All, the super ones among them."""
    burst_count: int = 0


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


EMPTY: Final = "empty"
"""The part that stands for a message in which nothing can be read."""


@attrs.frozen(kw_only=True)
class Unreadable:
    """Stands for something of a shape that nobody has seen yet."""

    part: str
    """What it stands for: Discord's word, as ``embed`` or ``component``, or ``EMPTY``."""
    type: str = ""
    """What it calls itself."""
    texts: tuple[str, ...] = ()
    """What can be read in it."""


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
    """Empty where Discord does not tell."""
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
    """What only some system messages tell."""

    reference_id: int | None = None
    """The message that it speaks of."""
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
