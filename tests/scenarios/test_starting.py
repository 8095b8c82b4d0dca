from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.harness.bot_process import READY_WITHIN, BotProcess
from tests.harness.scenario import answered
from tests.simulator.faults import Respond, server_error
from ticketbot.config import params

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario
    from tests.simulator.errors import Json

pytestmark = pytest.mark.scenario


async def ended(scenario: Scenario, **settings: str) -> tuple[int, list[str]]:
    environment = {key: value for key, value in scenario.settings(settings).items() if value}
    bot = await BotProcess.spawn(environment, scenario.folder / "ended.log")
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
async def test_wrong_settings_end_in_one_line_and_exit_code_2(without_bot: Scenario, name: str, value: str) -> None:
    code, lines = await ended(without_bot, **{name: value})

    assert code == 2
    assert len(lines) == 1
    assert name in lines[0]
    assert "not-a-token" not in lines[0]


async def test_first_start_without_a_token_says_in_five_lines_what_to_do(without_bot: Scenario) -> None:
    code, lines = await ended(without_bot, DISCORD_TOKEN="")

    assert (code, len(lines)) == (2, 5)
    for named in ("DISCORD_TOKEN", "https://discord.com/developers", "setup", "invite", "nox -s playground"):
        assert any(named in line for line in lines)


async def test_data_folder_that_cannot_be_used_ends_in_one_line(without_bot: Scenario) -> None:
    obstacle = without_bot.folder / "obstacle"
    obstacle.write_text("a file, not a folder", encoding="utf-8")

    code, lines = await ended(without_bot, TICKETBOT_DATA=str(obstacle))

    assert (code, len(lines)) == (2, 1)


async def test_port_that_is_taken_ends_in_one_line(without_bot: Scenario) -> None:
    if without_bot.mode == "gateway":
        pytest.skip("the gateway needs no port")

    code, lines = await ended(without_bot, TICKETBOT_PORT=str(without_bot.sim.url.rpartition(":")[2]))

    assert code == 2
    assert "cannot listen" in lines[-1]


async def test_discord_that_does_not_answer_is_tried_again(without_bot: Scenario) -> None:
    without_bot.sim.faults.add("GET /applications/@me", server_error(503))

    bot = await without_bot.start_bot()

    assert any("Discord cannot be reached" in line for line in bot.lines())


