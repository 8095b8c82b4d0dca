from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from ticketbot.tickets import moments
from ticketbot.tickets.model import Millis

PARIS = ZoneInfo("Europe/Paris")
NOW = Millis(int(dt.datetime(2026, 11, 29, 12, 0, 30, tzinfo=PARIS).timestamp() * 1000))


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("30 min", (2026, 11, 29, 12, 31)),
        ("12h", (2026, 11, 30, 0, 1)),
        ("3 J", (2026, 12, 2, 12, 1)),
        ("2  semaines", (2026, 12, 13, 12, 1)),
        ("1 month", (2026, 12, 29, 12, 1)),
        ("31/12/2026", (2027, 1, 1, 0, 0)),
        ("1.2.2027", (2027, 2, 2, 0, 0)),
        ("2026-12-31", (2027, 1, 1, 0, 0)),
        ("2027-07-14 18:30", (2027, 7, 14, 18, 30)),
        ("14/07/2027 8h05", (2027, 7, 14, 8, 5)),
    ],
)
def test_duration_or_date_is_read_and_shown_again(typed: str, until: tuple[int, int, int, int, int]) -> None:
    found = moments.read(typed, now=NOW, zone=PARIS)

    assert found == dt.datetime(*until, tzinfo=PARIS).timestamp() * 1000
    assert moments.read(moments.show(found, PARIS), now=NOW, zone=PARIS) == found


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "3",
        "j",
        "3 lunes",
        "0 j",
        "-1 j",
        "28/11/2026",
        "31/02/2027",
        "2026-13-01",
        "1/1/9999",
        "9999 ans",
        "٣ j",
        "25:00",
    ],
)
def test_what_is_no_moment_to_come_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moments.read(typed, now=NOW, zone=PARIS)
