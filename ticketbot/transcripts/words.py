"""What a page says in its own words; one value of this for each language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.transcripts.media import MissingReason

Noun: TypeAlias = tuple[str, str]
"""Singular and plural."""

_KIB: Final = 1024


@attrs.frozen(kw_only=True)
class DateWords:
    """How moments are written; ``{}`` stands for what the name of the field says."""

    weekdays: tuple[str, ...]
    """From Monday."""
    months: tuple[str, ...]
    first_day: str
    """How the first day of a month is written."""
    date: str
    """From day, month and year."""
    numeric_date: str
    """From day, month and year as numbers."""
    weekday_date: str
    """From weekday and date."""
    date_time: str
    """From date and time of day."""
    numeric_date_time: str
    """From numeric date and time of day."""
    past: str
    future: str
    now: str
    units: tuple[Noun, ...]
    """Years, months, days, hours, minutes, seconds."""
    unknown: str


@attrs.frozen(kw_only=True)
class PageWords:
    """The words around the messages."""

    title: str
    """From what the transcript is of."""
    transcript: str
    """What a page is called if nothing else is known."""
    ticket: str
    """From its number."""
    guild: str
    channel: str
    opener: str
    claimer: str
    unclaimed: str
    opened: str
    closed: str
    deleted: str
    messages: str
    participants: str
    others: Noun
    time_zone: str
    skip: str
    search: str
    search_count: str
    """From the place of the hit and their number; written by the script, too."""
    search_none: str
    previous_hit: str
    next_hit: str
    theme: str
    parts: str
    part: str
    """From the part's number and the number of parts."""
    range: str
    """From the first and last moment."""
    log: str
    """What the messages together are called."""
    empty: str


@attrs.frozen(kw_only=True)
class MessageWords:
    """The words in and under messages."""

    app: str
    webhook: str
    official: str
    edited: str
    pinned: str
    silent: str
    tts: str
    ephemeral: str
    crossposted: str
    loading: str
    permalink: str
    spoiler: str
    reply_to: str
    reply_deleted: str
    reply_unknown: str
    reply_outside: str
    reply_attachment: str
    forwarded: str
    forwarded_from: str
    used: str
    """From user and command; both come as HTML."""
    used_unnamed: str
    answers_component: str
    answers_modal: str
    thread: str
    """From its name."""
    message_count: Noun
    activity: str
    """From the application's name."""
    unknown_user: str
    sticker: str
    reaction: str
    """From emoji and number."""
    super_reaction: str
    """From number."""
    unknown_role: str
    unknown_channel: str
    voice: str
    """From the duration."""
    image: str
    video: str
    audio: str
    file: str
    beside: str
    """Where a file lies that is uploaded beside the page."""
    waveform: str
    missing: Mapping[MissingReason, str]
    poll: str
    votes: Noun
    poll_multiple: str
    poll_ends: str
    """From the moment."""
    poll_final: str
    poll_winner: str
    poll_over: str
    """From the question."""
    poll_draw: str
    select: str
    chosen: str
    disabled: str
    premium: str
    empty: str
    unreadable: str
    """From what it is and what it calls itself."""
    parts: Mapping[str, str]
    """Discord's words for what could not be read, in the reader's."""
    guild_pages: Mapping[str, str]
    auto_moderation: Mapping[str, str]
    """What AutoMod's embeds tell, by Discord's names for it."""


@attrs.frozen(kw_only=True)
class Words:
    """All words of a language."""

    language: str
    decimal_point: str
    thousands: str
    singular: range
    """The numbers that are no plural."""
    size_units: tuple[str, ...]
    colon: str
    dates: DateWords
    page: PageWords
    message: MessageWords
    events: Mapping[int, str]
    """A sentence for each type of system message; names come as HTML."""
    event_variants: Mapping[str, str]

    def number(self, number: int) -> str:
        """Write a whole number."""
        return f"{number:,}".replace(",", self.thousands)

    def count(self, number: int, noun: Noun) -> str:
        """Write how many there are of something."""
        return f"{self.number(number)}\u00a0{noun[number not in self.singular]}"

    def size(self, size: int) -> str:
        """Write a number of bytes."""
        amount, unit = float(size), 0
        while amount >= _KIB and unit < len(self.size_units) - 1:
            amount, unit = amount / _KIB, unit + 1
        digits = f"{amount:.1f}".removesuffix(".0").replace(".", self.decimal_point)
        return f"{digits}\u00a0{self.size_units[unit]}"

    def duration(self, seconds: float) -> str:
        """Write a length of time as a player shows it."""
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
