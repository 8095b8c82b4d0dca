"""Recovery: finishes what dead processes left, and discards tickets whose channel was deleted by hand."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.services.effects import INTERACTION_MEMORY
from ticketbot.services.paging import all_tickets
from ticketbot.services.staff_access import StaffAccess
from ticketbot.services.work import key_of
from ticketbot.tickets import errors, lifecycle, limits
from ticketbot.tickets.model import GuildId, InteractionId, Millis, TicketState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ticketbot.services.effects import TicketEffects
    from ticketbot.tickets.model import GuildConfig, Ticket

BEFORE_ALL_GUILDS: Final = GuildId(0)
"""An id below that of any server."""

GUILDS_PER_ROUND: Final = 20
"""In how many servers a round looks for channels that were deleted by hand. Each costs two calls.

There is no hurry: a member's next request checks their own channel, and a server where one is found deleted is looked
at in the next round.
"""

ABSENT_RETRY: Final = 60 * 60_000
"""Milliseconds after which a server that the bot was removed from is tried again: it may have been invited back."""

_UNKNOWN_GUILD: Final = 10004
"""Discord's code for a server that does not exist, or that the bot is not in."""

_PAGE: Final = 100
_AT_ONCE: Final = 5
"""How many tickets are finished at the same time."""

_CLOCK_SKEW: Final = 60_000
"""Milliseconds by which the clocks of two hosts may differ without a word."""

_END_OF_TIME: Final = Millis(2**63 - 1)


class AbsentGuilds:
    """Servers that the bot was removed from, as far as this process noticed; recovery leaves them alone for a while."""

    def __init__(self) -> None:
        self._retry_at: dict[GuildId, Millis] = {}

    def is_skipped(self, guild_id: GuildId, now: Millis) -> bool:
        """Return whether it is too early to try a server again."""
        return now < self._retry_at.get(guild_id, 0) <= now + ABSENT_RETRY

    def add(self, guild_id: GuildId, now: Millis) -> bool:
        """Note that the bot is not in a server; return whether that is new."""
        is_new = guild_id not in self._retry_at
        self._retry_at[guild_id] = Millis(now + ABSENT_RETRY)
        return is_new

    def remove(self, guild_id: GuildId) -> None:
        """Note that the bot is in a server."""
        self._retry_at.pop(guild_id, None)


@attrs.frozen(kw_only=True)
class RecoveryResult:
    """What a round of recovery did."""

    finished: int = 0
    """Interrupted moves that were finished."""
    dropped: int = 0
    """Records whose channel was gone."""
    failures: tuple[Exception, ...] = ()
    """What failed, each with a note that names the ticket or the server; the next round tries again."""
    absent: tuple[GuildId, ...] = ()
    """Servers that the bot was removed from, each in the round in which that was noticed."""
    ahead: tuple[str, ...] = ()
    """Unfinished tickets that were changed in the future, by this clock."""
    set_aside: tuple[str, ...] = ()
    """Tickets that could not be finished for a day; the next attempt is in a day, or at a member's press."""
    swept: GuildId = BEFORE_ALL_GUILDS
    """Up to which server channels were checked; 0 when there are none after it."""


async def recover(
    effects: TicketEffects,
    *,
    after: GuildId = BEFORE_ALL_GUILDS,
    every: int | None = None,
    absent: AbsentGuilds | None = None,
) -> RecoveryResult:
    """Finish unfinished tickets, and look for deleted channels in some servers, with ids above ``after``.

    Also looked into are servers in which this process found a deleted channel, or created one once more a short while
    ago: the first one may appear late, and be a second one then.

    One ticket's failure does not stop the others. Several processes may do this at once: an unfinished ticket is
    finished by the one that takes it over, and deleted channels are looked for by one process every ``every``
    milliseconds (None: by this one). ``absent`` is kept from round to round.
    """
    absent = AbsentGuilds() if absent is None else absent
    finished = await finish_all(effects, absent=absent)
    now = effects.clock()
    await effects.store.forget_interactions(before=Millis(now - INTERACTION_MEMORY))
    await effects.store.forget_openings(before=Millis(now - limits.WINDOW))
    in_turn = every is None or await _takes_sweep(effects, every)
    configs = await effects.store.configs(after=after, limit=GUILDS_PER_ROUND) if in_turn else ()
    with_reason = (*effects.work.take_suspects(GUILDS_PER_ROUND), *effects.work.guilds_of_recreations(now=now))
    guild_ids = dict.fromkeys([*(config.guild_id for config in configs), *with_reason])
    swept = await _sweep(effects, guild_ids, absent)
    if in_turn:
        after = configs[-1].guild_id if len(configs) == GUILDS_PER_ROUND else BEFORE_ALL_GUILDS
    return RecoveryResult(
        finished=finished.finished,
        dropped=finished.dropped + swept.dropped,
        failures=finished.failures + swept.failures,
        absent=finished.absent + swept.absent,
        ahead=finished.ahead,
        set_aside=finished.set_aside,
        swept=after,
    )


