"""Where a story of trouble takes place: a world, its store, and the witness who watches."""

from __future__ import annotations

import contextlib
import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pytest

from tests.chaos import records
from tests.chaos.invariants import Witness
from tests.scenarios.world import World
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.wire.control import Control


class Mode(StrEnum):
    """How interactions reach the bot."""

    GATEWAY = "gateway"
    REST = "rest"


class Store(StrEnum):
    """Where the bot keeps its records."""

    SQLITE = "sqlite"
    MONGODB = "mongodb"
    """MongoDB, spoken to our double of a server."""
    SERVER = "server"
    """MongoDB, spoken to the server given as ``TICKETBOT_TEST_MONGODB_URI``: a real one, perhaps."""


SERVER: Final = (pytest.param(Store.SERVER, marks=[pytest.mark.mongo, pytest.mark.chaos]),) if records.SERVER else ()
STORES: Final = (Store.SQLITE, Store.MONGODB, *SERVER)
FIRST_OF_STORES: Final = (Store.SQLITE, pytest.param(Store.MONGODB, marks=pytest.mark.chaos), *SERVER)
"""In the default session on SQLite only."""


@contextlib.asynccontextmanager
async def stage(mode: Mode, store: Store, folder: Path, double: Control) -> AsyncGenerator[Witness]:
    """Set a stage without any process; see at the end that nothing odd was asked of Discord or told in a log."""
    async with bare_stage(mode, folder) as witness:
        world, sim = witness.world, witness.world.sim
        if store is not Store.SQLITE:
            uri = double.uri if store is Store.MONGODB else records.SERVER
            world.environment |= {"MONGODB_URI": uri, "MONGODB_DATABASE": f"chaos_{secrets.token_hex(6)}"}
        yield witness
        codes = await world.stop_bots()
        assert not any(codes), codes
        assert not sim.violations, "\n".join(sim.violations)
        for bot in world.started:
            text = "\n".join(bot.lines())
            assert "Traceback" not in text, text
            assert sim.token not in text
        records.drop(world)


@contextlib.asynccontextmanager
async def bare_stage(mode: Mode, folder: Path) -> AsyncGenerator[Witness]:
    """Set a stage on which bots may do what they want; none outlives it."""
    async with Simulator() as sim:
        witness = Witness(World.build(sim, mode, folder))
        try:
            yield witness
        finally:
            for bot in witness.world.started:
                await bot.kill()
