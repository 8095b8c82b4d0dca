"""Moving a store's contents by ``ticketbot store``, with the real command, from each kind of store to the other."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import stat
import sys
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.contracts import values
from tests.contracts.stores import Address, Kind
from tests.wire.faults import FaultKind
from ticketbot.storage.contents import Contents
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, MessageId, Notice, TicketState, UserId
from ticketbot.upkeep import moving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from tests.wire.control import Control
    from ticketbot.tickets.model import GuildId

BOTH_WAYS = [(Kind.SQLITE, Kind.DOUBLE), (Kind.DOUBLE, Kind.SQLITE)]
EITHER = pytest.mark.parametrize("target", [Kind.SQLITE, Kind.DOUBLE])
ALL = Contents(
    configs=[
        values.config(panel_message_id=MessageId(3), revision=4),
        values.config(guild_id=values.OTHER_GUILD, staff_role_ids=()),
    ],
    counters={values.GUILD: 9, values.OTHER_GUILD: 40},
    tickets=[
        values.ticket(number=7, slot=0, channel_id=ChannelId(71), notice=Notice.WELCOME, opener_name='"É"\n\u2028🎟️'),
        values.ticket(number=9, state=TicketState.CLOSED, channel_id=ChannelId(72), claimer_id=UserId(5), revision=12),
        values.ticket(number=2, guild_id=values.OTHER_GUILD, state=TicketState.RESERVED),
    ],
)


class Moving:
    """Two empty stores, and what moves between them."""

    def __init__(self, folder: Path, double: Control) -> None:
        self.folder = folder
        self.double = double
        self.file = folder / "export.jsonl"

    async def run(self, kind: Kind, *arguments: str) -> tuple[int, str]:
        """Call the real ``ticketbot store`` with nothing set but where the store is."""
        environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        if kind is Kind.SQLITE:
            environment["TICKETBOT_DATA"] = str(self.folder / "data")
        else:
            environment |= {"MONGODB_URI": self.double.uri, "MONGODB_DATABASE": self.folder.name}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ticketbot", "store", *arguments,
            env=environment, cwd=self.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode()

    @contextlib.asynccontextmanager
    async def open(self, kind: Kind) -> AsyncGenerator[moving.Store]:
        if kind is Kind.SQLITE:
            address = Address(kind, str(self.folder / "data" / "ticketbot.sqlite3"))
        else:
            address = Address(kind, self.double.uri, self.folder.name)
        store = await address.open()
        assert isinstance(store, SqliteTicketStore | MongoTicketStore)
        try:
            yield store
        finally:
            await store.close()

    async def read(self, kind: Kind) -> Contents:
        async with self.open(kind) as store:
            return await moving.read(store)

    async def pour(self, kind: Kind, contents: Contents, *, merge: bool = False) -> Contents:
        async with self.open(kind) as store:
            return await moving.pour(store, contents, merge=merge)

    async def next_number(self, kind: Kind, guild_id: GuildId) -> int:
        async with self.open(kind) as store:
            return await store.next_number(guild_id)


@pytest.fixture
async def stores(tmp_path: Path, double: Control) -> AsyncIterator[Moving]:
    double.clear()
    yield Moving(tmp_path, double)
    assert double.violations == []


@pytest.mark.parametrize(("source", "target"), BOTH_WAYS)
async def test_everything_arrives_and_comes_back_the_same(stores: Moving, source: Kind, target: Kind) -> None:
    await stores.pour(source, ALL)

    assert await stores.run(source, "export", str(stores.file)) == (0, "exported 2 servers, 2 counters, 3 tickets\n")
    assert await stores.run(target, "import", str(stores.file)) == (0, "imported 2 servers, 2 counters, 3 tickets\n")

    assert await stores.read(target) == await stores.read(source) == ALL
    assert stat.S_IMODE(stores.file.stat().st_mode) == 0o600
    assert await stores.next_number(target, values.GUILD) == 10
    assert await stores.next_number(target, values.OTHER_GUILD) == 41


@EITHER
async def test_number_is_never_below_a_ticket(stores: Moving, target: Kind) -> None:
    behind = attrs.evolve(ALL, counters={values.GUILD: 3})

    await stores.pour(target, moving.load(moving.dump(behind, version="0")))

    assert await stores.next_number(target, values.GUILD) == 10
    assert await stores.next_number(target, values.OTHER_GUILD) == 3


@EITHER
async def test_store_that_is_not_empty_is_left_alone_unless_told(stores: Moving, target: Kind) -> None:
    further = attrs.evolve(ALL, counters={values.GUILD: 50, values.OTHER_GUILD: 40})
    await stores.pour(target, further)

    with pytest.raises(moving.OccupiedStoreError, match="not empty: 2 servers, 3 tickets"):
        await stores.pour(target, ALL)
    await stores.pour(target, ALL, merge=True)

    assert await stores.read(target) == further


@EITHER
async def test_record_that_differs_is_never_overwritten(stores: Moving, target: Kind) -> None:
    await stores.pour(target, ALL)
    other = attrs.evolve(ALL.tickets[0], opener_name="somebody else")

    with pytest.raises(moving.OccupiedStoreError, match="ticket 7 of server"):
        await stores.pour(target, attrs.evolve(ALL, tickets=[other]), merge=True)

    assert await stores.read(target) == ALL


@EITHER
async def test_channel_that_is_taken_meanwhile_leaves_nothing_half_done(stores: Moving, target: Kind) -> None:
    clashing = values.ticket(number=8, channel_id=ALL.tickets[1].channel_id)

    with pytest.raises(moving.OccupiedStoreError, match="is a bot running"):
        await stores.pour(target, attrs.evolve(ALL, tickets=[*ALL.tickets, clashing]))

    left = await stores.read(target)
    assert (left.configs, left.tickets) == ([], [])


async def test_import_that_fails_halfway_takes_back_what_it_added(stores: Moving) -> None:
    stores.double.fail(FaultKind.REFUSE, "insert", code=8000, collection="tickets", skip=2)

    with pytest.raises(errors.StoreUnavailableError):
        await stores.pour(Kind.DOUBLE, ALL)

    left = await stores.read(Kind.DOUBLE)
    assert (left.configs, left.counters, left.tickets) == ([], ALL.counters, [])
    await stores.pour(Kind.DOUBLE, ALL, merge=True)
    assert await stores.read(Kind.DOUBLE) == ALL


@pytest.mark.parametrize("kept", [slice(0, -1), slice(1, None), slice(0, 0)])
async def test_file_that_was_cut_short_is_refused_in_one_line(stores: Moving, kept: slice) -> None:
    stores.file.write_text("".join(list(moving.dump(ALL, version="0"))[kept]), encoding="utf-8")

    code, told = await stores.run(Kind.SQLITE, "import", str(stores.file))

    assert (code, told.count("\n")) == (2, 1), told
    assert not (stores.folder / "data").exists()


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (r'\{"counter".*\n', ""),
        (r'\{"end"', '[]\n{"end"'),
        (r'\{"end"', '{"press":{}}\n{"end"'),
        (r'\{"end"', '{"ticket":{"_id":"1-1"}}\n{"end"'),
        (r'\{"end"', '{"ticket":[]}\n{"end"'),
        (r'"ticketbot-export":1', '"ticketbot-export":2'),
        (r',"revision":12.*', ""),
    ],
)
def test_lines_that_are_no_export_are_refused(found: str, instead: str) -> None:
    text = "".join(moving.dump(ALL, version="0"))
    changed = re.sub(found, instead, text, count=1)

    assert changed != text
    assert moving.load(io.StringIO(text)) == ALL
    with pytest.raises(moving.UnreadableExportError):
        moving.load(io.StringIO(changed))


async def test_existing_file_is_not_replaced_unasked(stores: Moving) -> None:
    stores.file.write_text("mine", encoding="utf-8")

    code, _ = await stores.run(Kind.SQLITE, "export", str(stores.file))

    assert (code, stores.file.read_text(encoding="utf-8")) == (2, "mine")