async def finish_all(effects: TicketEffects, *, absent: AbsentGuilds | None = None) -> RecoveryResult:
    """Finish the unfinished tickets that no process is at, but for those whose next attempt is not due.

    One ticket's failure does not stop the others. Of several processes, one takes each ticket over.
    """
    absent = AbsentGuilds() if absent is None else absent
    run = _Run(effects, absent)
    seen: set[tuple[GuildId, int]] = set()
    while page := [
        ticket
        for ticket in await effects.store.unfinished(before=_END_OF_TIME, limit=_PAGE + len(seen))
        if key_of(ticket) not in seen
    ]:
        seen.update(map(key_of, page))
        await asyncio.gather(*map(run.finish, page))
    effects.work.retain(seen)
    return run.result()


class _Run:
    """One run over the unfinished tickets, and what came of it."""

    def __init__(self, effects: TicketEffects, absent: AbsentGuilds) -> None:
        self._effects = effects
        self._absent = absent
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._finished = self._dropped = 0
        self._failures: list[Exception] = []
        self._noticed: list[GuildId] = []
        self._ahead: list[str] = []
        self._set_aside: list[str] = []

    def result(self) -> RecoveryResult:
        """Return what was done so far."""
        return RecoveryResult(
            finished=self._finished,
            dropped=self._dropped,
            failures=tuple(self._failures),
            absent=tuple(self._noticed),
            ahead=tuple(self._ahead),
            set_aside=tuple(self._set_aside),
        )

    async def finish(self, ticket: Ticket) -> None:
        """Finish a ticket, unless it must wait."""
        effects = self._effects
        if ticket.changed_at > effects.clock() + _CLOCK_SKEW:
            self._ahead.append(_name(ticket))
        if not effects.is_abandoned(ticket):
            effects.work.forget(ticket)
            return
        if not effects.work.is_due(ticket, now=effects.clock()):
            return
        async with self._slots:
            await self._attempt(ticket)

    async def _attempt(self, ticket: Ticket) -> None:
        if self._absent.is_skipped(ticket.guild_id, self._effects.clock()):
            return
        try:
            is_finished = await _finish(self._effects, ticket)
            self._finished += is_finished  # not in one statement: others add to it during an await
        except errors.ChannelGoneError:
            self._dropped += 1
        except errors.UnreadableRecordError:
            pass  # the store has logged it, and only an operator can mend it
        except Exception as error:  # noqa: BLE001 - whatever it is, the other tickets must be finished
            if _may_be_absence(error) and await _is_absent(self._effects, ticket.guild_id):
                self._noticed += [ticket.guild_id] if self._absent.add(ticket.guild_id, self._effects.clock()) else []
                return
            error.add_note(_name(ticket))
            self._failures.append(error)
            await self._note_failure(ticket)

    async def _note_failure(self, ticket: Ticket) -> None:
        """Record since when a ticket cannot be finished, and plan the next attempt: daily once that is a day."""
        effects, now = self._effects, self._effects.clock()
        effects.work.retry_later(ticket, now=now)
        with contextlib.suppress(errors.StaleTicketError, errors.StoreUnavailableError, errors.UnreadableRecordError):
            current = await effects.store.by_number(ticket.guild_id, ticket.number)
            if current is None or not current.is_unfinished or not effects.is_abandoned(current):
                return
            if current.failing_since is None or current.failing_since > now:
                await effects.store.swap(current, lifecycle.note_failure(current, at=now))
            elif lifecycle.is_set_aside(current, at=now):
                effects.work.retry_later(ticket, now=now, pause=lifecycle.SET_ASIDE_AFTER)
                self._set_aside.append(_name(ticket))


def _name(ticket: Ticket) -> str:
    return f"ticket {ticket.number} of server {ticket.guild_id}"


