"""Random operations have the same results on every store, and on the double and a server."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from tests.contracts.random_operations import CommandOperations, StoreOperations
from tests.contracts.stores import SERVER_VARIABLE, Address, Kind
from tests.fakes.store import MemoryStore
from ticketbot.config import mongo

if TYPE_CHECKING:
    from tests.contracts.conftest import Place

_SEEDS = range(6)


@pytest.mark.parametrize("seed", _SEEDS)
async def test_every_store_answers_like_the_fake(shared: Address, seed: int) -> None:
    expected = await StoreOperations(MemoryStore(), seed).run(200)
    store = await shared.open()
    seen = await StoreOperations(store, seed).run(200)
    await store.close()

    assert seen == expected


@pytest.mark.mongo
@pytest.mark.skipif(not os.environ.get(SERVER_VARIABLE), reason=f"{SERVER_VARIABLE} names no server to compare with")
@pytest.mark.parametrize("seed", _SEEDS)
async def test_the_double_answers_like_a_server(place: Place, seed: int) -> None:
    async with place(Kind.DOUBLE) as double, place(Kind.SERVER) as server:
        ours, theirs = [await _run_commands(address, seed) for address in (double, server)]

    assert ours == theirs


async def _run_commands(address: Address, seed: int) -> list[str]:
    collections = mongo.connect(address.place, address.database)
    seen = await CommandOperations(collections, random.Random(seed)).run(300)  # noqa: S311 - a story, no secret
    await collections.close()
    return seen
