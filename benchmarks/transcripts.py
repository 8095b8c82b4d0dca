"""Transcripts: speed, size, memory and the longest block of the event loop, compared with chat-exporter."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import html as escaping
import itertools
import json
import re
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks import measurements
from benchmarks.sample_messages import PEOPLE, START, messages, plain
from tests.unit.transcripts.hostile import HOSTILE
from ticketbot.transcripts.model.transcript import Names, Role, Transcript
from ticketbot.transcripts.parsing import parser
from ticketbot.transcripts.rendering import html
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence

    from benchmarks.measurements import Options, Row
    from ticketbot.transcripts.model.messages import TranscriptMessage

    Once = Callable[[], Awaitable[Mapping[str, float]]]
    """Do it once and return the measurements."""

TITLE = "Transcripts"
OURS, PEER = "decode and render", "chat-exporter: render"
SIZES = (1_000, 10_000, 100_000)
NAMES: Final = Names(
    user_colors={int(person["id"]): 0x3498DB + at * 0x1111 for at, person in enumerate(PEOPLE)},
    roles={400000000000000001: Role(name="Support", color=0x11806A)},
    channels={500000000000000001: "règles"},
)


_HOSTILE_MESSAGES: Final = 1_500


async def measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
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
    for _ in range(options.rounds):
        rounds.add(f"{_HOSTILE_MESSAGES:,} hostile messages", OURS, **_hostile_page())
    slowest, times = max(((name, _hostile(text, options.rounds)) for name, text in HOSTILE.items()), key=_median)
    for taken in times:
        rounds.add("texts of 4,000 characters", f"the slowest of {len(HOSTILE)} hostile texts: {slowest}", ms=taken)
    return rounds.rows({OURS: PEER})


def transcript(shown: Iterable[TranscriptMessage]) -> Transcript:
    """Return a ticket's transcript with these messages."""
    return Transcript(messages=shown, guild_name="Serveur", number=42, opener="Léa Martin", names=NAMES)


def rendered(shown: Iterable[TranscriptMessage], room: PageLimits | None = None) -> html.TranscriptRenderer:
    """Render messages."""
    rendering = html.TranscriptRenderer(transcript(shown), limits=room)
    for _ in rendering.steps():
        pass
    return rendering


def _ours(raws: Sequence[Mapping[str, Any]]) -> dict[str, Once]:
    bodies = [json.dumps(raws[at : at + 100]) for at in range(0, len(raws), 100)]
    shown = list(parser.parse_messages(raws))
    works: dict[str, Callable[[], object]] = {
        "escaping and joining alone": lambda: "".join(f"<p>{escaping.escape(raw['content'])}</p>" for raw in raws),
        "decode": lambda: [parser.parse_message(raw) for raw in raws],
        "render": lambda: rendered(shown),
        "parse JSON, decode and render": lambda: rendered(
            parser.parse_messages(raw for body in bodies for raw in json.loads(body))
        ),
    }

    async def once(work: Callable[[], object]) -> dict[str, float]:
        return {"messages/s": len(raws) / _seconds(work)}

    async def whole() -> dict[str, float]:
        found = await once(lambda: rendered(parser.parse_messages(raws)))
        size = rendered(shown).pages[0].size
        return found | {"bytes a message": size / len(raws), "longest block of the loop, ms": _longest_step(shown)}

    return {name: functools.partial(once, work) for name, work in works.items()} | {OURS: whole}


def _hostile_page() -> dict[str, float]:
    """Measure a transcript of nothing but texts that are meant to take long."""
    texts = itertools.islice(itertools.cycle(HOSTILE.values()), _HOSTILE_MESSAGES)
    raws = [plain(at, START + at * 1000, PEOPLE[1], text) for at, text in enumerate(texts)]
    shown = list(parser.parse_messages(raws))
    size = rendered(shown).pages[0].size
    return {
        "messages/s": len(raws) / _seconds(lambda: rendered(parser.parse_messages(raws))),
        "bytes a message": size / len(raws),
        "longest block of the loop, ms": _longest_step(shown),
    }


def _hostile(text: str, turns: int) -> list[float]:
    shown = [parser.parse_message(plain(1, START, PEOPLE[1], text))]
    return [1000 * _seconds(functools.partial(rendered, shown)) for _ in range(turns)]


def _median(found: tuple[str, list[float]]) -> float:
    return statistics.median(found[1])


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _longest_step(shown: Iterable[TranscriptMessage]) -> float:
    """Return how long the longest step takes, in milliseconds.

    Pauses of the garbage collector are excluded: they depend on what else is in the process.
    """
    gc.collect()
    gc.freeze()
    longest = 0.0
    start = time.perf_counter()
    for _ in html.TranscriptRenderer(transcript(shown)).steps():
        longest = max(longest, time.perf_counter() - start)
        start = time.perf_counter()
    gc.unfreeze()
    return 1000 * max(longest, time.perf_counter() - start)


@contextlib.asynccontextmanager
async def _chat_exporter(interpreter: str, raws: Sequence[Mapping[str, Any]]) -> AsyncIterator[Once]:
    """Start chat-exporter with the messages and yield a function that makes it render them once."""
    pipe = asyncio.subprocess.PIPE
    script = str(Path(__file__).with_name("chat_exporter_process.py"))
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
    """Return how many MiB a new process takes to decode and render so many messages."""
    command = ("-m", "benchmarks.transcripts", str(count))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0, "it failed"
    return float(output)


def _peak() -> float:
    """Return this process's peak memory in MiB; ``getrusage`` would include its parent's."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found is not None, "this needs Linux"
    return int(found[1]) / 1024


if __name__ == "__main__":
    before = _peak()
    rendered(parser.parse_messages(messages(int(sys.argv[1]))), PageLimits(page=8 << 20))
    print(_peak() - before)
