"""The strings of a page, and how numbers are formatted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.transcripts.model.media import MissingReason

NounForms: TypeAlias = tuple[str, str]
"""Singular and plural."""

_KIB: Final = 1024


@attrs.frozen(kw_only=True)
class DateStrings:
    """Date formats; ``{}`` stands for the value that the field is named after."""

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
    units: tuple[NounForms, ...]
    """Years, months, days, hours, minutes, seconds."""
    unknown: str


@attrs.frozen(kw_only=True)
class PageStrings:
    """The strings around the messages."""

    title: str
    """From what the transcript is of."""
    transcript: str
    """What a page is called if nothing else is known."""
    ticket: str
    """From its number."""
    guild: str
    channel: str
    opener: str
    opened_for: str
    """Before the opener where somebody else opened the ticket."""
    claimer: str
    unclaimed: str
    opened: str
    closed: str
    deleted: str
    closer: str
    close_reason: str
    deleter: str
    topic: str
    messages: str
    participants: str
    others: NounForms
    time_zone: str
    local_time: str
    """From a moment in the reader's time zone; written by the script."""
    skip: str
    search: str
    search_count: str
    """From the place of the hit and their number; written by the script, too."""
    search_none: str
    previous_hit: str
    next_hit: str
    theme: str
    tools: str
    """What search, filter, dates and keys are called together."""
    filter: str
    filter_count: str
    """From the numbers of messages shown and of all; written by the script."""
    author: str
    any_author: str
    attachments: str
    links: str
    pinned: str
    dates: str
    keys: str
    key_actions: Mapping[str, str]
    """What each key of the page does."""
    keys_on: str
    """What switches them on and off."""
    one_part: str
    """What search and filter leave out where there are several parts; from the part's number and their number."""
    close: str
    parts: str
    part: str
    """From the part's number and the number of parts."""
    range: str
    """From the first and last moment."""
    log: str
    """What the messages together are called."""
    content_hidden: str
    """Why messages of members are empty."""
    empty: str


@attrs.frozen(kw_only=True)
class MessageStrings:
    """The strings in and under messages."""

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
    unfold: str
    """What shows the whole of a long code block."""
    unfold_text: str
    """What shows the whole of what is shown of a text file."""
    first_lines: NounForms
    """How much of a text file is shown, where that is not all."""
    deleted_emoji: str
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
    message_count: NounForms
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
    separate: str
    """Where a file lies that is uploaded beside the page."""
    waveform: str
    enlarge: str
    missing: Mapping[MissingReason, str]
    poll: str
    votes: NounForms
    poll_multiple: str
    poll_ends: str
    """From the moment."""
    poll_final: str
    poll_winner: str
    poll_over: str
    """From the question."""
    poll_draw: str
    select: str
    upload: str
    checked: str
    unchecked: str
    chosen: str
    disabled: str
    premium: str
    empty: str
    unreadable: str
    """From what it is and what it calls itself."""
    parts: Mapping[str, str]
    """Discord's words for what could not be read, in the reader's."""
    guild_pages: Mapping[str, str]
    auto_moderation_values: Mapping[str, str]
    """AutoMod's values, by Discord's names for them."""
    auto_moderation_actions: Mapping[str, str]
    """What moderators did about an alert, by Discord's numbers."""
    theme: str
    """From its colours."""
    auto_moderation: Mapping[str, str]
    """The fields of AutoMod's embeds, by Discord's names for it."""


@attrs.frozen(kw_only=True)
class Strings:
    """All strings of a language."""

    language: str
    decimal_point: str
    thousands: str
    singular: range
    """The numbers that are no plural."""
    size_units: tuple[str, ...]
    colon: str
    dates: DateStrings
    page: PageStrings
    message: MessageStrings
    events: Mapping[int, str]
    """A sentence for each type of system message; names come as HTML."""
    event_variants: Mapping[str, str]

    def number(self, number: int) -> str:
        """Format a whole number."""
        return f"{number:,}".replace(",", self.thousands)

    def count(self, number: int, noun: NounForms) -> str:
        """Format a number with its noun."""
        return f"{self.number(number)}\u00a0{noun[number not in self.singular]}"

    def size(self, size: int) -> str:
        """Format a number of bytes."""
        amount, unit = float(size), 0
        while amount >= _KIB and unit < len(self.size_units) - 1:
            amount, unit = amount / _KIB, unit + 1
        digits = f"{amount:.1f}".removesuffix(".0").replace(".", self.decimal_point)
        return f"{digits}\u00a0{self.size_units[unit]}"

    def duration(self, seconds: float) -> str:
        """Format a duration as a player shows it."""
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
