"""One collection in memory: filters, updates and unique indexes as MongoDB means them."""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
from bson.int64 import Int64

from tests.mongo_double.indexes import ID_INDEX, Entries, rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.mongo_double.indexes import Index
    from tests.mongo_double.messages import Document

_MOST_32: Final = 2**31 - 1
_MOST_64: Final = 2**63 - 1


class CommandError(Exception):
    """The error with which a server answers a command that it cannot carry out."""

    def __init__(self, code: int, name: str, text: str, **details: object) -> None:
        super().__init__(text)
        self.code = code
        self.name = name
        self.text = text
        self.details = details

    def as_reply(self) -> Document:
        """Return the answer."""
        return {"ok": 0.0, "errmsg": self.text, "code": self.code, "codeName": self.name, **self.details}


@attrs.define
class Collection:
    """Documents in the order of their insertion, and the indexes over them."""

    _documents: dict[int, Document] = attrs.field(factory=dict[int, "Document"])
    """By their position in the order of insertion."""
    _next: int = 0
    indexes: dict[str, Entries] = attrs.field(factory=lambda: {"_id_": Entries(ID_INDEX)})

    @property
    def documents(self) -> list[Document]:
        """All of them."""
        return [self._documents[position] for position in sorted(self._documents)]

    def create_index(self, index: Index) -> bool:
        """Create an index; return whether it was missing.

        Raises
        ------
        CommandError
            Another index has its name or keys, or documents violate it.
        """
        for entries in self.indexes.values():
            known = entries.index
            if known == index:
                return False
            if known.name == index.name:
                raise CommandError(86, "IndexKeySpecsConflict", f"index {index.name} exists with another definition")
            if known.keys == index.keys:
                raise CommandError(85, "IndexOptionsConflict", f"the keys of {index.name} are indexed otherwise")
        created = Entries(index)
        for position, document in self._documents.items():
            self._require_unique(document, position, (created,))
            created.add(document, position)
        self.indexes[index.name] = created
        return True

    def drop_index(self, name: str) -> None:
        """Remove an index.

        Raises
        ------
        CommandError
            There is none of this name.
        """
        if self.indexes.pop(name, None) is None:
            raise CommandError(27, "IndexNotFound", f"index not found with name [{name}]")

    def insert(self, document: Document) -> None:
        """Add a document.

        Raises
        ------
        CommandError
            A unique index refuses it.
        """
        self._require_unique(document, None, self.indexes.values())
        self._put(self._next, copy.deepcopy(document))
        self._next += 1

    def is_indexed(self, query: Document) -> bool:
        """Return whether some index serves a query, so that a server need not read all documents."""
        return any(entries.index.serves(query) for entries in self.indexes.values())

    def find(self, query: Document, sort: Document, limit: int) -> list[Document]:
        """Find documents; a limit of 0 is none."""
        entries = self._index_for(query)
        if entries is not None and entries.sorts(query, sort):
            positions = entries.candidates(query)
            matching = (one for _, one in self._matching(positions, query))
            return copy.deepcopy(list(itertools.islice(matching, limit or None)))
        found = [document for _, document in self._found(query)]
        for key, direction in reversed(list(sort.items())):
            found.sort(key=lambda document: rank(document.get(key)), reverse=direction < 0)
        return copy.deepcopy(found[:limit] if limit else found)

    def find_and_modify(self, command: Document) -> tuple[Document | None, Document]:
        """Remove, change or upsert one document; return the one asked for and ``lastErrorObject``."""
        query = command.get("query", {})
        position, found = next(self._found(query), (self._next, None))
        if command.get("remove"):
            if found is not None:
                self._take(position)
            return found, {"n": int(found is not None)}
        if found is None and not command.get("upsert"):
            return None, {"n": 0, "updatedExisting": False}
        changed = _updated(query if found is None else found, command["update"])
        self._require_unique(changed, position, self.indexes.values())
        if found is None:
            self._next += 1
        else:
            self._take(position)
        self._put(position, changed)
        told = {"n": 1, "updatedExisting": found is not None} | ({} if found else {"upserted": changed["_id"]})
        return copy.deepcopy(changed if command.get("new") else found), told

    def _found(self, query: Document) -> Iterator[tuple[int, Document]]:
        """Yield the documents that a query finds, in the order of their insertion."""
        entries = self._index_for(query)
        yield from self._matching(sorted(self._documents if entries is None else entries.candidates(query)), query)

    def _matching(self, positions: Iterable[int], query: Document) -> Iterator[tuple[int, Document]]:
        for position in positions:
            document = self._documents[position]
            if _matches(document, query):
                yield position, document

    def _index_for(self, query: Document) -> Entries | None:
        """Return the index with the fewest documents for a query, as far as its keys tell."""
        served = [entries for entries in self.indexes.values() if entries.serves(query)]
        return max(served, key=lambda entries: entries.narrows(query), default=None)

    def _put(self, position: int, document: Document) -> None:
        self._documents[position] = document
        for entries in self.indexes.values():
            entries.add(document, position)

    def _take(self, position: int) -> None:
        document = self._documents.pop(position)
        for entries in self.indexes.values():
            entries.remove(document, position)

    def _require_unique(self, document: Document, position: int | None, indexes: Iterable[Entries]) -> None:
        for entries in indexes:
            index, entry = entries.index, entries.index.entry(document)
            if not index.unique or entry is None:
                continue
            if any(
                other != position and index.entry(self._documents[other]) == entry for other in entries.equal(document)
            ):
                raise CommandError(
                    11000,
                    "DuplicateKey",
                    f"E11000 duplicate key error index: {index.name} dup key: {entry}",
                    keyPattern=dict.fromkeys(index.keys, 1),
                    keyValue=dict(zip(index.keys, entry, strict=True)),
                )


def projected(document: Document, fields: Document) -> Document:
    """Return a document with the fields asked for, and ``_id``."""
    return {key: value for key, value in document.items() if not fields or key in fields or key == "_id"}


def _matches(document: Document, query: Document) -> bool:
    return all(_matches_one(document.get(key), wanted) for key, wanted in query.items())


def _matches_one(value: object, wanted: object) -> bool:
    if isinstance(value, list):
        raise CommandError(2, "BadValue", "filters on lists are not implemented")
    if not isinstance(wanted, dict):
        return value == wanted
    operators = cast("dict[str, Any]", wanted)
    return all(_compares(value, operator, operand) for operator, operand in operators.items())


def _compares(value: object, operator: str, operand: Any) -> bool:  # noqa: ANN401 - whatever BSON holds
    if operator == "$in":
        return value in operand
    if isinstance(value, int) and isinstance(operand, int):
        return value < operand if operator == "$lt" else value > operand
    if isinstance(value, str) and isinstance(operand, str):
        # MongoDB compares the bytes.
        first, second = value.encode(), operand.encode()
        return first < second if operator == "$lt" else first > second
    return False


def _updated(document: Document, update: Document) -> Document:
    changed = copy.deepcopy(document)
    for key, amount in update.get("$inc", {}).items():
        value = changed.get(key, 0)
        if not isinstance(value, int):
            raise CommandError(14, "TypeMismatch", "$inc of a value that is not a number")
        total = int(value) + int(amount)
        if not -_MOST_64 <= total <= _MOST_64:
            raise CommandError(2, "BadValue", "$inc beyond 64 bits")
        changed[key] = total if -_MOST_32 <= total <= _MOST_32 else Int64(total)
    changed.update(copy.deepcopy(update.get("$set", {})))
    for key in update.get("$unset", {}):
        changed.pop(key, None)
    return changed
