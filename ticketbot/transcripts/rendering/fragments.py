"""HTML fragments that several parts use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.transcripts.escape import escape, link
from ticketbot.transcripts.model.unreadable import EMPTY

if TYPE_CHECKING:
    from ticketbot.transcripts.model.unreadable import Unreadable
    from ticketbot.transcripts.rendering.context import RenderContext


def spoiler(content: str, context: RenderContext) -> str:
    """Hide HTML behind a checkbox."""
    word = escape(context.strings.message.spoiler)
    return f'<div class="sb"><label><input type="checkbox">{word}</label><div>{content}</div></div>'


def linked(text: str, url: str) -> str:
    """Return safe HTML as a link if the address is safe; otherwise both as text."""
    target = link(url) if url else None
    if target is not None:
        return f'<a href="{target}">{text}</a>'
    return f"{text} <small>{escape(url)}</small>" if url and text != escape(url) else text


def unreadable(part: Unreadable, context: RenderContext) -> str:
    """Render what could not be parsed: what it is, and what is readable in it."""
    strings = context.strings.message
    if part.part == EMPTY:
        sentence = strings.empty
    else:
        kind = f" ({part.type})" if part.type else ""
        sentence = strings.unreadable.format(strings.parts.get(part.part, part.part), kind)
    texts = "".join(f"<p>{escape(text)}</p>" for text in part.texts)
    return f'<div class="u"><strong>{escape(sentence)}</strong>{texts}</div>'
