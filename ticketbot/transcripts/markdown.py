"""Discord's markdown as safe HTML, in one pass over the text.

Discord's rules are its own: they are those of its client, not CommonMark's. Each token is looked at once, and what
is open is kept in a stack of bounded height, so that no text takes more than linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from ticketbot.transcripts import angles, blocks, code
from ticketbot.transcripts.emphasis import Emphasis
from ticketbot.transcripts.escape import escape, link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Lookup(angles.Lookup, Protocol):
    """What the markdown asks about the world around the text."""

    @property
    def spoiler(self) -> str:
        """The opening tags of a spoiler."""
        ...

    def jump(self, url: str) -> str | None:
        """Write a link to a message or channel of Discord; None if the address is none."""
        ...


_SPECIAL: Final = re.compile(r"[\\*_~|`<\[@\n:]")
_LEADING: Final = frozenset(" >#-0123456789")
"""Text that has none of these, and starts with none of those, is just text."""

_TOKEN: Final = re.compile(
    r"""
    \\[^0-9A-Za-z\s]
    | ¯\\_\(ツ\)_/¯
    | `+
    | <[@\#:/+\w][^<>\n]{1,2048}>
    | [hH][tT][tT][pP][sS]?://[^\s<]+
    | @everyone | @here
    | \*+ | _+ | ~~ | \|\|
    | \[ | \]
    | \n\ *(?:\#{1,3}\ +\S | -\#\ +\S | >\ | >>>\ | [-*]\ +\S | \d{1,9}\.\ +\S)
    """,
    re.VERBOSE,
)
_FIRST: Final = re.compile(r"[\\¯`<hH@*_~|\[\]\n]")
"""What a token may begin with: the engine looks for one of several characters ten times faster than for a token."""
_LINK_TARGET: Final = re.compile(
    r"""\(\s*+<?((?:https?://|mailto:)(?:[^\s()<>\]]|\](?!\()|\([^\s()<>]*+\))++)>?(?:\s++"([^"\n]{0,512}+)")?\s*+\)""",
    re.IGNORECASE,
)
_CODE_BLOCK: Final = re.compile(r"(?:([a-z0-9_+\-.#]++)\n)?\n*+", re.IGNORECASE)
_DEPTH: Final = 4
"""Quotes and lists in one another; beyond it they are text."""
_FENCE: Final = "```"
_TAIL: Final = frozenset(".,:;\"']")


def to_html(text: str, lookup: Lookup) -> str:
    """Turn a message's text into HTML."""
    if _SPECIAL.search(text) is None and text[:1] not in _LEADING:
        return escape(text)
    return _Scanner(text, lookup, 0).html()


