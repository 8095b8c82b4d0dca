"""The cost of an opening, a refusal and a round of recovery, with more open tickets and with more processes."""

from __future__ import annotations

import asyncio
import collections
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import measurements
from tests.fakes.channels import MemoryChannels
from tests.fakes.owners import MemoryOwners
from tests.harness.scenario import Scenario, answered
from tests.simulator.simulator import Simulator
from tests.simulator.state import Limits
from ticketbot import app
from ticketbot.metrics.disabled import NoMetrics
from ticketbot.services import recovery
from ticketbot.services.effects import TicketEffects
from ticketbot.services.tickets import TicketService
from ticketbot.storage.dump import StoreDump
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import (
    ChannelAudit,
    ChannelId,
    GuildConfig,
    GuildId,
    InteractionId,
    Member,
    Millis,
    Request,
    RoleId,
    Ticket,
    TicketState,
    UserId,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from benchmarks.measurements import Options, Row

TITLE = "Growth"
SIZES: Final = (10, 1_000, 10_000, 100_000)
PROCESSES: Final = (1, 2, 4)
A_GUILD: Final = 400
"""Open tickets in each server; Discord allows 500 channels."""

OPENINGS: Final = 48
FIRST_GUILD: Final = 1_500_000_000_000_000_000


class NoDiscord(MemoryChannels):
    """Answers immediately, so that only the store's time is measured; counts the calls of a round of recovery."""

    def __init__(self, tickets: Collection[Ticket]) -> None:
        super().__init__()
        self._of_guild: dict[int, set[ChannelId]] = collections.defaultdict(set)
        for ticket in tickets:
            assert ticket.channel_id is not None
            self._of_guild[ticket.guild_id].add(ticket.channel_id)

    async def exists(self, channel_id: ChannelId) -> bool:
        del channel_id
        return True

    async def opener_sees(self, ticket: Ticket) -> bool:
        del ticket
        return True

    async def audit(self, guild_id: GuildId, attached: Collection[Ticket]) -> ChannelAudit:
        del attached
        self.calls.append("audit")
        return ChannelAudit(existing=frozenset(self._of_guild[guild_id]))


def contents(count: int) -> StoreDump:
    """Return open tickets in many servers."""
    tickets = [_ticket(at) for at in range(count)]
    numbers = {ticket.guild_id: ticket.number for ticket in tickets}
    return StoreDump(configs=[_config(guild_id) for guild_id in numbers], counters=numbers, tickets=tickets)


def _config(guild_id: GuildId) -> GuildConfig:
    channel = ChannelId(guild_id + 1)
    return GuildConfig(
        guild_id=guild_id,
        panel_channel_id=channel,
        transcript_channel_id=channel,
        category_id=channel,
        staff_role_ids=(RoleId(guild_id + 2),),
    )


def _ticket(at: int) -> Ticket:
    guild, number = divmod(at, A_GUILD)
    return open_ticket(
        FIRST_GUILD + guild, number + 1, channel_id=FIRST_GUILD * 2 + at, opener_id=number + 1, press=at + 1
    )


def open_ticket(guild_id: int, number: int, *, channel_id: int, opener_id: int, press: int) -> Ticket:
    """Return an open ticket as it is stored; ``press`` is the interaction that opened it."""
    return Ticket(
        guild_id=GuildId(guild_id),
        number=number,
        opener_id=UserId(opener_id),
        opener_name="Léa Martin",
        state=TicketState.OPEN,
        created_at=Millis(1),
        changed_at=Millis(1),
        interaction_id=InteractionId(press),
        slot=0,
        channel_id=ChannelId(channel_id),
    )


def _press(interaction_id: int, member: int, guild: int) -> Request:
    return Request(
        id=InteractionId(interaction_id),
        guild_id=GuildId(FIRST_GUILD + guild),
        channel_id=ChannelId(1),
        member=Member(id=UserId(member), display_name="Léa Martin"),
    )


async def measure(options: Options) -> list[Row]:
    rounds = measurements.Rounds()
    sizes = SIZES[:3] if options.quick else SIZES
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            await _measure_size(Path(folder) / f"{size}.sqlite3", size, rounds, options.rounds)
        for turn in range(options.rounds):
            for processes in PROCESSES:
                await _open_together(Path(folder) / f"{turn}-{processes}", processes, rounds)
    return rounds.rows({})


async def _measure_size(path: Path, size: int, rounds: measurements.Rounds, turns: int) -> None:
    store = await SqliteTicketStore.open(path)
    grown = contents(size)
    await store.restore(grown)
    channels = NoDiscord(grown.tickets)
    channels.next_id = FIRST_GUILD * 3
    effects = TicketEffects(
        store=store,
        channels=channels,
        transcripts=channels,
        metrics=NoMetrics(),
        clock=app.clock,
        owners=MemoryOwners(),
    )
    service = TicketService(effects=effects)
    guilds = len(grown.configs)
    interaction_id, after = 10**12, GuildId(0)
    for _ in range(turns):
        refusals, refused, opened = 0, 0.0, 0.0
        for at in range(OPENINGS):
            interaction_id += 1
            start = time.perf_counter()
            try:
                await service.check_may_open(_press(interaction_id, at % min(size, A_GUILD) + 1, 0))
            except errors.AlreadyOpenError:
                refused += time.perf_counter() - start
                refusals += 1
            start = time.perf_counter()
            ticket = await service.open(_press(interaction_id, interaction_id, at % guilds))
            opened += time.perf_counter() - start
            await store.discard(ticket)
        channels.calls.clear()
        start = time.perf_counter()
        recovered = await recovery.recover(effects, after=after)
        swept, after = time.perf_counter() - start, recovered.swept
        assert (refusals, recovered.dropped, recovered.failures) == (OPENINGS, 0, ()), recovered
        rounds.add(
            f"{size:,} open tickets",
            "the services on SQLite, without Discord",
            **{
                "opening ms": 1000 * opened / OPENINGS,
                "refusal µs": 1e6 * refused / OPENINGS,
                "round of recovery ms": 1000 * swept,
                "servers looked at": channels.calls.count("audit"),
            },
        )
    await store.close()


async def _open_together(folder: Path, processes: int, rounds: measurements.Rounds) -> None:
    """Open tickets at the same time through several processes, which share one file with many tickets."""
    limits = Limits(channels_per_category=10_000, channels_per_guild=10_000)
    async with Simulator(validate=False, limits=limits) as sim:
        scenario = Scenario.build(sim, "rest", folder)
        store = await SqliteTicketStore.open(folder / "data" / "ticketbot.sqlite3")
        await store.restore(contents(1000))
        await store.close()
        scenario.environment |= {"TICKETBOT_RECOVERY_SECONDS": "600", "TICKETBOT_REQUESTS_PER_SECOND": "10000"}
        for _ in range(processes):
            await scenario.start_bot()
        await scenario.configure()
        members = [scenario.guild.add_member(f"membre{at}") for at in range(OPENINGS)]
        start = time.perf_counter()
        presses = [await scenario.press_open(member, via=scenario.via(at)) for at, member in enumerate(members)]
        await asyncio.gather(*(answered(press, 60) for press in presses))
        rate = OPENINGS / (time.perf_counter() - start)
        numbers = sorted(int(channel.name[:3]) for channel in scenario.tickets())
        assert numbers == list(range(1, OPENINGS + 1)), numbers
        rounds.add(f"{processes} REST process{'es' * (processes > 1)}", "openings at once", **{"openings/s": rate})
        await scenario.stop_bots()
