"""Two processes behind nginx are restarted one after the other while members press: nobody notices."""

from __future__ import annotations

import asyncio
import collections
import io
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.scenarios import proxy
from tests.scenarios.proxy import Proxy
from tests.scenarios.world import CLAIM, CLOSE, CONFIRM, DELETE, World, answered, has
from tests.simulator.simulator import Simulator
from tests.wire.control import running_in_process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.scenarios.process import BotProcess
    from tests.simulator.state import Channel

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.skipif(bool(proxy.missing()), reason=f"not installed here: {proxy.missing()}"),
]

_MEMBERS = 4


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[World]:
    """A server whose members wait longer than Discord: whether presses are lost is asked, not how busy we are."""
    async with Simulator(deadline=20.0) as sim:
        world = World.build(sim, "rest", tmp_path)
        yield world
        assert all(code == 0 for code in await world.stop_bots())
        assert not sim.violations, "\n".join(sim.violations)


class Members:
    """Members who open, have closed and have deleted one ticket after the other, until they are told to stop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stop = False
        self.opened: list[str] = []

    async def press_on(self, index: int) -> None:
        world, turn = self._world, 0
        while not self._stop:
            turn += 1
            member = world.guild.add_member(f"membre-{index}-{turn}")
            answer = await answered(await world.press_open(member), 40)
            (channel,) = [channel for channel in world.tickets() if f"<#{channel.id}>" in answer.text()]
            self.opened.append(channel.name.partition("-")[0])
            await shown(world, channel, CLAIM)
            await world.claimed(channel, within=40)
            await world.press(world.staff, channel, CLOSE)
            await shown(world, channel, DELETE)
            question = await answered(await world.press(world.staff, channel, DELETE), 40)
            confirmed = await world.staff.press(question, custom_id=CONFIRM)
            await world.until(lambda channel=channel: channel.deleted, 40)
            # the channel may be gone before "deleting" has made its way through the proxy: nobody is left to read it
            assert not confirmed.failed or "10008 Unknown Message" in str(confirmed.failure), confirmed.failure

    def stop(self) -> None:
        self._stop = True


async def shown(world: World, channel: Channel, button: str) -> None:
    await world.until(lambda: any(has(message, button) for message in channel.history), 40)


async def restarted(world: World, index: int, port: int) -> None:
    bot: BotProcess = world.bots[index]
    assert await bot.stop() == 0
    world.bots[index] = await started(world, port)
    world.bots.pop()


async def started(world: World, port: int) -> BotProcess:
    bot = await world.start_bot(TICKETBOT_PORT=str(port))
    world.sim.endpoints.clear()
    return bot


@pytest.mark.rolling
@pytest.mark.parametrize("store", ["sqlite", "mongodb"])
@pytest.mark.timeout(240)
async def test_rolling_restart_under_load_loses_nothing(patient: World, store: str, tmp_path: Path) -> None:
    with running_in_process("rs0") as mongodb:
        if store == "mongodb":
            patient.environment["MONGODB_URI"] = mongodb.uri
        ports = proxy.free_ports(2)
        for port in ports:
            await started(patient, port)
        async with Proxy.running(tmp_path / "nginx", ports) as nginx:
            patient.sim.trust(nginx.trust)
            assert await patient.sim.verify_endpoint(nginx.url), "Discord would take the address"
            patient.sim.endpoints.append(nginx.url)
            await patient.configured()
            members = Members(patient)
            async with asyncio.TaskGroup() as group:
                for index in range(_MEMBERS):
                    group.create_task(members.press_on(index))
                for index, port in enumerate(ports):
                    count = len(members.opened)
                    await patient.until(lambda count=count: len(members.opened) > count + 3, 60)
                    await restarted(patient, index, port)
                    patient.sim.endpoints.append(nginx.url)
                members.stop()
            served = collections.Counter(line.split()[2] for line in nginx.served if line.startswith("POST / "))
            patient.sim.endpoints.clear()

        archived = sorted(message.attachments[0].filename for message in patient.transcripts.history)
        assert served.keys() <= {"200", "202", "401"}, served
        assert served["401"] == 1, "Discord's own trial with a wrong signature"
        assert sorted(members.opened) == [f"{number:03}" for number in range(1, len(members.opened) + 1)]
        assert len(archived) == len(set(archived)) == len(members.opened)
        assert not patient.tickets()
        assert mongodb.violations == []
    print(f"{store}: {len(members.opened)} tickets, answers {dict(served)}")  # noqa: T201 - the figure that is asked for


async def test_only_what_discord_needs_is_let_in(patient: World, tmp_path: Path) -> None:
    ports = proxy.free_ports(2)
    await started(patient, ports[1])
    async with Proxy.running(tmp_path / "nginx", ports) as nginx, aiohttp.ClientSession() as session:
        found: dict[str, int] = {}
        for method, path in (("GET", ""), ("GET", "healthz"), ("GET", "readyz"), ("GET", "metrics"), ("POST", "x")):
            async with session.request(method, nginx.url + path, ssl=nginx.trust) as response:
                found[f"{method} /{path}"] = response.status
        async with session.post(nginx.url, data=io.BytesIO(bytes(2 << 20)), ssl=nginx.trust) as response:
            large = response.status
        patient.sim.trust(nginx.trust)
        plain = await patient.sim.post_signed(nginx.url, '{"type":1, "é": "\\u0000 ümläut"}'.encode())
        forged = await patient.sim.post_unsigned(nginx.url, b'{"type":1}')

    assert found == {"GET /": 403, "GET /healthz": 200, "GET /readyz": 404, "GET /metrics": 404, "POST /x": 404}
    assert (large, plain.status, forged.status) == (413, 200, 401)


async def test_lingering_process_says_so_and_serves_on(patient: World) -> None:
    bot = await patient.start_bot(TICKETBOT_LINGER_SECONDS="6", TICKETBOT_METRICS="0")
    await patient.configured()
    (line,) = [line for line in bot.lines() if "metrics on " in line]
    places = [f"{bot.url}readyz", line.rpartition("metrics on ")[2].strip().replace("metrics", "readyz")]
    ending = asyncio.create_task(bot.stop())
    await bot.wait_for("stopping")
    async with aiohttp.ClientSession() as session:
        for place in places:
            async with session.get(place) as response:
                assert response.status == 503

    answer = await answered(await patient.press_open(patient.alice))
    assert f"<#{patient.tickets()[0].id}>" in answer.text()
    assert await ending == 0
    patient.forget_bots()
