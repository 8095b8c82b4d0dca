from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.scenarios.process import READY_WITHIN, BotProcess
from tests.scenarios.world import answered
from tests.simulator.faults import Respond, server_error
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


async def ended(world: World, **settings: str) -> tuple[int, list[str]]:
    environment = {key: value for key, value in world.settings(settings).items() if value}
    bot = await BotProcess.spawn(environment, world.folder / "ended.log")
    return await asyncio.wait_for(bot.process.wait(), READY_WITHIN), bot.lines()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", "not-a-token"),
        ("TICKETBOT_MODE", "smoke-signals"),
        ("TICKETBOT_PORT", "http"),
        ("DISCORD_API_URL", "nowhere"),
        ("TICKETBOT_LOG_FORMAT", "xml"),
        ("TICKETBOT_LOG_LEVEL", "loud"),
        ("MONGODB_URI", "postgres://nowhere"),
    ],
)
async def test_wrong_settings_end_in_one_line_and_exit_code_2(empty: World, name: str, value: str) -> None:
    code, lines = await ended(empty, **{name: value})

    assert code == 2
    assert len(lines) == 1
    assert name in lines[0]
    assert "not-a-token" not in lines[0]


async def test_first_start_without_a_token_says_in_five_lines_what_to_do(empty: World) -> None:
    code, lines = await ended(empty, DISCORD_TOKEN="")

    assert (code, len(lines)) == (2, 5)
    for named in ("DISCORD_TOKEN", "https://discord.com/developers", "setup", "invite", "nox -s playground"):
        assert any(named in line for line in lines)


async def test_data_folder_that_cannot_be_used_ends_in_one_line(empty: World) -> None:
    obstacle = empty.folder / "obstacle"
    obstacle.write_text("a file, not a folder", encoding="utf-8")

    code, lines = await ended(empty, TICKETBOT_DATA=str(obstacle))

    assert (code, len(lines)) == (2, 1)


async def test_port_that_is_taken_ends_in_one_line(empty: World) -> None:
    if empty.mode == "gateway":
        pytest.skip("the gateway needs no port")

    code, lines = await ended(empty, TICKETBOT_PORT=str(empty.sim.url.rpartition(":")[2]))

    assert code == 2
    assert "cannot listen" in lines[-1]


async def test_discord_that_does_not_answer_is_tried_again(empty: World) -> None:
    empty.sim.faults.add("GET /oauth2/applications/@me", server_error(503))

    bot = await empty.start_bot()

    assert any("Discord cannot be reached" in line for line in bot.lines())


async def test_gateway_that_is_not_to_be_had_is_tried_again(empty: World) -> None:
    if empty.mode == "rest":
        pytest.skip("only the gateway has one")
    empty.sim.faults.add("GET /gateway/bot", server_error(503), times=4)  # hikari itself tries thrice

    bot = await empty.start_bot()

    assert any("Discord cannot be reached" in line for line in bot.lines())


async def test_gateway_that_has_no_session_left_is_waited_for(empty: World) -> None:
    if empty.mode == "rest":
        pytest.skip("only the gateway has sessions")
    limit = {"total": 1000, "remaining": 0, "reset_after": 1000, "max_concurrency": 1}
    url = f"{empty.sim.api_url.replace('http', 'ws', 1).removesuffix('/api/v10')}/gateway/"
    told = {"url": url, "shards": 1, "session_start_limit": limit}
    empty.sim.faults.add("GET /gateway/bot", Respond(200, told), times=2)

    bot = await empty.start_bot()

    assert any("trying again" in line for line in bot.lines())


async def test_gateway_that_refuses_the_token_ends_the_bot_in_one_line(world: World) -> None:
    if world.mode == "rest":
        pytest.skip("only the gateway has sessions")
    (bot,) = world.bots

    await world.sim.gateway.close(4004)

    assert await asyncio.wait_for(bot.process.wait(), READY_WITHIN) == 1
    world.forget_bots()
    assert "start the bot again" in bot.lines()[-1]


@pytest.fixture
def rest_only(world: World) -> World:
    if world.mode == "gateway":
        pytest.skip("over signed HTTP only")
    return world


async def test_unsigned_stale_and_senseless_requests_are_refused(rest_only: World) -> None:
    sim, url = rest_only.sim, rest_only.sim.endpoints[0]
    ping = b'{"type":1}'

    assert (await sim.post_signed(url, ping)).status == 200
    assert (await sim.post_unsigned(url, ping)).status == 401
    assert (await sim.post_signed(url, ping, signature="00" * 64)).status == 401
    assert (await sim.post_signed(url, ping, timestamp=str(int(time.time()) - 3600))).status == 401
    for body in (b"[]", b"{", json.dumps({"type": 3}).encode()):
        assert (await sim.post_signed(url, body)).status == 400


async def test_replayed_press_does_nothing_twice(rest_only: World) -> None:
    press = await rest_only.press_open(rest_only.alice)
    await answered(press)
    (channel,) = rest_only.tickets()
    await rest_only.closed(channel)

    assert (await rest_only.sim.replay(press)).status == 200
    await asyncio.sleep(0.3)

    assert rest_only.tickets() == [channel]


async def test_health_and_readiness(rest_only: World) -> None:
    url = rest_only.sim.endpoints[0]
    async with aiohttp.ClientSession() as session:
        for path in ("healthz", "readyz"):
            async with session.get(url + path) as response:
                assert response.status == 200


async def test_replicas_share_the_embedded_store(rest_only: World) -> None:
    await rest_only.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    presses = await asyncio.gather(
        *(rest_only.press_open(rest_only.alice, via=rest_only.via(index)) for index in range(6))
    )
    answers = await asyncio.gather(*(answered(press) for press in presses))

    (channel,) = rest_only.tickets()
    assert all(f"<#{channel.id}>" in answer.text() for answer in answers)
    await rest_only.bots[0].stop()
    rest_only.sim.endpoints.pop(0)
    await rest_only.closed(channel)
    await rest_only.opened()


async def test_idle_bot_ends_at_once(world: World) -> None:
    begun = time.monotonic()

    assert await world.stop_bots() == [0]
    assert time.monotonic() - begun < 5
    assert params.MESSAGES
