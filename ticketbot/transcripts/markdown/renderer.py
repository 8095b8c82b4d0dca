"""Render Discord's markdown as safe HTML, in one pass over the text.

Discord's rules are its own: they are those of its client, not CommonMark's. Each token is looked at once, and what
is open is kept in a stack of bounded height, so that no text takes more than linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from ticketbot.transcripts.escape import escape, link
from ticketbot.transcripts.markdown import blocks, emojis, highlight, mentions
from ticketbot.transcripts.markdown.emphasis import Emphasis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class MarkdownContext(mentions.MentionRenderer, Protocol):
    """Renders all that the markdown refers to."""

    @property
    def spoiler(self) -> str:
        """The opening tags of a spoiler."""
        ...

    @property
    def fold(self) -> str:
        """The HTML that unfolds the code block after it."""
        ...

    def jump(self, url: str) -> str | None:
        """Return a link to a message or channel on Discord; None if the address is another."""
        ...


_SPECIAL: Final = re.compile(r"[\\*_~|`<\[@\n:]")
_ESCAPED: Final = re.compile(r"""[\\*_~|`<\[@\n:&>"'\0\r]""")
"""Special characters, and those that HTML or we write otherwise: most texts have none."""
_LEADING: Final = frozenset(" >#-0123456789")
"""A text with no special character that starts with none of these is plain."""

_TOKEN: Final = re.compile(
    r"""
    \\[^0-9A-Za-z\s]
    | ¯\\_\(ツ\)_/¯
    | `+
    | <[@\#:/+\w][^<>\n]{1,2048}>
    | [hH][tT][tT][pP][sS]?://[^\s<]+
    | @everyone | @here
    | :[\w+-]{1,64}:(?::skin-tone-[1-5]:)?
    | \*+ | _+ | ~~ | \|\|
    | \[ | \]
    | \n\ *(?:\#{1,3}\ +\S | -\#\ +\S | >\ | >>>\ | [-*]\ +\S | \d{1,9}\.\ +\S)
    """,
    re.VERBOSE,
)
_FIRST: Final = re.compile(r"[\\¯`<hH@:*_~|\[\]\n]")
"""What a token can begin with: searching for one of several characters is ten times as fast as for a token."""
_LINK_TARGET: Final = re.compile(
    r"""\(\s*+<?((?:https?://|mailto:)(?:[^\s()<>\]]|\](?!\()|\([^\s()<>]*+\))++)>?(?:\s++"([^"\n]{0,512}+)")?\s*+\)""",
    re.IGNORECASE,
)
_CODE_BLOCK: Final = re.compile(r"(?:([a-z0-9_+\-.#]++)\n)?\n*+", re.IGNORECASE)
_EMOJIS: Final = re.compile(rf"\s*(?:{emojis.PATTERN}\s*)+")
_LIST_FOLLOWS: Final = re.compile(rf"[*_~|]*{blocks.LIST_START.pattern}")
_DEPTH: Final = 4
"""Nested quotes and lists; deeper ones are text."""
_FENCE: Final = "```"
_TAIL: Final = frozenset(".,:;\"']")


def to_html(text: str, context: MarkdownContext) -> str:
    """Return a message's text as HTML."""
    is_plain = text[:1] not in _LEADING
    if is_plain and _ESCAPED.search(text) is None:
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if is_plain and _SPECIAL.search(text) is None:
        return escape(text)
    return _Scanner(text, context).html()


class _Scanner:
    """One pass over one text."""

    def __init__(self, text: str, context: MarkdownContext, *, depth: int = 0, in_quote: bool = False) -> None:
        self._text = f"\n{text}"
        self._context = context
        self._depth = depth
        self._in_quote = in_quote
        self._at = 1
        self._block_end = 0
        self._out: list[str] = []
        self._fold = context.fold
        self._emphasis = Emphasis(self._out, context.spoiler)
        self._backticks: dict[int, list[int]] | None = None

    def html(self, *, in_line: bool = False) -> str:
        text, out = self._text, self._out
        first = _FIRST.search(text, 1 if in_line else 0)
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

    def shortcode(self, token: str, start: int) -> None:
        emoji = None if self._text[start - 1] == "<" else emojis.from_shortcode(token)
        if emoji is None:
            self._out.append(":")
            self._at = start + 1
        else:
            self._out.append(emoji)

    def delimiter(self, token: str, start: int) -> None:
        text = self._text
        if text[start - 1] == "\n" and self._depth < _DEPTH and _LIST_FOLLOWS.match(text, self._at):
            end = self._emphasis.around_list(token, text, self._at, self._inner)
            if end is not None:
                self._at = end
                return
        before, after = text[start - 1 : start], text[self._at : self._at + 1]
        self._emphasis.delimiter(token, before=before, after=after)

    def mention_all(self, token: str, start: int) -> None:
        del start
        self._out.append(self._context.everyone(token))

    def angle(self, token: str, start: int) -> None:
        written = mentions.to_html(token, self._context)
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
        self._out.append(self._context.jump(url) or f'<a href="{target}">{target}</a>')

    def open_bracket(self, token: str, start: int) -> None:
        del token
        self._emphasis.open_bracket(start)

    def close_bracket(self, token: str, start: int) -> None:
        del token
        target = _LINK_TARGET.match(self._text, self._at)
        href = link(target[1]) if target else None
        opened = self._emphasis.bracket_start
        # Discord's client shows no link whose text is an emoji alone
        is_emoji = opened is not None and _EMOJIS.fullmatch(self._text, opened + 1, start) is not None
        if target is None or href is None or is_emoji:
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
        self._out.append(highlight.block(self._text[content_start:end].rstrip("\n"), language.lower(), fold=self._fold))
        self._at = end + len(_FENCE)
        self._block_end = self._at
        self._out.append("\n</div>" if self._swallow_newline() else "</div>")
        return True

    def _inline_code(self, length: int, start: int) -> tuple[str, int]:
        """Return the content and the end of inline code, by the longest opening that a run of backticks closes."""
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
            written, end = blocks.to_html(self._text, start, self._inner, in_quote=self._in_quote)
        if start > 0 and (written is None or start != self._block_end):
            self._out.append("\n")
        if written is None:
            self._at = start + 1
            return
        self._out.append(written)
        self._at = self._block_end = end
        self._swallow_newline()

    def _swallow_newline(self) -> bool:
        """Skip the line break after a block, unless it starts the next one."""
        if self._text.startswith("\n", self._at) and blocks.START.match(self._text, self._at) is None:
            self._at += 1
            return True
        return False

    def _inner(self, text: str, /, *, in_line: bool = False, in_quote: bool = False) -> str:
        scanner = _Scanner(text, self._context, depth=self._depth + 1, in_quote=in_quote or self._in_quote)
        return scanner.html(in_line=in_line)


def _trimmed(url: str) -> str:
    """Return an address without the punctuation after it, and without a parenthesis that was opened before it."""
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while end and (url[end - 1] in _TAIL or (url[end - 1] == ")" and surplus > 0)):
        surplus -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def _code_text(text: str) -> str:
    """Return the content of inline code without the space that separates a backtick from the delimiter."""
    if text.startswith(" `"):
        text = text[1:]
    return text[:-1] if text.endswith("` ") else text


_HANDLERS: Final[Mapping[str, Callable[[_Scanner, str, int], None]]] = {
    "\\": _Scanner.escaped,
    "¯": _Scanner.literal,
    "`": _Scanner.backtick,
    "<": _Scanner.angle,
    ":": _Scanner.shortcode,
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
