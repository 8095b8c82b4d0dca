"""What the page's server gives and refuses, without a browser and without a bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from tests.playground import stage as stages
from tests.playground.site import Site
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.playground.stage import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with Simulator() as sim:
        yield await stages.build(sim, "gateway", tmp_path)


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[aiohttp.ClientSession]:
    runner = web.AppRunner(Site(stage).application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        yield session
    await runner.cleanup()


async def test_other_pages_can_give_no_orders(stage: Stage, client: aiohttp.ClientSession) -> None:
    write = {"person": str(stage.alice.id), "channel": str(stage.panel.id), "text": "x"}

    foreign = await client.post("/moves/write", data=write, headers={"Origin": "http://example.org"})
    rebound = await client.get("/live", headers={"Host": "example.org"})

    assert (foreign.status, rebound.status) == (403, 421)


async def test_what_the_client_would_not_offer_is_refused(stage: Stage, client: aiohttp.ClientSession) -> None:
    there = {"channel": str(stage.panel.id), "text": "x"}
    secret = {"channel": str(stage.transcripts.id), "text": "x"}
    command: dict[str, object] = {"channel": str(stage.panel.id), "name": "ticket-config", "values": {}}
    alice = {"person": str(stage.alice.id)}

    answers = [
        await client.post("/moves/write", data=alice | there),
        await client.post("/moves/write", data=alice | secret),
        await client.post("/moves/command", json=alice | command),
        await client.post("/moves/press", json=alice | {"message": "1", "custom_id": "x"}),
        await client.post("/moves/write", data={"person": str(stage.guild.owner.id)} | there),
        await client.post("/moves/press", json={"person": "x"}),
    ]

    assert [answer.status for answer in answers] == [409, 409, 409, 404, 404, 400]
    assert not stage.panel.history


async def test_attached_page_is_locked_in(stage: Stage, client: aiohttp.ClientSession) -> None:
    general = stage.guild.channels[2]
    message = await stage.bob.write(general, files=[("evil.html", b"<script>fetch('/backstage/kill')</script>")])

    async with client.get(f"/files/{message.id}/evil.html") as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy


async def test_nothing_outside_the_page_is_served(client: aiohttp.ClientSession) -> None:
    answers = [await client.get(path) for path in ("/page/..%2fsite.py", "/page/%2e%2e%2f__main__.py", "/page/x.css")]

    assert [answer.status for answer in answers] == [404, 404, 404]


async def test_client_language_goes_with_every_move(stage: Stage, client: aiohttp.ClientSession) -> None:
    general = stage.guild.channels[2]
    write = {"person": str(stage.alice.id), "language": "en", "channel": str(general.id), "text": "Hi"}
    await client.post("/moves/write", data=write)

    assert stage.alice.user.locale == "en-US"


async def test_owner_texts_reach_the_bot(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TICKETBOT_PARAMS", "texts.toml")
    monkeypatch.setenv("TICKETBOT_MODE", "rest")

    settings = stage.settings()

    assert settings["TICKETBOT_PARAMS"] == str(tmp_path / "texts.toml")
    assert settings["TICKETBOT_MODE"] == "gateway"
