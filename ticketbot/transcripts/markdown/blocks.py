"""Blocks, which begin at the start of a line: headers, subtext, quotes and lists."""

from __future__ import annotations

import re
from typing import Final, Protocol

import attrs

START: Final = re.compile(r"\n *(?:#{1,3} +\S|-# +\S|> |>>> |[-*] +\S|\d{1,9}\. +\S)")
LIST_START: Final = re.compile(r" *(?:[-*]|\d{1,9}\.) +\S")
_HEADER: Final = re.compile(r"\n *(#{1,3}) +(\S[^\n]*)")
_SMALL: Final = re.compile(r"\n *-# +(\S[^\n]*)")
_QUOTE: Final = re.compile(r"(?:\n *> [^\n]*)+")
_QUOTE_MARK: Final = re.compile(r"\n *> ")
_QUOTE_REST: Final = re.compile(r"\n *>>> ([\s\S]*)")
_LIST: Final = re.compile(
    r"""
    \n\ *(?:[-*]|\d{1,9}\.)\ +\S[^\n]*
    (?: \n(?:\ *(?:[-*]|\d{1,9}\.)\ +\S|\ +\S)[^\n]*
      | \n\ +(?=\n(?:\ *(?:[-*]|\d{1,9}\.)\ +\S|\ +\S))  # a blank line, if it is indented and the list goes on
    )*
    """,
    re.VERBOSE,
)
_ITEM: Final = re.compile(r"\n( *)([-*]|\d{1,9}\.) +(\S[^\n]*)((?:\n ++(?!(?:[-*]|\d{1,9}\.) +\S)[^\n]*)*)")
_INDENT: Final = re.compile(r"\n +")
_LIST_DEPTH: Final = 10
"""Nested lists; deeper ones are rendered at that depth."""


class Inner(Protocol):
    """Renders the text inside a block."""

    def __call__(self, text: str, /, *, in_line: bool = False, in_quote: bool = False) -> str:
        """Return a text as HTML; ``in_line`` if no block can begin it, ``in_quote`` if it cannot contain quotes."""
        ...


def to_html(text: str, start: int, inner: Inner, *, in_quote: bool) -> tuple[str | None, int]:
    """Return the block that starts at a line break as HTML, and where it ends; None if it is plain text."""
    if found := _HEADER.match(text, start):
        return f'<h4 class="h{len(found[1])}">{inner(found[2].rstrip(), in_line=True)}</h4>', found.end()
    if found := _SMALL.match(text, start):
        return f"<small>{inner(found[1], in_line=True)}</small>", found.end()
    if found := _LIST.match(text, start):
        return _list(found[0], inner), found.end()
    if in_quote:
        return None, start
    if found := _QUOTE_REST.match(text, start):
        return f"<blockquote>{inner(found[1], in_quote=True)}</blockquote>", found.end()
    found = _QUOTE.match(text, start)
    assert found is not None, "the scanner saw the start of a block"
    return f"<blockquote>{inner(_QUOTE_MARK.sub(chr(10), found[0])[1:], in_quote=True)}</blockquote>", found.end()


@attrs.define
class _Level:
    """One of the nested lists that are open."""

    indent: int
    tag: str
    """That of its first item."""
    last_tag: str
    """That of its last item, which may be of the other kind."""


def _list(text: str, inner: Inner) -> str:
    out: list[str] = []
    levels: list[_Level] = []
    for item in _ITEM.finditer(text):
        tag = "ul" if item[2] in "-*" else "ol"
        number = 0 if tag == "ul" else max(1, int(item[2][:-1]))
        out.append(_enter(out, levels, len(item[1]), tag, number))
        out.append(inner(item[3] + _INDENT.sub("\n", item[4])))
    out.extend(f"</li></{level.tag}>" for level in reversed(levels))
    return "".join(out)


def _enter(out: list[str], levels: list[_Level], indent: int, tag: str, number: int) -> str:
    """Close and open lists until an item of this indentation can begin, and return its opening tag."""
    while len(levels) > 1 and indent <= levels[-2].indent:
        out.append(f"</li></{levels.pop().tag}>")
    if not levels or (indent > levels[-1].indent and len(levels) < _LIST_DEPTH):
        out.append(f'<ol start="{number}">' if number > 1 else f"<{tag}>")
        levels.append(_Level(indent, tag, tag))
        return "<li>"
    out.append("</li>")
    level = levels[-1]
    is_changed, level.indent, level.last_tag = level.last_tag != tag, indent, tag
    if tag == "ul":
        return "<li>" if level.tag == tag else '<li class="li-u">'
    kind = "" if level.tag == tag else ' class="li-o"'
    return f'<li{kind} style="counter-set:list-item {number}">' if is_changed else f"<li{kind}>"
