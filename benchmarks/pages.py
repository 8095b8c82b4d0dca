"""Transcripts: what ``transcripts.py`` measures, brought into the common form."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Row

if TYPE_CHECKING:
    from benchmarks.figures import Options

TITLE = "Transcripts"
OURS, FLOOR, PEER = "decode and render", "escaping and joining alone", "chat-exporter: render"
_SPEED = re.compile(r"^ *(\d+) messages  (.+?) +([\d,]+) messages/s(?:, ([\d,]+) bytes a message)?$")
_MORE = (
    (re.compile(r"^ *(\d+) messages  page: [\d,]+ bytes, ([\d,]+) a message"), "bytes a message"),
    (re.compile(r"^ *(\d+) messages  steps: longest ([\d.]+) ms"), "longest hold of the loop, ms"),
    (re.compile(r"^ *(\d+) messages  memory: ([\d.]+) MiB"), "MiB at the peak"),
)


async def measure(options: Options) -> list[Row]:
    beside = ["--beside", options.chat_exporter] if options.chat_exporter else []
    lines = await _run("--sizes", "200,1000" if options.quick else "1000,10000", *beside)
    if not options.quick:
        lines += await _run("--sizes", "100000")  # the peer would take minutes, five times
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for line in lines:
        if speed := _SPEED.match(line):
            measures = found.setdefault((speed[1], speed[2].strip()), {})
            measures["messages/s"] = [_number(speed[3])]
            if speed[4]:
                measures["bytes a message"] = [_number(speed[4])]
        for pattern, measure_ in _MORE:
            if more := pattern.match(line):
                found.setdefault((more[1], OURS), {})[measure_] = [_number(more[2])]
    return [
        Row(
            case=f"{int(count):,} messages",
            subject=subject,
            measures=measures,
            beside=PEER if subject == OURS and (count, PEER) in found else None,
        )
        for (count, subject), measures in found.items()
    ]


async def _run(*arguments: str) -> list[str]:
    command = [sys.executable, str(Path(__file__).with_name("transcripts.py")), *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0, "transcripts.py failed"
    return output.decode().splitlines()


def _number(text: str) -> float:
    return float(text.replace(",", ""))
