"""Two processes behind nginx are restarted one after the other while members press: nobody notices."""

from __future__ import annotations

import asyncio
import collections
import io
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.harness import nginx
from tests.harness.nginx import Proxy
from tests.harness.scenario import CLAIM, CLOSE, CONFIRM, DELETE, Scenario, answered, has_button
from tests.mongo_double.control import running_in_process
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.harness.bot_process import BotProcess
    from tests.simulator.state import Channel

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.skipif(bool(nginx.missing()), reason=f"not installed here: {nginx.missing()}"),
]

_MEMBERS = 4


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Scenario]:
    """A server whose members wait longer than Discord: whether presses are lost is asked, not how busy we are."""
    async with Simulator(deadline=20.0) as sim:
        scenario = Scenario.build(sim, "rest", tmp_path)
        yield scenario
        assert all(code == 0 for code in await scenario.stop_bots())
        assert not sim.violations, "\n".join(sim.violations)


class Members:
    """Members who open, have closed and have deleted one ticket after the other, until they are told to stop."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._stop = False
        self.opened: list[str] = []

    async def press_on(self, index: int) -> None:
        scenario, turn = self._scenario, 0
        while not self._stop:
            turn += 1
            member = scenario.guild.add_member(f"membre-{index}-{turn}")
            answer = await answered(await scenario.press_open(member), 40)
            (channel,) = [channel for channel in scenario.tickets() if f"<#{channel.id}>" in answer.text()]
            self.opened.append(channel.name.partition("-")[0])
            await shown(scenario, channel, CLAIM)
            await scenario.claim_ticket(channel, within=40)
            await scenario.press(scenario.staff, channel, CLOSE)
            await shown(scenario, channel, DELETE)
            question = await answered(await scenario.press(scenario.staff, channel, DELETE), 40)
            confirmed = await scenario.staff.press(question, custom_id=CONFIRM)
            await scenario.wait_until(lambda channel=channel: channel.deleted, 40)
            # the channel may be gone before "deleting" has made its way through the proxy: nobody is left to read it
            assert not confirmed.failed or "10008 Unknown Message" in str(confirmed.failure), confirmed.failure

    def stop(self) -> None:
        self._stop = True


async def shown(scenario: Scenario, channel: Channel, button: str) -> None:
    await scenario.wait_until(lambda: any(has_button(message, button) for message in channel.history), 40)


async def restarted(scenario: Scenario, index: int, port: int) -> None:
    bot: BotProcess = scenario.bots[index]
    assert await bot.stop() == 0
    scenario.bots[index] = await started(scenario, port)
    scenario.bots.pop()


async def started(scenario: Scenario, port: int) -> BotProcess:
    bot = await scenario.start_bot(TICKETBOT_PORT=str(port))
    scenario.sim.endpoints.clear()
    return bot


@pytest.mark.rolling
@pytest.mark.parametrize("store", ["sqlite", "mongodb"])
@pytest.mark.timeout(240)
async def test_rolling_restart_under_load_loses_nothing(patient: Scenario, store: str, tmp_path: Path) -> None:
    with running_in_process("rs0") as mongodb:
        if store == "mongodb":
            patient.environment["MONGODB_URI"] = mongodb.uri
        ports = nginx.free_ports(2)
        for port in ports:
            await started(patient, port)
        async with Proxy.running(tmp_path / "nginx", ports) as proxy:
            patient.sim.trust(proxy.trust)
            assert await patient.sim.verify_endpoint(proxy.url), "Discord would take the address"
            patient.sim.endpoints.append(proxy.url)
            await patient.configure()
            members = Members(patient)
            async with asyncio.TaskGroup() as group:
                for index in range(_MEMBERS):
                    group.create_task(members.press_on(index))
                for index, port in enumerate(ports):
                    count = len(members.opened)
                    await patient.wait_until(lambda count=count: len(members.opened) > count + 3, 60)
                    await restarted(patient, index, port)
                    patient.sim.endpoints.append(proxy.url)
                members.stop()
            served = collections.Counter(line.split()[2] for line in proxy.served if line.startswith("POST / "))
            patient.sim.endpoints.clear()

        archived = sorted(message.attachments[0].filename for message in patient.transcripts.history)
        assert served.keys() <= {"200", "202", "401"}, served
        assert served["401"] == 1, "Discord's own trial with a wrong signature"
        assert sorted(members.opened) == [f"{number:03}" for number in range(1, len(members.opened) + 1)]
        assert len(archived) == len(set(archived)) == len(members.opened)
        assert not patient.tickets()
        assert mongodb.violations == []
    print(f"{store}: {len(members.opened)} tickets, answers {dict(served)}")  # noqa: T201 - the figure that is asked for


async def test_only_what_discord_needs_is_let_in(patient: Scenario, tmp_path: Path) -> None:
    ports = nginx.free_ports(2)
    await started(patient, ports[1])
    async with Proxy.running(tmp_path / "nginx", ports) as proxy, aiohttp.ClientSession() as session:
        found: dict[str, int] = {}
        for method, path in (("GET", ""), ("GET", "healthz"), ("GET", "readyz"), ("GET", "metrics"), ("POST", "x")):
            async with session.request(method, proxy.url + path, ssl=proxy.trust) as response:
                found[f"{method} /{path}"] = response.status
        async with session.post(proxy.url, data=io.BytesIO(bytes(2 << 20)), ssl=proxy.trust) as response:
            large = response.status
        patient.sim.trust(proxy.trust)
        plain = await patient.sim.post_signed(proxy.url, '{"type":1, "é": "\\u0000 ümläut"}'.encode())
        forged = await patient.sim.post_unsigned(proxy.url, b'{"type":1}')

    assert found == {"GET /": 403, "GET /healthz": 200, "GET /readyz": 404, "GET /metrics": 404, "POST /x": 404}
    assert (large, plain.status, forged.status) == (413, 200, 401)


async def test_lingering_process_says_so_and_serves_on(patient: Scenario) -> None:
    bot = await patient.start_bot(TICKETBOT_LINGER_SECONDS="6", TICKETBOT_METRICS="0")
    await patient.configure()
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
