"""What an opening, a refusal and a round of recovery cost as the open tickets grow, and as processes are added."""

from __future__ import annotations

import asyncio
import collections
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import figures
from tests.fakes.channels import MemoryChannels
from tests.scenarios.world import World, answered
from tests.simulator.simulator import Simulator
from tests.simulator.state import Limits
from ticketbot import app
from ticketbot.desk import recovery
from ticketbot.desk.tickets import TicketDesk
from ticketbot.storage.contents import Contents
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.tickets import errors
from ticketbot.tickets.model import (
    Census,
    ChannelId,
    GuildConfig,
    GuildId,
    Member,
    Millis,
    Press,
    PressId,
    RoleId,
    Ticket,
    TicketState,
    UserId,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from benchmarks.figures import Options, Row

TITLE = "Growth"
SIZES: Final = (10, 1_000, 10_000, 100_000)
PROCESSES: Final = (1, 2, 4)
A_GUILD: Final = 400
"""Open tickets in each server; Discord allows 500 channels."""

OPENINGS: Final = 48
FIRST_GUILD: Final = 1_500_000_000_000_000_000


class NoDiscord(MemoryChannels):
    """Answers at once, so that what the store takes is left; counts the calls of a sweep."""

    def __init__(self, tickets: Collection[Ticket]) -> None:
        super().__init__()
        self._of_guild: dict[int, set[ChannelId]] = collections.defaultdict(set)
        for ticket in tickets:
            assert ticket.channel_id is not None
            self._of_guild[ticket.guild_id].add(ticket.channel_id)

    async def exists(self, channel_id: ChannelId) -> bool:
        del channel_id
        return True

    async def census(self, guild_id: GuildId, seated: Collection[Ticket]) -> Census:
        del seated
        self.calls.append("census")
        return Census(existing=frozenset(self._of_guild[guild_id]))


def contents(count: int) -> Contents:
    """Make open tickets in many servers."""
    tickets = [_ticket(at) for at in range(count)]
    numbers = {ticket.guild_id: ticket.number for ticket in tickets}
    return Contents(configs=[_config(guild_id) for guild_id in numbers], counters=numbers, tickets=tickets)


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
    return Ticket(
        guild_id=GuildId(FIRST_GUILD + guild),
        number=number + 1,
        opener_id=UserId(number + 1),
        opener_name="Léa Martin",
        state=TicketState.OPEN,
        created_at=Millis(1),
        changed_at=Millis(1),
        press_id=PressId(at + 1),
        slot=0,
        channel_id=ChannelId(FIRST_GUILD * 2 + at),
    )


def _press(press_id: int, member: int, guild: int) -> Press:
    return Press(
        id=PressId(press_id),
        guild_id=GuildId(FIRST_GUILD + guild),
        channel_id=ChannelId(1),
        member=Member(id=UserId(member), display_name="Léa Martin"),
    )


async def measure(options: Options) -> list[Row]:
    rounds = figures.Rounds()
    sizes = SIZES[:3] if options.quick else SIZES
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            await _grown(Path(folder) / f"{size}.sqlite3", size, rounds, options.rounds)
        for turn in range(options.rounds):
            for processes in PROCESSES:
                await _beside(Path(folder) / f"{turn}-{processes}", processes, rounds)
    return rounds.rows({})


async def _grown(path: Path, size: int, rounds: figures.Rounds, turns: int) -> None:
    store = await SqliteTicketStore.open(path)
    grown = contents(size)
    await store.restore(grown)
    channels = NoDiscord(grown.tickets)
    channels.next_id = FIRST_GUILD * 3
    desk = TicketDesk(store=store, channels=channels, clock=app.clock)
    guilds = len(grown.configs)
    press_id, after = 10**12, GuildId(0)
    for _ in range(turns):
        refusals, refused, opened = 0, 0.0, 0.0
        for at in range(OPENINGS):
            press_id += 1
            start = time.perf_counter()
            try:
                await desk.ask_opening(_press(press_id, at % min(size, A_GUILD) + 1, 0))
            except errors.AlreadyOpenError:
                refused += time.perf_counter() - start
                refusals += 1
            start = time.perf_counter()
            ticket = await desk.open(_press(press_id, press_id, at % guilds))
            opened += time.perf_counter() - start
            await store.discard(ticket)
        channels.calls.clear()
        start = time.perf_counter()
        recovered = await recovery.recover(desk, after=after)
        swept, after = time.perf_counter() - start, recovered.swept
        assert (refusals, recovered.dropped, recovered.failures) == (OPENINGS, 0, ()), recovered
        rounds.add(
            f"{size:,} open tickets",
            "the desk on SQLite, without Discord",
            **{
                "opening ms": 1000 * opened / OPENINGS,
                "refusal µs": 1e6 * refused / OPENINGS,
                "round of recovery ms": 1000 * swept,
                "servers looked at": channels.calls.count("census"),
            },
        )
    await store.close()


async def _beside(folder: Path, processes: int, rounds: figures.Rounds) -> None:
    """Let members press the panel at the same time, over several processes on one grown file."""
    limits = Limits(channels_per_category=10_000, channels_per_guild=10_000)
    async with Simulator(validate=False, limits=limits) as sim:
        world = World.build(sim, "rest", folder)
        store = await SqliteTicketStore.open(folder / "data" / "ticketbot.sqlite3")
        await store.restore(contents(1000))
        await store.close()
        world.environment["TICKETBOT_RECOVERY_SECONDS"] = "600"
        for _ in range(processes):
            await world.start_bot()
        await world.configured()
        members = [world.guild.add_member(f"membre{at}") for at in range(OPENINGS)]
        start = time.perf_counter()
        presses = [await world.press_open(member, via=world.via(at)) for at, member in enumerate(members)]
        await asyncio.gather(*(answered(press, 60) for press in presses))
        rate = OPENINGS / (time.perf_counter() - start)
        numbers = sorted(int(channel.name[:3]) for channel in world.tickets())
        assert numbers == list(range(1, OPENINGS + 1)), numbers
        rounds.add(f"{processes} REST process{'es' * (processes > 1)}", "openings at once", **{"openings/s": rate})
        await world.stop_bots()
