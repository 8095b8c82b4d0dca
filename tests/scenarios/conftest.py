from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness.scenario import Scenario
from tests.mongo_double.control import running_in_process
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


@pytest.fixture(params=["gateway", "rest"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings of the bot's store: SQLite's, unless a story asks for MongoDB (see ``stores``)."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield {}
        return
    with running_in_process() as mongodb:
        yield {"MONGODB_URI": mongodb.uri}
        assert mongodb.violations == []
        assert mongodb.scans == [], "every query has its index"


@pytest.fixture
async def without_bot(mode: str, tmp_path: Path, store: dict[str, str]) -> AsyncIterator[Scenario]:
    """A server with its people; no bot process yet. Checks afterwards that nothing odd was asked of Discord."""
    async with Simulator() as sim:
        scenario = Scenario.build(sim, mode, tmp_path, preload=True)
        scenario.environment |= store
        try:
            yield scenario
            assert all(code == 0 for code in await scenario.stop_bots())
        finally:
            for bot in scenario.started:
                await bot.kill()  # what the test left running
        assert not sim.violations, "\n".join(sim.violations)
        for bot in scenario.started:
            text = "\n".join(bot.lines())
            assert "Traceback" not in text, text
            assert "Warning" not in text, text
            assert sim.token not in text
            assert scenario.alice.name not in text
            assert not [token for token in sim.interactions.by_token if token in text]


@pytest.fixture
async def scenario(without_bot: Scenario) -> Scenario:
    """A server where the bot runs and is configured."""
    await without_bot.start_bot()
    await without_bot.configure()
    return without_bot
