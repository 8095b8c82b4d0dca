"""A transcript of messages that are meant to take long: others are answered meanwhile."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Final

import pytest

from tests.harness.processor import Stopwatch
from tests.harness.scenario import CONFIRM, DELETE, answered
from tests.unit.transcripts.hostile import HOSTILE

if TYPE_CHECKING:
    from tests.harness.scenario import Scenario

pytestmark = pytest.mark.scenario

MESSAGES: Final = 1500
LONGEST: Final = 1.0
"""Seconds: ten times what is wanted of a quiet machine, since others test on this one.

What the bot or this test waited for a processor is left out.
"""


async def test_presses_are_answered_while_1500_hostile_messages_are_rendered(scenario: Scenario) -> None:
    channel = await scenario.open_ticket()
    texts = [text[:2000] for text in HOSTILE.values() if text[:2000].strip()]
    for text in itertools.islice(itertools.cycle(texts), MESSAGES):
        await scenario.alice.write(channel, text)
    await scenario.close_ticket(channel)
    question = await answered(await scenario.press(scenario.staff, channel, DELETE))
    await answered(await scenario.press_open(scenario.bob))
    waits: list[float] = []
    (bot,) = scenario.bots

    await scenario.staff.press(question, custom_id=CONFIRM)
    while channel in scenario.guild.channels:
        watch = Stopwatch(bot.process.pid)
        await answered(await scenario.press_open(scenario.bob), 60)
        waits.append(watch.elapsed())
        await asyncio.sleep(0.02)

    slowest, median = max(waits), sorted(waits)[len(waits) // 2]
    figures = f"{len(waits)} presses: median {median * 1000:.0f} ms, slowest {slowest * 1000:.0f} ms"
    print(figures)  # noqa: T201 - the figure itself is wanted
    assert len(waits) > 10, "the deletion was over too soon to tell"
    assert median < LONGEST / 4, figures
    assert slowest < LONGEST, figures
