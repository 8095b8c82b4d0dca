from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.__main__ import playground
from playground.tests.tab import Tab
from playground.tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture(params=["gateway", "rest"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server_language() -> str:
    return "fr"


@pytest.fixture
async def visitor(mode: str, server_language: str) -> AsyncIterator[Visitor]:
    """The playground in a browser. Checks afterwards that there were no errors and that no process is left."""
    async with playground(mode, language=server_language) as (server, url), Tab() as tab:
        yield Visitor(server, tab, url)
        assert not server.sim.violations, "\n".join(server.sim.violations)
        assert not tab.exceptions, "\n".join(tab.exceptions)
        assert all(request.startswith((url, "data:", "blob:", "about:")) for request in tab.requests), tab.requests
    assert not server.is_running
