"""Bold, italics, underline, strike-through, spoilers and the brackets of links: what is open, and what closes it."""

from __future__ import annotations

import string
from typing import Final

import attrs

_PAIRS: Final = {
    "**": ("<strong>", "</strong>"),
    "*": ("<em>", "</em>"),
    "__": ("<u>", "</u>"),
    "_": ("<em>", "</em>"),
    "~~": ("<s>", "</s>"),
}
_BRACKETS: Final = 8
"""Brackets in one another; beyond it they are text."""
_LONGEST_RUN: Final = 5
_WORD: Final = frozenset(string.ascii_letters + string.digits + "_")
"""Discord's client knows no other letters here."""


@attrs.define
class _Open:
    kind: str
    index: int
    """Where in the output its text stands, to be replaced by the opening tag once it is closed."""
    run: int
    """Delimiters of one run may still swap."""


class Emphasis:
    """The stack of what is open; whatever is never closed stays text."""

    def __init__(self, out: list[str], spoiler: str) -> None:
        self._out = out
        self._spoiler = spoiler
        self._stack: list[_Open] = []

    def delimiter(self, token: str, *, before: str, after: str) -> None:
        """Take a run of stars or underscores, or a pair of tildes or bars, standing between two characters."""
        if token[0] in "*_":
            self._run(token, before, after)
        else:
            self._pair(token)

    def open_bracket(self) -> None:
        """Take an opening bracket."""
        if sum(entry.kind == "[" for entry in self._stack) < _BRACKETS:
            self._push("[", len(self._out))
        else:
            self._out.append("[")

    def close_bracket(self) -> None:
        """Take a closing bracket that is no link's."""
        at = self._find("[")
        if at is not None:
            del self._stack[at]
        self._out.append("]")

    def close_link(self, opening: str) -> bool:
        """Close a link at the nearest bracket, if there is one with a text; links do not nest."""
        at = self._find("[")
        if at is None or self._is_empty(at):
            return False
        self._close(at, opening, "</a>")
        self.forget_links()
        return True

    def forget_links(self) -> None:
        """Let no open bracket become a link: what stands in it is one already."""
        self._stack = [entry for entry in self._stack if entry.kind != "["]

    def cut(self, url: str) -> str:
        """Cut an address where something open closes."""
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

    def _push(self, kind: str, run: int) -> None:
        self._stack.append(_Open(kind, len(self._out), run))
        self._out.append(kind)

    def _close(self, at: int, opening: str, closing: str) -> None:
        self._out[self._stack[at].index] = opening
        self._out.append(closing)
        del self._stack[at:]

    def _close_pair(self, at: int) -> None:
        self._close(at, *_PAIRS.get(self._stack[at].kind, (self._spoiler, "</span></label>")))

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
        """Tell what a run closes, from the top, and how much of it is left."""
        single, double, rest = token[0], token[0] * 2, len(token)
        closed: list[int] = []
        for at in range(len(self._stack) - 1, -1, -1):
            kind = self._stack[at].kind
            if kind == double and rest > 1:
                closed.append(at)
                rest -= 2
            elif kind == single and rest % 2:
                rest -= self._take_single(at, token, before, after, closed)
        return closed, rest

    def _take_single(self, at: int, token: str, before: str, after: str, closed: list[int]) -> int:
        may_close = after not in _WORD if token[0] == "_" else not before.isspace() or len(token) > 1
        if not may_close:
            if len(token) == 1:
                del self._stack[at]
            return 0
        if len(token) == 1 and not closed:
            at = self._innermost(at)
        closed.append(at)
        return 1

    def _innermost(self, at: int) -> int:
        """Swap the delimiters of a run of three, if the shorter one closes first."""
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
