"""The steps that the verbs and recovery share: give a channel, show a move, finish a deletion."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.desk.archiving import Archiving
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import CreatedChannel, Notice, TicketState

if TYPE_CHECKING:
    from ticketbot.ports import Clock, TicketChannels, TicketStore
    from ticketbot.tickets.model import GuildConfig, Ticket

UNDECIDED: Final = (errors.DiscordUnavailableError, errors.DiscordBusyError)
"""Discord may have done what was asked, or may do it when asked again."""

_PASSING: Final = (*UNDECIDED, errors.StoreUnavailableError)
"""What stands in the way for a while."""


@attrs.frozen(kw_only=True)
class Steps:
    """What has to happen on Discord for a ticket that was moved; each step may be taken again."""

    store: TicketStore
    channels: TicketChannels
    clock: Clock
    at_work: int = 60_000
    """Milliseconds for which an unfinished ticket is left to the process that moved it last."""

    async def seat(self, reserved: Ticket, config: GuildConfig) -> Ticket:
        """Give a reserved ticket a new channel, and welcome the opener there."""
        try:
            created = await self.channels.create(reserved, config)
        except UNDECIDED as error:
            found = await self._settle(reserved, error)
            if found is None:
                raise
            created = found
        except errors.TicketError:
            await self.store.discard(reserved)
            raise
        return await self.welcome(reserved, created, config, fresh=True)

    async def find_seat(self, reserved: Ticket) -> CreatedChannel | None:
        """Find the channel that was created for a reserved ticket; of several, the others go."""
        found = await self.channels.find(reserved)
        for double in found[1:]:
            await self.channels.delete(double)
        return CreatedChannel(id=found[0]) if found else None

    async def welcome(
        self, reserved: Ticket, created: CreatedChannel, config: GuildConfig, *, fresh: bool = False
    ) -> Ticket:
        """Note the channel of a reserved ticket, and post the welcome.

        A fresh channel goes again when Discord refuses the welcome; in an older one something may have been said.
        """
        try:
            seated = await self.swap(reserved, lifecycle.seat(reserved, created.id, at=self.clock()))
        except errors.StaleTicketError:
            return await self._seated_by_others(reserved, created)
        try:
            await self.channels.post_notice(seated, config, created.lost_role_ids)
        except UNDECIDED:
            return await self._let_go(seated)  # the opener has the channel; recovery brings the welcome
        except errors.TicketError:
            if fresh:
                await self.channels.delete(created.id)
                await self.store.discard(seated)
            raise
        return await self.noted(seated)

    async def _seated_by_others(self, reserved: Ticket, created: CreatedChannel) -> Ticket:
        """See what recovery made of an opening that took so long that it looked left.

        No channel stays without a record.
        """
        current = await self.store.by_number(reserved.guild_id, reserved.number)
        if current is not None and current.channel_id == created.id:
            return current
        if current is None:
            await self.channels.delete(created.id)
        raise errors.StaleTicketError

    async def show(self, ticket: Ticket, config: GuildConfig, *, undo: Ticket | None = None) -> Ticket:
        """Do on Discord what the ticket's last move means there, and note that it was done.

        ``undo`` is what the ticket was before: when Discord refuses for good, it is that again. None means that an
        earlier try may have got as far as posting the notice.
        """
        try:
            if ticket.notice is Notice.CLOSED:
                await self.channels.hide_from_opener(ticket)
            elif ticket.notice is Notice.REOPENED:
                await self.channels.show_opener(ticket)
            if undo is not None or not await self.channels.has_notice(ticket, config):
                await self.channels.post_notice(ticket, config)
        except errors.ChannelGoneError:
            await self.store.discard(ticket)
            raise
        except UNDECIDED:
            await self._let_go(ticket)
            raise
        except errors.TicketError:
            if undo is not None:
                await self._take_back(ticket, undo)
            raise
        return await self.noted(ticket)

    async def _take_back(self, ticket: Ticket, before: Ticket) -> None:
        """Make a ticket again what it was, on Discord too as far as that lets us."""
        with contextlib.suppress(errors.TicketError):
            if before.state is TicketState.OPEN:
                await self.channels.show_opener(ticket)
            else:
                await self.channels.hide_from_opener(ticket)
        await self.store.swap(ticket, attrs.evolve(before, revision=ticket.revision + 1))

    async def finish_deletion(self, ticket: Ticket, config: GuildConfig, *, again: bool, resumed: bool = False) -> None:
        """Post the transcript and read it back, then delete the channel, then forget the ticket.

        ``again`` tells that an earlier try may have posted the transcript. When it cannot be had, the ticket is a
        closed one again, and nothing was deleted; unless it is ``resumed`` with nobody waiting, and may be had later.
        """
        archiving = Archiving(self.store, self.channels, self.clock, ticket)
        try:
            archived = await archiving.archive(config, again=again, pulse=self.at_work / 3000)
        except errors.ChannelGoneError:
            await self._discard_current(ticket)
            return
        except errors.StaleTicketError:
            raise  # somebody else goes on with it
        except Exception as error:
            if not (resumed and isinstance(error, _PASSING)):
                await self._abandon(ticket)
            raise
        await self._delete(archived)
        with contextlib.suppress(errors.StaleTicketError):  # recovery may have seen first that the channel is gone
            await self.store.discard(archived)

    async def noted(self, ticket: Ticket) -> Ticket:
        """Note that the channel was shown the ticket's last move.

        Nothing is lost if that fails: recovery looks whether the notice stands, and notes it then.
        """
        noted = lifecycle.shown(ticket, at=self.clock())
        with contextlib.suppress(errors.StaleTicketError, errors.StoreUnavailableError):
            await self.store.swap(ticket, noted)
            return noted
        return ticket

    async def swap(self, before: Ticket, after: Ticket) -> Ticket:
        """Replace a record and go on with the new one."""
        await self.store.swap(before, after)
        return after

    async def _settle(
        self, reserved: Ticket, error: errors.DiscordUnavailableError | errors.DiscordBusyError
    ) -> CreatedChannel | None:
        """Learn what became of a creation that failed without a clear answer."""
        try:
            found = await self.find_seat(reserved)
        except errors.TicketError:
            await self._moved_on(reserved, lifecycle.doubt(reserved, at=self.clock()))
            return None
        if found is None:
            if isinstance(error, errors.DiscordBusyError) or error.answered:
                await self.store.discard(reserved)
            else:
                await self._moved_on(reserved, lifecycle.doubt(reserved, at=self.clock()))
        return found

    async def _abandon(self, ticket: Ticket) -> None:
        current = await self.store.by_number(ticket.guild_id, ticket.number)
        if current is not None and current.state is TicketState.DELETING and current.press_id == ticket.press_id:
            await self.store.swap(current, lifecycle.abandon_deletion(current, at=self.clock()))

    async def _delete(self, archived: Ticket) -> None:
        """Delete the channel of a ticket whose transcript is safe."""
        assert archived.channel_id is not None, "only a ticket with a channel is deleted"
        try:
            await self.channels.delete(archived.channel_id)
        except UNDECIDED:
            raise  # it may be gone; recovery goes on
        except errors.TicketError:
            await self._abandon(archived)
            raise

    async def _discard_current(self, ticket: Ticket) -> None:
        """Forget a ticket whose record may have got signs of life since ``ticket`` was read."""
        current = await self.store.by_number(ticket.guild_id, ticket.number)
        if current is not None:
            await self.store.discard(current)

    async def _let_go(self, ticket: Ticket) -> Ticket:
        return await self._moved_on(ticket, lifecycle.let_go(ticket))

    async def _moved_on(self, before: Ticket, after: Ticket) -> Ticket:
        """Replace a record if that can be done; if not, recovery waits for its time."""
        with contextlib.suppress(errors.StaleTicketError, errors.StoreUnavailableError):
            return await self.swap(before, after)
        return before
