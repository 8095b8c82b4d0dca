from __future__ import annotations

import pytest

from ticketbot.tickets import errors, limits
from ticketbot.tickets.model import Millis

NOW = Millis(10_000_000)


def at(*minutes: float) -> list[Millis]:
    """Return moments so many minutes ago."""
    return [Millis(int(NOW - one * 60_000)) for one in minutes]


@pytest.mark.parametrize("openings", [[], at(9, 1), at(10, 9, 1), at(60, 50, 9, 1), at(9, 1, -5)])
def test_fewer_openings_than_the_limit_within_ten_minutes_are_allowed(openings: list[Millis]) -> None:
    limits.require_may_open_again(openings, limit=3, now=NOW)


@pytest.mark.parametrize(
    ("openings", "limit", "wait"), [(at(9, 5, 1), 3, 1), (at(9, 8, 5, 1), 3, 2), (at(9, 5, 1), 1, 9), (at(0), 1, 10)]
)
def test_next_opening_is_possible_when_the_oldest_that_counts_is_ten_minutes_ago(
    openings: list[Millis], limit: int, wait: int
) -> None:
    with pytest.raises(errors.TooManyOpeningsError) as refused:
        limits.require_may_open_again(openings, limit=limit, now=NOW)

    assert refused.value.possible_at == NOW + wait * 60_000
