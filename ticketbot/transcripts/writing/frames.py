"""Small frames that several parts are put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.transcripts.escape import escape, link
from ticketbot.transcripts.model import EMPTY

if TYPE_CHECKING:
    from ticketbot.transcripts.model import Unreadable
    from ticketbot.transcripts.writing.scribe import Scribe


def spoiler(content: str, scribe: Scribe) -> str:
    """Hide something behind a box to tick."""
    word = escape(scribe.words.message.spoiler)
    return f'<div class="sb"><label><input type="checkbox">{word}</label><div>{content}</div></div>'


def linked(text: str, url: str) -> str:
    """Make safe HTML a link, if the address is one; otherwise show both."""
    target = link(url) if url else None
    if target is not None:
        return f'<a href="{target}">{text}</a>'
    return f"{text} <small>{escape(url)}</small>" if url and text != escape(url) else text


def unreadable(part: Unreadable, scribe: Scribe) -> str:
    """Say that something could not be read, and give what can be read in it."""
    words = scribe.words.message
    if part.part == EMPTY:
        sentence = words.empty
    else:
        kind = f" ({part.type})" if part.type else ""
        sentence = words.unreadable.format(words.parts.get(part.part, part.part), kind)
    texts = "".join(f"<p>{escape(text)}</p>" for text in part.texts)
    return f'<div class="u"><strong>{escape(sentence)}</strong>{texts}</div>'
