"""Start, first press, a round of recovery and memory with ten thousand servers, beside one server."""

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

from benchmarks import growth, measurements
from tests.fakes.owners import MemoryOwners
from tests.harness.scenario import Scenario, answered
from tests.mongo_double.control import running_in_process
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
    from ticketbot.services.store_ports import TicketStore

_T = TypeVar("_T")

TITLE = "Ten thousand servers"
SERVERS: Final = 10_000
SOME: Final = 200
"""Servers in the case between; the most with ``--quick``."""

TICKETS: Final = 10
"""Open tickets in each server."""

ROUNDS: Final = 7
"""Rounds of recovery of which the median counts."""

IDLE: Final = 10.0
"""Seconds in which requests are counted after the first press; a round of recovery and the other tasks are in them."""


async def measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
    sizes = (1, SOME) if options.quick else (1, SOME, SERVERS)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        uri = stack.enter_context(running_in_process()).uri
        for count in sizes:
            stores: dict[str, dict[str, str]] = {
                "ticketbot on SQLite": {},
                "ticketbot on MongoDB's double": {"MONGODB_URI": uri, "MONGODB_DATABASE": f"servers_{count}"},
            }
            for at, (subject, environment) in enumerate(stores.items()):
                place = Path(folder) / f"{count}-{at}"
                place.mkdir()
                await _measure_store(place, environment, count, subject, rounds, turns=2 if options.quick else 3)
    return rounds.rows({})


async def _measure_store(  # noqa: PLR0913 - a case of the bench
    folder: Path, environment: Mapping[str, str], count: int, subject: str, rounds: measurements.Rounds, *, turns: int
) -> None:
    case = f"{count:,} server{'s' * (count > 1)}, {count * TICKETS:,} open tickets"
    async with Simulator(validate=False) as sim:
        scenario = Scenario.build(sim, "rest", folder)
        scenario.environment |= environment
        await scenario.start_bot()
        await scenario.configure()
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
            await answered(await scenario.press_open(scenario.guild.add_member(f"membre{turn}")))
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
