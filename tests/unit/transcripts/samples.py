"""Messages and pages for tests."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.unit.transcripts import semantics
from ticketbot.transcripts.model.messages import TranscriptMessage
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.model.users import Author
from ticketbot.transcripts.parsing import parser
from ticketbot.transcripts.rendering import html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticketbot.transcripts.model.media import MediaReference

FIXTURES: Final = Path(__file__).parent / "fixtures"
MESSAGES: Final[list[dict[str, Any]]] = json.loads((FIXTURES / "messages.json").read_text(encoding="utf-8"))
ODD: Final[list[Any]] = json.loads((FIXTURES / "odd_messages.json").read_text(encoding="utf-8"))

MOMENT: Final = 1_772_440_200_000
"""2 March 2026, 08:30:00 UTC, a Monday."""
MINUTE: Final = 60_000
LEA: Final = Author(id=201234567890123456, name="Léa Martin")
BOB: Final = Author(id=202234567890123456, name="Bob")


def raw(**fields: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever a message may hold
    """Make a message as Discord's API gives it."""
    usual: dict[str, Any] = {
        "id": "1477950566400000000",
        "type": 0,
        "content": "",
        "author": {"id": str(LEA.id), "username": "lea", "global_name": "Léa Martin", "avatar": None},
        "timestamp": "2026-03-02T08:30:00+00:00",
        "edited_timestamp": None,
        "mentions": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "flags": 0,
    }
    return usual | fields


def said(content: str = "Bonjour", *, at: int = 0, author: Author = LEA, **facts: Any) -> TranscriptMessage:  # noqa: ANN401  # whatever a message may hold
    """Make a message, so many minutes after the first."""
    moment = MOMENT + at * MINUTE
    return TranscriptMessage(id=1_000 + at, author=author, timestamp=moment, content=content, **facts)


def page(*messages: TranscriptMessage, **facts: Any) -> str:  # noqa: ANN401  # whatever a transcript may hold
    """Render messages as one page."""
    out = io.StringIO()
    html.render(Transcript(messages=messages, **facts), out)
    return out.getvalue()


def media_references(*messages: TranscriptMessage) -> Sequence[MediaReference]:
    """Render messages, and return the files that their page would show."""
    rendering = html.TranscriptRenderer(Transcript(messages=messages))
    for _ in rendering.render_messages():
        pass
    return rendering.media_references


def decoded(raws: Sequence[object]) -> list[TranscriptMessage]:
    """Decode messages that were written down in the page's order."""
    return list(parser.parse_messages(raws))


def body(*messages: TranscriptMessage, **facts: Any) -> str:  # noqa: ANN401  # whatever a transcript may hold
    """Render messages, and give what stands in the page's main part."""
    found = re.search(r"<main[^>]*>(.*)</main>", page(*messages, **facts), re.DOTALL)
    assert found is not None
    return found[1]


def shown(**fields: Any) -> str:  # noqa: ANN401  # whatever a message may hold
    """Render a message given as JSON, and give what stands in the page's main part."""
    return body(parser.parse_message(raw(**fields)))


def read(**fields: Any) -> str:  # noqa: ANN401  # whatever a message may hold
    """Tell what a reader reads of a message given as JSON."""
    return semantics.text(shown(**fields))
