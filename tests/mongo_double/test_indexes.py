"""What an index finds is what reading all documents would find, in the same order."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.mongo_double.collection import Collection, CommandError
from tests.mongo_double.indexes import Index

if TYPE_CHECKING:
    from tests.mongo_double.messages import Document

INDEXES = (
    Index(name="a_1_b_1", keys=("a", "b"), partial=("b",)),
    Index(name="a_1_c_1", keys=("a", "c")),
    Index(name="c_1", keys=("c",), sparse=True),
)


def _value(rng: random.Random) -> Any:  # noqa: ANN401 - numbers and text
    return rng.choice((rng.randrange(6), f"é{rng.randrange(4)}", f"z{rng.randrange(4)}"))


def _document(rng: random.Random, number: int) -> Document:
    return {"_id": number} | {key: _value(rng) for key in "abc" if rng.random() < 0.8}


def _query(rng: random.Random) -> Document:
    wanted: dict[str, Any] = {}
    for key in rng.sample("abc", rng.randint(1, 3)):
        match rng.randrange(5):
            case 0:
                wanted[key] = {"$in": [_value(rng), _value(rng)]}
            case 1:
                wanted[key] = {"$gt": _value(rng)}
            case 2:
                wanted[key] = {"$gt": _value(rng), "$lt": _value(rng)}
            case _:
                wanted[key] = _value(rng)
    return wanted


@pytest.mark.parametrize("seed", range(10))
def test_indexed_queries_find_what_reading_all_documents_finds(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a test's choices
    indexed, plain = Collection(), Collection()
    for index in INDEXES:
        indexed.create_index(index)
    for number in range(120):
        document = _document(rng, number)
        indexed.insert(document)
        plain.insert(document)

    for _ in range(300):
        query = _query(rng)
        sort: Document = rng.choice(({}, {"a": 1}, {"b": 1}, {"c": 1}, {"c": -1}))
        limit = rng.randrange(4)
        assert indexed.find(query, sort, limit) == plain.find(query, sort, limit), (query, sort, limit)
        change: Document = {"query": _query(rng)}
        change |= rng.choice(({"remove": True}, {"update": {"$set": {"c": _value(rng)}, "$unset": {"b": ""}}}))
        if rng.random() < 0.2:
            assert indexed.find_and_modify(change) == plain.find_and_modify(change), change
    assert indexed.documents == plain.documents


def test_a_list_under_an_indexed_key_is_not_passed_over() -> None:
    collection = Collection()
    collection.create_index(INDEXES[2])
    collection.insert({"_id": 1, "c": [1]})

    with pytest.raises(CommandError):
        collection.find({"c": 1}, {}, 0)


def test_a_value_is_free_again_once_its_document_is_gone_or_changed() -> None:
    collection = Collection()
    collection.create_index(Index(name="a_1", keys=("a",), unique=True, sparse=True))
    collection.insert({"_id": 1, "a": 5})
    with pytest.raises(CommandError):
        collection.insert({"_id": 2, "a": 5})

    collection.find_and_modify({"query": {"_id": 1}, "update": {"$set": {"a": 6}}})
    collection.insert({"_id": 2, "a": 5})
    collection.find_and_modify({"query": {"_id": 1}, "remove": True})
    collection.insert({"_id": 3, "a": 6})
