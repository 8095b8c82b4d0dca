"""Random stories, told to several: they must see the same."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from tests.contracts.stores import SERVER_VARIABLE, Address, Kind
from tests.contracts.stories import CommandStory, StoreStory
from tests.fakes.store import MemoryStore
from ticketbot.config import mongo

if TYPE_CHECKING:
    from tests.contracts.conftest import Place

_SEEDS = range(6)


@pytest.mark.parametrize("seed", _SEEDS)
async def test_every_store_tells_what_the_fake_tells(shared: Address, seed: int) -> None:
    expected = await StoreStory(MemoryStore(), seed).tell(200)
    store = await shared.open()
    seen = await StoreStory(store, seed).tell(200)
    await store.close()

    assert seen == expected


@pytest.mark.mongo
@pytest.mark.skipif(not os.environ.get(SERVER_VARIABLE), reason=f"{SERVER_VARIABLE} names no server to compare with")
@pytest.mark.parametrize("seed", _SEEDS)
async def test_the_double_answers_like_a_server(place: Place, seed: int) -> None:
    async with place(Kind.DOUBLE) as double, place(Kind.SERVER) as server:
        ours, theirs = [await _tell_commands(address, seed) for address in (double, server)]

    assert ours == theirs


async def _tell_commands(address: Address, seed: int) -> list[str]:
    collections = mongo.connect(address.place, address.database)
    seen = await CommandStory(collections, random.Random(seed)).tell(300)  # noqa: S311 - a story, no secret
    await collections.close()
    return seen
