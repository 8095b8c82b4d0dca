"""One collection in memory: filters, updates and unique indexes as MongoDB means them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
from bson.int64 import Int64

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.wire.messages import Document

_MOST_32: Final = 2**31 - 1
_MOST_64: Final = 2**63 - 1


class CommandError(Exception):
    """What a server answers when it cannot carry out a command."""

    def __init__(self, code: int, name: str, text: str, **details: object) -> None:
        super().__init__(text)
        self.code = code
        self.name = name
        self.text = text
        self.details = details

    def as_reply(self) -> Document:
        """Make the answer."""
        return {"ok": 0.0, "errmsg": self.text, "code": self.code, "codeName": self.name, **self.details}


@attrs.frozen(kw_only=True)
class Index:
    """One index: what it keeps unique, and which queries it serves."""

    name: str
    keys: tuple[str, ...]
    unique: bool = False
    sparse: bool = False

    @classmethod
    def from_document(cls, document: Document) -> Index:
        """Read what ``createIndexes`` says of one."""
        return cls(
            name=document["name"],
            keys=tuple(document["key"]),
            unique=bool(document.get("unique", False)),
            sparse=bool(document.get("sparse", False)),
        )

    def entry(self, document: Document) -> tuple[object, ...] | None:
        """Make a document's entry; None if it has none. A key that is missing counts as null."""
        if self.sparse and not any(key in document for key in self.keys):
            return None
        return tuple(document.get(key) for key in self.keys)


_ID_INDEX: Final = Index(name="_id_", keys=("_id",), unique=True)


@attrs.define
class Collection:
    """Documents in the order in which they came, and the indexes over them."""

    documents: list[Document] = attrs.field(factory=list["Document"])
    indexes: dict[str, Index] = attrs.field(factory=lambda: {"_id_": _ID_INDEX})

    def create_index(self, index: Index) -> bool:
        """Create an index; tell whether it was missing.

        Raises
        ------
        CommandError
            Another index is in its way, or documents that it must not have.
        """
        for known in self.indexes.values():
            if known == index:
                return False
            if known.name == index.name:
                raise CommandError(86, "IndexKeySpecsConflict", f"index {index.name} exists with another definition")
            if known.keys == index.keys:
                raise CommandError(85, "IndexOptionsConflict", f"the keys of {index.name} are indexed otherwise")
        for position, document in enumerate(self.documents):
            self._require_unique(document, self.documents[:position], (index,))
        self.indexes[index.name] = index
        return True

    def insert(self, document: Document) -> None:
        """Add a document.

        Raises
        ------
        CommandError
            A unique index refuses it.
        """
        self._require_unique(document, self.documents, self.indexes.values())
        self.documents.append(copy.deepcopy(document))

    def is_indexed(self, query: Document) -> bool:
        """Tell whether some index leads to what a query wants, so that a server need not look at all documents."""
        return any(index.keys[0] in query for index in self.indexes.values())

    def find(self, query: Document, sort: Document, limit: int) -> list[Document]:
        """Find documents; a limit of 0 is none."""
        found = [document for document in self.documents if _matches(document, query)]
        for key, direction in reversed(list(sort.items())):
            found.sort(key=lambda document: _rank(document.get(key)), reverse=direction < 0)
        return copy.deepcopy(found[:limit] if limit else found)

    def find_and_modify(self, command: Document) -> tuple[Document | None, Document]:
        """Remove, change or upsert one document; give the one asked for and ``lastErrorObject``."""
        query = command.get("query", {})
        found = next((document for document in self.documents if _matches(document, query)), None)
        if command.get("remove"):
            if found is not None:
                self.documents.remove(found)
            return found, {"n": int(found is not None)}
        if found is None and not command.get("upsert"):
            return None, {"n": 0, "updatedExisting": False}
        changed = _updated(query if found is None else found, command["update"])
        self._require_unique(changed, (other for other in self.documents if other is not found), self.indexes.values())
        if found is None:
            self.documents.append(changed)
        else:
            self.documents[self.documents.index(found)] = changed
        told = {"n": 1, "updatedExisting": found is not None} | ({} if found else {"upserted": changed["_id"]})
        return copy.deepcopy(changed if command.get("new") else found), told

    @staticmethod
    def _require_unique(document: Document, others: Iterable[Document], indexes: Iterable[Index]) -> None:
        others = list(others)
        for index in indexes:
            entry = index.entry(document)
            if index.unique and entry is not None and any(index.entry(other) == entry for other in others):
                raise CommandError(
                    11000,
                    "DuplicateKey",
                    f"E11000 duplicate key error index: {index.name} dup key: {entry}",
                    keyPattern=dict.fromkeys(index.keys, 1),
                    keyValue=dict(zip(index.keys, entry, strict=True)),
                )


def projected(document: Document, fields: Document) -> Document:
    """Keep the fields asked for; ``_id`` comes always."""
    return {key: value for key, value in document.items() if not fields or key in fields or key == "_id"}


def _matches(document: Document, query: Document) -> bool:
    return all(_matches_one(document.get(key), wanted) for key, wanted in query.items())


def _matches_one(value: object, wanted: object) -> bool:
    if isinstance(value, list):
        raise CommandError(2, "BadValue", "filters on lists mean more than this double knows")
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


def _rank(value: object) -> tuple[int, int | bytes]:
    """Order values as BSON does: nothing, numbers, text."""
    if isinstance(value, int):
        return 1, value
    if isinstance(value, str):
        return 2, value.encode()
    return 0, 0


def _updated(document: Document, update: Document) -> Document:
    changed = copy.deepcopy(document)
    for key, amount in update.get("$inc", {}).items():
        value = changed.get(key, 0)
        if not isinstance(value, int):
            raise CommandError(14, "TypeMismatch", "$inc of what is no number")
        total = int(value) + int(amount)
        if not -_MOST_64 <= total <= _MOST_64:
            raise CommandError(2, "BadValue", "$inc beyond 64 bits")
        changed[key] = total if -_MOST_32 <= total <= _MOST_32 else Int64(total)
    changed.update(copy.deepcopy(update.get("$set", {})))
    for key in update.get("$unset", {}):
        changed.pop(key, None)
    return changed
