"""How many lines of Python run while a text is rendered: a measure of its cost that other load does not move."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from ticketbot.transcripts.markdown import renderer
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.rendering.context import RenderContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import FrameType

MARKERS: Final = (
    *("*", "**", "***", "_", "__", "___", "~~", "||", "`", "``", "```", "[", "](https://a.b)", "]", "<@1>", "<", ">"),
    *("\n", "\n> ", "\n- ", "\n 1. ", "\n# ", "\\", "https://a.b/", "a", " ", ":tada:", "@everyone", "\n>>> "),
)
LENGTH: Final = 4_000
"""Characters of the longest message that Discord accepts."""
PER_CHARACTER: Final = 80
"""The slowest linear text takes three quarters of that; a quadratic one takes hundreds."""


def count(text: str) -> int:
    """Count the lines that run while a text is rendered."""
    lines = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:  # noqa: ANN401  # as settrace has it
        nonlocal lines
        if "transcripts" not in frame.f_code.co_filename:
            return None
        lines += event == "line"
        return trace

    context = RenderContext(Transcript(messages=()), "")
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        renderer.to_html(text, context)
    finally:
        sys.settrace(before)
    return lines


def repeated(markers: Sequence[str]) -> str:
    """Return the markers one after the other, up to the longest message."""
    unit = "".join(markers)
    return (unit * (LENGTH // len(unit) + 1))[:LENGTH]


def slow(combinations: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Return those combinations that take more than linear time when they are repeated."""
    return [markers for markers in combinations if count(repeated(markers)) > LENGTH * PER_CHARACTER]
