"""Scenarios for chaos tests: by mode and store, watched by an ``InvariantChecker``."""

from __future__ import annotations

import contextlib
import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pytest

from tests.chaos import records
from tests.chaos.invariants import InvariantChecker
from tests.harness.scenario import Scenario
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from tests.mongo_double.control import Control


class Mode(StrEnum):
    """How interactions reach the bot."""

    GATEWAY = "gateway"
    REST = "rest"


class Store(StrEnum):
    """Where the bot keeps its records."""

    SQLITE = "sqlite"
    MONGODB = "mongodb"
    """Our double of a MongoDB server."""
    SERVER = "server"
    """The MongoDB server given as ``TICKETBOT_TEST_MONGODB_URI``."""


SERVER: Final = (pytest.param(Store.SERVER, marks=[pytest.mark.mongo, pytest.mark.chaos]),) if records.SERVER else ()
STORES: Final = (Store.SQLITE, Store.MONGODB, *SERVER)
STORES_SQLITE_BY_DEFAULT: Final = (Store.SQLITE, pytest.param(Store.MONGODB, marks=pytest.mark.chaos), *SERVER)
"""All stores under ``nox -s chaos``, SQLite alone in the default session."""


@contextlib.asynccontextmanager
async def checked_scenario(mode: Mode, store: Store, folder: Path, double: Control) -> AsyncGenerator[InvariantChecker]:
    """Create a scenario without a process; check at the end for invalid requests to Discord and for what was logged."""
    async with unchecked_scenario(mode, folder) as checker:
        scenario, sim = checker.scenario, checker.scenario.sim
        if store is not Store.SQLITE:
            uri = double.uri if store is Store.MONGODB else records.SERVER
            scenario.environment |= {"MONGODB_URI": uri, "MONGODB_DATABASE": f"chaos_{secrets.token_hex(6)}"}
        yield checker
        codes = await scenario.stop_bots()
        assert not any(codes), codes
        assert not sim.violations, "\n".join(sim.violations)
        for bot in scenario.started:
            text = "\n".join(bot.lines())
            assert "Traceback" not in text, text
            assert sim.token not in text
        records.drop(scenario)


@contextlib.asynccontextmanager
async def unchecked_scenario(mode: Mode, folder: Path) -> AsyncGenerator[InvariantChecker]:
    """Create a scenario without these checks; kill its processes at the end."""
    async with Simulator() as sim:
        checker = InvariantChecker(Scenario.build(sim, mode, folder, preload=True))
        try:
            yield checker
        finally:
            for bot in checker.scenario.started:
                await bot.kill()
