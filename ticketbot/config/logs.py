"""How the log is written: for eyes or for machines, and always with discretion.

Libraries are heard from warnings up, whatever level is set: hikari's traces hold all that is sent and received.
"""

from __future__ import annotations

import logging
import sys
from enum import StrEnum

import colorlog

from ticketbot.config.discretion import OURS, Discretion


class LogFormat(StrEnum):
    """For whom the log is written."""

    TEXT = "text"
    """For eyes: a line each, in colour on a terminal."""
    JSON = "json"
    """For machines: an object each, on a line."""


class LogLevel(StrEnum):
    """From which importance on the bot's own records are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"

    @classmethod
    def _missing_(cls, value: object) -> LogLevel | None:
        """Take lower case too."""
        return cls.__members__.get(str(value).upper())


def write_to(handler: logging.Handler, *, log_format: LogFormat, level: LogLevel) -> None:
    """Write the log to a handler from now on; nothing else gets it."""
    handler.setFormatter(_json() if log_format is LogFormat.JSON else _text(handler))
    handler.addFilter(Discretion())
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
    # loaded by those alone who want it
    from pythonjsonlogger.orjson import OrjsonFormatter  # noqa: PLC0415

    return OrjsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
        timestamp="time",
    )
