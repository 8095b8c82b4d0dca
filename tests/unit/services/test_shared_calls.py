from __future__ import annotations

import asyncio

import pytest

from ticketbot.services.shared_calls import SharedCalls
from ticketbot.tickets import errors


class Source:
    """Calls that end when they are let, each with its number."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_end = asyncio.Event()
        self.failure: Exception | None = None

    async def make(self) -> int:
        self.begun += 1
        number = self.begun
        await self.may_end.wait()
        if self.failure is not None:
            raise self.failure
        return number


async def begun(source: Source, count: int) -> None:
    for _ in range(10):
        await asyncio.sleep(0)
    assert source.begun == count


async def test_who_asks_while_a_call_is_under_way_gets_a_later_one() -> None:
    source, calls = Source(), SharedCalls[str, int]()
    first = asyncio.create_task(calls.call("a", source.make))
    await begun(source, 1)
    later = [asyncio.create_task(calls.call("a", source.make)) for _ in range(10)]
    await asyncio.sleep(0)
    source.may_end.set()

    assert await first == 1
    assert await asyncio.gather(*later) == [2] * 10
    assert source.begun == 2


async def test_calls_of_other_keys_do_not_wait() -> None:
    source, calls = Source(), SharedCalls[str, int]()
    both = [asyncio.create_task(calls.call(key, source.make)) for key in "ab"]
    await begun(source, 2)
    source.may_end.set()

    assert sorted(await asyncio.gather(*both)) == [1, 2]


async def test_who_asks_again_asks_anew() -> None:
    source, calls = Source(), SharedCalls[str, int]()
    source.may_end.set()

    assert [await calls.call("a", source.make) for _ in range(3)] == [1, 2, 3]


async def test_an_error_reaches_all_who_wait_and_none_who_ask_later() -> None:
    source, calls = Source(), SharedCalls[str, int]()
    source.failure = errors.DiscordUnavailableError()
    source.may_end.set()
    outcomes = await asyncio.gather(*(calls.call("a", source.make) for _ in range(3)), return_exceptions=True)
    source.failure = None

    assert [type(outcome) for outcome in outcomes] == [errors.DiscordUnavailableError] * 3
    assert await calls.call("a", source.make) == 2


async def test_one_who_stops_waiting_does_not_end_the_call() -> None:
    source, calls = Source(), SharedCalls[str, int]()
    impatient, patient = (asyncio.create_task(calls.call("a", source.make)) for _ in range(2))
    await begun(source, 1)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    source.may_end.set()

    assert await patient == 1
