from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.simulator import faults

if TYPE_CHECKING:
    from tests.simulator.faults import Call
    from tests.simulator.guilds import GuildHandle
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api

ROUTE = "POST /guilds/{guild_id}/channels"


async def test_calls_are_recorded(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    await api("POST", f"/guilds/{guild.id}/channels", {"name": "a"})
    (call,) = sim.calls_to(ROUTE)

    assert (call.status, call.json, call.token, call.applied) == (201, {"name": "a"}, "bot", True)
    assert call.ended is not None
    assert call.ended >= call.started


async def test_refusal_before_it_takes_effect(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    fault = sim.faults.add(ROUTE, faults.missing_permissions())

    assert (await api("POST", f"/guilds/{guild.id}/channels", {"name": "a"}))[1]["code"] == 50013
    assert not guild.channels
    assert await api("POST", f"/guilds/{guild.id}/channels", {"name": "a"})
    assert len(fault.seen) == 1


async def test_error_after_it_took_effect(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    sim.faults.add(lambda call: call.method == "POST", faults.server_error(502, after=True))

    assert (await api("POST", f"/guilds/{guild.id}/channels", {"name": "a"}))[0] == 502
    assert len(guild.channels) == 1


@pytest.mark.parametrize("after", [False, True])
async def test_dropped_connection(sim: Simulator, guild: GuildHandle, api: Api, *, after: bool) -> None:
    sim.faults.add(2, faults.Drop(after=after))
    await api("GET", "/users/@me")

    with pytest.raises(aiohttp.ClientError):
        await api("POST", f"/guilds/{guild.id}/channels", {"name": "a"})
    assert len(guild.channels) == int(after)
    assert sim.calls[-1].status is None


async def test_hanging_and_latency(sim: Simulator, api: Api) -> None:
    sim.faults.add("GET /users/@me", faults.Hang(0.1))
    sim.latency = 0.05
    started = time.monotonic()
    await api("GET", "/users/@me")

    assert time.monotonic() - started >= 0.15


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_rate_limit(sim: Simulator, api: Api, scope: str) -> None:
    sim.faults.add("GET /users/@me", faults.RateLimit(1.5, scope))  # type: ignore[arg-type]
    headers = {"Authorization": f"Bot {sim.token}"}
    async with api.session.get(f"{sim.api_url}/users/@me", headers=headers) as response:
        body = await response.json()

    assert (response.status, body["retry_after"], body["global"]) == (429, 1.5, scope == "global")
    assert response.headers["X-RateLimit-Scope"] == scope
    assert response.headers["X-RateLimit-Remaining"] == "0"


async def test_hooks_run_around_the_effect(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    seen: list[tuple[str, int]] = []

    async def before(_: Call) -> None:
        seen.append(("before", len(guild.channels)))

    async def after(_: Call) -> None:
        seen.append(("after", len(guild.channels)))

    sim.before_apply, sim.after_apply = before, after
    await api("POST", f"/guilds/{guild.id}/channels", {"name": "a"})

    assert seen == [("before", 0), ("after", 1)]


async def test_every_answer_has_rate_limit_headers(sim: Simulator, api: Api) -> None:
    for path in ("/users/@me", "/channels/1"):
        headers = {"Authorization": f"Bot {sim.token}"}
        async with api.session.get(sim.api_url + path, headers=headers) as response:
            assert response.headers["X-RateLimit-Bucket"]
            assert int(response.headers["X-RateLimit-Remaining"]) > 0


async def test_a_client_that_dies_in_the_middle_does_not_undo_the_effect(
    sim: Simulator, guild: GuildHandle, api: Api
) -> None:
    async def kill(_: Call) -> None:
        running.cancel()
        await asyncio.sleep(0.02)

    sim.before_apply = kill
    running = asyncio.create_task(api("POST", f"/guilds/{guild.id}/channels", {"name": "a"}))
    await asyncio.wait({running})
    await sim.wait_until(lambda: guild.channels)

    assert running.cancelled()
    assert sim.calls[-1].applied
