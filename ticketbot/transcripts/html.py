"""A transcript as pages of HTML that need nothing but a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ticketbot.transcripts import sheets, shell
from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.pages import Binder, MovedFile, Page, Room
from ticketbot.transcripts.sheets import Sheet
from ticketbot.transcripts.writing import events
from ticketbot.transcripts.writing.body import Body
from ticketbot.transcripts.writing.scribe import Scribe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from ticketbot.transcripts.model import Author, Transcript, TranscriptMessage

_STEP: Final = 8192
"""Bytes that are rendered at a time, about: less than a millisecond."""
_PARTICIPANTS: Final = 100
"""How many are named in the header."""
_HEAD: Final = 64 * 1024
"""Bytes kept free for the participants and the links to the other parts."""


def render(transcript: Transcript, out: TextIO) -> None:
    """Write a transcript as one page, whatever its size."""
    rendering = Rendering(transcript)
    for _ in rendering.steps():
        pass
    for page in rendering.pages:
        out.writelines(chunk.decode() for chunk in page.chunks())


class Rendering:
    """A transcript on its way to pages."""

    def __init__(self, transcript: Transcript, *, name: str = "transcript.html", room: Room | None = None) -> None:
        self._transcript = transcript
        self._stem = name.removesuffix(".html")
        self._room = room or Room()
        self._scribe = Scribe(transcript, self._stem)
        self._body = Body(self._scribe)
        self._sheets: list[Sheet] = []
        self._people: dict[int | Author, tuple[Author, int]] = {}
        self.pages: Sequence[Page] = ()
        """The finished pages, once all steps were taken."""
        self.moved: Sequence[MovedFile] = ()
        """The files to upload beside them."""

    def steps(self) -> Iterator[None]:
        """Render, pausing after each millisecond or so, so that others get their turn."""
        sheet = self._new_sheet()
        limit = self._text_limit()
        size = 0
        for message in self._transcript.messages:
            ending = self._body.ending
            row = self._row(message)
            if sheet.count and limit is not None and sheet.size_with(row) > limit:
                sheet.end(ending)
                self._body.begin_page()
                sheet = self._new_sheet()
                row = self._row(message)
            sheet.add(row, message)
            self._remember(message)
            size += row.size
            if size > _STEP:
                size = 0
                yield
        sheet.end(self._body.ending)
        yield from self._bind()

    def _new_sheet(self) -> Sheet:
        number = len(self._sheets) + 1
        name = f"{self._stem}.html" if number == 1 else f"{self._stem}-{number}.html"
        sheet = Sheet(name=name, number=number)
        self._sheets.append(sheet)
        self._scribe.page_name = name
        return sheet

    def _row(self, message: TranscriptMessage) -> sheets.Row:
        return sheets.row(self._body.row(message), self._scribe)

    def _remember(self, message: TranscriptMessage) -> None:
        self._scribe.anchors.add(message.id, self._scribe.page_name)
        if message.type in events.ORDINARY:
            author = message.author
            key = author if author.is_webhook else author.id
            known = self._people.get(key)
            self._people[key] = (author, 1 if known is None else known[1] + 1)

    def _text_limit(self) -> int | None:
        """Tell how many bytes of a page may be messages."""
        if self._room.page is None:
            return None
        empty = shell.around(self._transcript, shell.Facts(message_count=0), "", self._scribe)
        return self._room.page - sum(map(len, map(encode, empty))) - _HEAD

    def _bind(self) -> Iterator[None]:
        binder = Binder(self._room, self._scribe)
        pages: list[Page] = []
        for sheet in self._sheets:
            yield
            facts = self._facts(sheet)
            rules = self._scribe.styles.rules(sheet.classes)
            head, body_start, tail = shell.around(self._transcript, facts, rules, self._scribe)
            pages.append((yield from binder.bind(sheet, (head, body_start), tail)))
        self.pages, self.moved = tuple(pages), binder.moved

    def _facts(self, sheet: Sheet) -> shell.Facts:
        people = sorted(self._people.values(), key=lambda known: -known[1])
        participants = [self._participant(*known) for known in people[:_PARTICIPANTS]]
        sheet.classes.update(self._scribe.styles.take_used())
        return shell.Facts(
            message_count=sum(sheet.count for sheet in self._sheets),
            participants=participants,
            other_participants=len(people[_PARTICIPANTS:]),
            parts=[
                shell.Part(name=part.name, number=part.number, first=part.first, last=part.last, count=part.count)
                for part in self._sheets
            ],
            number=sheet.number,
        )

    def _participant(self, author: Author, count: int) -> shell.Participant:
        name = self._scribe.name(author) or self._scribe.words.message.unknown_user
        color = self._scribe.styles.text_color(self._scribe.color(author))
        return shell.Participant(name=name, count=self._scribe.words.number(count), color=color)
