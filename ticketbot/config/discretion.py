"""What must not stand in a log, whoever writes it: tokens, and the texts of errors, which repeat what others sent."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Final

_TOKEN: Final = re.compile(r"[\w-]{60,}|[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}")
"""A token of an interaction, or of a bot; nothing else in a log is as long without a space."""

_HIDDEN: Final = "***"

OURS: Final = "ticketbot"
"""The logger above all of ours."""


class Discretion(logging.Filter):
    """Rewrites each record before a handler formats it; give it to the handler, so that libraries are heard too."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without what must not be told."""
        message = _message(record)
        if record.name.partition(".")[0] != OURS:
            message = message.partition("\n")[0]  # on further lines asyncio repeats errors with their texts
        record.msg, record.args = hidden(message), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = _traceback(record.exc_info[1])
        record.exc_info = None  # a formatter shows the text instead
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with its arguments must not harm who logs
        return f"a message that cannot be written: {type(error).__name__}"


def hidden(text: str) -> str:
    """Hide the tokens in a text."""
    return _TOKEN.sub(_HIDDEN, text)


def _traceback(error: BaseException) -> str:
    """Tell where an error came from and what it is, but not what it says."""
    told: list[str] = []
    link: BaseException | None = error
    while link is not None:
        codes = {name: getattr(link, name, None) for name in ("status", "code", "errno")}
        listed = ", ".join(f"{name}={int(code)}" for name, code in codes.items() if isinstance(code, int))
        told.append("".join([*traceback.format_tb(link.__traceback__), f"{type(link).__qualname__}({listed})"]))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "Traceback (most recent call last):\n" + "\n\nwhich came from\n\n".join(told)