def _may_be_absence(error: Exception) -> bool:
    return isinstance(error, errors.MissingPermissionsError) or (
        isinstance(error, errors.DiscordRefusedError) and error.code == _UNKNOWN_GUILD
    )


async def _is_absent(effects: TicketEffects, guild_id: GuildId) -> bool:
    """Return whether the bot cannot even list a server's channels, which every member can."""
    try:
        await effects.channels.audit(guild_id, ())
    except errors.TicketError as error:
        return _may_be_absence(error)
    return False


async def _finish(effects: TicketEffects, ticket: Ticket) -> bool:
    config = await effects.store.config(ticket.guild_id)
    if config is None:
        return False
    if _is_in_doubt(effects, ticket) and not await effects.channels.find(ticket):
        effects.work.retry_later(ticket, now=effects.clock())
        return False  # discarded now, it could get a channel later, without a record
    async with contextlib.AsyncExitStack() as stack:
        try:
            taken = await stack.enter_async_context(effects.take_over(ticket))
        except errors.StaleTicketError:
            return False  # another process was faster, or a member
        if taken.state is TicketState.RESERVED:
            return await _finish_opening(effects, taken, config)
        if taken.state is TicketState.DELETING:
            await effects.finish_deletion(taken, config, may_be_posted=True, retries_later=True)
        else:
            await effects.finish_move(taken, config)
    return True


def _is_in_doubt(effects: TicketEffects, ticket: Ticket) -> bool:
    """Return whether Discord may still create the channel of a ticket."""
    since = ticket.creation_unknown_since
    return since is not None and 0 <= effects.clock() - since < effects.takeover_after_ms


async def _finish_opening(effects: TicketEffects, reserved: Ticket, config: GuildConfig) -> bool:
    """Attach the channel if it was created; otherwise create it, or discard the ticket if nobody waits for it."""
    found = await effects.find_channel(reserved)
    if found is not None:
        await effects.attach_and_welcome(reserved, found, config)
    elif reserved.creation_unknown_since is not None or not lifecycle.is_awaited(reserved, at=effects.clock()):
        await effects.store.discard(reserved)
    else:
        await effects.recreate_channel(reserved, config)
    return True


async def _takes_sweep(effects: TicketEffects, every: int) -> bool:
    """Return whether this process is the first of this period, recorded like an interaction with a negative id."""
    now = effects.clock()
    return await effects.store.record_interaction(InteractionId(-(now // every)), now=now)


async def _sweep(effects: TicketEffects, guild_ids: Iterable[GuildId], absent: AbsentGuilds) -> RecoveryResult:
    dropped = 0
    failures: list[Exception] = []
    noticed: list[GuildId] = []
    for guild_id in guild_ids:
        if absent.is_skipped(guild_id, effects.clock()):
            continue
        try:
            dropped += await _sweep_guild(effects, guild_id)
            await StaffAccess(store=effects.store, channels=effects.channels).apply(guild_id)
            absent.remove(guild_id)
        except Exception as error:  # noqa: BLE001 - as above, for other servers
            if _may_be_absence(error):
                noticed += [guild_id] if absent.add(guild_id, effects.clock()) else []
                continue
            error.add_note(f"server {guild_id}")
            failures.append(error)
    return RecoveryResult(dropped=dropped, failures=tuple(failures), absent=tuple(noticed))


async def _sweep_guild(effects: TicketEffects, guild_id: GuildId) -> int:
    # Records first, channels second: a channel that is created in between cannot look missing.
    attached = [ticket async for ticket in all_tickets(effects.store, guild_id) if ticket.channel_id is not None]
    if not attached:
        return 0
    audit = await effects.channels.audit(guild_id, attached)
    gone = [ticket for ticket in attached if ticket.channel_id not in audit.existing]
    dropped = sum([await _drop(effects, ticket) for ticket in gone])
    for ticket, duplicate in audit.duplicates:
        await effects.channels.delete_unused(ticket, duplicate)
    return dropped


async def _drop(effects: TicketEffects, ticket: Ticket) -> bool:
    """Discard a ticket, unless another process was faster or its channel exists after all: lists may be incomplete."""
    assert ticket.channel_id is not None, "only a ticket with a channel can have lost it"
    if await effects.channels.exists(ticket.channel_id):
        return False
    try:
        await effects.store.discard(ticket)
    except errors.StaleTicketError:
        return False
    return True
