from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.playground.__main__ import playground
from tests.playground.tests.acting import Acting
from tests.playground.tests.tab import Tab

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(params=["gateway", "rest"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def acting(mode: str) -> AsyncIterator[Acting]:
    """The playground in a browser. Checks afterwards that nothing complained, and that nothing is left running."""
    async with playground(mode) as (stage, url), Tab() as tab:
        yield Acting(stage, tab, url)
        assert not stage.sim.violations, "\n".join(stage.sim.violations)
        assert not tab.exceptions, "\n".join(tab.exceptions)
        assert all(request.startswith((url, "data:", "blob:", "about:")) for request in tab.requests), tab.requests
    assert not stage.is_running