REFUSED: Json = {
    "code": 50035,
    "message": "Invalid Form Body",
    "errors": {"name": {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be shorter."}]}},
}


@pytest.mark.parametrize(
    ("route", "status", "expected"),
    [
        ("POST /applications/{application_id}/commands", 400, "400, code 50035: Invalid Form Body; name:BASE_TYPE"),
        ("POST /applications/{application_id}/commands", 403, "403, code 50035"),
        ("GET /applications/@me", 404, "404, code 50035"),
    ],
)
async def test_start_that_discord_refuses_for_good_ends_in_its_words(
    without_bot: Scenario, route: str, status: int, expected: str
) -> None:
    without_bot.sim.faults.add(route, Respond(status, REFUSED), times=10)

    code, lines = await ended(without_bot)

    assert code == 2
    assert expected in lines[-1]
    assert not any("trying again" in line for line in lines)


async def test_start_waits_where_discord_asks_to(without_bot: Scenario) -> None:
    without_bot.sim.faults.add("GET /applications/@me", server_error(503), times=2)

    bot = await without_bot.start_bot()

    assert sum("trying again" in line for line in bot.lines()) == 2


@pytest.mark.parametrize("missing", ["bot", "verify_key", "owner", "summary"])
async def test_field_that_the_mode_does_not_need_may_be_missing(without_bot: Scenario, missing: str) -> None:
    application = await application_without(without_bot, missing)
    without_bot.sim.faults.add("GET /applications/@me", Respond(200, application), times=10)

    if missing == "verify_key" and without_bot.mode == "rest":
        code, lines = await ended(without_bot)
        assert code == 2
        assert "DISCORD_PUBLIC_KEY" in lines[-1]
        await without_bot.start_bot(DISCORD_PUBLIC_KEY=without_bot.sim.public_key)
    else:
        await without_bot.start_bot()
    await without_bot.configure()


async def application_without(scenario: Scenario, field: str) -> Json:
    headers = {"Authorization": f"Bot {scenario.sim.token}"}
    url = scenario.sim.api_url + "/applications/@me"
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as response:
        found: Json = await response.json()
    found.pop(field, None)
    return found


async def test_gateway_that_is_not_to_be_had_is_tried_again(without_bot: Scenario) -> None:
    if without_bot.mode == "rest":
        pytest.skip("only the gateway has one")
    without_bot.sim.faults.add("GET /gateway/bot", server_error(503), times=4)  # hikari itself tries thrice

    bot = await without_bot.start_bot()

    assert any("Discord cannot be reached" in line for line in bot.lines())


async def test_gateway_that_has_no_session_left_is_waited_for(without_bot: Scenario) -> None:
    if without_bot.mode == "rest":
        pytest.skip("only the gateway has sessions")
    limit = {"total": 1000, "remaining": 0, "reset_after": 1000, "max_concurrency": 1}
    url = f"{without_bot.sim.api_url.replace('http', 'ws', 1).removesuffix('/api/v10')}/gateway/"
    told = {"url": url, "shards": 1, "session_start_limit": limit}
    without_bot.sim.faults.add("GET /gateway/bot", Respond(200, told), times=2)

    bot = await without_bot.start_bot()

    assert any("trying again" in line for line in bot.lines())


async def test_gateway_that_refuses_the_token_ends_the_bot_in_one_line(scenario: Scenario) -> None:
    if scenario.mode == "rest":
        pytest.skip("only the gateway has sessions")
    (bot,) = scenario.bots

    await scenario.sim.gateway.close(4004)

    assert await asyncio.wait_for(bot.process.wait(), READY_WITHIN) == 1
    scenario.forget_bots()
    assert "start the bot again" in bot.lines()[-1]


@pytest.fixture
def rest_only(scenario: Scenario) -> Scenario:
    if scenario.mode == "gateway":
        pytest.skip("over signed HTTP only")
    return scenario


async def test_unsigned_stale_and_senseless_requests_are_refused(rest_only: Scenario) -> None:
    sim, url = rest_only.sim, rest_only.sim.endpoints[0]
    ping = b'{"type":1}'

    assert (await sim.post_signed(url, ping)).status == 200
    assert (await sim.post_unsigned(url, ping)).status == 401
    assert (await sim.post_signed(url, ping, signature="00" * 64)).status == 401
    assert (await sim.post_signed(url, ping, timestamp=str(int(time.time()) - 3600))).status == 401
    for body in (b"[]", b"{", json.dumps({"type": 3}).encode()):
        assert (await sim.post_signed(url, body)).status == 400


async def test_replayed_press_does_nothing_twice(rest_only: Scenario) -> None:
    press = await rest_only.press_open(rest_only.alice)
    await answered(press)
    (channel,) = rest_only.tickets()
    await rest_only.close_ticket(await rest_only.welcomed(channel))

    assert (await rest_only.sim.replay(press)).status == 200
    await asyncio.sleep(0.3)

    assert rest_only.tickets() == [channel]


async def test_health_and_readiness(rest_only: Scenario) -> None:
    url = rest_only.sim.endpoints[0]
    async with aiohttp.ClientSession() as session:
        for path in ("healthz", "readyz"):
            async with session.get(url + path) as response:
                assert response.status == 200


async def test_replicas_share_the_embedded_store(rest_only: Scenario) -> None:
    await rest_only.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    presses = await asyncio.gather(
        *(rest_only.press_open(rest_only.alice, via=rest_only.via(index)) for index in range(6))
    )
    answers = await asyncio.gather(*(answered(press) for press in presses))

    (channel,) = rest_only.tickets()
    assert all(f"<#{channel.id}>" in answer.text() for answer in answers)
    await rest_only.bots[0].stop()
    rest_only.sim.endpoints.pop(0)
    await rest_only.close_ticket(channel)
    await rest_only.open_ticket()


async def test_idle_bot_ends_at_once(scenario: Scenario) -> None:
    begun = time.monotonic()

    assert await scenario.stop_bots() == [0]
    assert time.monotonic() - begun < 5
    assert params.MESSAGES
