"""How the log is written: lines for people or JSON for machines, and never with secrets.

Of libraries, only warnings and errors are logged, whatever the level is: hikari's traces hold every payload.
"""

from __future__ import annotations

import logging
import sys
from enum import StrEnum

import colorlog

from ticketbot.config.redaction import OURS, RedactionFilter


class LogFormat(StrEnum):
    """The form of the log."""

    TEXT = "text"
    """For people: a line for each record, in colour on a terminal."""
    JSON = "json"
    """For machines: an object for each record, on a line."""


class LogLevel(StrEnum):
    """The lowest level at which the bot's own records are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"

    @classmethod
    def _missing_(cls, value: object) -> LogLevel | None:
        """Accept lower case too."""
        return cls.__members__.get(str(value).upper())


def write_to(handler: logging.Handler, *, log_format: LogFormat, level: LogLevel) -> None:
    """Write the log to this handler alone from now on."""
    handler.setFormatter(_json() if log_format is LogFormat.JSON else _text(handler))
    handler.addFilter(RedactionFilter())
    number = logging.getLevelNamesMapping()[level]
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    logging.getLogger(OURS).setLevel(number)


def _text(handler: logging.Handler) -> logging.Formatter:
    return colorlog.ColoredFormatter(
        "%(thin)s%(asctime)s%(reset)s %(log_color)s%(levelname)-7s%(reset)s %(name)s: %(message)s",
        log_colors={"DEBUG": "cyan", "INFO": "green", "WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold_red"},
        stream=getattr(handler, "stream", sys.stderr),
    )


def _json() -> logging.Formatter:
    # loaded only where it is used
    from pythonjsonlogger.orjson import OrjsonFormatter  # noqa: PLC0415

    return OrjsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
        timestamp="time",
    )
