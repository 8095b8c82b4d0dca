"""What all writers share: the words, the calendar, the names, and what the page holds so far."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts import markdown, media
from ticketbot.transcripts.calendars import Calendar
from ticketbot.transcripts.english import ENGLISH
from ticketbot.transcripts.escape import escape, file_link, link
from ticketbot.transcripts.french import FRENCH
from ticketbot.transcripts.model import Locale
from ticketbot.transcripts.writing.anchors import Anchors
from ticketbot.transcripts.writing.slots import Slots
from ticketbot.transcripts.writing.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.transcripts.model import Author, Emoji, Transcript
    from ticketbot.transcripts.words import Words

WORDS: Final[Mapping[Locale, Words]] = {Locale.FRENCH: FRENCH, Locale.ENGLISH: ENGLISH}

_JUMP: Final = re.compile(
    r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/channels/(?:\d{1,20}|@me)/(\d{1,20})(?:/(\d{1,20}))?", re.ASCII
)


class Scribe:
    """Writes names, texts and moments; fits ``markdown.Lookup``."""

    def __init__(self, transcript: Transcript, stem: str) -> None:
        self.words = WORDS[transcript.locale]
        self.calendar = Calendar(self.words, transcript.time_zone)
        self.styles = Styles(transcript.media)
        self.slots = Slots(stem)
        self.media = transcript.media
        self.anchors = Anchors()
        self.page_name = ""
        label = escape(self.words.message.spoiler)
        self.spoiler = f'<label class="s"><input type="checkbox" aria-label="{label}"><span>'
        self._names = transcript.names
        self._authors: dict[int, str] = {}
        self._mentions: Mapping[int, str] = {}
        self._now = 0

    # What is said about the message at hand.

    def attend(self, mentions: Mapping[int, str], now: int) -> None:
        """Turn to a message: the users that it mentions, and its moment."""
        self._mentions = mentions
        self._now = now

    def text(self, content: str) -> str:
        """Write a text in Discord's markdown."""
        return markdown.to_html(content, self)

    # Names.

    def name(self, author: Author) -> str:
        """Tell what an author is called: in the guild if that is known, else as the message says."""
        if author.is_webhook:
            return author.name
        name = self._names.users.get(author.id) or author.name
        self._authors[author.id] = name
        return name

    def color(self, author: Author) -> int:
        """Tell the colour of an author's name; 0 is none."""
        return 0 if author.is_webhook else self._names.user_colors.get(author.id, 0)

    def user_name(self, user_id: int) -> str:
        """Look up what a user is called; empty if nothing says it."""
        return self._names.users.get(user_id) or self._mentions.get(user_id) or self._authors.get(user_id, "")

    def role_name(self, role_id: int) -> str:
        """Look up what a role is called."""
        role = self._names.roles.get(role_id)
        return "" if role is None else role.name

    def channel_name(self, channel_id: int) -> str:
        """Look up what a channel is called."""
        return self._names.channels.get(channel_id, "")

    def user(self, user_id: int) -> str:
        """Write the mention of a user."""
        return _mention("@", self.user_name(user_id), user_id, self.words.message.unknown_user)

    def role(self, role_id: int) -> str:
        """Write the mention of a role, in its colour."""
        role = self._names.roles.get(role_id)
        color = "" if role is None else self.styles.text_color(role.color)
        return _mention("@", self.role_name(role_id), role_id, self.words.message.unknown_role, color)

    def channel(self, channel_id: int) -> str:
        """Write the mention of a channel."""
        return _mention("#", self.channel_name(channel_id), channel_id, self.words.message.unknown_channel)

    def everyone(self, word: str) -> str:
        """Write the mention of everyone, or of those who are here."""
        return f'<span class="n">{escape(word)}</span>'

    def command(self, name: str) -> str:
        """Write the mention of a slash command."""
        return f'<span class="n">/{escape(name)}</span>'

    def guild_page(self, page: str) -> str | None:
        """Write the mention of one of the guild's pages."""
        name = self.words.message.guild_pages.get(page)
        return None if name is None else f'<span class="n">{escape(name)}</span>'

    def moment(self, seconds: int, style: str) -> str | None:
        """Write a moment in one of Discord's styles."""
        return self.calendar.styled_element(seconds, style, self._now)

    # Emojis and links.

    def emoji(self, name: str, emoji_id: int) -> str:
        """Write a custom emoji: its name, behind its picture if that is to be had."""
        shown = f":{escape(name)}:"
        picture = self.styles.picture(media.emoji_url(emoji_id))
        return f'<span class="e{picture}" title="{shown}">{shown}</span>'

    def any_emoji(self, emoji: Emoji | None) -> str:
        """Write an emoji of either kind."""
        if emoji is None:
            return ""
        return escape(emoji.name) if emoji.id is None else self.emoji(emoji.name, emoji.id)

    def icon(self, url: str | None) -> str:
        """Write a small picture beside a name."""
        picture = self.styles.picture(url)
        return f'<span class="e{picture}" aria-hidden="true"></span>' if picture else ""

    def href(self, message_id: int | None) -> str | None:
        """Tell where a message stands in the transcript; None if it does not."""
        page = None if message_id is None else self.anchors.page(message_id)
        if page is None:
            return None
        return f"#m{message_id}" if page == self.page_name else f"{file_link(page)}#m{message_id}"

    def jump(self, url: str) -> str | None:
        """Write a link to a message or channel of Discord, leading into the transcript where that holds it."""
        found = _JUMP.fullmatch(url)
        if found is None:
            return None
        channel_id, message_id = int(found[1]), found[2]
        name = self.channel_name(channel_id) or self.words.message.unknown_channel
        target = self.href(int(message_id)) if message_id else None
        tail = " \u203a 💬" if message_id else ""
        return f'<a class="n" href="{target or link(url)}" title="{escape(url)}">#{escape(name)}{tail}</a>'


def _mention(sigil: str, name: str, snowflake: int, unknown: str, color: str = "") -> str:
    if not name:
        return f'<span class="n" title="{snowflake}">{sigil}{escape(unknown)} ({snowflake})</span>'
    return f'<span class="n{color}" title="{snowflake}">{sigil}{escape(name)}</span>'
