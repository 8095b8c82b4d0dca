"""Write the results as tables and plots between two marks of a page; the text around them is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.measurements import Row

BEGIN, END = "<!-- figures: written by nox -s bench -->", "<!-- end of figures -->"

Results = dict[str, tuple[str, "list[Row]"]]
"""By benchmark: its title and its rows."""

PLOTS: Mapping[str, tuple[str, bool]] = {
    "press": ("presses/s", False),
    "lifecycle": ("ms", False),
    "numbers": ("numbers/s", True),
    "transcripts": ("messages/s", True),
    "idle": ("MiB resident", False),
    "growth": ("opening ms", False),
    "servers": ("first press ms", False),
}
"""Which measure of each benchmark is plotted, and whether on a logarithmic axis."""


def write(folder: Path, results: Results, about: Mapping[str, Any]) -> None:
    """Write the page, its plots and the figures as JSON."""
    plots = folder / "performance"
    plots.mkdir(parents=True, exist_ok=True)
    content = {
        "about": about,
        "results": {name: [row.as_json() for row in rows] for name, (_, rows) in results.items()},
    }
    (plots / "results.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    parts = [_about(about)]
    for name, (title, rows) in results.items():
        parts.append(f"### {title}\n")
        if name in PLOTS and draw_plot(plots / f"{name}.svg", rows, *PLOTS[name]):
            parts.append(f"![{title}](performance/{name}.svg)\n")
        parts.append(table(rows))
    page = folder / "performance.md"
    text = page.read_text(encoding="utf-8") if page.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN)
    generated = "\n".join(parts)
    page.write_text(f"{before}{BEGIN}\n\n{generated}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def _about(about: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    lines = [f"Measured on {about['date']} in {about['minutes']} minutes; {about['machine']}.", versions + "."]
    lines += [f"Not measured: {lack}." for lack in about["lacks"]]
    return "\n".join(lines) + "\n"


def table(rows: Sequence[Row]) -> str:
    """Return a table of medians, with the ratio of the first measure to that of the subject compared with."""
    measures = list(dict.fromkeys(name for row in rows for name in row.measures))
    compared = any(row.compared_with for row in rows)
    head = ["", "", *measures, *(["ratio"] if compared else [])]
    lines = ["| " + " | ".join(head) + " |", "|---|---|" + "--:|" * (len(head) - 2)]
    case = ""
    for row in sorted(rows, key=lambda row: _first(rows, row.case)):
        cells = [_rounded(row.median(name)) if name in row.measures else "" for name in measures]
        if compared:
            cells.append(_ratio(row, rows))
        lines.append("| " + " | ".join([row.case if row.case != case else "", row.subject, *cells]) + " |")
        case = row.case
    return "\n".join(lines) + "\n"


def _first(rows: Sequence[Row], case: str) -> int:
    return next(at for at, row in enumerate(rows) if row.case == case)


def _ratio(row: Row, rows: Sequence[Row]) -> str:
    measure = next(iter(row.measures))
    for other in rows:
        if (
            (other.case, other.subject) == (row.case, row.compared_with)
            and measure in other.measures
            and other.median(measure)
        ):
            return f"{row.median(measure) / other.median(measure):.2f}"
    return ""


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: RUF100, PLR2004 - three digits


def draw_plot(path: Path, rows: Sequence[Row], measure: str, by_tens: bool) -> bool:  # noqa: FBT001  # from a table
    """Draw bars of a measure with the range of its rounds, grouped by case; return whether there were any."""
    drawn = [row for row in rows if measure in row.measures]
    if not drawn:
        return False
    mpl.rcParams["svg.hashsalt"] = path.stem
    mpl.rcParams["svg.fonttype"] = "none"
    cases = list(dict.fromkeys(row.case for row in drawn))
    subjects = list(dict.fromkeys(row.subject for row in drawn))
    figure, axes = plt.subplots(figsize=(9, 1.2 + 0.22 * len(drawn) + 0.25 * len(cases)))
    colors = dict(zip(subjects, plt.get_cmap("tab10").colors * 3, strict=False))
    place, ticks = 0.0, []
    for case in cases:
        first = place
        for row in (row for row in drawn if row.case == case):
            median, values = row.median(measure), row.measures[measure]
            error = [[median - min(values)], [max(values) - median]]
            axes.barh(place, median, 0.8, xerr=error, color=colors[row.subject], ecolor="#555555")
            place -= 1
        ticks.append((first + place + 1) / 2)
        place -= 0.7
    axes.set_yticks(ticks, cases)
    axes.set_xlabel(measure)
    if by_tens:
        axes.set_xscale("log")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    handles = [plt.Rectangle((0, 0), 1, 1, color=colors[subject]) for subject in subjects]
    if len(subjects) > 1:
        axes.legend(handles, subjects, loc="upper left", bbox_to_anchor=(0, -0.12), frameon=False, fontsize=8, ncols=2)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    return True
