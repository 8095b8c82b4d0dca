from __future__ import annotations

import random
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.chaos import report
from tests.chaos.environment import STORES, Mode, Store, checked_scenario
from tests.chaos.report import Counts
from tests.mongo_double.control import Control, running_in_process

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

    from tests.chaos.invariants import InvariantChecker
    from tests.harness.scenario import Scenario


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
async def checker(
    mode: Mode, store: Store, tmp_path: Path, double: Control, request: pytest.FixtureRequest
) -> AsyncGenerator[InvariantChecker]:
    """The invariant checker of a scenario without a process."""
    double.clear()
    async with checked_scenario(mode, store, tmp_path, double) as checker:
        request.node.user_properties.append((report.RECOVERY, [checker.label, checker.recovered_after]))
        yield checker


@pytest.fixture
def scenario(checker: InvariantChecker) -> Scenario:
    return checker.scenario


@pytest.fixture
async def started(scenario: Scenario) -> Scenario:
    """A configured server whose bot looks for interrupted work after a second."""
    scenario.environment |= {"TICKETBOT_RECOVERY_PATIENCE": "1", "TICKETBOT_RECOVERY_SECONDS": "0.3"}
    await scenario.start_bot()
    await scenario.configure()
    return scenario


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Counts:
    return Counts(request.node.user_properties)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """The only source of randomness of a test: seeded by pytest-randomly's seed and the test's name."""
    return random.Random(f"{request.config.getoption('randomly_seed')} {request.node.nodeid}")  # noqa: S311 - no secret


def pytest_addoption(parser: pytest.Parser) -> None:
    help_text = "run one part of the chaos tests, as 2/3: each test is always in the same part"
    parser.addoption("--part", type=_part, metavar="PART/PARTS", help=help_text)


def _part(value: str) -> tuple[int, int]:
    part, _, parts = value.partition("/")
    if not 1 <= int(part) <= int(parts):
        raise ValueError(value)
    return int(part), int(parts)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen: tuple[int, int] | None = config.getoption("part", None)
    if chosen is None:
        return
    part, parts = chosen
    kept = [item for item in items if zlib.crc32(item.nodeid.encode()) % parts == part - 1]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    passed: list[pytest.TestReport] = terminalreporter.stats.get("passed", [])
    lines = report.table(one for one in passed if one.when == "call")
    lines += report.recovery_times(one for one in passed if one.when == "call")
    if lines:
        broken = len(terminalreporter.stats.get("failed", [])) + len(terminalreporter.stats.get("error", []))
        terminalreporter.section("what was tried")
        for line in lines:
            terminalreporter.line(line)
        terminalreporter.line(f"seed {config.getoption('randomly_seed')}, violations: {broken}")
