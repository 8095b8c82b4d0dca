"""Over REST an answer goes back through a proxy, and what follows it straight to Discord: it may be overtaken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from tests.harness.scenario import answered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.harness.scenario import Scenario

pytestmark = [pytest.mark.scenario, pytest.mark.parametrize("mode", ["rest"])]


@pytest.fixture
async def slow_way_back(scenario: Scenario) -> AsyncIterator[Scenario]:
    """The bot behind a proxy that keeps each answer for a while."""
    target = scenario.sim.endpoints.pop()
    async with aiohttp.ClientSession() as session:

        async def forward(request: web.Request) -> web.Response:
            headers = {name: value for name, value in request.headers.items() if name.startswith("X-Signature")}
            async with session.post(target, data=await request.read(), headers=headers) as answer:
                body = await answer.read()
            await asyncio.sleep(0.4)
            return web.Response(status=answer.status, body=body, content_type="application/json")

        app = web.Application()
        app.router.add_post("/", forward)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        scenario.sim.endpoints.append(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        yield scenario
        await runner.cleanup()


async def test_answer_that_overtakes_its_own_beginning_arrives(slow_way_back: Scenario) -> None:
    scenario = slow_way_back

    first = await answered(await scenario.press_open(scenario.alice))
    again = await answered(await scenario.press_open(scenario.alice))

    (channel,) = scenario.tickets()
    assert f"<#{channel.id}>" in first.text()
    assert f"<#{channel.id}>" in again.text()
