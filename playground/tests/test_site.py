"""What the page's HTTP server serves and refuses, without a browser or a bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from playground import server as servers
from playground.site import Site
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playground.server import PlaygroundServer


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PlaygroundServer]:
    async with Simulator() as sim:
        yield await servers.build(sim, "gateway", tmp_path)


@pytest.fixture
async def client(server: PlaygroundServer) -> AsyncIterator[aiohttp.ClientSession]:
    runner = web.AppRunner(Site(server).application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        yield session
    await runner.cleanup()


async def test_other_pages_cannot_act(server: PlaygroundServer, client: aiohttp.ClientSession) -> None:
    write = {"person": str(server.alice.id), "channel": str(server.panel.id), "text": "x"}

    foreign = await client.post("/actions/write", data=write, headers={"Origin": "http://example.org"})
    rebound = await client.get("/live", headers={"Host": "example.org"})

    assert (foreign.status, rebound.status) == (403, 421)


async def test_what_the_client_would_not_offer_is_refused(
    server: PlaygroundServer, client: aiohttp.ClientSession
) -> None:
    there = {"channel": str(server.panel.id), "text": "x"}
    secret = {"channel": str(server.transcripts.id), "text": "x"}
    command: dict[str, object] = {"channel": str(server.panel.id), "name": "ticket-config", "values": {}}
    alice = {"person": str(server.alice.id)}

    answers = [
        await client.post("/actions/write", data=alice | there),
        await client.post("/actions/write", data=alice | secret),
        await client.post("/actions/command", json=alice | command),
        await client.post("/actions/press", json=alice | {"message": "1", "custom_id": "x"}),
        await client.post("/actions/write", data={"person": str(server.guild.owner.id)} | there),
        await client.post("/actions/press", json={"person": "x"}),
    ]

    assert [answer.status for answer in answers] == [409, 409, 409, 404, 404, 400]
    assert not server.panel.history


async def test_attached_page_is_sandboxed(server: PlaygroundServer, client: aiohttp.ClientSession) -> None:
    general = server.general
    message = await server.bob.write(general, files=[("evil.html", b"<script>fetch('/inspector/kill')</script>")])

    async with client.get(f"/files/{message.id}/evil.html") as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy


async def test_nothing_outside_the_page_is_served(client: aiohttp.ClientSession) -> None:
    answers = [await client.get(path) for path in ("/page/..%2fsite.py", "/page/%2e%2e%2f__main__.py", "/page/x.css")]

    assert [answer.status for answer in answers] == [404, 404, 404]


async def test_client_language_goes_with_every_move(server: PlaygroundServer, client: aiohttp.ClientSession) -> None:
    general = server.general
    write = {"person": str(server.alice.id), "language": "en", "channel": str(general.id), "text": "Hi"}
    await client.post("/actions/write", data=write)

    assert server.alice.user.locale == "en-US"


async def test_lines_of_a_message_end_as_discords_client_ends_them(
    server: PlaygroundServer, client: aiohttp.ClientSession
) -> None:
    write = {"person": str(server.alice.id), "channel": str(server.general.id), "text": "one\r\ntwo\nthree"}
    await client.post("/actions/write", data=write)

    assert server.general.history[-1].content == "one\ntwo\nthree"


async def test_owner_texts_reach_the_bot(
    server: PlaygroundServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TICKETBOT_PARAMS", "texts.toml")
    monkeypatch.setenv("TICKETBOT_MODE", "rest")

    settings = server.settings()

    assert settings["TICKETBOT_PARAMS"] == str(tmp_path / "texts.toml")
    assert settings["TICKETBOT_MODE"] == "gateway"