class _Scanner:
    """One run over one text."""

    def __init__(self, text: str, lookup: Lookup, depth: int) -> None:
        self._text = f"\n{text}"
        self._lookup = lookup
        self._depth = depth
        self._at = 1
        self._block_end = 0
        self._out: list[str] = []
        self._emphasis = Emphasis(self._out, lookup.spoiler)
        self._backticks: dict[int, list[int]] | None = None

    def html(self) -> str:
        text, out = self._text, self._out
        first = _FIRST.search(text, 0)
        while first is not None:
            start = first.start()
            found = _TOKEN.match(text, start)
            if found is None:
                first = _FIRST.search(text, start + 1)
                continue
            if start > self._at:
                out.append(escape(text[self._at : start]))
            self._at = found.end()
            token = found[0]
            _HANDLERS[token[0]](self, token, start)
            first = _FIRST.search(text, self._at)
        out.append(escape(text[self._at :]))
        return "".join(out)

    def literal(self, token: str, start: int) -> None:
        del start
        self._out.append(escape(token))

    def escaped(self, token: str, start: int) -> None:
        del start
        self._out.append(escape(token[1:]))

    def delimiter(self, token: str, start: int) -> None:
        text = self._text
        before, after = text[start - 1 : start], text[self._at : self._at + 1]
        self._emphasis.delimiter(token, before=before, after=after)

    def mention_all(self, token: str, start: int) -> None:
        del start
        self._out.append(self._lookup.everyone(token))

    def angle(self, token: str, start: int) -> None:
        written = angles.to_html(token, self._lookup)
        if written is None:
            self._out.append("&lt;")
            self._at = start + 1
            return
        self._out.append(written)
        if written.startswith("<a "):
            self._emphasis.forget_links()

    def url(self, token: str, start: int) -> None:
        url = _trimmed(self._emphasis.cut(token))
        self._at = start + len(url)
        target = link(url)
        if target is None or url.endswith("//"):
            self._out.append(escape(url))
            return
        self._emphasis.forget_links()
        self._out.append(self._lookup.jump(url) or f'<a href="{target}">{target}</a>')

    def open_bracket(self, token: str, start: int) -> None:
        del token, start
        self._emphasis.open_bracket()

    def close_bracket(self, token: str, start: int) -> None:
        del token, start
        target = _LINK_TARGET.match(self._text, self._at)
        href = link(target[1]) if target else None
        if target is None or href is None:
            self._emphasis.close_bracket()
            return
        title = f' title="{escape(target[2])}"' if target[2] else ""
        if self._emphasis.close_link(f'<a class="l" href="{href}"{title}>'):
            self._at = target.end()
        else:
            self._emphasis.close_bracket()

    def backtick(self, token: str, start: int) -> None:
        if len(token) >= len(_FENCE) and self._code_block(start + len(_FENCE)):
            return
        content, end = self._inline_code(len(token), start)
        if end:
            self._out.append(f"<code>{escape(content)}</code>")
            self._at = end
        else:
            self._out.append(token)

    def _code_block(self, start: int) -> bool:
        opening = _CODE_BLOCK.match(self._text, start)
        assert opening is not None, "it matches nothing, too"
        language, content_start = opening[1] or "", opening.end()
        end = self._text.find(_FENCE, content_start + 1)
        if language and self._text.startswith(_FENCE, content_start):
            language, content_start, end = "", start, content_start
        if end < 0:
            return False
        self._out.append(code.block(self._text[content_start:end].rstrip("\n"), language.lower()))
        self._at = end + len(_FENCE)
        self._block_end = self._at
        self._out.append("\n</div>" if self._swallow_newline() else "</div>")
        return True

    def _inline_code(self, length: int, start: int) -> tuple[str, int]:
        """Find the run of backticks that closes one, by the longest opening that has one."""
        if self._backticks is None:
            self._backticks = {}
            for run in re.finditer("`+", self._text):
                self._backticks.setdefault(len(run[0]), []).append(run.start())
            for starts in self._backticks.values():
                starts.reverse()
        for opening in range(length, 0, -1):
            starts = self._backticks.get(opening, [])
            while starts and starts[-1] < start + length:
                starts.pop()
            if starts:
                return _code_text(self._text[start + opening : starts[-1]]), starts[-1] + opening
        return "", 0

    def block(self, token: str, start: int) -> None:
        del token
        written, end = None, start + 1
        if self._depth < _DEPTH:
            written, end = blocks.to_html(self._text, start, self._inner, is_nested=self._depth > 0)
        if start > 0 and (written is None or start != self._block_end):
            self._out.append("\n")
        if written is None:
            self._at = start + 1
            return
        self._out.append(written)
        self._at = self._block_end = end
        self._swallow_newline()

    def _swallow_newline(self) -> bool:
        """Skip the line break after a block, but not one that starts the next."""
        if self._text.startswith("\n", self._at) and blocks.START.match(self._text, self._at) is None:
            self._at += 1
            return True
        return False

    def _inner(self, text: str) -> str:
        return _Scanner(text, self._lookup, self._depth + 1).html()


def _trimmed(url: str) -> str:
    """Leave out punctuation after an address, and a parenthesis that was opened before it."""
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while end and (url[end - 1] in _TAIL or (url[end - 1] == ")" and surplus > 0)):
        surplus -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def _code_text(text: str) -> str:
    """Leave out the space that keeps a backtick from the ones around it."""
    if text.startswith(" `"):
        text = text[1:]
    return text[:-1] if text.endswith("` ") else text


_HANDLERS: Final[Mapping[str, Callable[[_Scanner, str, int], None]]] = {
    "\\": _Scanner.escaped,
    "¯": _Scanner.literal,
    "`": _Scanner.backtick,
    "<": _Scanner.angle,
    "h": _Scanner.url,
    "H": _Scanner.url,
    "@": _Scanner.mention_all,
    "*": _Scanner.delimiter,
    "_": _Scanner.delimiter,
    "~": _Scanner.delimiter,
    "|": _Scanner.delimiter,
    "[": _Scanner.open_bracket,
    "]": _Scanner.close_bracket,
    "\n": _Scanner.block,
}
