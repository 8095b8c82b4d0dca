"""TicketDesk: the five verbs. Each writes down what it is about to do, does it, and notes that it was done.

A process that dies in between leaves a record that says what is missing; ``recover`` finishes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import weakref
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.desk.steps import Steps
from ticketbot.tickets import access, errors, lifecycle
from ticketbot.tickets.model import GuildId, Notice, TicketState, UserId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.tickets.model import ChannelId, GuildConfig, Press, Ticket

    Announce = Callable[[Ticket, GuildConfig], Awaitable[bool]]
    """Tells of a move in a server as the answer to its press; false when that is no longer possible."""

_LOOKS: Final = 20
_LOOK_PAUSE: Final = 0.25
"""How often, and after how many seconds each, a second press looks for the channel that the first one opens."""

_TRIES: Final = 3
"""How often a move is made on a ticket that others move at the same instant; each look is a fresh one."""

_REOPEN_SLOTS: Final = 25
"""How many live tickets of one member staff can bring about by reopening; far above any sensible limit."""


@attrs.frozen(kw_only=True)
class TicketDesk(Steps):
    """Open, claim, close, reopen and delete tickets.

    Every verb may raise the errors of its ports besides those that it names; the member is told either.
    A verb that was interrupted goes on when it is asked for again.
    """

    max_open_tickets: int = 1
    """Live tickets of one member in one server."""
    _openings: weakref.WeakValueDictionary[tuple[GuildId, UserId], asyncio.Lock] = attrs.field(
        factory=weakref.WeakValueDictionary[tuple[GuildId, UserId], asyncio.Lock], init=False, repr=False
    )

    async def open(self, press: Press) -> Ticket:
        """Open a ticket for the member who pressed.

        Raises
        ------
        AlreadyOpenError
            The member has as many live tickets as allowed.
        """
        await self._take(press)
        config = await self._config(press.guild_id)
        # Of a member's presses here at the same instant one takes a number; elsewhere the store decides, after it.
        async with self._openings.setdefault((press.guild_id, press.member.id), asyncio.Lock()):
            ticket = await self._in_the_way(press) or await self._reserve(press)
        if ticket.press_id == press.id:
            return await self.seat(ticket, config)
        if self._is_left_reserved(ticket):
            resumed = await self.swap(ticket, lifecycle.keep_going(ticket, at=self.clock()))
            found = await self.find_seat(resumed)
            return await (self.seat(resumed, config) if found is None else self.welcome(resumed, found, config))
        raise errors.AlreadyOpenError(await self._channel_soon(ticket))

    async def ask_opening(self, press: Press) -> None:
        """Refuse at once, and write nothing, where the member clearly has their tickets; ``open`` decides the rest.

        Raises
        ------
        AlreadyOpenError
            The member has as many live tickets as allowed, and their channels are there.
        """
        live = await self.store.live_of(press.guild_id, press.member.id)
        if len(live) < self.max_open_tickets:
            return
        for ticket in live:
            if ticket.channel_id is None or not await self.channels.exists(ticket.channel_id):
                return
        raise errors.AlreadyOpenError(live[0].channel_id)

    async def claim(self, press: Press, announce: Announce) -> Ticket:
        """Make the member who pressed the claimer; ``announce`` tells the channel.

        Raises
        ------
        AlreadyClaimedError, OpenerCannotClaimError, NotStaffError
            The member cannot be the claimer.
        """
        config = await self._config(press.guild_id)

        def move(ticket: Ticket) -> Ticket | None:
            access.require_may_claim(ticket, config, press.member)
            if ticket.claimer_id == press.member.id and self._is_left(ticket, Notice.CLAIMED):
                return None
            return lifecycle.claim(ticket, press, at=self.clock())

        await self._begin(press, move)
        ticket, claimed = await self._move(press, move)
        if claimed is None:
            return await self.show(ticket, config)
        if not await announce(claimed, config):
            return await self.show(claimed, config)  # which looks first: the announcement may stand all the same
        return await self.noted(claimed)

    async def close(self, press: Press) -> Ticket:
        """Close the ticket: the opener no longer sees the channel.

        Raises
        ------
        NotParticipantError, WrongStateError
            It is not the member's to close, or it is not open.
        """
        config = await self._config(press.guild_id)

        def move(ticket: Ticket) -> Ticket | None:
            access.require_may_close(ticket, config, press.member)
            if self._is_left(ticket, Notice.CLOSED):
                return None
            return lifecycle.close(ticket, press, at=self.clock())

        await self._begin(press, move)
        ticket, closed = await self._move(press, move)
        return await (self.show(ticket, config) if closed is None else self.show(closed, config, undo=ticket))

    async def reopen(self, press: Press) -> Ticket:
        """Open a closed ticket again: the opener sees the channel as before.

        Raises
        ------
        NotStaffError, WrongStateError
            It is not the member's to reopen, or it is not closed.
        """
        config = await self._config(press.guild_id)

        def move(ticket: Ticket, slot: int) -> Ticket | None:
            access.require_staff(ticket, config, press.member)
            if self._is_left(ticket, Notice.REOPENED):
                return None
            return lifecycle.reopen(ticket, press, slot=slot, at=self.clock())

        await self._begin(press, functools.partial(move, slot=0))
        for slot in range(_REOPEN_SLOTS):
            try:
                ticket, reopened = await self._move(press, functools.partial(move, slot=slot))
            except errors.SlotTakenError:
                continue
            return await (self.show(ticket, config) if reopened is None else self.show(reopened, config, undo=ticket))
        raise errors.AlreadyOpenError(None)

    async def ask_deletion(self, press: Press) -> Ticket:
        """Check that the member could delete the ticket, before they are asked whether they mean it.

        Raises
        ------
        NotStaffError, WrongStateError
            It is not the member's to delete, or it is not closed.
        """
        config = await self._config(press.guild_id)
        ticket = await self._ticket(press)
        access.require_staff(ticket, config, press.member)
        if not self._is_left_deleting(ticket):
            lifecycle.begin_deletion(ticket, press, at=self.clock())
        return ticket

    async def delete(self, press: Press, announce: Announce) -> None:
        """Post the transcript, read it back, then delete the channel and the record: only the counter stays.

        ``announce`` tells the member that it was begun.

        Raises
        ------
        NotStaffError, WrongStateError, StaleTicketError
            It is not the member's to delete, it is not closed, or somebody else just moved it.
        TranscriptNotVerifiedError, TranscriptTooLargeError, TranscriptChannelMissingError
            The transcript is not safe; the channel stays, closed.
        """
        config = await self._config(press.guild_id)

        def move(ticket: Ticket) -> Ticket:
            access.require_staff(ticket, config, press.member)
            if self._is_left_deleting(ticket):
                return lifecycle.keep_going(ticket, at=self.clock())
            return lifecycle.begin_deletion(ticket, press, at=self.clock())

        await self._begin(press, move)
        ticket, deleting = await self._move(press, move)
        assert deleting is not None, "a deletion always moves"
        await announce(deleting, config)
        await self.finish_deletion(deleting, config, again=ticket.archiving_since is not None)

    async def _config(self, guild_id: GuildId) -> GuildConfig:
        config = await self.store.config(guild_id)
        if config is None:
            raise errors.NotConfiguredError
        return config

    async def _begin(self, press: Press, move: Callable[[Ticket], Ticket | None]) -> None:
        """Take a press whose move is possible; one that is refused changes nothing, and is not even written down."""
        move(await self._ticket(press))
        await self._take(press)

    async def _take(self, press: Press) -> None:
        """Take the press, so that it is never carried out twice."""
        if not await self.store.take_press(press.id, now=self.clock()):
            raise errors.RepeatedPressError

    async def _ticket(self, press: Press) -> Ticket:
        ticket = await self.store.by_channel(press.guild_id, press.channel_id)
        if ticket is None:
            raise errors.NoTicketError
        lifecycle.require_recent(ticket, press)
        return ticket

    async def _move(self, press: Press, move: Callable[[Ticket], Ticket | None]) -> tuple[Ticket, Ticket | None]:
        """Move the ticket that a press is about, as it stands: a move of somebody else's in between is looked at.

        ``move`` gives None where nothing is to be moved. Gives the ticket as it was, and as it is now.
        """
        for tries_left in reversed(range(_TRIES)):
            ticket = await self._ticket(press)
            moved = move(ticket)
            try:
                return ticket, None if moved is None else await self.swap(ticket, moved)
            except errors.StaleTicketError:
                if not tries_left:
                    raise
        raise AssertionError

    async def _in_the_way(self, press: Press) -> Ticket | None:
        """Find the ticket for which the member may not have one more; best one whose opening was left.

        One whose channel was deleted by hand is forgotten.
        """
        live = list(await self.store.live_of(press.guild_id, press.member.id))
        if len(live) < self.max_open_tickets:
            return None
        for ticket in live:
            if self._is_left_reserved(ticket):
                return ticket
            if ticket.channel_id is not None and not await self.channels.exists(ticket.channel_id):
                with contextlib.suppress(errors.StaleTicketError):
                    await self.store.discard(ticket)
                return None
        return live[0]

    async def _reserve(self, press: Press) -> Ticket:
        """Record a new ticket; or give the one for which another process was faster."""
        number = await self.store.next_number(press.guild_id)
        for slot in range(self.max_open_tickets):
            reserved = lifecycle.reserve(press, number=number, slot=slot, at=self.clock())
            try:
                await self.store.add(reserved)
            except errors.SlotTakenError:
                continue
            return reserved
        live = await self.store.live_of(press.guild_id, press.member.id)
        if not live:
            raise errors.AlreadyOpenError(None)
        return live[0]

    async def _channel_soon(self, ticket: Ticket) -> ChannelId | None:
        """Give the channel of a ticket that another press is just opening, if it comes soon."""
        current: Ticket | None = ticket
        for _ in range(_LOOKS):
            if current is None or current.channel_id is not None:
                break
            await asyncio.sleep(_LOOK_PAUSE)
            current = await self.store.by_number(ticket.guild_id, ticket.number)
        return None if current is None else current.channel_id

    def _is_idle(self, ticket: Ticket) -> bool:
        """Tell whether no process works on an unfinished ticket any more."""
        return ticket.changed_at < self.clock() - self.at_work

    def _is_left(self, ticket: Ticket, notice: Notice) -> bool:
        return ticket.notice is notice and self._is_idle(ticket)

    def _is_left_reserved(self, ticket: Ticket) -> bool:
        return ticket.state is TicketState.RESERVED and self._is_idle(ticket)

    def _is_left_deleting(self, ticket: Ticket) -> bool:
        return ticket.state is TicketState.DELETING and self._is_idle(ticket)
