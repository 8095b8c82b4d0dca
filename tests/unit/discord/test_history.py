from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.unit.transcripts import samples
from ticketbot.discord import history, raw
from ticketbot.tickets.model import ChannelId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import hikari

REST = cast("hikari.api.RESTClient", None)
"""Is not asked: the pages come from here."""


def resident() -> float:
    """Tell how much memory this process has, in MiB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) / 1024


def page(first: int, count: int = raw.PAGE) -> history.Page:
    return [samples.raw(id=str(first - at), content="mot " * 40) for at in range(count)]


async def collected(*pages: history.Page) -> list[list[bytes]]:
    waiting = list(pages)

    async def call(get: Callable[[], Awaitable[Any]]) -> history.Page:
        del get
        return waiting.pop(0)

    return [list(found) async for found in history.pages(REST, ChannelId(1), call=call)]


async def test_short_page_is_the_last() -> None:
    found = await collected(page(300), page(200), page(100, 3), page(50))

    assert [len(messages) for messages in found] == [100, 100, 3]


async def test_empty_page_is_none() -> None:
    assert await collected([]) == []
    assert len(await collected(page(100), [])) == 1


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to tell")
async def test_history_takes_about_the_memory_of_its_text() -> None:
    pages = [page(number * 100 + 1_000_000) for number in range(200)]
    before = resident()
    found = await collected(*pages, [])
    size = sum(len(message) for messages in found for message in messages) / (1 << 20)

    assert resident() - before < 2 * size + 8
