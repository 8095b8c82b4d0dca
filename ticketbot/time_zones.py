"""Time zones by their names, and the one of a server: the one that is set, or that of its language."""

from __future__ import annotations

import contextlib
import zoneinfo
from datetime import UTC
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

_BY_LANGUAGE: Final[Mapping[str, str]] = {"fr": "Europe/Paris"}


def find(name: str) -> tzinfo:
    """Return the time zone of a name in the IANA database, such as ``Europe/Paris``.

    Raises
    ------
    ValueError
        There is none of that name.
    """
    if name == "UTC":
        return UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone") from error


def of_server(name: str | None, otherwise: tzinfo | None, language: str) -> tzinfo:
    """Return a server's time zone: its own, or else that of whoever runs the bot, or else its language's.

    A name that this host's database does not have counts as none.
    """
    if name is not None:
        with contextlib.suppress(ValueError):
            return find(name)
    return otherwise or default(language)


def default(language: str) -> tzinfo:
    """Return the time zone of pages in a language, where none is set: France's for French, or else UTC."""
    return find(_BY_LANGUAGE.get(language, "UTC"))
