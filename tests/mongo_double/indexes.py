"""Indexes over a collection in memory: sorted entries, in which equality and ranges are found without reading all."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mongo_double.messages import Document

Rank = tuple[int, int | bytes]
"""What a value is sorted by, as BSON does: absent ones, numbers, text."""

_NUMBER: Final = 1
_TEXT: Final = 2


@attrs.frozen(kw_only=True)
class Index:
    """One index: the keys that it covers, whether it is unique, and which documents it leaves out."""

    name: str
    keys: tuple[str, ...]
    unique: bool = False
    sparse: bool = False
    partial: tuple[str, ...] = ()
    """The keys that a document must have to be in the index."""

    @classmethod
    def from_document(cls, document: Document) -> Index:
        """Read the definition of one in ``createIndexes``."""
        return cls(
            name=document["name"],
            keys=tuple(document["key"]),
            unique=bool(document.get("unique", False)),
            sparse=bool(document.get("sparse", False)),
            partial=tuple(document.get("partialFilterExpression", ())),
        )

    def entry(self, document: Document) -> tuple[object, ...] | None:
        """Return a document's entry; None if it has none. A key that is missing counts as null."""
        if self.sparse and not any(key in document for key in self.keys):
            return None
        if not all(key in document for key in self.partial):
            return None
        return tuple(document.get(key) for key in self.keys)

    def serves(self, query: Document) -> bool:
        """Return whether a server need not read all documents for a query."""
        return self.keys[0] in query and all(key in query for key in self.partial)

    def equalities(self, query: Document) -> int:
        """Return how many of the index's first keys a query names a value for."""
        for count, key in enumerate(self.keys):
            if key not in query or isinstance(query[key], dict):
                return count
        return len(self.keys)


ID_INDEX: Final = Index(name="_id_", keys=("_id",), unique=True)


@attrs.define
class Entries:
    """The entries of one index, sorted; each with the position of its document in the order of insertion."""

    index: Index
    _sorted: list[tuple[tuple[Rank, ...], int]] = attrs.field(factory=list[tuple[tuple[Rank, ...], int]])
    _without_order: int = 0
    """How many entries hold a list or a document."""

    def add(self, document: Document, position: int) -> None:
        """Put a document in, if it belongs into the index."""
        entry = self.index.entry(document)
        if entry is not None:
            self._without_order += _is_without_order(entry)
            bisect.insort(self._sorted, (_ranks(entry), position))

    def remove(self, document: Document, position: int) -> None:
        """Take a document out, if it is in the index."""
        entry = self.index.entry(document)
        if entry is not None:
            self._without_order -= _is_without_order(entry)
            del self._sorted[bisect.bisect_left(self._sorted, (_ranks(entry), position))]

    def equal(self, document: Document) -> Iterator[int]:
        """Yield the positions of the documents with the same entry as this one."""
        entry = self.index.entry(document)
        if entry is not None:
            yield from self._between(_ranks(entry), _ranks(entry))

    def serves(self, query: Document) -> bool:
        """Return whether ``candidates`` may be asked for a query."""
        return self.index.serves(query) and not self._without_order

    def narrows(self, query: Document) -> tuple[bool, int, bool]:
        """Return how much of a query the index answers; of two results the greater one is better."""
        index = self.index
        count = index.equalities(query)
        is_whole = index.unique and count == len(index.keys)
        return is_whole, count, count < len(index.keys) and index.keys[count] in query

    def sorts(self, query: Document, sort: Document) -> bool:
        """Return whether ``candidates`` come in the order that a query asks for."""
        keys = self.index.keys
        return sort == {keys[-1]: 1} and self.index.equalities(query) >= len(keys) - 1

    def candidates(self, query: Document) -> Iterator[int]:
        """Yield positions, in the order of the index, among which are those of all documents that a query finds."""
        count = self.index.equalities(query)
        known = _ranks(tuple(query[key] for key in self.index.keys[:count]))
        operators: dict[str, Any] = {}
        if count < len(self.index.keys):
            operators = cast("dict[str, Any]", query.get(self.index.keys[count], {}))
        if "$in" in operators:
            for value in sorted({rank(value) for value in operators["$in"]}):
                yield from self._between((*known, value), (*known, value))
        elif operators:
            yield from self._in_range(known, operators)
        else:
            yield from self._between(known, known)

    def _in_range(self, known: tuple[Rank, ...], operators: dict[str, Any]) -> Iterator[int]:
        kinds = {rank(operand)[0] for operand in operators.values()}
        if len(kinds) > 1 or not kinds <= {_NUMBER, _TEXT}:
            return  # values of several types, or of none that can be compared
        (kind,) = kinds
        size = len(known) + 1
        start, end = self._first((*known, (kind,)), size), self._first((*known, (kind + 1,)), size)
        if "$gt" in operators:
            start = self._first((*known, rank(operators["$gt"])), size, after=True)
        if "$lt" in operators:
            end = self._first((*known, rank(operators["$lt"])), size)
        yield from [position for _, position in self._sorted[start:end]]

    def _between(self, low: tuple[Rank, ...], high: tuple[Rank, ...]) -> Iterator[int]:
        start, end = self._first(low, len(low)), self._first(high, len(high), after=True)
        yield from [position for _, position in self._sorted[start:end]]

    def _first(self, ranks: tuple[object, ...], size: int, *, after: bool = False) -> int:
        """Return where the entries begin whose first keys are not below ``ranks``, or above them."""
        find = bisect.bisect_right if after else bisect.bisect_left
        return find(self._sorted, cast("Any", ranks), key=lambda entry: entry[0][:size])


def rank(value: object) -> Rank:
    """Return a key that sorts values as BSON does: absent ones, numbers, text."""
    if isinstance(value, int):
        return _NUMBER, int(value)
    if isinstance(value, str):
        return _TEXT, value.encode()
    return 0, 0


def _ranks(entry: tuple[object, ...]) -> tuple[Rank, ...]:
    return tuple(map(rank, entry))


def _is_without_order(entry: tuple[object, ...]) -> bool:
    return any(isinstance(value, (list, dict)) for value in entry)
