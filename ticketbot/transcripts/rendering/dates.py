"""Dates and times as text and as ``<time>`` elements, in the page's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape

if TYPE_CHECKING:
    from datetime import tzinfo

    from ticketbot.transcripts.locales.strings import Strings

_QUARTER: Final = 900
"""Time zones change their offset at quarters of an hour only."""
_DAY: Final = 86_400
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_EARLIEST: Final = -62_135_510_400
_LATEST: Final = 253_402_214_400
"""Seconds; a day short of the years 1 and 9999, since a zone may need that day."""
_REMEMBERED: Final = 4096
_MINUTES: Final = tuple(f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in range(60))
_SECONDS: Final = tuple(f":{second:02d}" for second in range(60))
_UNITS: Final = (31_557_600, 2_629_800, 86_400, 3_600, 60, 1)


class DateFormatter:
    """Formats dates and times for one time zone and one language."""

    def __init__(self, strings: Strings, time_zone: tzinfo) -> None:
        self._dates = strings.dates
        self._strings = strings
        self._time_zone = time_zone
        self._offsets: dict[int, int] = {}
        self._quarters: dict[int, tuple[str, str, int, str]] = {}
        self._days: dict[int, tuple[str, str, str]] = {}

    def element(self, millis: int) -> str:
        """Return a message's time of day, with the whole date on hover."""
        seconds = millis // 1000
        quarter = self._quarters.get(seconds // _QUARTER)
        if quarter is None:
            quarter = self._new_quarter(seconds // _QUARTER)
        date_in_utc, title, offset, title_end = quarter
        minute, second = seconds // 60, _SECONDS[seconds % 60]
        utc, local = _MINUTES[minute % 1440], _MINUTES[(minute + offset) % 1440]
        return f'<time datetime="{date_in_utc}T{utc}{second}Z" title="{title}{local}{second}{title_end}">{local}</time>'

    def full_element(self, millis: int | None) -> str:
        """Return date and time of day."""
        if not millis:
            return escape(self._dates.unknown)
        return self._element(millis // 1000, self._styled(millis // 1000, "f", 0))

    def remark_element(self, millis: int, remark: str) -> str:
        """Return a remark with its date on hover."""
        return self._element(millis // 1000, f"({escape(remark)})", ' class="ed"')

    def day(self, millis: int) -> int:
        """Return the local day of a moment, as days since the Unix epoch."""
        seconds = millis // 1000
        offset = self._offsets.get(seconds // _QUARTER)
        return (seconds + (self._offset(seconds) if offset is None else offset)) // _DAY

    def day_element(self, day: int) -> str:
        """Return a day with its weekday."""
        return f'<time datetime="{self.iso_day(day)}">{escape(self.long_day(day))}</time>'

    def iso_day(self, day: int) -> str:
        """Return a day in ISO 8601."""
        return date.fromordinal(day + _EPOCH_ORDINAL).isoformat()

    def long_day(self, day: int) -> str:
        """Return a day with its weekday as text."""
        return self._day(day)[1]

    def month(self, day: int) -> tuple[str, int]:
        """Return the month and year of a day as text, and its number in the month."""
        found = date.fromordinal(day + _EPOCH_ORDINAL)
        return f"{self._dates.months[found.month - 1]} {found.year}", found.day

    def full(self, millis: int) -> str:
        """Return weekday, date, time of day and offset as text."""
        return self._full(millis // 1000)

    def styled_element(self, seconds: int, style: str, now: int) -> str | None:
        """Return a timestamp in one of Discord's styles, relative to ``now`` for ``R``; None if it is out of range."""
        if not _EARLIEST < seconds < _LATEST:
            return None
        kind = ' class="rel"' if style == "R" else ""
        return self._element(seconds, self._styled(seconds, style, now // 1000), kind)

    def zone(self) -> str:
        """Return the name of the time zone."""
        return str(self._time_zone)

    def _element(self, seconds: int, text: str, attributes: str = "") -> str:
        utc = date.fromordinal(seconds // _DAY + _EPOCH_ORDINAL).isoformat()
        moment = f"{utc}T{_MINUTES[seconds // 60 % 1440]}{_SECONDS[seconds % 60]}Z"
        return f'<time{attributes} datetime="{moment}" title="{self._full(seconds)}">{text}</time>'

    def _offset(self, seconds: int) -> int:
        quarter = seconds // _QUARTER
        offset = self._offsets.get(quarter)
        if offset is None:
            if len(self._offsets) >= _REMEMBERED:
                self._offsets.clear()
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=quarter * _QUARTER)
            difference = moment.astimezone(self._time_zone).utcoffset()
            # Before there were zones, noon was local, to the second; no message is that old.
            quarters = int(difference.total_seconds()) // _QUARTER if difference else 0
            offset = self._offsets[quarter] = quarters * _QUARTER
        return offset

    def _day(self, day: int) -> tuple[str, str, str]:
        """Return a day in three formats: with its month, with its weekday, too, and in numbers."""
        written = self._days.get(day)
        if written is None:
            if len(self._days) >= _REMEMBERED:
                self._days.clear()
            written = self._days[day] = self._written_day(date.fromordinal(day + _EPOCH_ORDINAL))
        return written

    def _written_day(self, day: date) -> tuple[str, str, str]:
        dates = self._dates
        number = dates.first_day if day.day == 1 else str(day.day)
        plain = dates.date.format(day=number, month=dates.months[day.month - 1], year=day.year)
        long = dates.weekday_date.format(weekday=dates.weekdays[day.weekday()], date=plain)
        return plain, long, dates.numeric_date.format(day=day.day, month=day.month, year=day.year)

    def _time_of_day(self, seconds: int) -> str:
        return _MINUTES[(seconds + self._offset(seconds)) // 60 % 1440]

    def _full(self, seconds: int) -> str:
        offset = self._offset(seconds)
        day = self._day((seconds + offset) // _DAY)[1]
        time = self._time_of_day(seconds) + _SECONDS[seconds % 60]
        return self._dates.date_time.format(date=day, time=time) + f" UTC{_signed(offset)}"

    def _new_quarter(self, quarter: int) -> tuple[str, str, int, str]:
        """Return what the times within a quarter of an hour have in common."""
        if len(self._quarters) >= _REMEMBERED:
            self._quarters.clear()
        seconds = quarter * _QUARTER
        start, end = self._full(seconds).split(self._time_of_day(seconds) + ":00", 1)
        utc = date.fromordinal(seconds // _DAY + _EPOCH_ORDINAL).isoformat()
        written = self._quarters[quarter] = utc, start, self._offset(seconds) // 60, end
        return written

    def _styled(self, seconds: int, style: str, now: int) -> str:
        plain, long, numeric = self._day((seconds + self._offset(seconds)) // _DAY)
        short_time = self._time_of_day(seconds)
        long_time = short_time + _SECONDS[seconds % 60]
        dates = self._dates
        return {
            "t": short_time,
            "T": long_time,
            "d": numeric,
            "D": plain,
            "f": dates.date_time.format(date=plain, time=short_time),
            "F": dates.date_time.format(date=long, time=short_time),
            "s": dates.numeric_date_time.format(date=numeric, time=short_time),
            "S": dates.numeric_date_time.format(date=numeric, time=long_time),
            "R": self._relative(seconds - now),
        }[style]

    def _relative(self, difference: int) -> str:
        distance = abs(difference)
        if not distance:
            return self._dates.now
        size, unit = next(pair for pair in zip(_UNITS, self._dates.units, strict=True) if distance >= pair[0])
        template = self._dates.future if difference > 0 else self._dates.past
        return template.format(self._strings.count(distance // size, unit))


def _signed(offset: int) -> str:
    if not offset:
        return ""
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{'+' if offset > 0 else '−'}{hours}" + (f":{minutes:02d}" if minutes else "")  # noqa: RUF001  # a minus
