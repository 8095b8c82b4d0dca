"""Measurements of several rounds, and of processes."""

from __future__ import annotations

import os
import re
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@attrs.frozen(kw_only=True)
class Options:
    """How thoroughly to measure, and where the programs to compare with are."""

    quick: bool = False
    chat_exporter: str | None = None
    """An interpreter that has chat-exporter."""
    mongoeco: str | None = None
    """An interpreter that has mongoeco."""
    mongodb_uri: str | None = None
    """The address of a MongoDB server."""

    @property
    def rounds(self) -> int:
        return 2 if self.quick else 5


@attrs.frozen(kw_only=True)
class Row:
    """One subject in one case: its values in each round, by measure."""

    case: str
    subject: str
    measures: Mapping[str, Sequence[float]]
    compared_with: str | None = None
    """The subject of the same case that it is compared with, by its first measure."""
    note: str = ""

    def median(self, measure: str) -> float:
        return statistics.median(self.measures[measure])

    def as_json(self) -> dict[str, Any]:
        values = {name: [round(value, 4) for value in values] for name, values in self.measures.items()}
        return attrs.asdict(self) | {"measures": values}


class Rounds:
    """Collects the measurements of all rounds."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], dict[str, list[float]]] = {}

    def add(self, case: str, subject: str, **measures: float) -> None:
        """Add one round's measurements; ``_`` in a name stands for a space."""
        row = self._found.setdefault((case, subject), {})
        for name, value in measures.items():
            row.setdefault(name.replace("_", " "), []).append(value)

    def rows(self, compared_with: Mapping[str, str], notes: Mapping[str, str] | None = None) -> list[Row]:
        """Return all rows; ``compared_with`` names the subject that each one is compared with."""
        return [
            Row(
                case=case,
                subject=subject,
                measures=measures,
                compared_with=compared_with.get(subject),
                note=(notes or {}).get(subject, ""),
            )
            for (case, subject), measures in self._found.items()
        ]


def cpu(pid: int) -> float:
    """Return the CPU time of a process in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    assert found is not None, "this needs Linux"
    return int(found[1]) / 1024
