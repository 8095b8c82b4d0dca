"""Code blocks in colours: Pygments for languages, the terminal's own codes for ``ansi``."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from pygments import lexers, token

from ticketbot.transcripts.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pygments.lexer import Lexer
    from pygments.token import _TokenType  # pyright: ignore[reportPrivateUsage]  # it has no public name

_LONGEST: Final = 4000
"""Characters that are coloured; longer blocks are shown plain."""
_LANGUAGES: Final = {
    "bash": "bash sh shell zsh console",
    "c": "c h",
    "cpp": "cpp c++ cc hpp",
    "csharp": "csharp cs c#",
    "css": "css",
    "diff": "diff patch",
    "docker": "docker dockerfile",
    "go": "go golang",
    "html": "html htm xhtml",
    "ini": "ini cfg conf properties",
    "java": "java",
    "javascript": "javascript js jsx mjs",
    "json": "json jsonc",
    "kotlin": "kotlin kt",
    "lua": "lua luau",
    "php": "php",
    "python": "python py python3 gyp",
    "ruby": "ruby rb",
    "rust": "rust rs",
    "sql": "sql mysql pgsql",
    "swift": "swift",
    "toml": "toml",
    "typescript": "typescript ts tsx",
    "xml": "xml svg rss",
    "yaml": "yaml yml",
}
_LEXERS: Final = {alias: name for name, aliases in _LANGUAGES.items() for alias in aliases.split()}
_CLASSES: Final = {
    token.Comment: "zc",
    token.Keyword: "zk",
    token.Name.Attribute: "za",
    token.Name.Builtin: "zb",
    token.Name.Class: "zf",
    token.Name.Decorator: "za",
    token.Name.Function: "zf",
    token.Name.Tag: "zk",
    token.Literal.Number: "zn",
    token.Literal.String: "zs",
    token.Generic.Deleted: "zd",
    token.Generic.Heading: "zf",
    token.Generic.Inserted: "zi",
    token.Generic.Subheading: "zf",
}
_ANSI: Final = re.compile(r"\x1b\[([0-9;]{0,32})m")
_ANSI_CODES: Final = frozenset({1, 4, *range(30, 38), *range(40, 48)})


def prepare() -> Iterator[str]:
    """Load the languages one by one, so that none has to be loaded while others wait."""
    for name in _LANGUAGES:
        _lexer(name).get_tokens("")
        yield name


def block(text: str, language: str) -> str:
    """Write a code block, in colours where its language is known; the caller closes the frame."""
    if language == "ansi":
        coloured = "".join(_ansi(text))
    elif language in _LEXERS and len(text) <= _LONGEST:
        coloured = _coloured(text, _LEXERS[language])
    else:
        coloured = escape(text)
    return f'<div class="k"><pre><code>{coloured}</code></pre>'


@functools.lru_cache(maxsize=256)
def _coloured(text: str, name: str) -> str:
    pieces = list(_merged(_lexer(name).get_tokens(text)))
    if "".join(piece for _, piece in pieces) != text:
        return escape(text)
    return "".join(f'<i class="{kind}">{escape(piece)}</i>' if kind else escape(piece) for kind, piece in pieces)


@functools.cache
def _lexer(name: str) -> Lexer:
    # Its options have no types.
    return lexers.get_lexer_by_name(name, stripnl=False, ensurenl=False)  # pyright: ignore[reportUnknownMemberType]


@functools.cache
def _class(kind: _TokenType) -> str:
    found = next((step for step in reversed(kind.split()) if step in _CLASSES), None)
    return "" if found is None else _CLASSES[found]


def _merged(pieces: Iterable[tuple[_TokenType, str]]) -> Iterator[tuple[str, str]]:
    """Join neighbours of one colour."""
    current, texts = "", [""]
    for kind, text in pieces:
        if _class(kind) != current and not text.isspace():
            yield current, "".join(texts)
            current, texts = _class(kind), []
        texts.append(text)
    yield current, "".join(texts)


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
