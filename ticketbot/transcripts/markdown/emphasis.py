"""Bold, italics, underline, strikethrough, spoilers and the brackets of masked links."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PAIRS: Final = {
    "**": ("<strong>", "</strong>"),
    "*": ("<em>", "</em>"),
    "__": ("<u>", "</u>"),
    "_": ("<em>", "</em>"),
    "~~": ("<s>", "</s>"),
}
_LIST: Final[Mapping[str, re.Pattern[str]]] = {
    "**": re.compile(r"((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    "*": re.compile(r"((?:\\[\s\S]|[^\\*])+)\*(?!\*)"),
    "__": re.compile(r"((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    "_": re.compile(r"((?:\\[\s\S]|[^\\_])+)_(?!\w)", re.ASCII),
    "~~": re.compile(r"([\s\S]+?)~~"),
    "||": re.compile(r"([\s\S]+?)\|\|"),
}
"""What emphasis around a list contains, and its end: the list's lines do not contain it."""
_BRACKETS: Final = 8
"""Nested brackets; deeper ones are text."""
_SPOILER_END: Final = "</span></label>"
_OPEN: Final = 24
"""Open delimiters that can still be closed; of more, the outermost stay text, so that each costs the same time."""
_LONGEST_RUN: Final = 5
_WORD: Final = frozenset(string.ascii_letters + string.digits + "_")
"""Discord's client treats no other letters as such here."""


@attrs.define
class _Open:
    kind: str
    index: int
    """Where in the output its text is, to be replaced by the opening tag once it is closed."""
    start: int
    """Where it stands in the text."""
    run: int
    """Identifies its run: delimiters of one run may be swapped."""


class Emphasis:
    """The stack of open delimiters; one that is never closed stays text."""

    def __init__(self, out: list[str], spoiler: str) -> None:
        self._out = out
        self._spoiler = spoiler
        self._stack: list[_Open] = []
        self._unclosed: set[str] = set()
        """Pairs that were searched for in vain: each is searched for once, so that the cost stays linear."""

    def delimiter(self, token: str, *, before: str, after: str) -> None:
        """Process a run of asterisks or underscores, or a pair of tildes or bars, between two characters."""
        if token[0] in "*_":
            self._run(token, before, after)
        else:
            self._pair(token)

    def around_list(self, token: str, text: str, start: int, inner: Callable[[str], str]) -> int | None:
        """Render emphasis that begins a line with a list, and return where it ends; None if it is never closed."""
        content = _LIST.get(token)
        found = None if content is None or token in self._unclosed else content.match(text, start)
        if found is None:
            if len(token) > 1:
                self._unclosed.add(token)
            return None
        opening, closing = _PAIRS.get(token, (self._spoiler, _SPOILER_END))
        self._out.append(f"{opening}{inner(found[1])}{closing}")
        return found.end()

    @property
    def bracket_start(self) -> int | None:
        """Where the innermost open bracket stands in the text; None if there is none."""
        at = self._find("[")
        return None if at is None else self._stack[at].start

    def open_bracket(self, start: int) -> None:
        """Process an opening bracket."""
        if sum(entry.kind == "[" for entry in self._stack) < _BRACKETS:
            self._push("[", len(self._out), start)
        else:
            self._out.append("[")

    def close_bracket(self) -> None:
        """Process a closing bracket that does not end a link."""
        at = self._find("[")
        if at is not None:
            del self._stack[at]
        self._out.append("]")

    def close_link(self, opening: str) -> bool:
        """Close a link at the nearest bracket that has a text, and return whether there is one; links do not nest."""
        at = self._find("[")
        if at is None or self._is_empty(at):
            return False
        self._close(at, opening, "</a>")
        self.forget_links()
        return True

    def forget_links(self) -> None:
        """Drop the open brackets: they contain a link already, and links do not nest."""
        self._stack = [entry for entry in self._stack if entry.kind != "["]

    def cut(self, url: str) -> str:
        """Return an address up to where an open delimiter closes."""
        for entry in self._stack:
            if entry.kind in {"*", "_"}:
                url = url.rstrip(entry.kind)
            else:
                url = url.partition("](" if entry.kind == "[" else entry.kind)[0]
        return url

    def _find(self, kind: str) -> int | None:
        return next((at for at in range(len(self._stack) - 1, -1, -1) if self._stack[at].kind == kind), None)

    def _is_empty(self, at: int) -> bool:
        return self._stack[at].index == len(self._out) - 1

    def _push(self, kind: str, run: int, start: int = 0) -> None:
        if len(self._stack) >= _OPEN:
            del self._stack[0]
        self._stack.append(_Open(kind, len(self._out), start, run))
        self._out.append(kind)

    def _close(self, at: int, opening: str, closing: str) -> None:
        self._out[self._stack[at].index] = opening
        self._out.append(closing)
        del self._stack[at:]

    def _close_pair(self, at: int) -> None:
        self._close(at, *_PAIRS.get(self._stack[at].kind, (self._spoiler, _SPOILER_END)))

    def _pair(self, token: str) -> None:
        at = self._find(token)
        if at is None:
            self._push(token, len(self._out))
        elif self._is_empty(at):
            self._out.append(token)
        else:
            self._close_pair(at)

    def _run(self, token: str, before: str, after: str) -> None:
        closed, rest = self._closed_by(token, before, after)
        if not closed:
            self._open(token, after)
            return
        if rest:
            self._out.append(token[:rest])
        for at in closed:
            self._close_pair(at)

    def _closed_by(self, token: str, before: str, after: str) -> tuple[list[int], int]:
        """Return what a run closes, from the top of the stack, and how much of it is left."""
        single, double, rest = token[0], token[0] * 2, len(token)
        closed: list[int] = []
        may_close = after not in _WORD if single == "_" else not before.isspace() or rest > 1
        for at in range(len(self._stack) - 1, -1, -1):
            kind = self._stack[at].kind
            if kind == double and rest > 1:
                closed.append(at)
                rest -= 2
            elif kind == single and rest % 2:
                if may_close:
                    closed.append(self._innermost(at) if len(token) == 1 and not closed else at)
                    rest -= 1
                elif len(token) == 1:
                    del self._stack[at]
            if not rest:
                break
        return closed, rest

    def _innermost(self, at: int) -> int:
        """Swap the delimiters of a run of three if the shorter one closes first."""
        above = at + 1
        if above == len(self._stack) or self._stack[above].run != self._stack[at].run:
            return at
        outer, inner = self._stack[at], self._stack[above]
        outer.kind, inner.kind = inner.kind, outer.kind
        self._out[outer.index], self._out[inner.index] = outer.kind, inner.kind
        return above

    def _open(self, token: str, after: str) -> None:
        single, length, run = token[0], len(token), len(self._out)
        if length > _LONGEST_RUN:
            self._out.append(token)
            return
        if length % 2:
            if single == "_" or (after and not after.isspace()):
                self._push(single, run)
            else:
                self._out.append(single)
        for _ in range(length // 2):
            self._push(single * 2, run)
