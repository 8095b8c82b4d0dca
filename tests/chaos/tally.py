"""How much was tried: counted in each test, wherever it runs, and told in one table at the end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, cast

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

PROPERTY: Final = "chaos"


@attrs.frozen
class Tally:
    """What one test tried; it travels with the test's report."""

    _properties: list[tuple[str, object]]

    def count(self, what: str, action: str, mode: str, times: int = 1) -> None:
        """Count what was tried and went well; ``what`` is a plural, as in "kill points"."""
        self._properties.append((PROPERTY, [what, action, mode, times]))


def table(reports: Iterable[pytest.TestReport]) -> list[str]:
    """Sum up what all tests tried, in lines of text."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for report in reports:
        for name, value in report.user_properties:
            if name == PROPERTY:
                what, action, mode, times = map(str, cast("list[object]", value))
                sums[what, action, mode] += int(times)
    rows = [(*key, str(count)) for key, count in sorted(sums.items())]
    rows += [(what, "all", "all", str(count)) for what, count in sorted(_by_kind(sums).items())]
    return [f"{what:<28}{action:<22}{mode:<22}{count:>7}" for what, action, mode, count in rows]


def _by_kind(sums: Counter[tuple[str, str, str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for (what, _, _), count in sums.items():
        total[what] += count
    return total
