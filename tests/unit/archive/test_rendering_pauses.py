"""While a transcript is made, other tasks run: what the event loop waits is counted in the process's own time."""

from __future__ import annotations

import asyncio
import itertools
import json
import time

from tests.unit.transcripts import samples
from tests.unit.transcripts.hostile import HOSTILE
from ticketbot.archive import posting, scan
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.rendering import html
from ticketbot.transcripts.rendering.pagination import PageLimits

MESSAGES = 1_500
ATTEMPTS = 3
BOUND = 0.5
"""Seconds that a press may wait: a quiet machine needs 0.01 s, five times that where coverage is measured.

Without pauses it is over two seconds.
"""


async def _longest_wait(ended: asyncio.Event) -> float:
    """Return the longest time between two turns of a task that asks for nothing but its turn."""
    longest, last = 0.0, time.process_time()
    while not ended.is_set():
        await asyncio.sleep(0)
        now = time.process_time()
        longest, last = max(longest, now - last), now
    return longest


async def _render(history: list[bytes]) -> float:
    """Render a transcript; return the longest time that another task waited meanwhile."""
    ended = asyncio.Event()
    waiting = asyncio.create_task(_longest_wait(ended))

    await scan.scan(history)
    transcript = Transcript(messages=scan.parse_messages(history))
    renderer = html.TranscriptRenderer(transcript, limits=PageLimits(page=8 << 20))
    await posting.run_steps(renderer.render_messages())
    await posting.run_steps(renderer.finish({}))
    ended.set()

    assert renderer.message_count == MESSAGES
    return await waiting


async def test_hostile_messages_hold_nobody_up() -> None:
    texts = itertools.islice(itertools.cycle(HOSTILE.values()), MESSAGES)
    raws = (samples.raw(id=str(1_477_950_566_400_000_000 + at), content=text) for at, text in enumerate(texts))
    history = [json.dumps(raw).encode() for raw in raws]

    # A busy machine slows a process in its own time too: what the code itself needs is the least of several attempts.
    waits = [await _render(history) for _ in range(ATTEMPTS)]
    assert min(waits) < BOUND, waits
