from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.chaos import tally as tally_module
from tests.chaos.stage import STORES, Mode, Store, stage
from tests.chaos.tally import Tally
from tests.wire.control import Control, running_in_process

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from tests.chaos.invariants import Witness
    from tests.scenarios.world import World


@pytest.fixture(params=list(Mode))
def mode(request: pytest.FixtureRequest) -> Mode:
    return Mode(request.param)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    return Store(request.param)


@pytest.fixture(scope="session")
def double() -> Generator[Control]:
    with running_in_process() as control:
        yield control
        assert control.violations == []


@pytest.fixture
async def witness(mode: Mode, store: Store, tmp_path: Path, double: Control) -> AsyncGenerator[Witness]:
    """A world without any process yet, and its witness."""
    double.clear()
    async with stage(mode, store, tmp_path, double) as witness:
        yield witness


@pytest.fixture
def world(witness: Witness) -> World:
    return witness.world


@pytest.fixture
async def started(world: World) -> World:
    """A configured server whose bot soon looks for what was interrupted."""
    world.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await world.start_bot()
    await world.configured()
    return world


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    return Tally(request.node.user_properties)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Where all chance of a test comes from: the seed that pytest-randomly prints, and the test's name."""
    return random.Random(f"{request.config.getoption('randomly_seed')} {request.node.nodeid}")  # noqa: S311 - no secret


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    passed: list[pytest.TestReport] = terminalreporter.stats.get("passed", [])
    lines = tally_module.table(report for report in passed if report.when == "call")
    if lines:
        broken = len(terminalreporter.stats.get("failed", [])) + len(terminalreporter.stats.get("error", []))
        terminalreporter.section("what was tried")
        for line in lines:
            terminalreporter.line(line)
        terminalreporter.line(f"seed {config.getoption('randomly_seed')}, violations: {broken}")
