from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import World
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(params=["gateway", "rest"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def empty(mode: str, tmp_path: Path) -> AsyncIterator[World]:
    """A server with its people; no bot process yet. Checks afterwards that nothing odd was asked of Discord."""
    async with Simulator() as sim:
        world = World.build(sim, mode, tmp_path)
        yield world
        assert all(code == 0 for code in await world.stop_bots())
        assert not sim.violations, "\n".join(sim.violations)
        for bot in world.started:
            text = "\n".join(bot.lines())
            assert "Traceback" not in text, text
            assert "Warning" not in text, text
            assert sim.token not in text
            assert world.alice.name not in text
            assert not [token for token in sim.interactions.by_token if token in text]


@pytest.fixture
async def world(empty: World) -> World:
    """A server where the bot runs and is configured."""
    await empty.start_bot()
    await empty.configured()
    return empty
