"""The page's HTML in the words of ``markdown_examples.json``: what a reader sees, without classes and frames."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

import html5lib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_BY_CLASS: Final = {"n": "mention", "e": "emoji", "h1": "h1", "h2": "h2", "h3": "h3", "s": "spoiler"}
_BLOCKS: Final = frozenset({"blockquote", "div", "h4", "li", "ol", "p", "pre", "small", "ul"})
_FRAMES: Final = frozenset({"div", "i", "input", "span"})


def parse(html: str) -> Element:
    """Parse a page or fragment as browsers do."""
    parser: Any = html5lib.HTMLParser(namespaceHTMLElements=False)
    return parser.parse(html) if "<html" in html else parser.parseFragment(html)


def canonical(html: str) -> str:
    """Write what HTML means."""
    return "".join(_children(parse(html), parent=""))


def text(html: str) -> str:
    """Tell what a reader reads, in one line."""
    return " ".join("".join(_texts(parse(html))).split())


def _texts(element: Element) -> Iterator[str]:
    edge = " " if element.tag in _BLOCKS else ""
    yield f"{edge}{element.text or ''}"
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
    yield edge


def _children(element: Element, parent: str) -> Iterator[str]:
    yield escape(element.text or "", quote=False)
    for child in element:
        yield from _element(child, parent)
        yield escape(child.tail or "", quote=False)


def _element(element: Element, parent: str) -> Iterator[str]:
    name = _BY_CLASS.get(element.get("class", "").split(" ")[0], element.tag)
    if name in _FRAMES or (name == "code" and parent == "pre"):
        yield from _children(element, parent)
    elif name == "time":
        yield f'<time datetime="{element.get("datetime")}"></time>'
    else:
        kept = f' href="{escape(element.get("href", ""))}"' if name == "a" else ""
        yield f"<{name}{kept}>"
        yield from _children(element, name)
        yield f"</{name}>"
