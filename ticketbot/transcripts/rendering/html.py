"""Render a transcript as HTML pages that need nothing but a browser."""

from __future__ import annotations

import time
import unicodedata
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.model.media import MediaKind
from ticketbot.transcripts.rendering import layout, page_drafts, system_messages
from ticketbot.transcripts.rendering.context import TEXT_FILES_TOGETHER, RenderContext
from ticketbot.transcripts.rendering.message_groups import MessageGrouper
from ticketbot.transcripts.rendering.page_drafts import PageDraft
from ticketbot.transcripts.rendering.pagination import Page, PageLimits, Paginator, SeparateFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TextIO

    from ticketbot.transcripts.model.media import Media, MediaReference
    from ticketbot.transcripts.model.messages import TranscriptMessage
    from ticketbot.transcripts.model.transcript import Transcript
    from ticketbot.transcripts.model.users import Author

_STEP: Final = 8192
"""Bytes that are rendered between two pauses, about: less than a millisecond."""
_STEP_SECONDS: Final = 0.001
"""The time between two pauses, about, where few bytes take long."""
_PARTICIPANTS: Final = 100
"""How many authors the header names."""
_HEAD: Final = 64 * 1024
"""Bytes reserved for the participants and the links to other pages."""


def render(transcript: Transcript, out: TextIO) -> None:
    """Write a transcript as one page, whatever its size."""
    rendering = TranscriptRenderer(transcript)
    for _ in rendering.steps():
        pass
    for page in rendering.pages:
        out.writelines(chunk.decode() for chunk in page.chunks())


