"""The commands that the store may send to a server; all others are refused before anything is carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.mongo_double.messages import Document


class ViolationError(Exception):
    """A command uses what the store must not use."""


_FILTER_OPERATORS: Final = frozenset({"$in", "$lt", "$gt"})
_UPDATE_OPERATORS: Final = frozenset({"$set", "$unset", "$inc"})
_INDEX_KEYS: Final = frozenset({"name", "key", "unique", "sparse", "partialFilterExpression"})
_UPSERT_COLLECTION: Final = "counters"
_WRITE_CONCERN: Final[Document] = {"w": "majority", "j": True}
_READ_PREFERENCES: Final = ({"mode": "primary"}, {"mode": "primaryPreferred"})
_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1

_DRIVER_KEYS: Final = frozenset({"$db", "lsid", "$readPreference", "$clusterTime", "maxTimeMS"})
_WRITE_KEYS: Final = frozenset({"writeConcern", "txnNumber"})


def check(name: str, command: Document) -> None:
    """Check one command on data.

    Raises
    ------
    ViolationError
        The store must not use this.
    """
    form = _FORMS.get(name)
    if form is None:
        raise ViolationError(f"the command {name}")
    keys, check_form = form
    _require_only(name, command, keys | _DRIVER_KEYS | {name})
    if not isinstance(command.get("maxTimeMS"), int):
        # The driver sends it when it was given timeoutMS; without it, a server that hangs would hang the bot.
        raise ViolationError(f"{name} without maxTimeMS")
    if command.get("$readPreference", _READ_PREFERENCES[0]) not in _READ_PREFERENCES:
        raise ViolationError(f"{name} not from the primary")
    check_form(command)


def _check_find(command: Document) -> None:
    _check_filter(command.get("filter", {}))
    for key, direction in command.get("sort", {}).items():
        if key.startswith("$") or direction not in {1, -1}:
            raise ViolationError(f"sort {key}")
    _check_projection(command.get("projection", {}))


def _check_insert(command: Document) -> None:
    _check_write_concern(command)
    documents: list[Document] = command["documents"]
    if len(documents) != 1:
        raise ViolationError("an insert of several documents is not one write")
    for document in documents:
        if "_id" not in document:
            raise ViolationError("insert without _id")
        _check_values("insert", document)


def _check_find_and_modify(command: Document) -> None:
    _check_write_concern(command)
    _check_filter(command.get("query", {}))
    _check_projection(command.get("fields", {}))
    if command.get("upsert") and command["findAndModify"] != _UPSERT_COLLECTION:
        raise ViolationError("upsert elsewhere than in the counter")
    if command.get("remove"):
        if "update" in command:
            raise ViolationError("remove with an update")
        return
    _check_update(command.get("update"))


def _check_update(update: object) -> None:
    if not isinstance(update, dict) or not update:
        raise ViolationError("an update that is a pipeline or empty")
    changes = cast("dict[str, Document]", update)
    _require_only("update", changes, _UPDATE_OPERATORS)
    seen: set[str] = set()
    for operator, values in changes.items():
        if not values:
            raise ViolationError(f"an empty {operator}")
        _check_values(operator, values)
        if "_id" in values or seen & values.keys():
            raise ViolationError(f"{operator} of a key twice, or of _id")
        seen |= values.keys()


def _check_create_indexes(command: Document) -> None:
    _check_write_concern(command)
    for index in command["indexes"]:
        _require_only("index", index, _INDEX_KEYS)
        if any(direction != 1 for direction in index["key"].values()):
            raise ViolationError("an index that is not ascending")
        partial: Document = index.get("partialFilterExpression", {})
        if any(wanted != {"$exists": True} or key not in index["key"] for key, wanted in partial.items()):
            raise ViolationError("a partial index by anything but the existence of its own keys")


def _check_drop_indexes(command: Document) -> None:
    _check_write_concern(command)
    if not isinstance(command["index"], str) or command["index"] == "*":
        raise ViolationError("dropping more than one index by name")


def _check_filter(query: Document) -> None:
    for key, wanted in query.items():
        if key.startswith("$") or "." in key:
            raise ViolationError(f"filter {key}")
        if isinstance(wanted, dict):
            operators = cast("dict[str, Any]", wanted)
            _require_only("filter", operators, _FILTER_OPERATORS)
            for operand in operators.values():
                _check_value("filter", operand)
        else:
            _check_value("filter", wanted)


def _check_projection(projection: Mapping[str, object]) -> None:
    if any(kept != 1 for kept in projection.values()):
        raise ViolationError("a projection that leaves something out")


def _check_write_concern(command: Document) -> None:
    if command.get("writeConcern") != _WRITE_CONCERN:
        raise ViolationError(f"write concern {command.get('writeConcern')}")


def _check_values(where: str, values: Document) -> None:
    for key, value in values.items():
        if "." in key or key.startswith("$") or "\0" in key:
            raise ViolationError(f"{where} of {key}")
        _check_value(where, value)


def _check_value(where: str, value: object) -> None:
    if isinstance(value, list):
        for item in cast("list[object]", value):
            _check_value(where, item)
    elif isinstance(value, dict):
        _check_values(where, cast("Document", value))
    elif isinstance(value, str):
        if "\0" in value:
            raise ViolationError(f"{where}: text with NUL")
    elif not isinstance(value, int) or not _LEAST <= value <= _MOST:
        raise ViolationError(f"{where}: a {type(value).__name__}")


def _require_only(where: str, given: Mapping[str, object], allowed: frozenset[str]) -> None:
    for key in given:
        if key not in allowed:
            raise ViolationError(f"{where}: {key}")


_FORMS: Final[dict[str, tuple[frozenset[str], Callable[[Any], None]]]] = {
    "find": (frozenset({"filter", "sort", "projection", "limit", "singleBatch", "batchSize"}), _check_find),
    "insert": (frozenset({"documents", "ordered"}) | _WRITE_KEYS, _check_insert),
    "findAndModify": (
        frozenset({"query", "update", "remove", "upsert", "new", "fields"}) | _WRITE_KEYS,
        _check_find_and_modify,
    ),
    "createIndexes": (frozenset({"indexes", "writeConcern"}), _check_create_indexes),
    "dropIndexes": (frozenset({"index", "writeConcern"}), _check_drop_indexes),
}
