"""Keep out of the log, whoever writes to it, tokens and the texts of errors, which may repeat what members sent.

Control characters are shown, not sent: a log is read on a terminal.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import Final

_TOKEN: Final = re.compile(r"[\w-]{60,}|[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}")
"""A token of an interaction or of a bot; nothing else in a log is as long without a space."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves a terminal's cursor, changes its colours or its title, turns the direction of writing or ends a line."""

_HIDDEN: Final = "***"

OURS: Final = "ticketbot"
"""The logger above all of ours."""


class RedactionFilter(logging.Filter):
    """Rewrites each record before it is formatted; it belongs on the handler, to see the records of libraries too."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return true, after removing from the record what must not be logged."""
        message = _message(record)
        if record.name.partition(".")[0] != OURS:
            message = message.partition("\n")[0]  # on further lines asyncio repeats errors with their texts
        record.msg, record.args = escape_control_characters(redact(message)), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = _traceback(record.exc_info[1])
        record.exc_info = None  # a formatter shows the text instead
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - a record that cannot be formatted must not harm its caller
        return f"a message that cannot be written: {type(error).__name__}"


def redact(text: str) -> str:
    """Return a text with its tokens replaced."""
    return _TOKEN.sub(_HIDDEN, text)


def escape_control_characters(text: str, *, keep: str = "") -> str:
    r"""Return a text that can be shown on a terminal whoever wrote it: ``\x1b`` stands there in four characters.

    ``keep`` holds characters that may stay, as the line breaks of a text of our own.
    """
    return _CONTROL.sub(lambda found: found[0] if found[0] in keep else ascii(found[0])[1:-1], text)


def _traceback(error: BaseException) -> str:
    """Return where an error was raised and its type, without its message."""
    told: list[str] = []
    link: BaseException | None = error
    while link is not None:
        codes = {name: getattr(link, name, None) for name in ("status", "code", "errno")}
        listed = ", ".join(f"{name}={int(code)}" for name, code in codes.items() if isinstance(code, int))
        told.append("".join([*traceback.format_tb(link.__traceback__), f"{type(link).__qualname__}({listed})"]))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "Traceback (most recent call last):\n" + "\n\nwhich came from\n\n".join(told)
