"""REST mode without a proxy: strangers' connections do not keep Discord's requests from being answered."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Final

import aiohttp
import pytest

from tests.harness.bot_process import BotProcess
from tests.harness.processor import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

FILES: Final = 1024
"""How many files the bot may open: what systemd and most shells allow."""

HALF_OPEN: Final = 1100
BODIES: Final = 800
MEMORY: Final = 64 << 20
"""Bytes that strangers may make the bot take, at most."""

LINES: Final = 20
"""Lines that they may make it log, at most."""

_HEADERS: Final = (
    f"POST / HTTP/1.1\r\nHost: bot\r\nX-Signature-Timestamp: 1\r\nX-Signature-Ed25519: {'0' * 128}\r\n"
    "Content-Length: 1000000\r\n\r\n"
)

Streams = list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


@pytest.fixture
def files() -> Iterator[None]:
    """Let this process have as many connections as it needs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard) if hard > 0 else 8192, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("mode", ["rest"])
async def test_signed_pings_are_answered_among_strangers_connections(without_bot: Scenario) -> None:
    log = without_bot.folder / "bot.log"
    bot = await BotProcess.spawn(without_bot.settings(), log, by=("sh", "-c", f'ulimit -n {FILES}; exec "$@"', "sh"))
    without_bot.started.append(bot)
    without_bot.bots.append(bot)
    await bot.wait_for("ticketbot.app: ready")
    (line,) = [line for line in bot.lines() if "listening on" in line]
    port = int(line.rpartition(":")[2])
    memory, lines = _memory(bot), len(bot.lines())

    half_open = await _connect(port, HALF_OPEN, b"POST / HTTP/1.1\r\nHost: bot\r\n")
    slowest = [await _ping(without_bot, port) for _ in range(5)]
    bodies = await _connect(port, BODIES, _HEADERS.encode() + bytes(200_000))
    slowest += [await _ping(without_bot, port) for _ in range(5)]
    taken = _memory(bot) - memory
    for _, writer in half_open + bodies:
        writer.transport.abort()

    assert max(slowest) < 1
    assert taken < MEMORY
    assert len(bot.lines()) - lines <= LINES
    assert not any("Traceback" in line for line in bot.lines())


async def _connect(port: int, count: int, sent: bytes) -> Streams:
    """Open connections, and send the beginning of a request on each."""
    streams: Streams = []
    for _ in range(count):
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 2)
        except (OSError, TimeoutError):
            continue  # refused: that is what it may do, too
        writer.write(sent)
        streams.append((reader, writer))
    await asyncio.sleep(0.5)
    return streams


async def _ping(scenario: Scenario, port: int) -> float:
    """Ping as Discord does, on a connection of its own; return after how many seconds the answer was there.

    What the bot or this test waited for a processor is left out.
    """
    watch = Stopwatch(scenario.bots[0].process.pid)
    body = b'{"type": 1}'
    async with aiohttp.ClientSession() as session, asyncio.timeout(5):
        url = f"http://127.0.0.1:{port}/"
        async with session.post(url, data=body, headers=scenario.sim.signed(body)) as response:
            assert response.status == 200
    return watch.elapsed()


def _memory(bot: BotProcess) -> int:
    """Return the process's resident memory in bytes."""
    pages = int(Path(f"/proc/{bot.process.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
