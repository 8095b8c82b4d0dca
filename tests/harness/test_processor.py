from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.harness.processor import Stopwatch, seconds_waited

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not seconds_waited(), reason="this system does not say how long a thread has waited")


def test_time_in_which_others_have_the_processor_does_not_count() -> None:
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    try:
        with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
            watch, begun, used = Stopwatch(), time.monotonic(), time.thread_time()
            while time.thread_time() - used < 0.3:
                pass
            measured, whole = watch.elapsed(), time.monotonic() - begun
            other.kill()
    finally:
        os.sched_setaffinity(0, processors)

    assert 0.25 < measured < whole - 0.1


def test_what_a_process_waits_that_was_started_meanwhile_counts_neither(tmp_path: Path) -> None:
    processors = os.sched_getaffinity(0)
    done = tmp_path / "done"
    code = "import pathlib, time\nwhile time.process_time() < 0.3: pass\npathlib.Path('done').touch()\ntime.sleep(60)"
    watch, begun = Stopwatch(), time.monotonic()
    os.sched_setaffinity(0, {min(processors)})
    try:
        with (
            subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other,
            subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path) as started,  # noqa: S603 - ours
        ):
            while not done.exists():
                pass
            measured, whole = watch.elapsed(started.pid), time.monotonic() - begun
            started.kill()
            other.kill()
    finally:
        os.sched_setaffinity(0, processors)

    assert measured < whole - 0.1
    assert measured > 0.25  # both waited for the most part, and often at the same time
