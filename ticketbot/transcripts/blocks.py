"""What begins at the start of a line: headers, small print, quotes and lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

START: Final = re.compile(r"\n *(?:#{1,3} +\S|-# +\S|> |>>> |[-*] +\S|\d{1,9}\. +\S)")
_HEADER: Final = re.compile(r"\n *(#{1,3}) +(\S[^\n]*)")
_SMALL: Final = re.compile(r"\n *-# +(\S[^\n]*)")
_QUOTE: Final = re.compile(r"(?:\n *> [^\n]*)+")
_QUOTE_MARK: Final = re.compile(r"\n *> ")
_QUOTE_REST: Final = re.compile(r"\n *>>> ([\s\S]*)")
_LIST: Final = re.compile(r"\n *(?:[-*]|\d{1,9}\.) +\S[^\n]*(?:\n(?: *(?:[-*]|\d{1,9}\.) +\S| +[^\s>])[^\n]*)*")
_ITEM: Final = re.compile(r"\n( *)([-*]|\d{1,9}\.) +(\S[^\n]*)((?:\n ++(?!(?:[-*]|\d{1,9}\.) +\S)[^\n]*)*)")
_INDENT: Final = re.compile(r"\n +")
_LIST_DEPTH: Final = 10
"""Lists in one another; deeper ones are drawn at that depth."""


def to_html(text: str, start: int, inner: Callable[[str], str], *, is_nested: bool) -> tuple[str | None, int]:
    """Turn the block that starts at a line break into HTML, and tell where it ends; None if it is just text."""
    if found := _HEADER.match(text, start):
        return f'<h4 class="h{len(found[1])}">{inner(found[2].rstrip())}</h4>', found.end()
    if found := _SMALL.match(text, start):
        return f"<small>{inner(found[1])}</small>", found.end()
    if found := _LIST.match(text, start):
        return _list(found[0], inner), found.end()
    if is_nested:
        return None, start
    if found := _QUOTE_REST.match(text, start):
        return f"<blockquote>{inner(found[1])}</blockquote>", found.end()
    found = _QUOTE.match(text, start)
    assert found is not None, "the scanner saw the start of a block"
    return f"<blockquote>{inner(_QUOTE_MARK.sub(chr(10), found[0])[1:])}</blockquote>", found.end()


def _list(text: str, inner: Callable[[str], str]) -> str:
    out: list[str] = []
    levels: list[tuple[int, str]] = []
    for item in _ITEM.finditer(text):
        tag = "ul" if item[2] in "-*" else "ol"
        _enter(out, levels, len(item[1]), tag, item[2])
        out.append(inner(item[3] + _INDENT.sub("\n", item[4])))
    out.extend(f"</li></{tag}>" for _, tag in reversed(levels))
    return "".join(out)


def _enter(out: list[str], levels: list[tuple[int, str]], indent: int, tag: str, mark: str) -> None:
    """Close and open lists until the next item of an indentation may begin."""
    while len(levels) > 1 and indent <= levels[-2][0]:
        out.append(f"</li></{levels.pop()[1]}>")
    is_deeper = bool(levels) and indent > levels[-1][0] and len(levels) < _LIST_DEPTH
    if levels and not is_deeper:
        out.append("</li>")
        last = levels.pop()[1]
        if last == tag:
            levels.append((indent, tag))
        else:
            out.append(f"</{last}>")
            is_deeper = True
    if is_deeper or not levels:
        start = f' start="{int(mark[:-1])}"' if tag == "ol" and int(mark[:-1]) != 1 else ""
        out.append(f"<{tag}{start}>")
        levels.append((indent, tag))
    out.append("<li>")
