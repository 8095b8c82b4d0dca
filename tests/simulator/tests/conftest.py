from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.simulator.guilds import GuildHandle


class Api:
    """Calls the REST API without a library's help."""

    def __init__(self, sim: Simulator, session: aiohttp.ClientSession) -> None:
        self.sim = sim
        self.session = session

    async def __call__(self, method: str, path: str, body: object = None, *, token: str | None = None) -> Any:  # noqa: ANN401  # any JSON
        """Call; the body of a good answer comes back, a refusal as ``(status, body)``."""
        headers = {"Authorization": f"Bot {self.sim.token if token is None else token}"}
        async with self.session.request(method, self.sim.api_url + path, json=body, headers=headers) as response:
            raw = await response.read()
            answer = json.loads(raw) if raw else None
            return answer if response.status < 300 else (response.status, answer)

    async def upload(self, path: str, body: object, *files: tuple[str, bytes]) -> Any:  # noqa: ANN401  # any JSON
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps(body), content_type="application/json")
        for index, (name, content) in enumerate(files):
            form.add_field(f"files[{index}]", content, filename=name)
        headers = {"Authorization": f"Bot {self.sim.token}"}
        async with self.session.post(self.sim.api_url + path, data=form, headers=headers) as response:
            answer = await response.json()
            return answer if response.status < 300 else (response.status, answer)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """With a deadline that no busy machine misses; who wants to see it pass makes it short."""
    async with Simulator(deadline=60.0) as running:
        yield running


@pytest.fixture
def guild(sim: Simulator) -> GuildHandle:
    return sim.add_guild("Serveur", locale="fr")


@pytest.fixture
async def api(sim: Simulator) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(sim, session)
