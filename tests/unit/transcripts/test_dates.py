from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import hypothesis
import pytest
from hypothesis import strategies

from ticketbot.transcripts.locales.english import ENGLISH
from ticketbot.transcripts.locales.french import FRENCH
from ticketbot.transcripts.rendering.dates import DateFormatter

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def dates(zone: tzinfo = UTC) -> DateFormatter:
    return DateFormatter(FRENCH, zone)


def millis(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (UTC, "lundi 2 mars 2026 à 08:30:00 UTC"),
        (PARIS, "lundi 2 mars 2026 à 09:30:00 UTC+1"),
        (zoneinfo.ZoneInfo("Asia/Kolkata"), "lundi 2 mars 2026 à 14:00:00 UTC+5:30"),
        (zoneinfo.ZoneInfo("America/New_York"), "lundi 2 mars 2026 à 03:30:00 UTC\N{MINUS SIGN}5"),
        (timezone(timedelta(hours=-12)), "dimanche 1er mars 2026 à 20:30:00 UTC\N{MINUS SIGN}12"),
    ],
)
def test_whole_date_states_the_offset(zone: tzinfo, expected: str) -> None:
    assert dates(zone).full(millis("2026-03-02T08:30:00+00:00")) == expected


def test_hour_that_comes_twice_is_told_apart_by_its_offset() -> None:
    before, after = (dates(PARIS).full(millis(f"2026-10-25T0{hour}:30:00+00:00")) for hour in (0, 1))

    assert (before[-14:], after[-14:]) == ("02:30:00 UTC+2", "02:30:00 UTC+1")


_MOMENTS = strategies.integers(1_420_070_400, 4_000_000_000)
_ZONES = strategies.sampled_from(["UTC", "Europe/Paris", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham"])


@hypothesis.given(_MOMENTS, _ZONES)
def test_times_are_those_of_the_standard_library(seconds: int, name: str) -> None:
    zone = zoneinfo.ZoneInfo(name)
    element = dates(zone).element(seconds * 1000)
    there = datetime.fromtimestamp(seconds, zone)

    assert f'datetime="{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}Z"' in element
    assert element.endswith(f">{there:%H:%M}</time>")
    assert f"{there:%H:%M:%S}" in element
    assert f"{there.year}" in element


def test_quick_and_whole_elements_agree() -> None:
    shown = dates(PARIS)
    moment = millis("2026-03-29T00:59:59+00:00")

    assert shown.full(moment) in shown.element(moment)
    assert shown.full(moment + 1000) in shown.element(moment + 1000)


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (0, "maintenant"),
        (1, "dans 1\u00a0seconde"),
        (-59, "il y a 59\u00a0secondes"),
        (60, "dans 1\u00a0minute"),
        (-7200, "il y a 2\u00a0heures"),
        (86_400, "dans 1\u00a0jour"),
        (-40 * 86_400, "il y a 1\u00a0mois"),
        (800 * 86_400, "dans 2\u00a0ans"),
    ],
)
def test_relative_moments_are_seen_from_the_message(distance: int, expected: str) -> None:
    now = millis("2026-03-02T08:30:00+00:00")
    element = dates().styled_element(now // 1000 + distance, "R", now)

    assert element is not None
    assert f">{expected}</time>" in element
    assert element.startswith('<time class="rel" ')


@pytest.mark.parametrize("seconds", [-62_135_596_800, 253_402_300_799, 10**16, -(10**16)])
def test_moment_beyond_all_calendars_is_none(seconds: int) -> None:
    assert dates(PARIS).styled_element(seconds, "f", 0) is None


@pytest.mark.parametrize("seconds", [-62_135_510_399, 0, 253_402_214_399])
def test_moment_at_the_edge_is_written(seconds: int) -> None:
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Paris"):
        assert dates(zoneinfo.ZoneInfo(name)).styled_element(seconds, "F", 0)


def test_unknown_moment_says_so() -> None:
    assert dates().full_element(None) == "date inconnue"
    assert dates().full_element(0) == "date inconnue"


def test_memory_of_moments_is_bounded() -> None:
    shown = dates(PARIS)
    for day in range(5000):
        shown.element((day + 1) * 86_400_000)

    assert shown.element(86_400_000).endswith(">01:00</time>")


def test_english_dates_are_english() -> None:
    shown = DateFormatter(ENGLISH, UTC)

    assert shown.full(millis("2026-03-02T08:30:00+00:00")) == "Monday, 2 March 2026 at 08:30:00 UTC"


def test_zone_without_an_offset_counts_as_utc() -> None:
    class Nowhere(tzinfo):
        def utcoffset(self, moment: datetime | None) -> timedelta | None:
            del moment

        def dst(self, moment: datetime | None) -> timedelta | None:
            del moment

        def tzname(self, moment: datetime | None) -> str | None:
            del moment

        def fromutc(self, moment: datetime) -> datetime:
            return moment

    assert dates(Nowhere()).full(0).endswith("00:00:00 UTC")
