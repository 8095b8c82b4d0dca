from __future__ import annotations

import logging

import pytest

from ticketbot.config.redaction import RedactionFilter, redact

INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA6c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
BOT = "MTE5ODYyMjQ4MzQ3MTkyNTI0OA.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"


def told(record: logging.LogRecord) -> str:
    assert RedactionFilter().filter(record)
    return logging.Formatter("%(message)s").format(record)


def record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord("x", logging.ERROR, __file__, 1, message, values, exc_info)


@pytest.mark.parametrize("token", [INTERACTION, BOT])
def test_tokens_are_hidden_wherever_they_stand(token: str) -> None:
    assert told(record("PATCH /webhooks/1/%s/messages/@original is limited", token)) == (
        "PATCH /webhooks/1/***/messages/@original is limited"
    )


@pytest.mark.parametrize(
    "text",
    [
        "press 1574863954130370580 of ticket:open in channel 1574863950166753288 refused: StoreUnavailableError()",
        "listening on http://127.0.0.1:40323",
        "/home/somebody/.local/share/ticketbot/ticketbot.sqlite3 cannot be used: disk I/O error",
        "ticketbot.storage.mongo_writes an answer of MongoDB was lost (AutoReconnect)",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert redact(text) == text


def test_traceback_tells_where_and_what_but_not_the_texts_of_errors() -> None:
    def fail() -> None:
        try:
            {}["Alice Martin"]
        except KeyError as error:
            raise ValueError("mon mot de passe est 1234") from error

    with pytest.raises(ValueError, match="mot de passe") as caught:
        fail()
    text = told(record("press failed", error=caught.value))

    assert text.startswith("press failed\nTraceback (most recent call last):\n")
    assert "in fail" in text
    assert text.index("ValueError") < text.index("KeyError")
    assert "Alice" not in text.replace('{}["Alice Martin"]', "")
    assert "1234" not in text.replace('raise ValueError("mon mot de passe est 1234")', "")
