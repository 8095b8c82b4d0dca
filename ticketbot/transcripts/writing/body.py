"""The messages one after the other: grouped by author, parted by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.writing import events, messages

if TYPE_CHECKING:
    from ticketbot.transcripts.model import Author, TranscriptMessage
    from ticketbot.transcripts.writing.scribe import Scribe

_GROUP: Final = 7 * 60 * 1000
"""Milliseconds after which an author is named again."""
_HUES: Final = 6
_INITIALS: Final = 2


class Body:
    """Writes messages in order, and remembers what need not be said again."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self._day: int | None = None
        self._author: Author | None = None
        self._timestamp: int = 0
        self._is_open = False
        self._heads: dict[Author, tuple[str, tuple[str, ...]]] = {}

    def row(self, message: TranscriptMessage) -> str:
        """Write a message, with its day and its author where they change."""
        return self._opening(message) + messages.message(message, self._scribe)

    def close(self) -> str:
        """Write what a page ends with, and begin anew."""
        closing = "</article>" if self._is_open else ""
        self._day, self._author, self._is_open = None, None, False
        return closing

    def _opening(self, message: TranscriptMessage) -> str:
        timestamp = message.timestamp or self._timestamp
        day = self._scribe.calendar.day(timestamp) if timestamp else None
        if day == self._day and self._continues(message, timestamp):
            self._timestamp = timestamp
            return ""
        opening = "</article>" if self._is_open else ""
        if day != self._day and day is not None:
            opening += f'<h2 class="day">{self._scribe.calendar.day_element(day)}</h2>'
        self._day, self._timestamp, self._is_open = day, timestamp, True
        if message.type in events.ORDINARY:
            self._author = message.author
            return f'{opening}<article class="g">{self._head(message.author)}'
        self._author = None
        return f'{opening}<article class="g sys">'

    def _continues(self, message: TranscriptMessage, timestamp: int) -> bool:
        author = message.author
        return (
            (author is self._author or author == self._author)
            and timestamp - self._timestamp < _GROUP
            and message.type in events.ORDINARY
            and message.reply is None
            and message.command is None
        )

    def _head(self, author: Author) -> str:
        known = self._heads.get(author)
        if known is None:
            known = self._heads[author] = self._new_head(author)
        head, classes = known
        self._scribe.styles.use(classes)
        return head

    def _new_head(self, author: Author) -> tuple[str, tuple[str, ...]]:
        scribe = self._scribe
        name = scribe.name(author)
        picture = scribe.styles.picture(author.avatar_url)
        color = scribe.styles.text_color(scribe.color(author))
        shown = escape(name or scribe.words.message.unknown_user)
        head = (
            f'<span class="a a{author.id % _HUES}{picture}" aria-hidden="true">{escape(_initials(name))}</span>'
            f'<h3><bdi class="nm{color}">{shown}</bdi>{self._tag(author)}</h3>'
        )
        return head, tuple(f"{picture}{color}".split())

    def _tag(self, author: Author) -> str:
        words = self._scribe.words.message
        if author.is_webhook:
            return f' <b class="app">{words.webhook}</b>'
        if author.is_official:
            return f' <b class="app">{words.official}</b>'
        return f' <b class="app">{words.app}</b>' if author.is_app else ""


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    return "".join(word[0] for word in words[:_INITIALS]).upper()
