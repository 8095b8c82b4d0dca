"""Render messages in order: grouped by author, separated by day, those of threads in sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.model.media import MediaKind
from ticketbot.transcripts.rendering import messages, system_messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.transcripts.model.messages import TranscriptMessage
    from ticketbot.transcripts.model.users import Author
    from ticketbot.transcripts.rendering.context import RenderContext

_GROUP: Final = 7 * 60 * 1000
"""Milliseconds after which a message begins another group, as in Discord's client."""
_HUES: Final = 6
_INITIALS: Final = 2
_THREAD_CREATED: Final = 18
"""Discord's type of the message that announces a thread which no message started."""


class MessageGrouper:
    """Renders messages in order, and knows which day, author and thread the last one belonged to."""

    def __init__(self, context: RenderContext, threads: Mapping[int, str]) -> None:
        self._context = context
        self._day: int | None = None
        self._author: Author | None = None
        self._timestamp: int = 0
        self._is_open = False
        self._threads = dict(threads)
        """The names of the threads that are listed or were announced so far."""
        self._thread: int | None = None
        """The thread of the last message."""
        self._headers: dict[Author, tuple[str, tuple[str, ...]]] = {}
        self._days: set[int] = set()
        """The days that this page has a heading of."""
        self.new_day: int | None = None
        """The day whose first heading of the page stands above the last message; None if there is none."""

    def render(self, message: TranscriptMessage) -> str:
        """Render a message, with its thread, its day and its author where they change."""
        self.new_day = None
        opening = self._change_thread(message) + self._opening(message)
        if message.thread is not None:
            self._threads[message.thread.id] = message.thread.name
        elif message.type == _THREAD_CREATED and message.event is not None:
            self._threads[message.event.reference_channel_id or 0] = message.content
        return opening + messages.render(message, self._context)

    @property
    def closing_tags(self) -> str:
        """The HTML that ends the messages of a page."""
        return ("</article>" if self._is_open else "") + ("" if self._thread is None else "</section>")

    def begin_page(self) -> None:
        """Begin another page: day, author and thread are rendered again."""
        self._day = None
        self._days.clear()
        self._end_group()

    def _change_thread(self, message: TranscriptMessage) -> str:
        """Return the HTML that closes and opens threads if this message is not in the same one as the last."""
        thread = message.channel_id if message.channel_id in self._threads else None
        if thread == self._thread:
            return ""
        closing = self.closing_tags
        self._end_group()
        self._thread = thread
        if thread is None:
            return closing
        name = f"<bdi>{escape(self._threads[thread])}</bdi>"
        return f'{closing}<section class="thr"><h2>🧵 {escape(self._context.strings.message.thread).format(name)}</h2>'

    def _end_group(self) -> None:
        self._author, self._is_open, self._thread = None, False, None

    def _opening(self, message: TranscriptMessage) -> str:
        timestamp = message.timestamp or self._timestamp
        day = self._context.dates.day(timestamp) if timestamp else None
        if day == self._day and self._continues(message, timestamp):
            self._timestamp = timestamp
            return ""
        opening = "</article>" if self._is_open else ""
        if day != self._day and day is not None:
            opening += self._day_heading(day)
        self._day, self._timestamp, self._is_open = day, timestamp, True
        if message.type in system_messages.ORDINARY:
            self._author = message.author
            return f'{opening}<article class="g">{self._header(message.author)}'
        self._author = None
        return f'{opening}<article class="g sys">'

    def _day_heading(self, day: int) -> str:
        """Return the heading of a day; the first of a page has an id, for links."""
        anchor = ""
        if day not in self._days:
            self._days.add(day)
            self.new_day = day
            anchor = f' id="d{self._context.dates.iso_day(day)}"'
        return f'<h2 class="day"{anchor}>{self._context.dates.day_element(day)}</h2>'

    def _continues(self, message: TranscriptMessage, timestamp: int) -> bool:
        author = message.author
        return (
            (author is self._author or author == self._author)
            and timestamp - self._timestamp < _GROUP
            and message.type in system_messages.ORDINARY
            and message.reply is None
            and message.command is None
        )

    def _header(self, author: Author) -> str:
        known = self._headers.get(author)
        if known is None:
            known = self._headers[author] = self._new_header(author)
        head, classes = known
        self._context.stylesheet.use(classes)
        return head

    def _new_header(self, author: Author) -> tuple[str, tuple[str, ...]]:
        context = self._context
        name = context.name(author)
        picture = "" if author.avatar_url is None else context.picture(author.avatar_url, MediaKind.AVATAR)
        color = context.stylesheet.text_color(context.color(author))
        shown = escape(name or context.strings.message.unknown_user)
        identity = escape(context.identity(author))
        head = (
            f'<span class="a a{author.id % _HUES}{picture}" aria-hidden="true">{escape(_initials(name))}</span>'
            f'<h3><bdi class="nm{color}">{shown}</bdi>{self._tag(author)}</h3>'
            f'<small class="un {context.identity_class(author)}" tabindex="0">{identity}</small>'
        )
        return head, tuple(f"{picture}{color}".split())

    def _tag(self, author: Author) -> str:
        strings = self._context.strings.message
        if author.is_webhook:
            return f' <b class="app">{strings.webhook}</b>'
        if author.is_official:
            return f' <b class="app">{strings.official}</b>'
        return f' <b class="app">{strings.app}</b>' if author.is_app else ""


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    return "".join(word[0] for word in words[:_INITIALS]).upper()
