"""From a press to its answer: the bot, bare aiohttp, hikari alone, and hikari with lightbulb and miru.

The bot refuses, or shows a form; neither makes it wait for Discord.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import load_generator, measurements
from tests.harness.scenario import CLAIM, Scenario, acknowledged, answered
from tests.scenarios.test_topics import SELECT, opened, panel, topic, with_topics
from tests.simulator.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from benchmarks.measurements import Options, Row
    from tests.simulator.interactions import Interaction
    from tests.simulator.members import Person

TITLE = "From a press to its answer"
AT_ONCE = (1, 32, 256)
MEMBERS = 8
LIBRARIES = "hikari, lightbulb, miru: a trivial button"
BASELINES = {"bare": "aiohttp that checks the signature", "hikari": "hikari: a plain listener", "libraries": LIBRARIES}
OPEN_REFUSED, CLAIM_REFUSED = "ticketbot: opening refused", "ticketbot: claim refused"
TOPIC_REFUSED = "ticketbot: one of 25 topics refused"
FORM, CHOSEN_FORM = "ticketbot: form of one of 25 topics", "ticketbot: form of a topic chosen in a select of 25"
COMPARED_WITH: dict[str, str] = dict.fromkeys((OPEN_REFUSED, CLAIM_REFUSED), LIBRARIES) | dict.fromkeys(
    (TOPIC_REFUSED, FORM, CHOSEN_FORM), OPEN_REFUSED
)
MOST_AT_ONCE = dict.fromkeys((TOPIC_REFUSED, FORM, CHOSEN_FORM), 32)
"""Presses on panels of topics are compared with a refusal where none waits for half a second behind the others."""
TOPICS = [
    topic(
        f"Sujet {number}",
        description="Une description de ce sujet",
        questions=[
            {"label": "Qui ?", "kind": "short", "max_length": 100},
            {"label": "Que s'est-il passé ?", "kind": "long", "help": "Avec tout ce qui peut nous aider"},
            {"label": "Où ?", "kind": "choice", "choices": [f"Salon {at}" for at in range(10)]},
            {"label": "Quel membre ?", "kind": "member", "required": False},
            {"label": "Des preuves ?", "kind": "files", "required": False},
        ]
        * (number % 2),
    )
    for number in range(1, 26)
]
"""Half of them ask the most questions that a form can have."""

Subject = tuple[str, load_generator.Presses, int]
"""An address, the presses to send there, and the id of the process that answers."""


@contextlib.asynccontextmanager
async def start_baseline(which: str, *more: str) -> AsyncIterator[tuple[str, int]]:
    """Run one of the baselines and yield its address and its process id."""
    command = ("-W", "ignore", "-m", "benchmarks.baselines", which, *more)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdin is not None
    yield (await process.stdout.readline()).decode().strip(), process.pid
    process.stdin.close()
    await process.wait()


@contextlib.asynccontextmanager
async def start_ours(folder: Path) -> AsyncIterator[dict[str, Subject]]:
    """Run the bot in a server with claimed tickets and in one with topics, and yield presses."""
    async with Simulator(validate=False) as sim:
        scenario = Scenario.build(sim, "rest", folder)
        bot = await scenario.start_bot()
        presses = await _press_tickets(scenario) | await _press_topics(Scenario.build(sim, "rest", folder))
        key = sim._deliverer.key  # noqa: SLF001  # the presses must be signed with the same key
        assert bot.url is not None
        yield {
            name: (bot.url, load_generator.Presses(key, templates), bot.process.pid)
            for name, templates in presses.items()
        }
        await scenario.stop_bots()


async def _press_tickets(scenario: Scenario) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return presses that are refused, in a server whose administrators set nothing else than they have to."""
    await scenario.configure()
    openings: list[Mapping[str, Any]] = []
    claims: list[Mapping[str, Any]] = []
    for member in _members(scenario):
        channel = await scenario.open_ticket(member)
        await answered(await scenario.press(scenario.staff, channel, CLAIM))
        openings.append(await _refused(await scenario.press_open(member)))
        claims.append(await _refused(await scenario.press(scenario.other_staff, channel, CLAIM)))
    return {OPEN_REFUSED: openings, CLAIM_REFUSED: claims}


async def _press_topics(scenario: Scenario) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return presses on panels of 25 topics: some that are refused, some that are answered with a form."""
    await scenario.configure()
    channel = scenario.guild.add_text_channel("aide")
    panels = [{"channel": {"id": str(channel.id), "name": "aide"}, "topics": ["Sujet 1", "Sujet 2"]}]
    await with_topics(scenario, *TOPICS, panels=panels)
    (few,), many = channel.history, panel(scenario)
    refused: list[Mapping[str, Any]] = []
    for member in _members(scenario):
        await opened(scenario, await member.press(few, label="Sujet 2"))
        refused.append(await _refused(await member.press(few, label="Sujet 2")))
    members = _members(scenario)  # without tickets, so that they are asked
    return {
        TOPIC_REFUSED: refused,
        FORM: [await _asked(await member.press(few, label="Sujet 1")) for member in members],
        CHOSEN_FORM: [await _asked(await member.select(many, SELECT, ["25"])) for member in members],
    }


def _members(scenario: Scenario) -> list[Person]:
    return [scenario.guild.add_member(f"membre{at}", nick=f"Membre {at}", locale="fr") for at in range(MEMBERS)]


async def _refused(press: Interaction) -> Mapping[str, Any]:
    answer = await answered(press)
    assert "⛔" in str(answer.embeds), answer
    return press.payload


async def _asked(press: Interaction) -> Mapping[str, Any]:
    await acknowledged(press)
    assert press.modal is not None, press
    return press.payload


async def measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
    with tempfile.TemporaryDirectory() as folder:
        async with start_ours(Path(folder)) as own, contextlib.AsyncExitStack() as stack:
            presses = own[OPEN_REFUSED][1]
            key = presses.key.verify_key.encode().hex()
            subjects: dict[str, Subject] = {}
            for which, name in BASELINES.items():
                address, pid = await stack.enter_async_context(start_baseline(which, key))
                subjects[name] = (address, presses, pid)
            subjects |= own
            first_id = int(presses.templates[0]["id"]) + (1 << 40)
            for turn in range(options.rounds + 1):
                for at_once in AT_ONCE:
                    for name, subject in subjects.items():
                        if at_once > MOST_AT_ONCE.get(name, at_once):
                            continue
                        count = max(200 if options.quick else (1000, 2500)[at_once > 1], 4 * at_once)
                        found = await burst(subject, at_once, count, first_id)
                        first_id += count
                        if turn:  # the first warms up
                            rounds.add(f"{at_once} at once", name, **found)
    return rounds.rows(COMPARED_WITH)


async def burst(subject: Subject, at_once: int, count: int, first_id: int) -> dict[str, float]:
    address, presses, pid = subject
    requests = presses.signed(count, first_id)
    before = measurements.cpu(pid)
    made = await load_generator.run(address, requests, at_once)
    assert not made.bad, made.sample
    return {
        "presses/s": made.rate,
        "p50 ms": 1000 * made.percentile(50),
        "p99 ms": 1000 * made.percentile(99),
        "CPU µs": 1e6 * (measurements.cpu(pid) - before) / count,
    }
