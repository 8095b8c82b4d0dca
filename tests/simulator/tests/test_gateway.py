from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.gateway import zstd

if TYPE_CHECKING:
    import aiohttp

    from tests.simulator.guilds import GuildHandle
    from tests.simulator.simulator import Simulator
    from tests.simulator.tests.conftest import Api

_GUILDS, _MESSAGES = 1, 1 << 9


class Client:
    """A gateway client of a few lines."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    @classmethod
    async def open(cls, api: Api) -> Client:
        url = (await api("GET", "/gateway/bot"))["url"]
        return cls(await api.session.ws_connect(f"{url}?v=10&encoding=json"))

    async def receive(self) -> Any:  # noqa: ANN401  # any JSON
        return json.loads((await self.socket.receive(timeout=30)).data)

    async def identify(self, sim: Simulator, intents: int = 0) -> dict[str, Any]:
        assert (await self.receive())["op"] == 10
        properties = {"os": "x", "browser": "x", "device": "x"}
        data = {"token": sim.token, "intents": intents, "properties": properties, "shard": [0, 1]}
        await self.socket.send_json({"op": 2, "d": data})
        ready: dict[str, Any] = await self.receive()
        return ready["d"]


async def test_identify_heartbeat_and_guilds(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    client = await Client.open(api)
    ready = await client.identify(sim, _GUILDS)
    created = await client.receive()
    await client.socket.send_json({"op": 1, "d": 2})

    assert ready["guilds"] == [{"id": str(guild.id), "unavailable": True}]
    assert (created["t"], created["s"], created["d"]["id"]) == ("GUILD_CREATE", 2, str(guild.id))
    assert (await client.receive())["op"] == 11
    assert sim.gateway.identifies[0]["intents"] == _GUILDS


async def test_events_follow_intents(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    silent, listening = await Client.open(api), await Client.open(api)
    await silent.identify(sim)
    await listening.identify(sim, _MESSAGES)
    channel = guild.add_text_channel("a")
    await guild.owner.write(channel, "hello")
    await guild.owner.forge(channel, {"custom_id": "a", "component_type": 2})

    assert [(await listening.receive())["t"] for _ in range(2)] == ["MESSAGE_CREATE", "INTERACTION_CREATE"]
    assert (await silent.receive())["t"] == "INTERACTION_CREATE"


async def test_resume_replays_what_was_missed(sim: Simulator, guild: GuildHandle, api: Api) -> None:
    client = await Client.open(api)
    ready = await client.identify(sim)
    sim.gateway.reconnect()
    assert (await client.receive())["op"] == 7
    sim.gateway.drop()
    channel = guild.add_text_channel("a")
    await guild.owner.forge(channel, {"custom_id": "a", "component_type": 2})
    again = Client(await api.session.ws_connect(ready["resume_gateway_url"] + "?v=10&encoding=json"))
    await again.receive()
    await again.socket.send_json({"op": 6, "d": {"token": sim.token, "session_id": ready["session_id"], "seq": 1}})

    assert [(await again.receive())["t"] for _ in range(2)] == ["INTERACTION_CREATE", "RESUMED"]


async def test_unknown_session_is_invalid(sim: Simulator, api: Api) -> None:
    client = await Client.open(api)
    await client.receive()
    await client.socket.send_json({"op": 6, "d": {"token": sim.token, "session_id": "x", "seq": 1}})

    assert await client.receive() == {"op": 9, "d": False}


@pytest.mark.parametrize(("token", "intents", "code"), [("wrong", 0, 4004), (None, 1 << 15, 4014)])
async def test_refused_identifies(sim: Simulator, api: Api, token: str | None, intents: int, code: int) -> None:
    sim.application.flags = 0
    client = await Client.open(api)
    await client.receive()
    await client.socket.send_json({"op": 2, "d": {"token": token or sim.token, "intents": intents}})
    await client.socket.receive()

    assert client.socket.close_code == code


@pytest.mark.parametrize("compress", ["zlib-stream", "zstd-stream"])
async def test_compression(sim: Simulator, api: Api, compress: str) -> None:
    url = (await api("GET", "/gateway/bot"))["url"]
    socket = await api.session.ws_connect(f"{url}?v=10&encoding=json&compress={compress}")
    inflate = zlib.decompressobj() if compress == "zlib-stream" else zstd.ZstdDecompressor()
    hello = json.loads(inflate.decompress(await socket.receive_bytes()))
    await socket.send_json({"op": 1, "d": None})
    ack = json.loads(inflate.decompress(await socket.receive_bytes()))
    await socket.close()

    assert (hello["op"], ack["op"]) == (10, 11)
    assert not sim.gateway.sessions
