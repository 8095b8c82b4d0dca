"""Run the benchmarks and write one page: ``nox -s bench``, or ``python -m benchmarks --quick press lifecycle``."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import importlib
import os
import platform
import sqlite3
import sys
import time
import traceback
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import report
from benchmarks.measurements import Options
from tests.unit.transcripts.browser import CHROMIUM

if TYPE_CHECKING:
    from benchmarks.report import Results

QUESTIONS = ("press", "lifecycle", "numbers", "transcripts", "reading", "idle", "growth", "servers", "raid")
PACKAGES = ("aiohttp", "hikari", "hikari-lightbulb", "hikari-miru", "pynacl", "orjson", "motor", "pymongo")


async def measured(questions: list[str], options: Options) -> tuple[Results, list[str]]:
    """Run one benchmark after the other; if one fails, print its traceback and go on with the others."""
    results: Results = {}
    lacks: list[str] = []
    for name in questions:
        module: Any = importlib.import_module(f"benchmarks.{name}")
        start = time.monotonic()
        try:
            rows = await module.measure(options)
        except Exception:  # noqa: BLE001  # whatever it is, the others can still be measured
            traceback.print_exc()
            lacks.append(f"{module.TITLE}, which failed")
            continue
        results[name] = (module.TITLE, rows)
        print(f"\n{module.TITLE} ({time.monotonic() - start:.0f} s)\n\n{report.table(rows)}", flush=True)
    if options.mongoeco is None:
        lacks.append("numbers on mongoeco, which needs Python 3.13")
    if options.mongodb_uri is None:
        lacks.append("numbers on a MongoDB server, since none was given as `TICKETBOT_TEST_MONGODB_URI`")
    if options.chat_exporter is None:
        lacks.append("chat-exporter, which is not installed")
    if CHROMIUM is None:
        lacks.append("reading a transcript, which needs Chromium")
    return results, lacks


def about(seconds: float, lacks: list[str]) -> dict[str, Any]:
    """Return when, where and with which versions the figures were measured."""
    versions = {"CPython": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    versions |= {name: metadata.version(name) for name in PACKAGES}
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "minutes": round(seconds / 60, 1),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, everything on this machine",
        "versions": versions,
        "lacks": lacks,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "questions", nargs="*", choices=[*QUESTIONS, []], help="which ones, in this order; all by default"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, to work on the benchmarks themselves")
    parser.add_argument("--chat-exporter", metavar="PYTHON", help="an interpreter that has chat-exporter")
    parser.add_argument("--mongoeco", metavar="PYTHON", help="an interpreter that has mongoeco")
    parser.add_argument("--out", type=Path, help="the folder for the page; by default nothing is written")
    given = parser.parse_args()
    options = Options(
        quick=given.quick,
        chat_exporter=given.chat_exporter,
        mongoeco=given.mongoeco,
        mongodb_uri=os.environ.get("TICKETBOT_TEST_MONGODB_URI"),
    )
    start = time.monotonic()
    results, lacks = asyncio.run(measured(given.questions or list(QUESTIONS), options))
    if given.out:
        report.write(given.out, results, about(time.monotonic() - start, lacks))
    if not results:
        sys.exit("nothing could be measured")


if __name__ == "__main__":
    main()
