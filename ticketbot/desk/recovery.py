"""Finish what dead processes left, and forget tickets whose channel was deleted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import GuildId, Millis, PressId, TicketState

if TYPE_CHECKING:
    from ticketbot.desk.tickets import TicketDesk
    from ticketbot.tickets.model import GuildConfig, Ticket

PRESS_MEMORY: Final = 15 * 60_000
"""Milliseconds for which a press is remembered: as long as Discord's interaction tokens are valid."""

START: Final = GuildId(0)
"""Before the first of all servers."""

GUILDS_A_ROUND: Final = 20
"""In how many servers a round looks for channels that were deleted by hand: each costs two calls.

It is in no hurry: a member's next press looks at their own channel.
"""

_PAGE: Final = 100


@attrs.frozen(kw_only=True)
class Recovered:
    """What a round of recovery did."""

    finished: int = 0
    """Interrupted moves that were brought to their end."""
    dropped: int = 0
    """Records whose channel was gone."""
    failures: tuple[Exception, ...] = ()
    """What stood in the way, each with a note that names the ticket or the server; the next round tries again."""
    swept: GuildId = START
    """Up to which server channels were looked for; 0 when there are none after it."""


async def recover(desk: TicketDesk, *, after: GuildId = START, every: int | None = None) -> Recovered:
    """Finish what is unfinished, and look for what is gone in some servers, with ids above ``after``.

    One ticket's trouble does not keep the others waiting. Several processes may do this at once: each unfinished ticket
    is worked on by the one that gets its lease, and what is gone is looked for by one of those that do so ``every`` so
    many milliseconds (None: by this one).
    """
    await desk.store.forget_presses(before=Millis(desk.clock() - PRESS_MEMORY))
    finished = await _finish_all(desk)
    in_turn = every is None or await _takes_turn(desk, every)
    swept = await _sweep(desk, after) if in_turn else Recovered(swept=after)
    return Recovered(
        finished=finished.finished,
        dropped=finished.dropped + swept.dropped,
        failures=finished.failures + swept.failures,
        swept=swept.swept,
    )


async def _finish_all(desk: TicketDesk) -> Recovered:
    finished = dropped = 0
    failures: list[Exception] = []
    before = Millis(desk.clock() - desk.at_work)
    seen: set[tuple[GuildId, int]] = set()
    while page := [one for one in await desk.store.unfinished(before=before, limit=_PAGE) if _key(one) not in seen]:
        for ticket in page:
            seen.add(_key(ticket))
            try:
                finished += await _finish(desk, ticket)
            except errors.ChannelGoneError:
                dropped += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not keep the other tickets waiting
                error.add_note(f"ticket {ticket.number} of server {ticket.guild_id}")
                failures.append(error)
    return Recovered(finished=finished, dropped=dropped, failures=tuple(failures))


def _key(ticket: Ticket) -> tuple[GuildId, int]:
    return ticket.guild_id, ticket.number


async def _finish(desk: TicketDesk, ticket: Ticket) -> bool:
    now = desk.clock()
    if ticket.doubtful_since is not None and now - ticket.doubtful_since < desk.at_work:
        return False  # given back now, it could get a channel later, without a record
    config = await desk.store.config(ticket.guild_id)
    if config is None or not await desk.store.lease(ticket, now=now, until=Millis(now + desk.at_work)):
        return False
    # The swap fails if the ticket was moved since it was listed; then it is in somebody's hands.
    ticket = await desk.swap(ticket, lifecycle.keep_going(ticket, at=now))
    if ticket.state is TicketState.RESERVED:
        await _finish_opening(desk, ticket, config)
    elif ticket.state is TicketState.DELETING:
        await desk.finish_deletion(ticket, config, again=True, resumed=True)
    else:
        await desk.show(ticket, config)
    return True


async def _finish_opening(desk: TicketDesk, reserved: Ticket, config: GuildConfig) -> None:
    """Seat the ticket if its channel was created; give number and slot back otherwise, nobody waits any more."""
    found = await desk.find_seat(reserved)
    if found is None:
        await desk.store.discard(reserved)
    else:
        await desk.welcome(reserved, found, config)


async def _takes_turn(desk: TicketDesk, every: int) -> bool:
    """Take a round as a press is taken: once. Its number is made of the time, and negative, as no press's is."""
    now = desk.clock()
    return await desk.store.take_press(PressId(-(now // every)), now=now)


async def _sweep(desk: TicketDesk, after: GuildId) -> Recovered:
    dropped = 0
    failures: list[Exception] = []
    configs = await desk.store.configs(after=after, limit=GUILDS_A_ROUND)
    for config in configs:
        try:
            dropped += await _sweep_guild(desk, config.guild_id)
        except Exception as error:  # noqa: BLE001 - nor must one server keep the others
            error.add_note(f"server {config.guild_id}")
            failures.append(error)
    swept = configs[-1].guild_id if len(configs) == GUILDS_A_ROUND else START
    return Recovered(dropped=dropped, failures=tuple(failures), swept=swept)


async def _sweep_guild(desk: TicketDesk, guild_id: GuildId) -> int:
    # Records first, channels second: a channel that is created in between cannot look missing.
    seated: list[Ticket] = []
    number = 0
    while page := await desk.store.tickets_of(guild_id, after=number, limit=_PAGE):
        number = page[-1].number
        seated.extend(ticket for ticket in page if ticket.channel_id is not None)
    if not seated:
        return 0
    census = await desk.channels.census(guild_id, seated)
    gone = [ticket for ticket in seated if ticket.channel_id not in census.existing]
    dropped = sum([await _drop(desk, ticket) for ticket in gone])
    for double in census.doubles:
        await desk.channels.delete(double)
    return dropped


async def _drop(desk: TicketDesk, ticket: Ticket) -> bool:
    """Forget a ticket, unless somebody else was faster, or its channel is there after all: lists may be incomplete."""
    assert ticket.channel_id is not None, "only a ticket with a channel can have lost it"
    if await desk.channels.exists(ticket.channel_id):
        return False
    try:
        await desk.store.discard(ticket)
    except errors.StaleTicketError:
        return False
    return True
