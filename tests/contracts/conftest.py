from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING

import pytest

from tests.contracts.racers import Racers
from tests.contracts.stores import SERVER_VARIABLE, Address, Kind
from tests.mongo_double.control import Control, running_in_process
from ticketbot.config import mongo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from ticketbot.services.store_ports import TicketStore

    Place = Callable[[Kind], AbstractAsyncContextManager[Address]]

_URI = os.environ.get(SERVER_VARIABLE, "")
_SERVER = (pytest.param(Kind.SERVER, marks=pytest.mark.mongo),) if _URI else ()
_SHARED = (Kind.SQLITE, Kind.DOUBLE, *_SERVER)
"""The stores that several processes can use at the same time."""


@pytest.fixture(scope="session")
def double() -> Generator[Control]:
    with running_in_process() as control:
        yield control


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Return a function that makes an empty place for a store; afterwards a double must have refused nothing."""

    @contextlib.asynccontextmanager
    async def place(kind: Kind) -> AsyncGenerator[Address]:
        database = f"ticketbot_test_{secrets.token_hex(6)}"
        match kind:
            case Kind.MEMORY:
                yield Address(kind)
            case Kind.SQLITE:
                yield Address(kind, str(tmp_path / "store.sqlite3"))
            case Kind.DOUBLE:
                double: Control = request.getfixturevalue("double")
                double.clear()
                yield Address(kind, double.uri, database)
                assert double.violations == []
            case Kind.SERVER:
                yield Address(kind, _URI, database)
                await _drop(_URI, database)

    return place


@pytest.fixture(params=(Kind.MEMORY, *_SHARED))
async def store(request: pytest.FixtureRequest, place: Place) -> AsyncGenerator[TicketStore]:
    async with place(request.param) as address:
        opened = await address.open()
        yield opened
        await opened.close()
        _require_indexes(request)


@pytest.fixture(params=_SHARED)
async def shared(request: pytest.FixtureRequest, place: Place) -> AsyncGenerator[Address]:
    async with place(request.param) as address:
        yield address
        _require_indexes(request)


@pytest.fixture(scope="session")
def racers() -> Generator[Racers]:
    started = Racers()
    yield started
    started.stop()


def _require_indexes(request: pytest.FixtureRequest) -> None:
    """Check that the server could use an index for each query."""
    if request.param is Kind.DOUBLE:
        double: Control = request.getfixturevalue("double")
        assert double.scans == []


async def _drop(uri: str, database: str) -> None:
    collections = mongo.connect(uri, database)
    for name in await collections.client.list_database_names():
        if name.startswith(database):
            await collections.client.drop_database(name)
    await collections.close()
