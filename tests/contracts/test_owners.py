"""The contract of both stores' owners: a process is gone once it has ended or hangs, whatever any clock says."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import pytest

from tests.harness.processor import Stopwatch
from tests.mongo_double.faults import FaultKind
from tests.mongo_double.server import running_in_thread
from ticketbot.config import mongo
from ticketbot.services.store_ports import Role
from ticketbot.storage import mongo_owners
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.signs_of_life import SignsOfLife
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import OwnerId

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from tests.mongo_double.control import Control
    from ticketbot.services.store_ports import Owners

_ROOT: Final = Path(__file__).parents[2]
_WITHIN: Final = 10.0
"""Seconds from a kill until everybody knows."""


@pytest.fixture
def control() -> Generator[Control]:
    with running_in_thread() as control:
        yield control
        assert control.violations == []


@attrs.frozen
class Place:
    """Where the processes of one store meet."""

    kind: str
    address: str

    async def join(self, *, hang_seconds: float = 60.0) -> tuple[Owners, SqliteTicketStore | MongoTicketStore]:
        store = (
            await SqliteTicketStore.open(Path(self.address))
            if self.kind == "sqlite"
            else MongoTicketStore(mongo.connect(self.address, "owners"))
        )
        return await store.join(hang_seconds=hang_seconds), store

    @contextlib.asynccontextmanager
    async def joined(self, *, hang_seconds: float = 60.0) -> AsyncGenerator[Owners]:
        owners, store = await self.join(hang_seconds=hang_seconds)
        try:
            yield owners
        finally:
            await owners.close()
            await store.close()

    async def other_process(self) -> tuple[asyncio.subprocess.Process, OwnerId]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.contracts.owner_process", self.kind, self.address),
            cwd=_ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        return process, OwnerId((await process.stdout.readline()).decode().strip())


@pytest.fixture(params=["sqlite", "mongodb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place("sqlite", str(tmp_path / "store.sqlite3"))
    control: Control = request.getfixturevalue("control")
    return Place("mongodb", control.uri)


async def until_gone(owners: Owners, owner: OwnerId, within: float = _WITHIN) -> float:
    """Watch until a process is known to be gone; return the seconds that it took."""
    watch = Stopwatch()
    while not owners.is_gone(owner):
        assert watch.elapsed() < within
        await asyncio.sleep(owners.watch_interval)
        await owners.watch()
    return watch.elapsed()


async def test_process_that_was_killed_is_gone_and_one_that_lives_is_not(place: Place) -> None:
    async with place.joined() as owners:
        process, killed = await place.other_process()
        other, living = await place.other_process()
        await owners.watch()
        assert not owners.is_gone(killed)
        process.kill()
        await process.wait()

        seconds = await until_gone(owners, killed)
        assert seconds < (1.0 if place.kind == "sqlite" else 8.0)
        assert not owners.is_gone(living)
        assert not owners.is_gone(owners.own_id)
        other.kill()
        await other.wait()


async def test_living_processes_are_known_in_one_order(place: Place) -> None:
    async with place.joined() as owners:
        await owners.watch()
        assert owners.living == [owners.own_id]
        process, killed = await place.other_process()
        async with place.joined() as other:
            await other.watch()
            await owners.watch()
            await other.watch()
            assert set(owners.living) == {owners.own_id, other.own_id, killed}
            assert owners.living == other.living
            process.kill()
            await process.wait()
            await until_gone(owners, killed)
            await owners.watch()
            assert killed not in owners.living
        await owners.watch()

        assert owners.living == [owners.own_id]


async def test_watching_says_once_that_somebody_is_gone(place: Place) -> None:
    async with place.joined() as owners:
        process, killed = await place.other_process()
        assert not await owners.watch()
        process.kill()
        await process.wait()
        news: list[bool] = []
        while not owners.is_gone(killed) or len(news) < 4:
            await asyncio.sleep(owners.watch_interval)
            news.append(await owners.watch())

    assert sum(news) == 1


async def test_process_that_ended_cleanly_is_gone_at_the_next_look(place: Place) -> None:
    async with place.joined() as owners:
        async with place.joined() as other:
            await owners.watch()
            ended = other.own_id
            assert not owners.is_gone(ended)
        await owners.watch()

        assert owners.is_gone(ended)


async def test_owner_that_nobody_knows_is_gone_after_one_look(place: Place) -> None:
    async with place.joined() as owners:
        owners.is_gone(OwnerId("long-ago"))
        await owners.watch()

        assert owners.is_gone(OwnerId("long-ago"))


async def test_process_that_hangs_is_taken_for_gone_until_it_wakes(place: Place) -> None:
    async with place.joined(hang_seconds=3.0) as owners:
        process, hanging = await place.other_process()
        await owners.watch()
        os.kill(process.pid, signal.SIGSTOP)
        await until_gone(owners, hanging)
        os.kill(process.pid, signal.SIGCONT)
        begun = time.monotonic()
        while owners.is_gone(hanging):
            assert time.monotonic() - begun < _WITHIN
            await asyncio.sleep(owners.watch_interval)
            await owners.watch()
        process.kill()
        await process.wait()


async def test_process_that_hung_itself_knows_that_it_may_seem_gone_and_takes_nobody_for_gone(place: Place) -> None:
    async with place.joined(hang_seconds=3.0) as owners:
        process, living = await place.other_process()
        await owners.watch()
        assert not owners.may_seem_gone()
        time.sleep(mongo_owners.SILENCE + 1)  # noqa: ASYNC251 - it hangs
        assert owners.may_seem_gone()
        await owners.watch()

        assert not owners.may_seem_gone()
        assert not owners.is_gone(living)
        process.kill()
        await process.wait()


async def test_one_process_has_a_role_until_it_gives_it_up(place: Place) -> None:
    async with place.joined() as first, place.joined() as second:
        await first.watch()
        await second.watch()
        assert not await second.is_held(Role.GATEWAY)
        assert await first.hold(Role.GATEWAY)
        assert not await second.hold(Role.GATEWAY)
        assert await second.is_held(Role.GATEWAY)
        assert not await first.is_held(Role.GATEWAY)
        assert await first.hold(Role.GATEWAY)
        assert await second.hold(Role.STANDBY)
        await second.release(Role.GATEWAY)
        assert not await second.hold(Role.GATEWAY)
        await first.release(Role.GATEWAY)
        assert await second.hold(Role.GATEWAY)
        assert not await first.hold(Role.GATEWAY)


async def test_role_of_a_process_that_was_killed_is_taken_over(place: Place) -> None:
    async with place.joined() as owners:
        process, _ = await place.other_process()
        await owners.watch()
        assert not await owners.hold(Role.GATEWAY)
        process.kill()
        await process.wait()
        begun = time.monotonic()
        while not await owners.hold(Role.GATEWAY):
            assert time.monotonic() - begun < _WITHIN
            await asyncio.sleep(owners.watch_interval)
            await owners.watch()


async def test_role_of_a_process_that_hangs_is_taken_over_by_one_and_lost_when_it_wakes(place: Place) -> None:
    async with place.joined(hang_seconds=2.0) as first, place.joined(hang_seconds=2.0) as second:
        process, _ = await place.other_process()
        assert process.stdout is not None
        os.kill(process.pid, signal.SIGSTOP)
        begun, taken = time.monotonic(), [False, False]
        while not any(taken):
            assert time.monotonic() - begun < _WITHIN
            await asyncio.sleep(first.watch_interval)
            await first.watch()
            await second.watch()
            taken = [await first.hold(Role.GATEWAY), await second.hold(Role.GATEWAY)]
        assert taken == [True, False]
        os.kill(process.pid, signal.SIGCONT)

        assert (await asyncio.wait_for(process.stdout.readline(), _WITHIN)).decode().strip() == "lost the role"
        assert await first.hold(Role.GATEWAY)
        assert not await second.hold(Role.GATEWAY)
        assert await second.is_held(Role.GATEWAY)
        process.kill()
        await process.wait()


async def test_role_of_a_process_that_ended_is_taken_over_at_once(place: Place) -> None:
    async with place.joined() as owners:
        async with place.joined() as other:
            assert await other.hold(Role.GATEWAY)
            await owners.watch()
        await owners.watch()

        assert await owners.hold(Role.GATEWAY)


async def test_files_of_processes_that_are_gone_do_not_stay(tmp_path: Path) -> None:
    place = Place("sqlite", str(tmp_path / "store.sqlite3"))
    for _ in range(2):
        process, _owner = await place.other_process()
        process.kill()
        await process.wait()
    async with place.joined() as owners:
        await owners.hold(Role.GATEWAY)
        paths = list((tmp_path / "store.sqlite3-owners").iterdir())
        names = {path.name for path in paths}
        modes = {stat.S_IMODE(path.stat().st_mode) for path in paths}

    assert names == {f"{owners.own_id}.lock", "gateway.role", "gateway.holder", "gateway.guard"}
    assert modes == {0o600}


async def test_documents_of_processes_that_are_gone_do_not_stay(control: Control) -> None:
    place = Place("mongodb", control.uri)
    async with place.joined() as owners:
        process, killed = await place.other_process()
        process.kill()
        await process.wait()
        await until_gone(owners, killed)

        assert {document["_id"] for document in control.documents("owners", "owners")} == {owners.own_id, "gateway"}


async def test_process_whose_document_cannot_be_deleted_is_news_all_the_same(control: Control) -> None:
    place = Place("mongodb", control.uri)
    async with place.joined() as owners:
        process, killed = await place.other_process()
        await owners.watch()
        process.kill()
        await process.wait()
        news = False
        while not owners.is_gone(killed):
            await asyncio.sleep(owners.watch_interval)
            control.clear()
            # The first changes its own document, the second deletes.
            control.fail(FaultKind.REFUSE, "findAndModify", collection="owners", code=13, skip=1)
            news = await owners.watch()
        assert news
        assert killed in {document["_id"] for document in control.documents("owners", "owners")}

        control.clear()
        assert not await owners.watch()
        assert killed not in {document["_id"] for document in control.documents("owners", "owners")}


async def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    store = await SqliteTicketStore.open(tmp_path / "store.sqlite3")
    (tmp_path / "store.sqlite3-owners").touch()

    with pytest.raises(errors.StoreUnavailableError, match="cannot be written"):
        await store.join(hang_seconds=60.0)
    await store.close()


def test_silence_counts_only_while_this_process_watches() -> None:
    signs, owner = SignsOfLife(silence=1.0, interval=0.1), OwnerId("a")
    signs.watch({owner: 1}, given_at=time.monotonic())
    signs._watched_at -= 100  # pyright: ignore[reportPrivateUsage] - as if it had hung for that long

    assert signs.watch({owner: 1}, given_at=time.monotonic()) == set()


def test_process_may_seem_silent_from_the_beginning_of_its_last_sign() -> None:
    signs = SignsOfLife(silence=1.0, interval=0.1)
    signs.watch({}, given_at=time.monotonic() - 1.0)  # as if the store had taken that long to answer
    assert signs.may_seem_silent()

    signs.watch({}, given_at=time.monotonic())
    assert not signs.may_seem_silent()
