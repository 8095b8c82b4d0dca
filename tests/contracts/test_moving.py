"""Moving a store's contents by ``ticketbot store``, with the real command, from each kind of store to the other."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import re
import stat
import sys
from typing import TYPE_CHECKING

import attrs
import pytest

from tests.contracts import samples
from tests.contracts.damage import damage_config, damage_ticket
from tests.contracts.stores import Address, Kind
from tests.mongo_double.faults import FaultKind
from ticketbot.admin import transfer
from ticketbot.storage import documents, migrations
from ticketbot.storage.dump import StoreDump
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, MessageId, Notice, TicketState, UserId

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from tests.mongo_double.control import Control
    from ticketbot.tickets.model import GuildId

BOTH_WAYS = [(Kind.SQLITE, Kind.DOUBLE), (Kind.DOUBLE, Kind.SQLITE)]
EITHER = pytest.mark.parametrize("target", [Kind.SQLITE, Kind.DOUBLE])
ALL = StoreDump(
    configs=[
        samples.config(panel_message_id=MessageId(3), revision=4),
        samples.config(guild_id=samples.OTHER_GUILD, staff_role_ids=()),
    ],
    counters={samples.GUILD: 9, samples.OTHER_GUILD: 40},
    tickets=[
        samples.ticket(number=7, slot=0, channel_id=ChannelId(71), notice=Notice.WELCOME, opener_name='"É"\n\u2028🎟️'),
        samples.ticket(number=9, state=TicketState.CLOSED, channel_id=ChannelId(72), claimer_id=UserId(5), revision=12),
        samples.ticket(number=2, guild_id=samples.OTHER_GUILD, state=TicketState.RESERVED),
    ],
)


class Moving:
    """Two empty stores, and what moves between them."""

    def __init__(self, folder: Path, double: Control) -> None:
        self.folder = folder
        self.double = double
        self.file = folder / "export.jsonl"

    async def run(self, kind: Kind, *arguments: str, answer: str | None = None) -> tuple[int, str]:
        """Call the real ``ticketbot store`` with nothing set but where the store is."""
        environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        if kind is Kind.SQLITE:
            environment["TICKETBOT_DATA"] = str(self.folder / "data")
        else:
            environment |= {"MONGODB_URI": self.double.uri, "MONGODB_DATABASE": self.folder.name}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ticketbot", "store", *arguments,
            env=environment, cwd=self.folder, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate((answer or "").encode())
        assert process.returncode is not None
        return process.returncode, out.decode()

    def address(self, kind: Kind) -> Address:
        if kind is Kind.SQLITE:
            return Address(kind, str(self.folder / "data" / "ticketbot.sqlite3"))
        return Address(kind, self.double.uri, self.folder.name)

    @contextlib.asynccontextmanager
    async def open(self, kind: Kind) -> AsyncGenerator[transfer.Store]:
        store = await self.address(kind).open()
        assert isinstance(store, SqliteTicketStore | MongoTicketStore)
        try:
            yield store
        finally:
            await store.close()

    async def read(self, kind: Kind) -> StoreDump:
        async with self.open(kind) as store:
            return await store.dump()

    async def damage(self, kind: Kind) -> None:
        async with self.open(kind) as store:
            await damage_ticket(store, self.address(kind), f"{samples.GUILD}-7", opener_name=7)
            await damage_config(store, self.address(kind), samples.OTHER_GUILD, category=True)

    async def import_(self, kind: Kind, contents: StoreDump, *, merge: bool = False) -> StoreDump:
        async with self.open(kind) as store:
            return await transfer.import_(store, contents, merge=merge)

    async def next_number(self, kind: Kind, guild_id: GuildId) -> int:
        async with self.open(kind) as store:
            return await samples.take_number(store, guild_id)


@pytest.fixture
async def stores(tmp_path: Path, double: Control) -> AsyncIterator[Moving]:
    double.clear()
    yield Moving(tmp_path, double)
    assert double.violations == []


@pytest.mark.parametrize(("source", "target"), BOTH_WAYS)
async def test_everything_arrives_and_comes_back_equal(stores: Moving, source: Kind, target: Kind) -> None:
    await stores.import_(source, ALL)

    assert await stores.run(source, "export", str(stores.file)) == (0, "exported 2 servers, 2 counters, 3 tickets\n")
    assert await stores.run(target, "import", str(stores.file)) == (0, "imported 2 servers, 2 counters, 3 tickets\n")

    assert await stores.read(target) == await stores.read(source) == ALL
    assert stat.S_IMODE(stores.file.stat().st_mode) == 0o600
    assert await stores.next_number(target, samples.GUILD) == 10
    assert await stores.next_number(target, samples.OTHER_GUILD) == 41


@EITHER
async def test_number_is_never_below_a_ticket(stores: Moving, target: Kind) -> None:
    behind = attrs.evolve(ALL, counters={samples.GUILD: 3})

    await stores.import_(target, transfer.load(transfer.dump(behind, version="0")))

    assert await stores.next_number(target, samples.GUILD) == 10
    assert await stores.next_number(target, samples.OTHER_GUILD) == 3


@EITHER
async def test_store_that_is_not_empty_is_left_alone_unless_told(stores: Moving, target: Kind) -> None:
    further = attrs.evolve(ALL, counters={samples.GUILD: 50, samples.OTHER_GUILD: 40})
    await stores.import_(target, further)

    with pytest.raises(transfer.OccupiedStoreError, match="not empty: 2 servers, 3 tickets"):
        await stores.import_(target, ALL)
    await stores.import_(target, ALL, merge=True)

    assert await stores.read(target) == further


@EITHER
async def test_record_that_differs_is_never_overwritten(stores: Moving, target: Kind) -> None:
    await stores.import_(target, ALL)
    other = attrs.evolve(ALL.tickets[0], opener_name="somebody else")

    with pytest.raises(transfer.OccupiedStoreError, match="ticket 7 of server"):
        await stores.import_(target, attrs.evolve(ALL, tickets=[other]), merge=True)

    assert await stores.read(target) == ALL


@EITHER
async def test_channel_that_is_taken_meanwhile_leaves_nothing_half_done(stores: Moving, target: Kind) -> None:
    clashing = samples.ticket(number=8, channel_id=ALL.tickets[1].channel_id)

    with pytest.raises(transfer.OccupiedStoreError, match="is a bot running"):
        await stores.import_(target, attrs.evolve(ALL, tickets=[*ALL.tickets, clashing]))

    left = await stores.read(target)
    assert (left.configs, left.tickets) == ([], [])


async def test_import_that_fails_halfway_takes_back_what_it_added(stores: Moving) -> None:
    stores.double.fail(FaultKind.REFUSE, "insert", code=8000, collection="tickets", skip=2)

    with pytest.raises(errors.StoreUnavailableError):
        await stores.import_(Kind.DOUBLE, ALL)

    left = await stores.read(Kind.DOUBLE)
    assert (left.configs, left.counters, left.tickets) == ([], ALL.counters, [])
    await stores.import_(Kind.DOUBLE, ALL, merge=True)
    assert await stores.read(Kind.DOUBLE) == ALL


@pytest.mark.parametrize("kept", [slice(0, -1), slice(1, None), slice(0, 0)])
async def test_file_that_was_cut_short_is_refused_in_one_line(stores: Moving, kept: slice) -> None:
    stores.file.write_text("".join(list(transfer.dump(ALL, version="0"))[kept]), encoding="utf-8")

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
        (r'"ticketbot-export":7', '"ticketbot-export":8'),
        (r',"revision":12.*', ""),
    ],
)
def test_lines_that_are_no_export_are_refused(found: str, instead: str) -> None:
    text = "".join(transfer.dump(ALL, version="0"))
    changed = re.sub(found, instead, text, count=1)

    assert changed != text
    assert transfer.load(io.StringIO(text)) == ALL
    with pytest.raises(transfer.UnreadableExportError):
        transfer.load(io.StringIO(changed))


@pytest.mark.parametrize("source", [Kind.SQLITE, Kind.DOUBLE])
async def test_records_that_cannot_be_read_are_named_and_the_others_exported(stores: Moving, source: Kind) -> None:
    await stores.import_(source, ALL)
    await stores.damage(source)

    code, told = await stores.run(source, "export", str(stores.file))

    assert code == 1
    assert "exported 1 server, 2 counters, 2 tickets\n" in told
    assert f"\n  ticket {samples.GUILD}-7 cannot be read: opener_name is not text\n" in told
    assert f"\n  configuration of server {samples.OTHER_GUILD} cannot be read: category_id is not" in told
    with stores.file.open(encoding="utf-8") as lines:
        assert transfer.load(lines) == attrs.evolve(ALL, configs=ALL.configs[:1], tickets=ALL.tickets[1:])


@pytest.mark.parametrize("source", [Kind.SQLITE, Kind.DOUBLE])
@pytest.mark.parametrize("arguments", [("export",), ("export", "export.jsonl"), ("forget", "7", "--yes")])
async def test_reading_commands_create_no_store_and_name_where_they_looked(
    stores: Moving, source: Kind, arguments: tuple[str, ...]
) -> None:
    code, told = await stores.run(source, *arguments)

    place = stores.folder / "data" if source is Kind.SQLITE else stores.folder.name
    assert (code, told.count("\n")) == (2, 1), told
    assert "there is no store in" in told
    assert str(place) in told
    assert list(stores.folder.iterdir()) == []
    assert stores.double.documents(stores.folder.name, "meta") == []


async def test_file_without_anything_in_it_is_no_store(stores: Moving) -> None:
    (stores.folder / "data").mkdir()
    (stores.folder / "data" / "ticketbot.sqlite3").touch()

    code, told = await stores.run(Kind.SQLITE, "export")

    assert code == 2
    assert f"there is no store in {stores.folder / 'data'}" in told


@EITHER
async def test_empty_store_is_not_exported(stores: Moving, target: Kind) -> None:
    async with stores.open(target):
        pass

    code, told = await stores.run(target, "export", str(stores.file))

    assert code == 2
    assert "the store is empty" in told
    assert not stores.file.exists()


@EITHER
async def test_server_is_forgotten_after_showing_what_goes(stores: Moving, target: Kind) -> None:
    await stores.import_(target, ALL)
    shown = f"holds of server {samples.GUILD}: configured, 2 tickets (1 closed, 1 open), last number 9\n"

    code, told = await stores.run(target, "forget", str(samples.GUILD), answer="n\n")
    assert code == 1
    assert shown in told
    assert await stores.read(target) == ALL
    code, told = await stores.run(target, "forget", str(samples.GUILD), answer="")
    assert (code, await stores.read(target)) == (1, ALL)
    code, told = await stores.run(target, "forget", str(samples.GUILD), answer="y\n")
    assert code == 0, told

    left = StoreDump(configs=ALL.configs[1:], counters={samples.OTHER_GUILD: 40}, tickets=ALL.tickets[2:])
    assert await stores.read(target) == left
    code, told = await stores.run(target, "forget", str(samples.GUILD), "--yes")
    assert (code, f"knows no server {samples.GUILD}" in told) == (2, True)


@EITHER
async def test_damaged_records_are_forgotten_too(stores: Moving, target: Kind) -> None:
    await stores.import_(target, ALL)
    await stores.damage(target)

    code, told = await stores.run(target, "forget", str(samples.GUILD), "--yes")
    assert code == 0, told
    assert "1 damaged record," in told
    code, told = await stores.run(target, "forget", str(samples.OTHER_GUILD), "--yes")
    assert code == 0, told
    assert "not configured, 1 ticket (1 reserved), 1 damaged record, last number 40" in told

    assert await stores.read(target) == StoreDump(configs=[], tickets=[])


_RECORDS = {
    "ticket": documents.from_ticket(ALL.tickets[0]),
    "config": documents.from_config(ALL.configs[0]),
    "counter": {"guild": samples.GUILD, "n": 9},
}
_WRONG = [
    ("ticket", {"opener": "abc"}),
    ("ticket", {"opener": True}),
    ("ticket", {"opener": 1.5}),
    ("ticket", {"opener": {"$gt": 1}}),
    ("ticket", {"opener": 2**64}),
    ("ticket", {"revision": "a"}),
    ("ticket", {"number": 0, "_id": f"{samples.GUILD}-0"}),
    ("ticket", {"number": -5, "_id": f"{samples.GUILD}--5"}),
    ("ticket", {"created_at": -1}),
    ("ticket", {"state": "lost"}),
    ("ticket", {"slot": f"{samples.GUILD}:8:0"}),
    ("ticket", {"_id": f"{samples.GUILD}-8"}),
    ("ticket", {"opener_name": None}),
    ("config", {"staff_role_ids": "123"}),
    ("config", {"staff_role_ids": [samples.GUILD]}),
    ("config", {"staff_role_ids": [True]}),
    ("config", {"staff_role_ids": {"$in": [1]}}),
    ("config", {"stale_panels": [{"channel": "7"}]}),
    ("config", {"revision": -1}),
    ("config", {"category": 2**63}),
    ("counter", {"n": -7}),
    ("counter", {"n": True}),
    ("counter", {"n": 1.5}),
    ("counter", {"n": 2**63}),
    ("counter", {"guild": "7"}),
    ("counter", {"guild": 0}),
]


@pytest.mark.parametrize(("kind", "changes"), _WRONG)
def test_wrong_value_is_refused_by_its_line(kind: str, changes: dict[str, object]) -> None:
    rows: list[object] = [{"ticketbot-export": migrations.VERSION}, {kind: _RECORDS[kind]}]
    end = {"end": {"configs": 0, "counters": 0, "tickets": 0} | {f"{kind}s": 1}}
    assert transfer.load(json.dumps(row) for row in [*rows, end])

    with pytest.raises(transfer.UnreadableExportError, match=r"^line 3: "):
        transfer.load(json.dumps(row) for row in [*rows, {kind: _RECORDS[kind] | changes}, end])


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        *((kind, {}) for kind in _RECORDS),
        ("ticket", {"number": 8, "_id": f"{samples.GUILD}-8", "channel": 5}),
        ("ticket", {"number": 8, "_id": f"{samples.GUILD}-8", "slot": f"{samples.GUILD}:{samples.OPENER}:1"}),
    ],
)
def test_record_that_is_there_twice_is_refused_by_its_line(kind: str, changes: dict[str, object]) -> None:
    rows = [{"ticketbot-export": migrations.VERSION}, {kind: _RECORDS[kind]}, {kind: _RECORDS[kind] | changes}]
    end = {"end": {"configs": 0, "counters": 0, "tickets": 0} | {f"{kind}s": 2}}

    with pytest.raises(transfer.UnreadableExportError, match=r"^line 3: .* earlier line"):
        transfer.load(json.dumps(row) for row in [*rows, end])


@EITHER
async def test_import_of_a_wrong_value_writes_nothing(stores: Moving, target: Kind) -> None:
    lines = list(transfer.dump(ALL, version="0"))
    lines[5] = lines[5].replace('"revision":0', '"revision":true')
    stores.file.write_text("".join(lines), encoding="utf-8")

    code, told = await stores.run(target, "import", str(stores.file))

    assert (code, told.count("\n")) == (2, 1), told
    assert f"line 6: ticket {samples.GUILD}-7 cannot be read: revision is not a whole number" in told
    assert not (stores.folder / "data").exists()
    assert stores.double.documents(stores.folder.name, "tickets") == []


async def test_existing_file_is_not_replaced_unasked(stores: Moving) -> None:
    stores.file.write_text("mine", encoding="utf-8")

    code, _ = await stores.run(Kind.SQLITE, "export", str(stores.file))

    assert (code, stores.file.read_text(encoding="utf-8")) == (2, "mine")
