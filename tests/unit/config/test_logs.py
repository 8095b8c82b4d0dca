from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest

from ticketbot.config import logs
from ticketbot.config.logs import LogFormat, LogLevel

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTA6c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"  # noqa: S105 - nobody's


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    loggers = [logging.getLogger(), logging.getLogger("ticketbot")]
    kept = [(list(logger.handlers), logger.level) for logger in loggers]
    yield
    for logger, (handlers, level) in zip(loggers, kept, strict=True):
        logger.handlers[:] = handlers
        logger.setLevel(level)


def written(
    out: io.StringIO, log_format: LogFormat = LogFormat.TEXT, level: LogLevel = LogLevel.INFO
) -> tuple[logging.Logger, logging.Logger]:
    logs.write_to(logging.StreamHandler(out), log_format=log_format, level=level)
    return logging.getLogger("ticketbot.app"), logging.getLogger("hikari.rest")


def raised() -> None:
    try:
        int(f"Alice wrote {SECRET}")
    except ValueError as error:
        raise OSError(13, f"Alice at https://discord.com/{SECRET}") from error


def test_text_is_one_plain_line_where_nobody_looks() -> None:
    ours, _ = written(out := io.StringIO())

    ours.info("listening on port %d", 8080)

    assert out.getvalue().endswith(" INFO    ticketbot.app: listening on port 8080\n")
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("no_color", ["", "1"])
def test_text_has_colour_on_a_terminal_alone_and_not_where_it_is_unwanted(
    monkeypatch: pytest.MonkeyPatch, no_color: str
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    ours, _ = written(out := Terminal())

    ours.warning("a warning")

    assert ("\x1b[33mWARNING" in out.getvalue()) == (not no_color)


def test_json_is_one_object_a_line() -> None:
    ours, _ = written(out := io.StringIO(), LogFormat.JSON)

    ours.info("prêt %d", 3)
    try:
        raised()
    except OSError:
        ours.exception("failed")

    first, second = map(json.loads, out.getvalue().splitlines())
    assert first.pop("time").endswith("+00:00")
    assert first == {"level": "INFO", "logger": "ticketbot.app", "message": "prêt 3"}
    assert "PermissionError(errno=13)" in second["exception"]


@pytest.mark.parametrize("log_format", LogFormat)
def test_exceptions_are_told_without_their_messages(log_format: LogFormat) -> None:
    ours, theirs = written(out := io.StringIO(), log_format)

    for logger in (ours, theirs):
        try:
            raised()
        except OSError:
            logger.exception("failed")

    assert "Alice wrote {SECRET}" in out.getvalue()  # the line of code, which anybody can read
    assert SECRET not in out.getvalue()
    assert "discord.com/{" in out.getvalue()
    assert out.getvalue().count("ValueError()") == 2


@pytest.mark.parametrize("level", LogLevel)
def test_libraries_are_heard_from_warnings_up_whatever_level_is_set(level: LogLevel) -> None:
    ours, theirs = written(out := io.StringIO(), level=level)

    theirs.info("payload of Alice")
    ours.debug("press 1")

    assert "Alice" not in out.getvalue()
    assert ("press 1" in out.getvalue()) == (level is LogLevel.DEBUG)


def test_what_could_be_a_token_is_struck_out_of_what_libraries_say() -> None:
    _, theirs = written(out := io.StringIO())

    theirs.warning("rate limited on bucket %s;%s, status %d\nof Alice", SECRET, SECRET, 429)
    theirs.warning("%d", "no number")

    first, second = out.getvalue().splitlines()
    assert first.endswith("hikari.rest: rate limited on bucket ***;***, status 429")
    assert second.endswith("hikari.rest: a message that cannot be written: TypeError")


def test_levels_may_be_written_small() -> None:
    assert LogLevel("debug") is LogLevel.DEBUG


@pytest.mark.parametrize("log_format", LogFormat)
def test_control_characters_are_shown_and_never_sent(log_format: LogFormat) -> None:
    ours, theirs = written(out := io.StringIO(), log_format)

    for logger in (ours, theirs):
        logger.warning("folder %s", "a\x1b]0;title\x07\x9b31m\u202eb\nINFO forged")

    assert out.getvalue().count("\n") == 2
    assert out.getvalue().replace("\n", "").isprintable()
    assert "\\x1b]0;title" in out.getvalue()
