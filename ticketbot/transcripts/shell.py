"""What stands around the messages: the header, the styles, the script, and what the browser may do."""

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
    from collections.abc import Sequence

    from ticketbot.transcripts.model import Transcript
    from ticketbot.transcripts.writing.scribe import Scribe

_GAP: Final = Markup("\0")
"""Stands for the rules of pictures and for the messages while the page around them is written."""


@attrs.frozen(kw_only=True)
class Participant:
    """Who wrote how many messages."""

    name: str
    count: str
    color: str = ""


@attrs.frozen(kw_only=True)
class Part:
    """One of several pages, and what it holds."""

    name: str
    number: int
    first: int
    last: int
    count: int


@attrs.frozen(kw_only=True)
class Facts:
    """What the header tells."""

    message_count: int
    participants: Sequence[Participant] = ()
    other_participants: int = 0
    parts: Sequence[Part] = ()
    number: int = 1
    """Which of the parts this page is."""


def _resource(name: str) -> str:
    return resources.files("ticketbot.transcripts").joinpath("templates", name).read_text(encoding="utf-8")


def _escaped(value: object) -> object:
    return Markup(escape(value)) if isinstance(value, str) and not isinstance(value, Markup) else value  # noqa: S704  # escaped


_STYLE: Final = _resource("page.css")
_SCRIPT: Final = _resource("page.js")
_SCRIPT_HASH: Final = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_TEMPLATE: Final = jinja2.Environment(
    autoescape=True, finalize=_escaped, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
).from_string(_resource("page.html.jinja"))


def around(transcript: Transcript, facts: Facts, rules: str, scribe: Scribe) -> tuple[str, str, str]:
    """Write what stands before the rules of pictures, between them and the messages, and after the messages."""
    words = scribe.words

    def moment(millis: int) -> Markup:
        return Markup(scribe.calendar.full_element(millis))  # noqa: S704  # escaped there

    page = _TEMPLATE.render(
        words=words,
        page=words.page,
        transcript=transcript,
        subject=_subject(transcript, scribe),
        title=_title(transcript, scribe),
        facts=facts,
        several=len(facts.parts) > 1,
        rules=Markup(rules),  # noqa: S704  # class names and numbers of our own, and Base64
        style=Markup(_STYLE),  # noqa: S704  # our own file
        script=Markup(_SCRIPT),  # noqa: S704  # our own file
        script_hash=_SCRIPT_HASH,
        moment=moment,
        zone=scribe.calendar.zone(),
        gap=_GAP,
    )
    head, body_start, tail = page.split(_GAP)
    return head, body_start, tail


def _subject(transcript: Transcript, scribe: Scribe) -> str:
    if transcript.number is not None:
        return scribe.words.page.ticket.format(f"{transcript.number:03d}")
    return f"#{transcript.channel_name}" if transcript.channel_name else scribe.words.page.transcript


def _title(transcript: Transcript, scribe: Scribe) -> str:
    """Name the page among a browser's tabs and a reader's files."""
    is_named = transcript.number is not None or transcript.channel_name
    title = scribe.words.page.title.format(_subject(transcript, scribe)) if is_named else _subject(transcript, scribe)
    return f"{title} – {transcript.guild_name}" if transcript.guild_name else title
