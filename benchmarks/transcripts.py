"""Transcripts: how fast, how large, and how much memory and patience they take; beside chat-exporter."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import html as escaping
import json
import re
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks import figures
from benchmarks.messages import PEOPLE, START, messages, plain
from tests.unit.transcripts.hostile import HOSTILE
from ticketbot.transcripts import decode, html
from ticketbot.transcripts.model import Names, Role, Transcript
from ticketbot.transcripts.pages import Room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence

    from benchmarks.figures import Options, Row
    from ticketbot.transcripts.model import TranscriptMessage

    Once = Callable[[], Awaitable[Mapping[str, float]]]
    """Does it once, and tells the figures of that."""

TITLE = "Transcripts"
OURS, PEER = "decode and render", "chat-exporter: render"
SIZES = (1_000, 10_000, 100_000)
NAMES: Final = Names(
    user_colors={int(person["id"]): 0x3498DB + at * 0x1111 for at, person in enumerate(PEOPLE)},
    roles={400000000000000001: Role(name="Support", color=0x11806A)},
    channels={500000000000000001: "règles"},
)


async def measure(options: Options) -> list[Row]:
    rounds = figures.Rounds()
    for count in (200, 1_000) if options.quick else SIZES:
        case, raws = f"{count:,} messages", list(messages(count))
        async with contextlib.AsyncExitStack() as stack:
            subjects = _ours(raws)
            if options.chat_exporter:
                subjects[PEER] = await stack.enter_async_context(_chat_exporter(options.chat_exporter, raws))
            for _ in range(options.rounds):
                for subject, once in subjects.items():
                    rounds.add(case, subject, **await once())
        rounds.add(case, OURS, **{"MiB at the peak": await _memory(count)})
    slowest, times = max(((name, _hostile(text, options.rounds)) for name, text in HOSTILE.items()), key=_median)
    for taken in times:
        rounds.add("texts of 4,000 characters", f"the slowest of {len(HOSTILE)} hostile ones: {slowest}", ms=taken)
    return rounds.rows({OURS: PEER})


def transcript(shown: Iterable[TranscriptMessage]) -> Transcript:
    """Put messages into a ticket."""
    return Transcript(messages=shown, guild_name="Serveur", number=42, opener="Léa Martin", names=NAMES)


def rendered(shown: Iterable[TranscriptMessage], room: Room | None = None) -> html.Rendering:
    """Render messages."""
    rendering = html.Rendering(transcript(shown), room=room)
    for _ in rendering.steps():
        pass
    return rendering


def _ours(raws: Sequence[Mapping[str, Any]]) -> dict[str, Once]:
    bodies = [json.dumps(raws[at : at + 100]) for at in range(0, len(raws), 100)]
    shown = list(decode.messages(raws))
    works: dict[str, Callable[[], object]] = {
        "escaping and joining alone": lambda: "".join(f"<p>{escaping.escape(raw['content'])}</p>" for raw in raws),
        "decode": lambda: [decode.message(raw) for raw in raws],
        "render": lambda: rendered(shown),
        "parse JSON, decode and render": lambda: rendered(
            decode.messages(raw for body in bodies for raw in json.loads(body))
        ),
    }

    async def once(work: Callable[[], object]) -> dict[str, float]:
        return {"messages/s": len(raws) / _seconds(work)}

    async def whole() -> dict[str, float]:
        found = await once(lambda: rendered(decode.messages(raws)))
        size = rendered(shown).pages[0].size
        return found | {"bytes a message": size / len(raws), "longest hold of the loop, ms": _longest_step(shown)}

    return {name: functools.partial(once, work) for name, work in works.items()} | {OURS: whole}


def _hostile(text: str, turns: int) -> list[float]:
    shown = [decode.message(plain(1, START, PEOPLE[1], text))]
    return [1000 * _seconds(functools.partial(rendered, shown)) for _ in range(turns)]


def _median(found: tuple[str, list[float]]) -> float:
    return statistics.median(found[1])


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _longest_step(shown: Iterable[TranscriptMessage]) -> float:
    """Tell how long the longest step takes, in milliseconds.

    The pauses of Python's collector are left out: they depend on what else the process holds.
    """
    gc.collect()
    gc.freeze()
    longest = 0.0
    start = time.perf_counter()
    for _ in html.Rendering(transcript(shown)).steps():
        longest = max(longest, time.perf_counter() - start)
        start = time.perf_counter()
    gc.unfreeze()
    return 1000 * max(longest, time.perf_counter() - start)


@contextlib.asynccontextmanager
async def _chat_exporter(interpreter: str, raws: Sequence[Mapping[str, Any]]) -> AsyncIterator[Once]:
    """Start the peer with messages of its own; give what lets it render them once."""
    pipe = asyncio.subprocess.PIPE
    script = str(Path(__file__).with_name("beside_chat_exporter.py"))
    process = await asyncio.create_subprocess_exec(interpreter, script, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    answers, questions = process.stdout, process.stdin
    questions.write(json.dumps(raws).encode() + b"\n")

    async def once() -> dict[str, float]:
        questions.write(b"again\n")
        await questions.drain()
        seconds, size = (await answers.readline()).split()
        return {"messages/s": len(raws) / float(seconds), "bytes a message": int(size) / len(raws)}

    yield once
    questions.close()
    await process.wait()


async def _memory(count: int) -> float:
    """Tell how many MiB it takes to decode and render so many messages, in a process of its own."""
    command = ("-m", "benchmarks.transcripts", str(count))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0, "it failed"
    return float(output)


def _peak() -> float:
    """Tell how much memory this process has had at most, in MiB; ``getrusage`` would tell its parent's, too."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None, "this needs Linux"
    return int(found[1]) / 1024


if __name__ == "__main__":
    before = _peak()
    rendered(decode.messages(messages(int(sys.argv[1]))), Room(page=8 << 20))
    print(_peak() - before)
