"""Code blocks, highlighted by language, or by ANSI escape codes for ``ansi``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.markdown import lexers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticketbot.transcripts.markdown.lexers import Language

_ANSI: Final = re.compile(r"\x1b\[([0-9;]{0,32})m")
_FOLDED: Final = 20
"""Line ends of a block that is folded: its beginning shows, the rest by scrolling or once it is unfolded."""
_ANSI_CODES: Final = frozenset({1, 4, *range(30, 38), *range(40, 48)})


def block(text: str, name: str, *, fold: str = "") -> str:
    """Return a code block, highlighted where its language is known; the caller closes its ``div``.

    ``fold`` is the HTML that unfolds a block of more than 20 lines.
    """
    language = lexers.language(name)
    if name == "ansi":
        coloured = "".join(_ansi(text))
    elif language is not None:
        coloured = "".join(_coloured(text, language))
    else:
        coloured = escape(text)
    if fold and text.count("\n") >= _FOLDED:
        return f'<div class="k">{fold}<pre tabindex="0"><code>{coloured}</code></pre>'
    return f'<div class="k"><pre><code>{coloured}</code></pre>'


def _coloured(text: str, language: Language) -> Iterator[str]:
    at = 0
    for found in language.pattern.finditer(text):
        kind = language.color(found)
        if kind:
            yield escape(text[at : found.start()])
            yield f'<i class="{kind}">{escape(found[0])}</i>'
            at = found.end()
    yield escape(text[at:])


def _ansi(text: str) -> Iterator[str]:
    """Apply ANSI escape codes; unknown ones are dropped."""
    active: dict[int, int] = {}
    at = 0
    for found in _ANSI.finditer(text):
        yield _painted(text[at : found.start()], active)
        at = found.end()
        for number in found[1].split(";"):
            _apply(int(number or 0), active)
    yield _painted(text[at:], active)


def _apply(number: int, active: dict[int, int]) -> None:
    if number in _ANSI_CODES:
        active[number // 10 if number > 9 else -number] = number  # noqa: PLR2004  # tens: foreground 3, background 4
    elif number == 0:
        active.clear()


def _painted(text: str, active: dict[int, int]) -> str:
    if not text or not active:
        return escape(text)
    classes = " ".join(f"q{number}" for number in sorted(active.values()))
    return f'<i class="{classes}">{escape(text)}</i>'
