"""Start, first press, a round of recovery and memory with many servers, some with 25 topics, beside one server."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from benchmarks import growth, measurements, press
from tests.fakes.owners import MemoryOwners
from tests.harness.scenario import Scenario, answered
from tests.mongo_double.control import running_in_process
from tests.scenarios.test_topics import SELECT, panel, with_topics
from tests.simulator.simulator import Simulator
from ticketbot import app
from ticketbot.config.settings import StoreSettings
from ticketbot.metrics.disabled import NoMetrics
from ticketbot.services import recovery
from ticketbot.services.effects import TicketEffects
from ticketbot.storage import factory
from ticketbot.storage.dump import StoreDump
from ticketbot.tickets.model import (
    ChannelId,
    GuildConfig,
    GuildId,
    RoleId,
    Ticket,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from benchmarks.measurements import Options, Row
    from tests.simulator.interactions import Interaction
    from ticketbot.services.store_ports import TicketStore

_T = TypeVar("_T")

TITLE = "Ten thousand servers"
SERVERS: Final = 10_000
SOME: Final = 200
"""Servers in the case between; the most with ``--quick``."""

WITH_TOPICS: Final = 1_000
"""Servers of which each has as many topics as it may have; ``SOME`` of them with ``--quick``."""

TICKETS: Final = 10
"""Open tickets in each server."""

ROUNDS: Final = 7
"""Rounds of recovery of which the median counts."""

IDLE: Final = 10.0
"""Seconds in which requests are counted after the first press; a round of recovery and the other tasks are in them."""


async def measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
    sizes = ((1, False), (SOME, False), (SOME, True))
    if not options.quick:
        sizes = ((1, False), (SOME, False), (WITH_TOPICS, True), (SERVERS, False))
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        uri = stack.enter_context(running_in_process()).uri
        for count, has_topics in sizes:
            stores: dict[str, dict[str, str]] = {
                "ticketbot on SQLite": {},
                "ticketbot on MongoDB's double": {
                    "MONGODB_URI": uri,
                    "MONGODB_DATABASE": f"servers_{count}_{has_topics:d}",
                },
            }
            for at, (subject, environment) in enumerate(stores.items()):
                place = Path(folder) / f"{count}-{has_topics:d}-{at}"
                place.mkdir()
                turns = 2 if options.quick else 3
                await _measure_store(place, environment, count, subject, rounds, has_topics=has_topics, turns=turns)
    return rounds.rows({})


async def _measure_store(  # noqa: PLR0913 - a case of the bench
    folder: Path,
    environment: Mapping[str, str],
    count: int,
    subject: str,
    rounds: measurements.Rounds,
    *,
    has_topics: bool,
    turns: int,
) -> None:
    topics = f", {len(press.TOPICS)} topics each" * has_topics
    case = f"{count:,} server{'s' * (count > 1)}{topics}, {count * TICKETS:,} open tickets"
    async with Simulator(validate=False) as sim:
        scenario = Scenario.build(sim, "rest", folder)
        scenario.environment |= environment
        await scenario.start_bot()
        await scenario.configure()
        if has_topics:
            await with_topics(scenario, *press.TOPICS)
        await scenario.stop_bots()
        settings = StoreSettings.model_validate({"TICKETBOT_DATA": scenario.data, **environment})
        store = await factory.open_store(settings, _once)
        configs = await store.configs(after=GuildId(0))
        contents = _contents(scenario, configs[0], count)
        await store.restore(contents)
        round_ms, looked_at = await _round_of_recovery(store, contents)
        await store.close()
        for turn in range(turns):
            start = time.perf_counter()
            bot = await scenario.start_bot()
            ready = time.perf_counter() - start
            used = measurements.cpu(bot.process.pid)
            mark = len(sim.calls)
            start = time.perf_counter()
            await answered(await _press(scenario, f"membre{turn}", has_topics=has_topics))
            pressed = time.perf_counter() - start
            await asyncio.sleep(IDLE)
            rounds.add(
                case,
                subject,
                **{
                    "first press ms": 1000 * pressed,
                    "s to ready": ready,
                    "CPU s to ready": used,
                    "round of recovery ms": round_ms,
                    "servers looked at": looked_at,
                    "MiB resident": measurements.resident(bot.process.pid),
                    f"requests in {IDLE:.0f} s": len(sim.calls) - mark,
                },
            )
            await scenario.stop_bots()


async def _press(scenario: Scenario, name: str, *, has_topics: bool) -> Interaction:
    """Let a new member open a ticket, of a topic without questions if there are topics."""
    member = scenario.guild.add_member(name)
    if not has_topics:
        return await scenario.press_open(member)
    plain = next(str(at) for at, topic in enumerate(press.TOPICS, start=1) if not topic["questions"])
    return await member.select(panel(scenario), SELECT, [plain])


def _contents(scenario: Scenario, config: GuildConfig, count: int) -> StoreDump:
    """Return the configurations of all servers but the first, and open tickets in all, whose channels exist."""
    configs: list[GuildConfig] = []
    tickets: list[Ticket] = []
    counters: dict[GuildId, int] = {}
    for at in range(count):
        guild = scenario.sim.add_guild(f"server {at}") if at else scenario.guild
        guild_id = GuildId(guild.id)
        if at:
            configs.append(
                attrs.evolve(
                    config,
                    guild_id=guild_id,
                    transcript_channel_id=ChannelId(guild.add_text_channel("transcripts").id),
                    staff_role_ids=(RoleId(guild.add_role("Support").id),),
                    revision=0,
                )
            )
        counters[guild_id] = TICKETS
        channels = [guild.add_text_channel(f"{number:03}-ticket") for number in range(1, TICKETS + 1)]
        tickets += [
            growth.open_ticket(guild_id, number, channel_id=channel.id, opener_id=channel.id + 1, press=channel.id + 2)
            for number, channel in enumerate(channels, 1)
        ]
    return StoreDump(configs=configs, counters=counters, tickets=tickets)


async def _round_of_recovery(store: TicketStore, contents: StoreDump) -> tuple[float, int]:
    """Return the median of some rounds in ms, and in how many servers each looked for deleted channels."""
    channels = growth.NoDiscord(contents.tickets)
    effects = TicketEffects(
        store=store,
        channels=channels,
        transcripts=channels,
        metrics=NoMetrics(),
        clock=app.clock,
        owners=MemoryOwners(),
    )
    gc.collect()
    gc.freeze()  # the contents and the simulator's channels are no part of the bot
    taken: list[float] = []
    try:
        for _ in range(ROUNDS):
            start = time.perf_counter()
            recovered = await recovery.recover(effects)
            taken.append(time.perf_counter() - start)
            assert (recovered.dropped, recovered.failures) == (0, ()), recovered
    finally:
        gc.unfreeze()
    return 1000 * statistics.median(taken), channels.calls.count("audit") // ROUNDS


async def _once(_name: str, call: Callable[[], Awaitable[_T]]) -> _T:
    return await call()
