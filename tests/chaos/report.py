"""Count what was tried in each test, in any worker, and sum it up in one table at the end."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING, Final, cast

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

PROPERTY: Final = "chaos"
RECOVERY: Final = "chaos recovery"
"""Holds mode and store, and the seconds from each kill until everything was in order."""


@attrs.frozen
class Counts:
    """What one test tried; stored in the test's report."""

    _properties: list[tuple[str, object]]

    def add(self, what: str, action: str, mode: str, times: int = 1) -> None:
        """Count what was tried and passed; ``what`` is a plural, as in "kill points"."""
        self._properties.append((PROPERTY, [what, action, mode, times]))


def table(reports: Iterable[pytest.TestReport]) -> list[str]:
    """Return what all tests tried, as lines of text."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for report in reports:
        for name, value in report.user_properties:
            if name == PROPERTY:
                what, action, mode, times = map(str, cast("list[object]", value))
                sums[what, action, mode] += int(times)
    rows = [(*key, str(count)) for key, count in sorted(sums.items())]
    rows += [(what, "all", "all", str(count)) for what, count in sorted(_by_kind(sums).items())]
    return [f"{what:<28}{action:<22}{mode:<22}{count:>7}" for what, action, mode, count in rows]


def recovery_times(reports: Iterable[pytest.TestReport]) -> list[str]:
    """Return how long recovery took after kills, the process's start included, by mode and store, as lines of text."""
    seconds: dict[str, list[float]] = {}
    for report in reports:
        for name, value in report.user_properties:
            if name == RECOVERY:
                label, measured = cast("tuple[str, list[float]]", value)
                seconds.setdefault(label, []).extend(measured)
    return [
        f"{'seconds from kill to order':<28}{label:<22}median {statistics.median(times):.1f}, most {max(times):.1f}, "
        f"{len(times)} kills"
        for label, times in sorted(seconds.items())
        if times
    ]


def _by_kind(sums: Counter[tuple[str, str, str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for (what, _, _), count in sums.items():
        total[what] += count
    return total
