from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import pytest

from tests.contracts.racers import Racers
from tests.contracts.stores import SERVER_VARIABLE, Address, Kind
from tests.wire.control import Control, running_in_process
from ticketbot.config import mongo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from ticketbot.ports import TicketStore

_SHARED = [Kind.SQLITE, Kind.DOUBLE, pytest.param(Kind.SERVER, marks=pytest.mark.mongo)]


@pytest.fixture(scope="session")
def double() -> Iterator[Control]:
    with running_in_process() as control:
        yield control


@pytest.fixture
async def new_address(
    tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[type[Address]]:  # pragma: no cover - replaced below
    del tmp_path, request
    yield Address
