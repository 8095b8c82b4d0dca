"""Moments as people type them: a duration from now on, or a date."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from ticketbot.tickets.model import Millis

if TYPE_CHECKING:
    from collections.abc import Mapping

_MINUTE: Final = 60_000
_UNITS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("min", "minute", "minutes"), 1),
    **dict.fromkeys(("h", "heure", "heures", "hour", "hours"), 60),
    **dict.fromkeys(("j", "jour", "jours", "d", "day", "days"), 1440),
    **dict.fromkeys(("sem", "semaine", "semaines", "w", "week", "weeks"), 7 * 1440),
    **dict.fromkeys(("mois", "month", "months"), 30 * 1440),
    **dict.fromkeys(("an", "ans", "year", "years"), 365 * 1440),  # codespell:ignore
}
"""Minutes of each unit; a month has 30 days."""
_DURATION: Final = re.compile(r"(\d{1,4})\s*([a-z]+)", re.ASCII)
_DATE: Final = re.compile(
    r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4}))"
    r"(?:\s+(?P<hour>\d{1,2})[:h](?P<minute>\d{2}))?",
    re.ASCII,
)
_SHOWN: Final = "%Y-%m-%d %H:%M"
_LAST_YEAR: Final = 2999
LATEST: Final = Millis(32_503_766_400_000)
"""The latest end: that of the year 2999 in every time zone."""


def read(text: str, *, now: Millis, zone: dt.tzinfo) -> Millis:
    """Return the end that somebody typed, of a whole minute: ``3 j``, ``12 h``, ``31/12/2026``, ``2026-12-31 18:30``.

    A date without an hour is meant with the whole of its day; the day comes before the month, unless the year is first.

    Raises
    ------
    ValueError
        It is none of these, or it is over.
    """
    typed = " ".join(text.lower().split())
    if duration := _DURATION.fullmatch(typed):
        minutes = int(duration[1]) * _UNITS.get(duration[2], 0)
        if not minutes:
            raise ValueError("it is no duration")
        until = -(-now // _MINUTE) * _MINUTE + minutes * _MINUTE
    elif date := _DATE.fullmatch(typed):
        until = _moment(date, zone)
    else:
        raise ValueError("it is neither a duration nor a date")
    if until > LATEST:
        raise ValueError("it is too far away")
    if until <= now:
        raise ValueError("it is over")
    return Millis(until)


def show(until: Millis, zone: dt.tzinfo) -> str:
    """Return a moment as ``read`` takes it."""
    return dt.datetime.fromtimestamp(until / 1000, tz=zone).strftime(_SHOWN)


def _moment(date: re.Match[str], zone: dt.tzinfo) -> int:
    year, month, day = (
        int(date[first] or date[second]) for first, second in (("y", "year"), ("m", "month"), ("d", "day"))
    )
    if year > _LAST_YEAR:
        raise ValueError("it is too far away")
    start = dt.datetime(year, month, day, int(date["hour"] or 0), int(date["minute"] or 0), tzinfo=zone)
    if date["hour"] is None:
        start += dt.timedelta(days=1)
    return round(start.timestamp() * 1000)
