"""MongoDB servers that hang, refuse or are not there, and addresses that are wrong."""

from __future__ import annotations

import socket
import time

import pytest

from tests.contracts import samples
from tests.contracts.stores import TIMEOUT_MS, connected
from tests.mongo_double.faults import FaultKind
from tests.mongo_double.server import running_in_thread
from ticketbot.config import mongo
from ticketbot.storage.errors import UnusableStoreError
from ticketbot.storage.mongo import MongoTicketStore
from ticketbot.tickets import errors


@pytest.mark.parametrize("kind", [FaultKind.HANG_BEFORE, FaultKind.HANG_AFTER])
async def test_a_server_that_hangs_is_given_up_in_time(kind: FaultKind) -> None:
    with running_in_thread() as control:
        async with connected(control, timeout_ms=1000) as store:
            control.fail(kind, "insert")
            began = time.monotonic()

            with pytest.raises(errors.StoreUnavailableError):
                await store.add(samples.ticket())
            assert time.monotonic() - began < 5
            assert (await store.by_number(samples.GUILD, 1) is None) == (kind is FaultKind.HANG_BEFORE)


async def test_a_lost_read_is_read_again() -> None:
    with running_in_thread() as control:
        async with connected(control) as store:
            await store.add(samples.ticket())
            control.fail(FaultKind.DROP_BEFORE, "find")

            assert await store.by_number(samples.GUILD, 1) == samples.ticket()


async def test_a_first_number_that_meets_another_counts_on() -> None:
    with running_in_thread() as control:
        async with connected(control) as store:
            control.fail(FaultKind.REFUSE, "insert", code=11000)

            assert await samples.take_number(store) == 1


async def test_a_refusal_of_the_server_never_leaks() -> None:
    with running_in_thread() as control:
        async with connected(control) as store:
            for command, operation in (
                ("findAndModify", samples.take_number(store)),
                ("insert", store.add(samples.ticket())),
                ("find", store.config(samples.GUILD)),
                ("ping", store.ping()),
            ):
                control.fail(FaultKind.REFUSE, command, code=13)

                with pytest.raises(errors.StoreUnavailableError):
                    await operation


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

        for operation in (store.prepare(), store.ping(), samples.take_number(store)):
            with pytest.raises(errors.StoreUnavailableError):
                await operation
        await store.close()


async def test_read_and_write_concerns_in_the_address_are_overruled() -> None:
    # A driver sends its read preference only to a replica set.
    with running_in_thread("rs0") as control:
        weak = f"{control.uri}&w=1&journal=false&readPreference=secondaryPreferred"
        store = MongoTicketStore(mongo.connect(weak, "ticketbot"))
        await store.prepare()
        await store.add(samples.ticket())
        await store.by_number(samples.GUILD, 1)
        await store.close()

        # The double takes nothing but w=majority, j=true and reads from the primary.
        assert control.violations == []


@pytest.mark.parametrize(
    ("uri", "database"),
    [
        ("mongodb://user:p@ss:w0rd@host/", "ticketbot"),
        ("postgres://user:secret@host/", "ticketbot"),
        ("mongodb://user:secret@host:port/", "ticketbot"),
        ("mongodb://user:secret@", "ticketbot"),
        ("mongodb://user:secret@host/", "a database.with$signs"),
        ("mongodb://user:secret@host/", ""),
    ],
)
def test_an_address_that_is_not_valid_is_refused_without_repeating_it(uri: str, database: str) -> None:
    with pytest.raises(ValueError, match=r"not valid|write the special characters") as caught:
        mongo.connect(uri, database)

    assert "secret" not in str(caught.value)
    assert "w0rd" not in str(caught.value)


async def test_option_that_the_driver_does_not_know_is_logged_by_its_name(
    caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    uri = "mongodb://user:secret@host/?directConnectoin=hidden&connectTimeoutMS=soon&replicaSet=rs0"
    await mongo.connect(uri, "ticketbot").close()
    await mongo.connect("mongodb://host/?replicaSet=rs0", "ticketbot").close()
    named = [record.getMessage().partition(" in the MongoDB address")[0] for record in caplog.records]

    assert named == ["the option directConnectoin", "the option connectTimeoutMS"]
    assert "secret" not in caplog.text
    assert "hidden" not in caplog.text
    assert not recwarn.list