class TranscriptRenderer:
    """Renders a transcript to pages, in two phases between which its files can be downloaded."""

    def __init__(
        self, transcript: Transcript, *, name: str = "transcript.html", limits: PageLimits | None = None
    ) -> None:
        self._transcript = transcript
        self._stem = name.removesuffix(".html")
        self._limits = limits or PageLimits()
        self._context = RenderContext(transcript, self._stem, has_page_limit=self._limits.page is not None)
        self._icon = "" if transcript.guild_icon_url is None else self._picture(transcript.guild_icon_url)
        self._context.begin_message({}, transcript.deleted_at or transcript.closed_at or 0)
        self._topic = self._context.text(transcript.channel_topic)
        self._grouper = MessageGrouper(self._context, transcript.names.threads)
        self._drafts: list[PageDraft] = []
        self._authors: dict[int | Author, tuple[Author, int]] = {}
        self.pages: Sequence[Page] = ()
        """The finished pages, once all steps were taken."""
        self.separate_files: Sequence[SeparateFile] = ()
        """The files to upload beside them."""

    @property
    def media_references(self) -> Sequence[MediaReference]:
        """The files that the pages would show, each once, as soon as the messages are rendered."""
        return tuple(self._context.media_references.values())

    @property
    def message_count(self) -> int:
        """How many messages were rendered."""
        return sum(draft.count for draft in self._drafts)

    def steps(self) -> Iterator[None]:
        """Render and finish with the media that the transcript holds."""
        yield from self.render_messages()
        yield from self.finish(self._transcript.media)

    def render_messages(self) -> Iterator[None]:
        """Render the messages, pausing after each millisecond or so, so that other tasks can run.

        Each message is read once; its files are placeholders until ``finish``, so that nothing but the rendered
        text is kept while they are downloaded.
        """
        draft = self._new_draft()
        limit = self._text_limit()
        size, start = 0, time.perf_counter()
        for message in self._transcript.messages:
            ending = self._grouper.closing_tags
            rendered = self._render_message(message)
            if draft.count and limit is not None and draft.size_with(rendered) > limit:
                draft.end(ending)
                self._grouper.begin_page()
                draft = self._new_draft()
                rendered = self._render_message(message)
            draft.add(rendered, message)
            self._remember(message)
            size += rendered.size
            if size > _STEP or time.perf_counter() - start > _STEP_SECONDS:
                yield
                size, start = 0, time.perf_counter()
        draft.end(self._grouper.closing_tags)

    def finish(self, media: Mapping[str, Media], parts: Mapping[str, int] | None = None) -> Iterator[None]:
        """Finish the pages with the files that were downloaded, pausing likewise; may be called again.

        ``media`` says by address how each file is to be had; one that is absent counts as not downloaded. ``parts``
        says which message will carry a file beside the pages, where there are several.
        """
        self._context.placeholders.parts = parts or {}
        self._context.preview_left = TEXT_FILES_TOGETHER
        paginator = Paginator(self._limits, self._context)
        pages: list[Page] = []
        for draft in self._drafts:
            yield
            draft.classes.update(dict.fromkeys(self._icon.split()))
            info = self._page_info(draft)
            rules = self._context.stylesheet.rules(draft.classes) + self._identity_rule()
            head, body_start, tail = layout.render(self._transcript, info, rules, self._context)
            pages.append((yield from paginator.finish(draft, media, (head, body_start), tail)))
        self.pages, self.separate_files = tuple(pages), paginator.separate_files

    def _picture(self, url: str) -> str:
        return self._context.picture(url, MediaKind.ICON)

    def _new_draft(self) -> PageDraft:
        number = len(self._drafts) + 1
        name = f"{self._stem}.html" if number == 1 else f"{self._stem}-{number}.html"
        draft = PageDraft(name=name, number=number)
        self._drafts.append(draft)
        self._context.page_name = name
        return draft

    def _render_message(self, message: TranscriptMessage) -> page_drafts.RenderedMessage:
        text = self._grouper.render(message)
        return page_drafts.encode_message(text, self._context, self._grouper.new_day)

    def _remember(self, message: TranscriptMessage) -> None:
        self._context.message_index.add(message.id, self._context.page_name)
        if message.type in system_messages.ORDINARY:
            author = message.author
            key = author if author.is_webhook else author.id
            known = self._authors.get(key)
            self._authors[key] = (author, 1 if known is None else known[1] + 1)

    def _text_limit(self) -> int | None:
        """Return how many bytes of a page may be messages; None if there is no limit."""
        if self._limits.page is None:
            return None
        empty = layout.render(self._transcript, layout.PageInfo(message_count=0), "", self._context)
        return self._limits.page - sum(map(len, map(encode, empty))) - _HEAD

    def _identity_rule(self) -> str:
        """Return the style rule that shows usernames and ids of authors whose names are the same."""
        by_name: dict[str, set[str]] = {}
        for author, _ in self._authors.values():
            name = unicodedata.normalize("NFKC", self._context.name(author)).casefold().strip()
            by_name.setdefault(name, set()).add(self._context.identity_class(author))
        shared = sorted(f".{one}" for classes in by_name.values() if len(classes) > 1 for one in classes)
        return f"{','.join(shared)}{{position:static;clip-path:none}}" if shared else ""

    def _page_info(self, draft: PageDraft) -> layout.PageInfo:
        people = sorted(self._authors.values(), key=lambda known: -known[1])
        participants = [self._participant(*known) for known in people[:_PARTICIPANTS]]
        draft.classes.update(self._context.stylesheet.take_used())
        return layout.PageInfo(
            message_count=self.message_count,
            participants=participants,
            other_participants=len(people[_PARTICIPANTS:]),
            parts=[
                layout.Part(name=part.name, number=part.number, first=part.first, last=part.last, count=part.count)
                for part in self._drafts
            ],
            number=draft.number,
            months=layout.months(draft.days, self._context.dates),
            icon=self._icon,
            topic=self._topic,
        )

    def _participant(self, author: Author, count: int) -> layout.Participant:
        name = self._context.name(author) or self._context.strings.message.unknown_user
        color = self._context.stylesheet.text_color(self._context.color(author))
        return layout.Participant(
            name=name,
            identity=self._context.identity(author),
            count=self._context.strings.number(count),
            color=color,
        )
