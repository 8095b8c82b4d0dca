"""Code blocks in colours: by language, or by the terminal's own codes for ``ansi``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts import languages
from ticketbot.transcripts.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticketbot.transcripts.languages import Language

_ANSI: Final = re.compile(r"\x1b\[([0-9;]{0,32})m")
_ANSI_CODES: Final = frozenset({1, 4, *range(30, 38), *range(40, 48)})


def block(text: str, name: str) -> str:
    """Write a code block, in colours where its language is known; the caller closes the frame."""
    language = languages.language(name)
    if name == "ansi":
        coloured = "".join(_ansi(text))
    elif language is not None:
        coloured = "".join(_coloured(text, language))
    else:
        coloured = escape(text)
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
    """Follow the terminal's codes; what they are not is dropped, as a terminal does."""
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
