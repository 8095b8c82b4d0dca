"""The same life on MongoDB, spoken to a strict double of a server over a real socket; and stores that fail."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.world import answered, page_of
from tests.wire.control import Control, running_in_process
from tests.wire.faults import FaultKind
from ticketbot.config import params

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scenarios.world import World

pytestmark = pytest.mark.scenario


@pytest.fixture
def mongodb() -> Iterator[Control]:
    with running_in_process() as control:
        yield control
        assert control.violations == []
        assert control.scans == [], "every query has its index"


@pytest.fixture
async def stored(mongodb: Control, empty: World) -> World:
    """A server where the bot runs on MongoDB and is configured."""
    empty.environment["MONGODB_URI"] = mongodb.uri
    await empty.start_bot()
    await empty.configured()
    return empty


async def test_a_whole_life_on_mongodb(stored: World) -> None:
    channel = await stored.opened()
    await stored.claimed(channel)
    await stored.alice.write(channel, "gardé ailleurs")
    await stored.restart_bot()
    await stored.closed(channel)

    archived = await stored.deleted(channel)

    assert "gardé ailleurs" in page_of(archived)
    assert (await stored.opened()).name.startswith("002-")


async def test_replicas_share_mongodb(stored: World) -> None:
    if stored.mode == "gateway":
        pytest.skip("replicas answer over signed HTTP")
    for _ in range(2):
        await stored.start_bot(TICKETBOT_SYNC_COMMANDS="false")
    members = [stored.guild.add_member(f"membre{index}") for index in range(10)]

    presses = [await stored.press_open(member) for member in members for _ in range(3)]
    await asyncio.gather(*(answered(press) for press in presses))

    assert len(stored.tickets()) == len(members)
    assert len({channel.name.partition("-")[0] for channel in stored.tickets()}) == len(members)


async def test_store_that_is_not_there_at_the_start_is_waited_for(empty: World) -> None:
    with socket.socket() as reserved:  # and nobody listens on it
        reserved.bind(("127.0.0.1", 0))
        empty.environment["MONGODB_URI"] = f"mongodb://127.0.0.1:{reserved.getsockname()[1]}/"
        bot = await empty.spawn_bot()
        await bot.wait_for("MongoDB cannot be reached")

        assert bot.process.returncode is None
        assert await bot.stop() == 0


async def test_store_that_goes_away_is_told_and_comes_back(stored: World, mongodb: Control) -> None:
    for command in ("insert", "find", "findAndModify"):
        for _ in range(4):
            mongodb.fail(FaultKind.DROP_BEFORE, command)

    answer = await answered(await stored.press_open(stored.alice))

    assert params.MESSAGES["refused_store_unavailable"] in answer.text()
    mongodb.clear()
    await stored.opened()
