from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import orjson
import pytest

from tests.unit.transcripts import samples
from ticketbot.discord import api, history
from ticketbot.discord.threads import Thread
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    import hikari

    from ticketbot.tickets.model import History

Page: TypeAlias = "list[dict[str, Any]]"
REST = cast("hikari.api.RESTClient", None)
"""Is not asked: the pages come from here."""


def resident() -> float:
    """Return this process's memory in MiB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) / 1024


def page(first: int, count: int = api.PAGE) -> Page:
    return [samples.raw(id=str(first - at), content="mot " * 40) for at in range(count)]


async def collected(*pages: Page) -> list[list[bytes]]:
    waiting = list(pages)

    async def call(get: Callable[[], Awaitable[Any]], /) -> Any:  # noqa: ANN401 - whatever Discord answers
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


CHANNEL, ANNOUNCED, LISTED = ChannelId(1), ChannelId(150), ChannelId(250)


def raw(message_id: int, **fields: object) -> bytes:
    return orjson.dumps(samples.raw(id=str(message_id), **fields))


def ids(messages: Sequence[bytes]) -> list[int]:
    return [int(orjson.loads(message)["id"]) for message in messages]


async def with_threads(inside: Mapping[ChannelId, Sequence[int]], *threads: Thread) -> History:
    """Return the history of a channel with messages 100, 200 and 300, of which 200 announces a thread."""

    async def fetched(thread: ChannelId) -> AsyncIterator[Sequence[bytes]]:
        if thread not in inside:
            raise errors.ChannelGoneError
        yield [raw(message_id) for message_id in reversed(inside[thread])]

    announcement = raw(200, type=18, message_reference={"channel_id": str(ANNOUNCED)})
    return await history.with_threads(CHANNEL, [raw(100), announcement, raw(300)], threads, fetched)


async def test_thread_stands_after_its_announcement_or_at_the_moment_of_its_creation() -> None:
    listed = [Thread(id=ANNOUNCED, name="a", last_message_id=400), Thread(id=LISTED, name="b")]
    found = await with_threads({ANNOUNCED: [400, 401], LISTED: [500]}, *listed)

    assert ids(found.messages) == [100, 200, 400, 401, 500, 300]
    assert found.threads == {ANNOUNCED: "a", LISTED: "b"}
    assert found.newest == {CHANNEL: 300, ANNOUNCED: 401, LISTED: 500}


async def test_thread_that_is_listed_nowhere_is_found_by_its_announcement() -> None:
    assert ids((await with_threads({ANNOUNCED: [400]})).messages) == [100, 200, 400, 300]


async def test_threads_before_and_after_all_messages_and_one_that_is_gone() -> None:
    first, last, gone = (Thread(id=ChannelId(number), name="") for number in (50, 999, 250))
    found = await with_threads({first.id: [60], last.id: [1000], ANNOUNCED: []}, first, gone, last)

    assert ids(found.messages) == [60, 100, 200, 300, 1000]


@pytest.mark.parametrize(
    ("newest", "threads", "is_new"),
    [
        (300, [Thread(id=LISTED, name="b", last_message_id=500)], False),
        (301, [], True),
        (200, [], True),
        (300, [Thread(id=LISTED, name="b", last_message_id=501)], True),
        (300, [Thread(id=ChannelId(260), name="c")], True),
        (300, [], False),
    ],
    ids=["nothing", "channel", "last one deleted", "thread", "another thread", "thread deleted"],
)
async def test_new_messages_in_the_channel_and_its_threads_are_noticed(
    newest: int, threads: Sequence[Thread], *, is_new: bool
) -> None:
    found = await with_threads({LISTED: [500]}, Thread(id=LISTED, name="b", last_message_id=490))

    assert history.has_new_messages(found, CHANNEL, [raw(newest), raw(100)], threads) is is_new
