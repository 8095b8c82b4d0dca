"""A transcript: the messages of a channel, and what is known of the ticket and the server."""

from __future__ import annotations

from datetime import UTC, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ticketbot.transcripts.model.media import Media
    from ticketbot.transcripts.model.messages import TranscriptMessage

_NO_NAMES: Final[Mapping[int, str]] = MappingProxyType({})
_NO_MEDIA: Final[Mapping[str, Media]] = MappingProxyType({})


class Locale(StrEnum):
    """The languages that a page can be written in."""

    FRENCH = "fr"
    ENGLISH = "en"


@attrs.frozen(kw_only=True)
class Role:
    """A role's name and colour; 0 is none."""

    name: str
    color: int = 0


@attrs.frozen(kw_only=True)
class Names:
    """The names of a guild's users, roles and channels, by id, as far as they are known."""

    users: Mapping[int, str] = _NO_NAMES
    """Names that a guild gives its members; they win over those that messages carry."""
    user_colors: Mapping[int, int] = attrs.field(factory=dict[int, int])
    """The colour of each member's highest coloured role."""
    roles: Mapping[int, Role] = attrs.field(factory=dict[int, Role])
    channels: Mapping[int, str] = _NO_NAMES
    threads: Mapping[int, str] = _NO_NAMES
    """The names of the channel's threads; those of threads that messages announce may be missing."""


@attrs.frozen(kw_only=True)
class Transcript:
    """A channel's messages, oldest first, and the ticket that they belong to."""

    messages: Iterable[TranscriptMessage]
    """Read once, in order, so that a generator will do."""
    guild_name: str = ""
    guild_id: int | None = None
    channel_name: str = ""
    channel_id: int | None = None
    number: int | None = None
    """The ticket's number; None if the channel is no ticket."""
    opener: str | None = None
    opened_by: str | None = None
    """Who opened it for the opener; None: the opener did."""
    claimer: str | None = None
    opened_at: int | None = None
    closed_at: int | None = None
    deleted_at: int | None = None
    closer: str | None = None
    close_reason: str | None = None
    deleter: str | None = None
    guild_icon_url: str | None = None
    channel_topic: str = ""
    is_content_hidden: bool = False
    """Whether Discord hid what members wrote: the page says so."""
    names: Names = attrs.field(factory=Names)
    media: Mapping[str, Media] = _NO_MEDIA
    """The files by their address, where they are known before the page is rendered."""
    time_zone: tzinfo = UTC
    """A ``zoneinfo.ZoneInfo`` or ``datetime.UTC``; the page shows its name."""
    locale: Locale = Locale.FRENCH
