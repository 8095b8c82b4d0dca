"""The double itself: it refuses what the store must not use, and behaves as a server does."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymongo
import pytest
from pymongo import errors as mongo_errors
from pymongo.write_concern import WriteConcern

from tests.mongo_double.control import Control, running_in_process
from tests.mongo_double.faults import FaultKind
from tests.mongo_double.server import running_in_thread
from ticketbot.config import mongo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

    from ticketbot.config.mongo import Collection, MongoCollections

_ROOT = Path(__file__).parents[2]
_EARLY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def double() -> Generator[Control]:
    with running_in_thread() as control:
        yield control


@pytest.fixture
async def collections(double: Control) -> AsyncGenerator[MongoCollections]:
    connected = mongo.connect(double.uri, "ticketbot", timeout_ms=10_000)
    yield connected
    await connected.close()


@pytest.fixture
def tickets(collections: MongoCollections) -> Collection:
    return collections.tickets


def _writing(tickets: Collection, concern: WriteConcern) -> Collection:
    return tickets.database.get_collection("tickets", write_concern=concern)


_FORBIDDEN: dict[str, Callable[[Collection], Awaitable[object]]] = {
    "update": lambda tickets: tickets.update_one({"_id": 1}, {"$set": {"a": 1}}),
    "delete": lambda tickets: tickets.delete_many({}),
    "replace": lambda tickets: tickets.find_one_and_replace({"_id": 1}, {"a": 1}),
    "aggregate": lambda tickets: tickets.aggregate([{"$match": {}}]).to_list(None),
    "count": lambda tickets: tickets.estimated_document_count(),
    "distinct": lambda tickets: tickets.distinct("a"),
    "drop": lambda tickets: tickets.drop(),
    "insert of several": lambda tickets: tickets.insert_many([{"_id": 1}, {"_id": 2}]),
    "insert of null": lambda tickets: tickets.insert_one({"_id": 1, "a": None}),
    "insert of a float": lambda tickets: tickets.insert_one({"_id": 1, "a": 1.5}),
    "insert of a date": lambda tickets: tickets.insert_one({"_id": 1, "a": _EARLY}),
    "insert of a nested float": lambda tickets: tickets.insert_one({"_id": 1, "a": [{"b": 1.5}]}),
    "insert of a nested dotted key": lambda tickets: tickets.insert_one({"_id": 1, "a": {"b.c": 1}}),
    "insert of an object id": lambda tickets: tickets.insert_one({"a": 1}),
    "insert of a list with null": lambda tickets: tickets.insert_one({"_id": 1, "a": [1, None]}),
    "insert of a dotted key": lambda tickets: tickets.insert_one({"_id": 1, "a.b": 1}),
    "insert of NUL": lambda tickets: tickets.insert_one({"_id": 1, "a": "x\0y"}),
    "$or": lambda tickets: tickets.find_one({"$or": [{"a": 1}]}),
    "$exists": lambda tickets: tickets.find_one({"a": {"$exists": True}}),
    "$ne": lambda tickets: tickets.find_one({"a": {"$ne": 1}}),
    "$regex": lambda tickets: tickets.find_one({"a": {"$regex": "x"}}),
    "null": lambda tickets: tickets.find_one({"a": None}),
    "a dotted filter": lambda tickets: tickets.find_one({"a.b": 1}),
    "skip": lambda tickets: tickets.find({}, skip=1).to_list(None),
    "collation": lambda tickets: tickets.find({}, collation={"locale": "fr"}).to_list(None),
    "hint": lambda tickets: tickets.find({}, hint="_id_").to_list(None),
    "$push": lambda tickets: tickets.find_one_and_update({"_id": 1}, {"$push": {"a": 1}}),
    "$setOnInsert": lambda tickets: tickets.find_one_and_update({"_id": 1}, {"$setOnInsert": {"a": 1}}),
    "a pipeline": lambda tickets: tickets.find_one_and_update({"_id": 1}, [{"$set": {"a": 1}}]),
    "an empty $unset": lambda tickets: tickets.find_one_and_update({"_id": 1}, {"$set": {"a": 1}, "$unset": {}}),
    "a key twice": lambda tickets: tickets.find_one_and_update({"_id": 1}, {"$set": {"a": 1}, "$unset": {"a": ""}}),
    "a change of _id": lambda tickets: tickets.find_one_and_update({"_id": 1}, {"$set": {"_id": 2}}),
    "an upsert": lambda tickets: tickets.find_one_and_update({"_id": 1}, {"$set": {"a": 1}}, upsert=True),
    "array filters": lambda tickets: tickets.find_one_and_update({}, {"$set": {"a": 1}}, array_filters=[{"x": 1}]),
    "a partial index by a value": lambda tickets: tickets.create_index("a", partialFilterExpression={"a": 1}),
    "a partial index by another key": lambda tickets: tickets.create_index(
        "a", partialFilterExpression={"b": {"$exists": True}}
    ),
    "all indexes dropped": lambda tickets: tickets.drop_indexes(),
    "a TTL index": lambda tickets: tickets.create_index("a", expireAfterSeconds=1),
    "a descending index": lambda tickets: tickets.create_index([("a", -1)]),
    "a weak write": lambda tickets: _writing(tickets, WriteConcern(1)).insert_one({"_id": 1}),
    "an unjournaled write": lambda tickets: _writing(tickets, WriteConcern("majority")).find_one_and_delete({}),
}


@pytest.mark.parametrize("name", _FORBIDDEN)
async def test_what_the_store_must_not_use_is_refused_and_noted(
    double: Control, tickets: Collection, name: str
) -> None:
    with pytest.raises(mongo_errors.PyMongoError):
        await _FORBIDDEN[name](tickets)

    assert len(double.violations) == 1


async def test_a_client_without_a_limit_of_time_is_refused(double: Control) -> None:
    def ask() -> None:
        with pymongo.MongoClient[dict[str, Any]](double.uri) as client:
            client["ticketbot"]["tickets"].find_one({})

    with pytest.raises(mongo_errors.OperationFailure):
        await asyncio.to_thread(ask)
    assert double.violations == ["find: find without maxTimeMS"]


async def test_a_read_from_a_secondary_is_refused() -> None:
    def ask(uri: str) -> None:
        with pymongo.MongoClient[dict[str, Any]](uri, readPreference="secondaryPreferred", timeoutMS=30_000) as client:
            client["ticketbot"]["tickets"].find_one({})

    # A driver sends its read preference only to a replica set.
    with running_in_thread("rs0") as double:
        with pytest.raises(mongo_errors.OperationFailure):
            await asyncio.to_thread(ask, double.uri)
        assert double.violations == ["find: find not from the primary"]


async def test_a_second_batch_is_refused(double: Control, tickets: Collection) -> None:
    for number in range(102):
        await tickets.insert_one({"_id": number})

    with pytest.raises(mongo_errors.OperationFailure, match="second batch"):
        await tickets.find({}).to_list(None)
    assert double.violations == []


async def test_a_single_batch_ends_where_a_server_ends_it(tickets: Collection) -> None:
    for number in range(102):
        await tickets.insert_one({"_id": number})

    assert len(await tickets.find({}, limit=-102).to_list(None)) == 101
    assert len(await tickets.find({}, limit=-102, batch_size=102).to_list(None)) == 102


async def test_a_unique_index_refuses_a_second_value(tickets: Collection) -> None:
    await tickets.create_index("slot", unique=True)
    await tickets.insert_one({"_id": 1, "slot": "a"})
    await tickets.insert_one({"_id": 2})

    with pytest.raises(mongo_errors.DuplicateKeyError) as inserting:
        await tickets.insert_one({"_id": 3, "slot": "a"})
    with pytest.raises(mongo_errors.DuplicateKeyError) as missing:
        await tickets.insert_one({"_id": 4})
    with pytest.raises(mongo_errors.DuplicateKeyError) as updating:
        await tickets.find_one_and_update({"_id": 2}, {"$set": {"slot": "a"}})
    for caught in (inserting, missing, updating):
        assert caught.value.details is not None
        assert caught.value.details["keyPattern"] == {"slot": 1}


async def test_a_sparse_index_passes_over_what_lacks_the_key(tickets: Collection) -> None:
    await tickets.create_index("slot", unique=True, sparse=True)
    await tickets.insert_one({"_id": 1})
    await tickets.insert_one({"_id": 2})
    await tickets.insert_one({"_id": 3, "slot": "a"})
    await tickets.find_one_and_update({"_id": 3}, {"$unset": {"slot": ""}})
    await tickets.insert_one({"_id": 4, "slot": "a"})

    with pytest.raises(mongo_errors.DuplicateKeyError):
        await tickets.find_one_and_update({"_id": 1}, {"$set": {"slot": "a"}})


async def test_a_sparse_index_over_two_keys_holds_what_has_one(tickets: Collection) -> None:
    await tickets.create_index([("guild", 1), ("channel", 1)], unique=True, sparse=True)
    await tickets.insert_one({"_id": 1, "guild": 5})

    with pytest.raises(mongo_errors.DuplicateKeyError):
        await tickets.insert_one({"_id": 2, "guild": 5})


async def test_a_partial_index_holds_what_has_the_key(tickets: Collection) -> None:
    await tickets.create_index(
        [("guild", 1), ("slot", 1)], unique=True, partialFilterExpression={"slot": {"$exists": True}}
    )
    await tickets.insert_one({"_id": 1, "guild": 5})
    await tickets.insert_one({"_id": 2, "guild": 5})
    await tickets.insert_one({"_id": 3, "guild": 5, "slot": "a"})
    await tickets.insert_one({"_id": 4, "guild": 6, "slot": "a"})

    with pytest.raises(mongo_errors.DuplicateKeyError):
        await tickets.find_one_and_update({"_id": 1}, {"$set": {"slot": "a"}})


async def test_a_dropped_index_is_unique_no_longer(tickets: Collection) -> None:
    await tickets.create_index("slot", unique=True)
    await tickets.insert_one({"_id": 1, "slot": "a"})
    await tickets.drop_index("slot_1")
    await tickets.insert_one({"_id": 2, "slot": "a"})

    with pytest.raises(mongo_errors.OperationFailure) as caught:
        await tickets.drop_index("slot_1")
    assert caught.value.code == 27


async def test_nested_values_come_back(tickets: Collection) -> None:
    document = {"_id": 1, "topics": [{"name": "é", "roles": [5, 2**60], "is_on": True, "limits": {"live": 2}}]}
    await tickets.insert_one(document)

    assert await tickets.find_one({"_id": 1}) == document


async def test_an_index_that_the_data_break_is_refused(tickets: Collection) -> None:
    await tickets.insert_one({"_id": 1, "slot": "a"})
    await tickets.insert_one({"_id": 2, "slot": "a"})

    with pytest.raises(mongo_errors.DuplicateKeyError):
        await tickets.create_index("slot", unique=True)


@pytest.mark.parametrize(
    ("keys", "options", "code"), [("slot", {"name": "other", "unique": True}, 85), ("guild", {"name": "slot_1"}, 86)]
)
async def test_an_index_that_is_there_otherwise_is_refused(
    tickets: Collection, keys: str, options: dict[str, Any], code: int
) -> None:
    await tickets.create_index("slot")
    await tickets.create_index("slot")

    with pytest.raises(mongo_errors.OperationFailure) as caught:
        await tickets.create_index(keys, **options)
    assert caught.value.code == code


async def test_an_id_is_taken_once(tickets: Collection) -> None:
    await tickets.insert_one({"_id": 1})

    with pytest.raises(mongo_errors.DuplicateKeyError):
        await tickets.insert_one({"_id": 1})


async def test_text_and_numbers_are_never_compared(tickets: Collection) -> None:
    await tickets.insert_one({"_id": 1, "a": "x"})
    await tickets.insert_one({"_id": 2, "a": 5})

    assert [found["_id"] for found in await tickets.find({"a": {"$gt": 0}}).to_list(None)] == [2]
    assert [found["_id"] for found in await tickets.find({"a": {"$gt": ""}}).to_list(None)] == [1]


async def test_a_counter_counts_past_32_bits_but_not_past_64(collections: MongoCollections) -> None:
    counted = None
    for amount in (2**31, 2**40):
        counted = await collections.counters.find_one_and_update(
            {"_id": 1}, {"$inc": {"n": amount}}, upsert=True, return_document=pymongo.ReturnDocument.AFTER
        )

    assert counted == {"_id": 1, "n": 2**31 + 2**40}
    with pytest.raises(mongo_errors.OperationFailure):
        await collections.counters.find_one_and_update({"_id": 1}, {"$inc": {"n": 2**63 - 1}})


async def test_databases_are_apart(double: Control, tickets: Collection) -> None:
    await tickets.insert_one({"_id": 1})
    other = mongo.connect(double.uri, "another")

    assert await other.tickets.find_one({}) is None
    await other.close()


async def test_a_fault_hits_the_command_it_waits_for(double: Control, tickets: Collection) -> None:
    double.fail(FaultKind.REFUSE, "insert", collection="tickets", skip=1, times=2, code=13)
    outcomes: list[int | None] = []
    for number in range(5):
        try:
            await tickets.insert_one({"_id": number})
            outcomes.append(None)
        except mongo_errors.OperationFailure as error:
            outcomes.append(error.code)

    assert outcomes == [None, 13, 13, None, None]
    assert double.pending_faults == 0


async def test_a_write_that_the_driver_repeats_is_made_once() -> None:
    with running_in_thread("rs0") as double:
        collections = mongo.connect(double.uri, "ticketbot", timeout_ms=10_000)
        double.fail(FaultKind.DROP_AFTER, "findAndModify")
        for _ in range(2):
            await collections.counters.find_one_and_update({"_id": 1}, {"$inc": {"n": 1}}, upsert=True)

        assert await collections.counters.find_one({"_id": 1}) == {"_id": 1, "n": 2}
        await collections.close()


async def test_clear_forgets_faults_but_no_data(double: Control, tickets: Collection) -> None:
    await tickets.insert_one({"_id": 1})
    double.fail(FaultKind.DROP_BEFORE, "find")
    with pytest.raises(mongo_errors.OperationFailure):
        await tickets.delete_one({})
    double.clear()

    assert (double.pending_faults, double.violations) == (0, [])
    assert await tickets.find_one({}) == {"_id": 1}


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        bytes.fromhex("1500000000000000000000000000000000000000ff"),
        bytes.fromhex("15000000000000000000000000") + b"\xdd\x07\x00\x00" + b"\x00" * 5,
    ],
)
async def test_nonsense_is_noted_and_harms_nobody_else(double: Control, tickets: Collection, sent: bytes) -> None:
    def send() -> None:
        with socket.create_connection(("127.0.0.1", double.port), timeout=60) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100) == b""

    await asyncio.to_thread(send)

    assert len(double.violations) == 1
    assert await tickets.find_one({}) is None


def test_it_runs_as_a_process_until_its_parent_ends() -> None:
    with running_in_process("rs0") as double:
        with pymongo.MongoClient[dict[str, Any]](double.uri, timeoutMS=30_000) as client:
            assert client["ticketbot"]["tickets"].find_one({}) is None
        port = double.port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()


def test_a_process_ends_when_it_is_told_to() -> None:
    command = [sys.executable, "-m", "tests.mongo_double", "--port", "0"]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    assert process.stdout is not None
    with process.stdout as stdout:
        port = int(stdout.readline())
        with pymongo.MongoClient[dict[str, Any]](f"mongodb://127.0.0.1:{port}/") as client:
            assert client.admin.command("ping") == {"ok": 1.0}
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
