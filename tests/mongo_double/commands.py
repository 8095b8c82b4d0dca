"""The double's answers to commands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import attrs

from tests.mongo_double import grammar
from tests.mongo_double.collection import Collection, CommandError, projected
from tests.mongo_double.faults import CommandFaults, Fault, FaultKind
from tests.mongo_double.indexes import Index

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mongo_double.messages import Document, Message

_BATCH: Final = 101
"""Documents in a first batch, if the driver asks for no number."""

CONTROL: Final = "controlDouble"
"""The double's own command: ``{controlDouble: "fault" | "clear" | "state" | "documents", ...}``."""


@attrs.define
class Commands:
    """The state of one server, and its answers."""

    replica_set: str | None = None
    address: str = ""
    faults: CommandFaults = attrs.field(factory=CommandFaults)
    violations: list[str] = attrs.field(factory=list[str])
    scans: list[str] = attrs.field(factory=list[str])
    """The queries that no index serves."""
    counts: dict[str, int] = attrs.field(factory=dict[str, int])
    _collections: dict[tuple[str, str], Collection] = attrs.field(factory=dict[tuple[str, str], Collection])
    _answered: dict[tuple[bytes, int], Document] = attrs.field(factory=dict[tuple[bytes, int], "Document"])

    def fault_for(self, message: Message) -> Fault | None:
        """Return the fault planned for a command, if there is one."""
        return self.faults.take(message.name, message.command)

    def fail(self, message: Message, fault: Fault) -> Document:
        """Return the answer to a command that a fault hits."""
        if fault.kind is FaultKind.NOT_PRIMARY:
            return self._labelled(message, CommandError(10107, "NotWritablePrimary", "not primary").as_reply())
        if fault.kind is FaultKind.REFUSE:
            return CommandError(fault.code, "Scripted", "refused as scripted").as_reply()
        reply = self.answer(message)
        if fault.kind is FaultKind.WRITE_CONCERN:
            reply = reply | {"writeConcernError": {"code": fault.code, "codeName": "Scripted", "errmsg": "not known"}}
        return reply

    def answer(self, message: Message) -> Document:
        """Carry out a command."""
        name, command = message.name, message.command
        self.counts[name] = self.counts.get(name, 0) + 1
        plain = self._plain(name)
        if plain is not None:
            return plain(command)
        try:
            grammar.check(name, command)
        except (grammar.ViolationError, AttributeError, KeyError, TypeError) as error:
            self.violations.append(f"{name}: {error}")
            return CommandError(9, "FailedToParse", f"the store must not use this: {error}").as_reply()
        return self._answer_once(name, command)

    def _plain(self, name: str) -> Callable[[Document], Document] | None:
        """Return the function that answers what a driver sends by itself."""
        answers: dict[str, Callable[[Document], Document]] = {
            "hello": self._hello,
            "isMaster": self._hello,
            "ismaster": self._hello,
            "ping": _ok,
            "endSessions": _ok,
            CONTROL: self._control,
        }
        return answers.get(name)

    def _answer_once(self, name: str, command: Document) -> Document:
        """Carry out a command on data; one that a driver repeats gets the first answer again."""
        repeated = None
        if "txnNumber" in command:
            repeated = (bytes(command["lsid"]["id"]), int(command["txnNumber"]))
            if repeated in self._answered:
                return self._answered[repeated]
        collection = self._collections.setdefault((command["$db"], command[name]), Collection())
        query = command.get("filter" if name == "find" else "query")
        if query is not None and not collection.is_indexed(query):
            self.scans.append(f"{name} in {command[name]} by {', '.join(query)}")
        try:
            reply = _ANSWERS[name](collection, command)
        except CommandError as error:
            return error.as_reply()
        if repeated is not None:
            self._answered[repeated] = reply
        return reply

    def _hello(self, _: Document) -> Document:
        reply: Document = {
            "helloOk": True,
            "ismaster": True,
            "isWritablePrimary": True,
            "maxBsonObjectSize": 16 * 1024 * 1024,
            "maxMessageSizeBytes": 48_000_000,
            "maxWriteBatchSize": 100_000,
            "localTime": dt.datetime.now(tz=dt.UTC),
            "logicalSessionTimeoutMinutes": 30,
            "minWireVersion": 0,
            "maxWireVersion": 21,
            "readOnly": False,
            "ok": 1.0,
        }
        if self.replica_set is not None:
            reply |= {
                "setName": self.replica_set,
                "setVersion": 1,
                "hosts": [self.address],
                "primary": self.address,
                "me": self.address,
                "secondary": False,
            }
        return reply

    def _control(self, command: Document) -> Document:
        match command[CONTROL]:
            case "fault":
                self.faults.plan(Fault(**command["fault"]))
            case "clear":
                self.faults.clear()
                self.violations.clear()
                self.scans.clear()
                self.counts.clear()
            case "documents":
                database, name = command["of"]
                return {"documents": self._collections.get((database, name), Collection()).documents, "ok": 1.0}
            case _:
                pass
        told = {"violations": self.violations, "scans": self.scans, "counts": self.counts}
        return {**told, "pending": self.faults.pending, "ok": 1.0}

    def _labelled(self, message: Message, reply: Document) -> Document:
        """Mark an error as retryable, as servers do where the driver may repeat the write."""
        return reply | ({"errorLabels": ["RetryableWriteError"]} if "txnNumber" in message.command else {})


def _ok(_: Document) -> Document:
    return {"ok": 1.0}


def _find(collection: Collection, command: Document) -> Document:
    found = collection.find(command.get("filter", {}), command.get("sort", {}), abs(command.get("limit", 0)))
    size = command.get("batchSize", _BATCH)
    if len(found) > size and not command.get("singleBatch"):
        raise CommandError(2, "BadValue", "this needs a second batch, which the double does not implement")
    # A single batch has the same size: documents that do not fit into it are left out.
    batch = [projected(document, command.get("projection", {})) for document in found[:size]]
    return {"cursor": {"firstBatch": batch, "id": 0, "ns": f"{command['$db']}.{command['find']}"}, "ok": 1.0}


def _insert(collection: Collection, command: Document) -> Document:
    try:
        collection.insert(command["documents"][0])
    except CommandError as error:
        complaint: dict[str, Any] = {"index": 0, "code": error.code, "errmsg": error.text, **error.details}
        return {"n": 0, "writeErrors": [complaint], "ok": 1.0}
    return {"n": 1, "ok": 1.0}


def _find_and_modify(collection: Collection, command: Document) -> Document:
    found, told = collection.find_and_modify(command)
    value = None if found is None else projected(found, command.get("fields", {}))
    return {"value": value, "lastErrorObject": told, "ok": 1.0}


def _create_indexes(collection: Collection, command: Document) -> Document:
    before = len(collection.indexes)
    for document in command["indexes"]:
        collection.create_index(Index.from_document(document))
    return {"numIndexesBefore": before, "numIndexesAfter": len(collection.indexes), "ok": 1.0}


def _drop_indexes(collection: Collection, command: Document) -> Document:
    before = len(collection.indexes)
    collection.drop_index(command["index"])
    return {"nIndexesWas": before, "ok": 1.0}


_ANSWERS: Final = {
    "find": _find,
    "insert": _insert,
    "findAndModify": _find_and_modify,
    "createIndexes": _create_indexes,
    "dropIndexes": _drop_indexes,
}
