"""What rendering shares: strings, dates, names, and what the pages contain so far."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape, file_link, link
from ticketbot.transcripts.locales.english import ENGLISH
from ticketbot.transcripts.locales.french import FRENCH
from ticketbot.transcripts.markdown import renderer
from ticketbot.transcripts.model import media
from ticketbot.transcripts.model.media import MediaKind, MediaReference
from ticketbot.transcripts.model.transcript import Locale
from ticketbot.transcripts.rendering.dates import DateFormatter
from ticketbot.transcripts.rendering.message_index import MessageIndex
from ticketbot.transcripts.rendering.placeholders import MediaPlaceholders
from ticketbot.transcripts.rendering.stylesheet import StyleSheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.transcripts.locales.strings import Strings
    from ticketbot.transcripts.model.emojis import Emoji
    from ticketbot.transcripts.model.transcript import Transcript
    from ticketbot.transcripts.model.users import Author

WORDS: Final[Mapping[Locale, Strings]] = {Locale.FRENCH: FRENCH, Locale.ENGLISH: ENGLISH}

TEXT_FILES_TOGETHER: Final = 4 * 1024 * 1024
"""Characters that are shown of all text files of a transcript, at most."""

_JUMP: Final = re.compile(
    r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/channels/(?:\d{1,20}|@me)/(\d{1,20})(?:/(\d{1,20}))?", re.ASCII
)


class RenderContext:
    """Renders names, texts and timestamps; fits ``renderer.MarkdownContext``."""

    def __init__(self, transcript: Transcript, stem: str, *, has_page_limit: bool = False) -> None:
        self.strings = WORDS[transcript.locale]
        self.dates = DateFormatter(self.strings, transcript.time_zone)
        self.stylesheet = StyleSheet()
        self.placeholders = MediaPlaceholders(stem)
        self.media_references: dict[str, MediaReference] = {}
        self.message_index = MessageIndex()
        self.has_page_limit = has_page_limit
        self.page_name = ""
        label = escape(self.strings.message.spoiler)
        self.spoiler = f'<label class="s"><input type="checkbox" aria-label="{label}"><span>'
        self.fold = _fold(self.strings.message.unfold)
        self.text_fold = _fold(self.strings.message.unfold_text)
        self.preview_left = TEXT_FILES_TOGETHER
        """Characters that may yet be shown of text files."""
        self._names = transcript.names
        self._authors: dict[int, str] = {}
        self._numbers: dict[tuple[int, bool], int] = {}
        self._mentions: Mapping[int, str] = {}
        self.mention_channels: Mapping[int, str] = {}
        """The channels that the message at hand brings the names of."""
        self._now = 0

    # What is said about the message at hand.

    def begin_message(self, mentions: Mapping[int, str], now: int) -> None:
        """Set the users that the message at hand mentions, and its time."""
        self._mentions = mentions
        self._now = now

    def text(self, content: str) -> str:
        """Render a text in Discord's markdown."""
        return renderer.to_html(content, self)

    # Names.

    def name(self, author: Author) -> str:
        """Return an author's name: in the guild if that is known, else as in the message."""
        if author.is_webhook:
            return author.name
        name = self._names.users.get(author.id) or author.name
        self._authors[author.id] = name
        return name

    def identity(self, author: Author) -> str:
        """Return what tells an author apart from others of the same name: username and id."""
        if author.username and not author.is_webhook:
            return f"@{author.username} · {author.id}"
        return str(author.id) if author.id else ""

    def identity_class(self, author: Author) -> str:
        """Return the class of an author's username and id, which are shown where names are not unique."""
        return f"u{self._numbers.setdefault((author.id, author.is_webhook), len(self._numbers))}"

    def color(self, author: Author) -> int:
        """Return the colour of an author's name; 0 is none."""
        return 0 if author.is_webhook else self._names.user_colors.get(author.id, 0)

    def user_name(self, user_id: int) -> str:
        """Return a user's name; empty if it is unknown."""
        return self._names.users.get(user_id) or self._mentions.get(user_id) or self._authors.get(user_id, "")

    def role_name(self, role_id: int) -> str:
        """Return a role's name; empty if it is unknown."""
        role = self._names.roles.get(role_id)
        return "" if role is None else role.name

    def channel_name(self, channel_id: int) -> str:
        """Return a channel's name; empty if it is unknown."""
        return self._names.channels.get(channel_id) or self.mention_channels.get(channel_id, "")

    def user(self, user_id: int) -> str:
        """Return the mention of a user."""
        return _mention("@", self.user_name(user_id), user_id, self.strings.message.unknown_user)

    def role(self, role_id: int) -> str:
        """Return the mention of a role, in its colour."""
        role = self._names.roles.get(role_id)
        color = "" if role is None else self.stylesheet.text_color(role.color)
        return _mention("@", self.role_name(role_id), role_id, self.strings.message.unknown_role, color)

    def channel(self, channel_id: int) -> str:
        """Return the mention of a channel."""
        return _mention("#", self.channel_name(channel_id), channel_id, self.strings.message.unknown_channel)

    def everyone(self, word: str) -> str:
        """Return the mention of everyone or here."""
        return f'<span class="n">{escape(word)}</span>'

    def command(self, name: str) -> str:
        """Return the mention of a slash command."""
        return f'<span class="n">/{escape(name)}</span>'

    def guild_page(self, page: str) -> str | None:
        """Return the mention of a guild navigation page; None if it is unknown."""
        name = self.strings.message.guild_pages.get(page)
        return None if name is None else f'<span class="n">{escape(name)}</span>'

    def moment(self, seconds: int, style: str) -> str | None:
        """Return a timestamp in one of Discord's styles."""
        return self.dates.styled_element(seconds, style, self._now)

    # Emojis and links.

    def picture(self, url: str, kind: MediaKind, name: str = "") -> str:
        """Return the class, with a space before, that shows a small picture if it can be had."""
        if url not in self.media_references:
            self.media_references[url] = MediaReference(url=url, kind=kind, name=name)
        return self.stylesheet.picture(url)

    def emoji(self, name: str, emoji_id: int) -> str:
        """Render a custom emoji: its name, behind its picture if that can be had; a deleted one has no name."""
        shown = f":{escape(name)}:" if name else escape(self.strings.message.deleted_emoji)
        picture = self.picture(media.emoji_url(emoji_id), MediaKind.EMOJI, name)
        return f'<span class="e{picture}" title="{shown}">{shown}</span>'

    def any_emoji(self, emoji: Emoji | None) -> str:
        """Render a custom or Unicode emoji."""
        if emoji is None:
            return ""
        if emoji.id is not None:
            return self.emoji(emoji.name, emoji.id)
        return escape(emoji.name or self.strings.message.deleted_emoji)

    def icon(self, url: str | None) -> str:
        """Render a small picture beside a name."""
        return "" if url is None else f'<span class="e{self.picture(url, MediaKind.ICON)}" aria-hidden="true"></span>'

    def href(self, message_id: int | None) -> str | None:
        """Return the address of a message in the transcript; None if it is not there so far."""
        page = None if message_id is None else self.message_index.page(message_id)
        if page is None:
            return None
        return f"#m{message_id}" if page == self.page_name else f"{file_link(page)}#m{message_id}"

    def jump(self, url: str) -> str | None:
        """Return a link to a message or channel on Discord, into the transcript where that contains it."""
        found = _JUMP.fullmatch(url)
        if found is None:
            return None
        channel_id, message_id = int(found[1]), found[2]
        name = self.channel_name(channel_id) or self.strings.message.unknown_channel
        target = self.href(int(message_id)) if message_id else None
        tail = " \u203a 💬" if message_id else ""
        return f'<a class="n" href="{target or link(url)}" title="{escape(url)}">#{escape(name)}{tail}</a>'


def _fold(unfold: str) -> str:
    """Return the checkbox that unfolds the block after it."""
    label = escape(unfold)
    return f'<label class="fd" data-l="{label}"><input type="checkbox" aria-label="{label}"></label>'


def _mention(sigil: str, name: str, snowflake: int, unknown: str, color: str = "") -> str:
    if not name:
        return f'<span class="n" title="{snowflake}">{sigil}{escape(unknown)} ({snowflake})</span>'
    return f'<span class="n{color}" title="{snowflake}">{sigil}{escape(name)}</span>'
