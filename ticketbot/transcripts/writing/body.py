"""The messages one after the other: grouped by author, parted by day, those of threads set apart."""

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
_THREAD_CREATED: Final = 18
"""Discord's type of the message by which a thread is told of that no message started."""


class Body:
    """Writes messages in order, and remembers what need not be said again."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self._day: int | None = None
        self._author: Author | None = None
        self._timestamp: int = 0
        self._is_open = False
        self._threads: dict[int, str] = {}
        """The names of the threads that were told of."""
        self._thread: int | None = None
        """The thread that is being written."""
        self._heads: dict[Author, tuple[str, tuple[str, ...]]] = {}

    def row(self, message: TranscriptMessage) -> str:
        """Write a message, with its thread, its day and its author where they change."""
        opening = self._turn(message) + self._opening(message)
        if message.thread is not None:
            self._threads[message.thread.id] = message.thread.name
        elif message.type == _THREAD_CREATED and message.event is not None:
            self._threads[message.event.reference_channel_id or 0] = message.content
        return opening + messages.message(message, self._scribe)

    @property
    def ending(self) -> str:
        """What a page would end with that has no more messages."""
        return ("</article>" if self._is_open else "") + ("" if self._thread is None else "</section>")

    def begin_page(self) -> None:
        """Say again what was said on the page before."""
        self._day = None
        self._leave()

    def _turn(self, message: TranscriptMessage) -> str:
        """Leave a thread or enter one, if this message is said elsewhere than the last one."""
        thread = message.channel_id if message.channel_id in self._threads else None
        if thread == self._thread:
            return ""
        closing = self.ending
        self._leave()
        self._thread = thread
        if thread is None:
            return closing
        name = f"<bdi>{escape(self._threads[thread])}</bdi>"
        return f'{closing}<section class="thr"><h2>🧵 {escape(self._scribe.words.message.thread).format(name)}</h2>'

    def _leave(self) -> None:
        self._author, self._is_open, self._thread = None, False, None

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
