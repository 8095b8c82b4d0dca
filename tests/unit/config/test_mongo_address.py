from __future__ import annotations

import re

import pytest

from ticketbot.config import mongo


@pytest.mark.parametrize(
    "login",
    [
        *("me:p@ss", "me:p/ss", "me:12/ss", "me:p?ss", "me:p:ss", "me:100%", "m@e:kept", "me:1/2@3"),
        *("me:[secret]", "me:Se[cr]et", "me:secret\N{FULLWIDTH QUESTION MARK}word"),
    ],
)
def test_special_character_in_a_password_is_told_with_how_to_write_it(login: str) -> None:
    with pytest.raises(ValueError, match="@ as %40, / as %2F") as refused:
        mongo.connect(f"mongodb://{login}@127.0.0.1/", "ticketbot")
    assert login.partition(":")[2] not in str(refused.value).replace("%", "")
    assert not re.search("secret|Se\\W*cr|cret", str(refused.value))
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_address_with_a_password_is_known() -> None:
    assert mongo.has_password("mongodb://me:word@host/")
    assert not mongo.has_password("mongodb://me@host/")
    with pytest.raises(ValueError, match="%5B"):
        mongo.has_password("mongodb://me:[word]@host/")


@pytest.mark.parametrize("uri", ["postgres://me:word@host/", "mongodb://", "mongodb://[bot"])
def test_what_is_wrong_otherwise_is_not_blamed_on_the_password(uri: str) -> None:
    with pytest.raises(ValueError, match="is not valid"):
        mongo.connect(uri, "ticketbot")


async def test_escaped_password_is_taken() -> None:
    collections = mongo.connect("mongodb://me:p%40s%2Fs@127.0.0.1:9/admin?authSource=admin", "ticketbot")

    await collections.close()
