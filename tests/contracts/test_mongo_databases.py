"""Which database is used: the setting's, else the address's, else the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from tests.contracts import samples, version_1
from tests.mongo_double.faults import FaultKind
from tests.mongo_double.server import running_in_thread
from ticketbot.config.settings import StoreSettings
from ticketbot.storage import factory
from ticketbot.storage.errors import UnusableStoreError

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.mongo_double.control import Control


@pytest.fixture
def double() -> Generator[Control]:
    with running_in_thread() as control:
        yield control
        assert control.violations == []


def _settings(double: Control, in_address: str, database: str | None) -> StoreSettings:
    uri = SecretStr(double.uri + in_address)
    return StoreSettings.model_construct(mongodb_uri=uri, mongodb_database=database)


@pytest.mark.parametrize(
    ("in_address", "setting", "used"),
    [
        ("", None, "ticketbot"),
        ("", "mine", "mine"),
        ("named", None, "named"),
        ("named", "mine", "mine"),
        ("named", "named", "named"),
        ("admin", None, "ticketbot"),
        ("ticketbot", None, "ticketbot"),
        ("named?retryWrites=false", None, "named"),
    ],
)
async def test_database_is_the_settings_or_the_addresss_or_the_default(
    double: Control, caplog: pytest.LogCaptureFixture, in_address: str, setting: str | None, used: str
) -> None:
    store = await factory.open_store(_settings(double, in_address, setting), factory.connect_once)
    await store.add(samples.ticket())
    await store.close()

    assert store.location == f"MongoDB, database {used}"
    assert [found["number"] for found in double.documents(used, "tickets")] == [1]
    warnings = [record.getMessage() for record in caplog.records if record.name == "ticketbot.storage.factory"]
    both = ["MONGODB_DATABASE names the database mine, MONGODB_URI named: mine is used"]
    assert warnings == (both if (in_address, setting) == ("named", "mine") else [])


async def test_store_in_the_default_database_is_not_left_unnoticed(double: Control) -> None:
    await version_1.fill_mongo(double.uri, "ticketbot")
    settings = _settings(double, "named", None)

    with pytest.raises(UnusableStoreError, match="set MONGODB_DATABASE"):
        await factory.open_store(settings, factory.connect_once)
    assert double.documents("named", "meta") == []
    for chosen in ("ticketbot", "named"):
        store = await factory.open_store(_settings(double, "named", chosen), factory.connect_once)
        assert len((await store.dump()).tickets) == (2 if chosen == "ticketbot" else 0)
        await store.close()
    # Now there is a store in the address's database.
    await (await factory.open_store(settings, factory.connect_once)).close()


async def test_login_that_may_not_read_the_default_database_is_enough(double: Control) -> None:
    double.fail(FaultKind.REFUSE, "find", code=13, collection="meta", skip=1)
    store = await factory.open_store(_settings(double, "named", None), factory.connect_once)

    assert store.location == "MongoDB, database named"
    assert double.pending_faults == 0
    await store.close()
