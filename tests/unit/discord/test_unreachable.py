from __future__ import annotations

import pytest

from ticketbot.discord import unreachable
from ticketbot.tickets import errors


def caused(by: Exception) -> Exception:
    error = errors.StoreUnavailableError()
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ConnectionRefusedError(111, "secret"), "it refuses the connection"),
        (TimeoutError("secret"), "it does not answer in time"),
        (ConnectionResetError(), "it ends the connection without an answer"),
        (type("ServerSelectionTimeoutError", (Exception,), {})("secret"), "no server answers at MONGODB_URI"),
        (type("OperationFailure", (Exception,), {"code": 18})("secret"), "the password in MONGODB_URI"),
        (RuntimeError("secret"), "StoreUnavailableError() <- RuntimeError"),
    ],
)
def test_cause_is_told_in_words_and_never_in_those_of_others(cause: Exception, words: str) -> None:
    told = unreachable.why(caused(cause))

    assert words in told
    assert "secret" not in told
