"""The page around the messages: header, styles, script and Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Final

import attrs
import jinja2
from markupsafe import Markup

from ticketbot.transcripts.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ticketbot.transcripts.model.transcript import Transcript
    from ticketbot.transcripts.rendering.context import RenderContext
    from ticketbot.transcripts.rendering.dates import DateFormatter

_GAP: Final = Markup("\0")
"""Stands for the style rules of pictures and for the messages while the page around them is rendered."""


@attrs.frozen(kw_only=True)
class Participant:
    """An author and the number of their messages."""

    name: str
    identity: str
    """Username and id."""
    count: str
    color: str = ""


@attrs.frozen(kw_only=True)
class Part:
    """One of several pages, and what it contains."""

    name: str
    number: int
    first: int
    last: int
    count: int


@attrs.frozen(kw_only=True)
class Month:
    """The days of a month on which something was written."""

    name: str
    days: Sequence[Day]


@attrs.frozen(kw_only=True)
class Day:
    """A day that can be jumped to."""

    anchor: str
    number: int
    name: str


@attrs.frozen(kw_only=True)
class PageInfo:
    """What the header shows."""

    message_count: int
    participants: Sequence[Participant] = ()
    other_participants: int = 0
    parts: Sequence[Part] = ()
    number: int = 1
    """Which of the parts this page is."""
    months: Sequence[Month] = ()
    icon: str = ""
    """The class, with a space before, that shows the server's icon; empty if it has none."""
    topic: str = ""
    """The channel's topic as HTML."""


def months(days: Iterable[int], dates: DateFormatter) -> Sequence[Month]:
    """Return the months of days that are given as days since the Unix epoch."""
    found: dict[str, list[Day]] = {}
    for day in sorted(days):
        month, number = dates.month(day)
        found.setdefault(month, []).append(
            Day(anchor=f"d{dates.iso_day(day)}", number=number, name=dates.long_day(day))
        )
    return [Month(name=name, days=inside) for name, inside in found.items()]


def _resource(name: str) -> str:
    return resources.files("ticketbot.transcripts.rendering").joinpath("templates", name).read_text(encoding="utf-8")


def _escaped(value: object) -> object:
    return Markup(escape(value)) if isinstance(value, str) and not isinstance(value, Markup) else value  # noqa: S704  # escaped


_STYLE: Final = _resource("page.css")
_SCRIPT: Final = _resource("page.js")
_SCRIPT_HASH: Final = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_TEMPLATE: Final = jinja2.Environment(
    autoescape=True, finalize=_escaped, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
).from_string(_resource("page.html.jinja"))


def render(transcript: Transcript, info: PageInfo, rules: str, context: RenderContext) -> tuple[str, str, str]:
    """Return the HTML before the style rules of pictures, between them and the messages, and after the messages."""
    strings = context.strings

    def moment(millis: int) -> Markup:
        return Markup(context.dates.full_element(millis))  # noqa: S704  # escaped there

    page = _TEMPLATE.render(
        strings=strings,
        page=strings.page,
        transcript=transcript,
        subject=_subject(transcript, context),
        title=_title(transcript, context),
        info=info,
        several=len(info.parts) > 1,
        rules=Markup(rules),  # noqa: S704  # class names and numbers of our own, and Base64
        style=Markup(_STYLE),  # noqa: S704  # our own file
        script=Markup(_SCRIPT),  # noqa: S704  # our own file
        script_hash=_SCRIPT_HASH,
        moment=moment,
        topic=Markup(info.topic),  # noqa: S704  # rendered like messages
        zone=context.dates.zone(),
        gap=_GAP,
    )
    head, body_start, tail = page.split(_GAP)
    return head, body_start, tail


def _subject(transcript: Transcript, context: RenderContext) -> str:
    if transcript.number is not None:
        return context.strings.page.ticket.format(f"{transcript.number:03d}")
    return f"#{transcript.channel_name}" if transcript.channel_name else context.strings.page.transcript


def _title(transcript: Transcript, context: RenderContext) -> str:
    """Return the title of the page."""
    is_named = transcript.number is not None or transcript.channel_name
    title = (
        context.strings.page.title.format(_subject(transcript, context)) if is_named else _subject(transcript, context)
    )
    return f"{title} – {transcript.guild_name}" if transcript.guild_name else title
