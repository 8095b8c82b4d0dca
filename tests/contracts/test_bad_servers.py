"""MongoDB servers that hang, refuse or are not there, and addresses that are wrong."""

from __future__ import annotations

import socket
import time

import pytest

from tests.contracts import values
from tests.contracts.stores import TIMEOUT_MS, connected
from tests.wire.faults import FaultKind
from tests.wire.server import running_in_thread
from ticketbot.config import mongo
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.storage.unusable import UnusableStoreError
from ticketbot.tickets import errors


@pytest.mark.parametrize("kind", [FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER])
async def test_a_server_that_hangs_is_given_up_in_time(kind: FaultKind) -> None:
    with running_in_thread() as control:
        async with connected(control, timeout_ms=1000) as store:
            control.fail(kind, "insert")
            began = time.monotonic()

            with pytest.raises(errors.StoreUnavailableError):
                await store.add(values.ticket())
            assert time.monotonic() - began < 5
            assert (await store.by_number(values.GUILD, 1) is None) == (kind is FaultKind.HANG_BEFORE)


async def test_a_lost_read_is_read_again() -> None:
    with running_in_thread() as control:
        async with connected(control) as store:
            await store.add(values.ticket())
            control.fail(FaultKind.DROP_BEFORE, "find")

            assert await store.by_number(values.GUILD, 1) == values.ticket()


async def test_an_upsert_that_meets_another_counts_on() -> None:
    with running_in_thread() as control:
        async with connected(control) as store:
            control.fail(FaultKind.REFUSE, "findAndModify", code=11000)

            assert await store.next_number(values.GUILD) == 1


async def test_a_refusal_of_the_server_never_leaks() -> None:
    with running_in_thread() as control:
        async with connected(control) as store:
            for command, deed in (
                ("findAndModify", store.next_number(values.GUILD)),
                ("insert", store.add(values.ticket())),
                ("find", store.config(values.GUILD)),
                ("ping", store.ping()),
            ):
                control.fail(FaultKind.REFUSE, command, code=13)

                with pytest.raises(errors.StoreUnavailableError):
                    await deed


async def test_a_server_that_refuses_an_index_is_not_used() -> None:
    with running_in_thread() as control:
        store = MongoTicketStore(mongo.connect(control.uri, "ticketbot", timeout_ms=TIMEOUT_MS))
        control.fail(FaultKind.REFUSE, "createIndexes", code=85)

        with pytest.raises(UnusableStoreError, match="85"):
            await store.prepare()
        await store.close()


async def test_an_index_that_takes_too_long_may_be_asked_for_again() -> None:
    with running_in_thread() as control:
        store = MongoTicketStore(mongo.connect(control.uri, "ticketbot", timeout_ms=TIMEOUT_MS))
        control.fail(FaultKind.REFUSE, "createIndexes", code=50)

        with pytest.raises(errors.StoreUnavailableError):
            await store.prepare()
        await store.prepare()
        await store.close()


async def test_a_server_that_hangs_at_the_start_may_be_asked_again() -> None:
    with running_in_thread() as control:
        store = MongoTicketStore(mongo.connect(control.uri, "ticketbot", timeout_ms=1000))
        control.fail(FaultKind.HANG_BEFORE, "createIndexes")

        with pytest.raises(errors.StoreUnavailableError):
            await store.prepare()
        await store.prepare()
        await store.close()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as reserved:  # and nobody listens on it
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        store = MongoTicketStore(mongo.connect(f"mongodb://127.0.0.1:{port}/", "ticketbot", timeout_ms=300))

        for deed in (store.prepare(), store.ping(), store.next_number(values.GUILD)):
            with pytest.raises(errors.StoreUnavailableError):
                await deed
        await store.close()


async def test_what_the_address_says_of_writing_and_reading_is_overruled() -> None:
    # Only of a replica set does a driver say from whom it wants to read.
    with running_in_thread("rs0") as control:
        weak = f"{control.uri}&w=1&journal=false&readPreference=secondaryPreferred"
        store = MongoTicketStore(mongo.connect(weak, "ticketbot"))
        await store.prepare()
        await store.add(values.ticket())
        await store.by_number(values.GUILD, 1)
        await store.close()

        # The double takes nothing but w=majority, j=true and reads from the primary.
        assert control.violations == []


@pytest.mark.parametrize(
    ("uri", "database"),
    [
        ("mongodb://user:p@ss:word@host/", "ticketbot"),
        ("postgres://user:secret@host/", "ticketbot"),
        ("mongodb://user:secret@host:port/", "ticketbot"),
        ("mongodb://user:secret@", "ticketbot"),
        ("mongodb://user:secret@host/", "a database.with$signs"),
        ("mongodb://user:secret@host/", ""),
    ],
)
def test_an_address_that_is_not_valid_is_refused_without_repeating_it(uri: str, database: str) -> None:
    with pytest.raises(ValueError, match="not valid") as caught:
        mongo.connect(uri, database)

    assert "secret" not in str(caught.value)
    assert "word" not in str(caught.value)
