"""TicketEffects: carries moves out on Discord and records that.

Each effect may be carried out again, by recovery or another process.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.services.archiving import Archiving
from ticketbot.services.ports import Delivery
from ticketbot.services.work import Work
from ticketbot.tickets import access, actions, creations, errors, lifecycle, limits, signs
from ticketbot.tickets.actions import Effect
from ticketbot.tickets.model import CreatedChannel, InteractionId, Millis, Notice, TicketState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Sequence

    from ticketbot.services.ports import Clock, Metrics, TicketChannels, TranscriptArchive
    from ticketbot.services.store_ports import Owners, TicketStore
    from ticketbot.tickets.model import GuildConfig, Participant, Ticket

    Announce = Callable[[Ticket, GuildConfig], Awaitable[Delivery]]
    """Answers the interaction with the ticket's notice, once the effect of its move has taken place."""
    ShowChannel = Callable[[Ticket], Awaitable[None]]
    """Answers the interaction with the link to a new ticket's channel; never fails."""

_LOGGER: Final = logging.getLogger(__name__)

OUTCOME_UNKNOWN: Final = (errors.DiscordUnavailableError, errors.DiscordBusyError)
"""Discord may have done what was asked, or may do it when asked again."""

INTERACTION_MEMORY: Final = 15 * 60_000
"""Milliseconds for which an interaction is remembered: as long as Discord's interaction tokens are valid."""

WARNING_PAUSE: Final = 60 * 60_000
"""Milliseconds between two warnings of categories that take no ticket, at least."""

_SIGNS: Final = 3
"""How often a channel's name is changed, at most, while others move its ticket."""

_NO_CATEGORY: Final = (errors.CategoryFullError, errors.CategoryMissingError)

_REFUSED: Final = (errors.MissingPermissionsError, errors.DiscordRefusedError)
"""Discord does not do what was asked, however often it is."""

TRANSIENT: Final = (*OUTCOME_UNKNOWN, errors.StoreUnavailableError)


@attrs.frozen(kw_only=True)
class TicketEffects:
    """Carries out on Discord what a ticket's record says, and records that it was done."""

    store: TicketStore
    channels: TicketChannels
    transcripts: TranscriptArchive
    metrics: Metrics
    clock: Clock
    owners: Owners
    takeover_after_ms: int = 60_000
    """Milliseconds for which an unfinished ticket that names no owner is left to the process that moved it last.

    Only processes of earlier versions name none while they are at it.
    """
    work: Work = attrs.field(factory=Work)

    def is_abandoned(self, ticket: Ticket) -> bool:
        """Return whether no process works on an unfinished ticket any more.

        A moment in the future is a wrong clock's, and counts as past.
        """
        if self.work.is_active(ticket):
            return False
        if ticket.owner is None:
            return not 0 <= self.clock() - ticket.changed_at <= self.takeover_after_ms
        return ticket.owner == self.owners.own_id or self.owners.is_gone(ticket.owner)

    @contextlib.asynccontextmanager
    async def take_over(self, ticket: Ticket) -> AsyncGenerator[Ticket]:
        """Return a context manager in which this process works on a ticket; it yields the ticket that says so.

        Raises
        ------
        StaleTicketError
            Another process was faster.
        """
        with self.work.on(ticket):
            taken = await self.swap(ticket, lifecycle.heartbeat(ticket, at=self.clock()))
            with self.working_on(taken):
                yield taken

    @contextlib.contextmanager
    def working_on(self, ticket: Ticket) -> Generator[None]:
        """Return a context manager in which no other request takes a ticket over; what fails in it is tried again."""
        with self.work.on(ticket):
            try:
                yield
            except BaseException:
                self.work.retry_later(ticket, now=self.clock())
                raise

    async def create_channel(
        self, reserved: Ticket, config: GuildConfig, show_channel: ShowChannel | None = None
    ) -> Ticket:
        """Create a reserved ticket's channel, and welcome the opener there.

        Raises
        ------
        StaleTicketError
            Others used its record or its number, because this process was held up.
        """
        try:
            await self.store.confirm_reservation(reserved)
        except errors.StaleTicketError:
            with contextlib.suppress(errors.StaleTicketError):
                await self.store.discard(reserved)
            raise
        try:
            created = await self.channels.create(reserved, config)
        except OUTCOME_UNKNOWN as error:
            found = await self._resolve_creation(reserved, error)
            if found is None:
                raise
            created = found
        except errors.TicketError as error:
            await self.store.discard(reserved)
            if isinstance(error, _NO_CATEGORY):
                await self._warn_of_categories(reserved, config, error)
            raise
        return await self.attach_and_welcome(reserved, created, config, show_channel, is_new=True)

    async def _warn_of_categories(self, reserved: Ticket, config: GuildConfig, error: errors.TicketError) -> None:
        """Tell the staff that no category takes a ticket: once an hour at most in a server, by whatever process.

        That is recorded like an interaction with the server's id, negative, and for an hour instead of its usual time.
        """
        mark = InteractionId(-reserved.guild_id)
        with contextlib.suppress(errors.TicketError):
            if await self.store.record_interaction(mark, now=Millis(self.clock() + WARNING_PAUSE - INTERACTION_MEMORY)):
                await self.channels.warn_of_categories(reserved, config, error)

    async def recreate_channel(
        self, reserved: Ticket, config: GuildConfig, show_channel: ShowChannel | None = None
    ) -> Ticket:
        """Create the channel of a reserved ticket once more: an earlier process, or a lost answer, left none.

        Raises the errors of ``create_channel``.
        """
        repeated = await self.swap(reserved, creations.repeat(reserved, at=self.clock()))
        self.work.note_recreation(repeated, now=self.clock())
        return await self.create_channel(repeated, config, show_channel)

    async def find_channel(self, reserved: Ticket) -> CreatedChannel | None:
        """Find the channel that was created for a reserved ticket; delete others that were created for it."""
        found = await self.channels.find(reserved)
        for duplicate in found[1:]:
            await self.channels.delete_unused(reserved, duplicate)
        return CreatedChannel(id=found[0]) if found else None

    async def attach_and_welcome(
        self,
        reserved: Ticket,
        created: CreatedChannel,
        config: GuildConfig,
        show_channel: ShowChannel | None = None,
        *,
        is_new: bool = False,
    ) -> Ticket:
        """Record the channel of a reserved ticket, and post the welcome while the opener is shown the link.

        A new channel is deleted again when Discord refuses the welcome; in an older one members may have written.
        """
        try:
            attached = await self.swap(reserved, lifecycle.attach_channel(reserved, created.id, at=self.clock()))
        except errors.StaleTicketError:
            return await self._attached_by_others(reserved, created)
        # Awaited before anything else is answered: the link must not replace a refusal.
        shown = None if show_channel is None else asyncio.ensure_future(show_channel(attached))
        try:
            try:
                await self.channels.post_notice(attached, config, created.lost_role_ids)
            finally:
                if shown is not None:
                    await shown
        except OUTCOME_UNKNOWN:
            return await self._release(attached)  # the opener has the channel; recovery posts the welcome
        except errors.TicketError:
            if is_new:
                await self.channels.delete(created.id)
                await self.store.discard(attached)
            raise
        return await self.mark_announced(attached)

    async def finish_move(
        self, ticket: Ticket, config: GuildConfig, *, undo: Ticket | None = None, announce: Announce | None = None
    ) -> Ticket:
        """Carry out the effect of the ticket's last move, show its notice, and record both.

        Parameters
        ----------
        undo
            The ticket before the move, which is restored when Discord refuses for good. None means that an earlier
            attempt may have posted the notice already.
        announce
            Shows the notice as the answer to the interaction. What it does not send is posted as a message.
        """
        try:
            await self._change_channel(ticket, config)
            delivery = Delivery.NOT_SENT
            if announce is not None:
                ticket = await self._still_ours(ticket)
                delivery = await announce(ticket, config)
            if delivery is Delivery.UNKNOWN:
                undo = None
            if delivery is not Delivery.DELIVERED:
                ticket = await self._post_notice(ticket, config, may_be_posted=undo is None)
        except errors.ChannelGoneError:
            self.work.suspect(ticket.guild_id)
            await self.store.discard(ticket)
            raise
        except OUTCOME_UNKNOWN:
            await self._release(ticket)
            raise
        except errors.TicketError as error:
            # A process that has taken the ticket over goes on with the move.
            if undo is not None and not isinstance(error, errors.StaleTicketError):
                await self._undo(ticket, undo, config)
            raise
        await self._show_elsewhere(ticket, config)  # before the next move is let go on, which may be a new name
        announced = await self.mark_announced(ticket)
        await self._tell_opener(ticket, announced, config)
        return announced

    async def _tell_opener(self, ticket: Ticket, announced: Ticket, config: GuildConfig) -> None:
        """Tell the opener of a closing; of those who finish it, the one who recorded that does, so never twice."""
        if announced.notice is None and access.is_opener_to_be_told(ticket, config):
            await self.channels.tell_opener(ticket, config)

    async def _show_elsewhere(self, ticket: Ticket, config: GuildConfig) -> None:
        """Let the button that names the claimer, and the channel's name, be as the ticket is; it never fails."""
        if lifecycle.names_former_claimer(ticket):
            await self.channels.show_claimer(ticket, config)
        await self._show_state(ticket, config)

    async def _show_state(self, ticket: Ticket, config: GuildConfig) -> None:
        """Let the channel's name show the state, where the server wants that; others may change it after a wait."""
        if not config.signs_state or not signs.changes_sign(ticket):
            return
        with contextlib.suppress(errors.StoreUnavailableError):
            for _ in range(_SIGNS):
                await self.channels.show_state(ticket)
                current = await self.store.by_number(ticket.guild_id, ticket.number)
                if current is None or signs.sign_of(current) is signs.sign_of(ticket):
                    return
                ticket = current

    async def finish_deletion(
        self, ticket: Ticket, config: GuildConfig, *, may_be_posted: bool, retries_later: bool = False
    ) -> None:
        """Post the transcript and verify it, then delete the channel, then the record.

        Parameters
        ----------
        may_be_posted
            Whether an earlier attempt may have posted the transcript.
        retries_later
            Whether the deletion stays under way after a transient failure, since recovery tries again. Otherwise, and
            after any other failure, the ticket is a closed one again.
        """
        archiving = Archiving(self.store, self.transcripts, self.clock, ticket)
        try:
            await self._set_overwrites(ticket, config, ticket.stale_overwrites)  # of a move that was interrupted
            if ticket.notes:
                await self._post_left_notes(ticket, config)
            archived = await archiving.archive(
                config, again=may_be_posted, heartbeat_interval=self.takeover_after_ms / 3000
            )
            self.metrics.archived(archiving.size)
        except errors.ChannelGoneError:
            self.work.suspect(ticket.guild_id)
            await self._discard_current(ticket)
            return
        except errors.StaleTicketError:
            raise  # another process has taken the ticket over
        except Exception as error:
            if not (retries_later and isinstance(error, TRANSIENT)):
                await self._abandon_deletion(ticket)
            raise
        await self._delete_channel(archived)
        with contextlib.suppress(errors.StaleTicketError):  # recovery may have noticed first that the channel is gone
            await self.store.discard(archived)

    async def mark_announced(self, ticket: Ticket) -> Ticket:
        """Record that the channel was shown the ticket's last move.

        Nothing is lost if that fails: recovery looks for the notice, and records it then.
        """
        announced = lifecycle.mark_announced(ticket, at=self.clock())
        is_settled = False
        with contextlib.suppress(errors.StaleTicketError, errors.StoreUnavailableError):
            if ticket.notice is Notice.WELCOME:  # only now is the ticket sure to stay
                await asyncio.gather(self.store.swap(ticket, announced), self.store.record_opening(ticket))
            else:
                await self.store.swap(ticket, announced)
            is_settled = True
        if not is_settled:
            await self._settle(ticket)
        return announced if is_settled else ticket

    async def swap(self, before: Ticket, after: Ticket) -> Ticket:
        """Replace a record, and return the new one, which names this process if something is left to do."""
        owned = lifecycle.own(after, self.owners.own_id)
        await self.store.swap(before, owned)
        return owned

    async def _post_notice(self, ticket: Ticket, config: GuildConfig, *, may_be_posted: bool) -> Ticket:
        """Post the ticket's notice unless it is found, and return the ticket as it is then."""
        if may_be_posted and await self.channels.has_notice(ticket, config):
            return ticket
        ticket = await self._still_ours(ticket)
        await self.channels.post_notice(ticket, config)
        return ticket

    async def _still_ours(self, ticket: Ticket) -> Ticket:
        """Return the ticket if this process did not hang meanwhile, or if nobody has taken the ticket over.

        Raises
        ------
        StaleTicketError
            Another process has the ticket.
        """
        if not self.owners.may_seem_gone():
            return ticket
        return await self.swap(ticket, lifecycle.heartbeat(ticket, at=self.clock()))

    async def _change_channel(self, ticket: Ticket, config: GuildConfig) -> None:
        """Carry out the effect of the move that the ticket's notice is of, with all that it changes in the channel.

        Notes come after the overwrites, which settle from whom they are hidden.
        """
        effect = _effect_of(ticket)
        if ticket.is_misplaced:
            await self._place(ticket, config)
        if effect is Effect.RENAME_CHANNEL:
            await self.channels.rename(ticket, config)
        await self._set_overwrites(ticket, config, _touched(ticket))
        if effect in actions.ACCESS_EFFECTS and config.closed_category_id is not None:
            await self.channels.place_by_state(ticket, config)
        if ticket.notice is Notice.NOTE_ADDED:
            await self.channels.post_notes(ticket, config)
        elif ticket.notes:
            await self._post_left_notes(ticket, config)

    async def _remove_from_notes(self, ticket: Ticket, config: GuildConfig) -> None:
        """Remove whom the move leaves without the notes from their thread, before anybody sees more by it.

        Where Discord refuses that for good, nobody is added, now or by a move that goes on with an addition; all other
        moves go on.
        """
        targets = access.removed_from_notes(ticket)
        if not targets:
            return
        try:
            await self.channels.remove_from_notes(ticket, config, targets)
        except _REFUSED as error:
            if ticket.notice is Notice.ADDED or set(ticket.stale_readers) & set(ticket.stale_overwrites):
                raise
            words = "nobody is removed from the notes of ticket %s of server %s, Discord refuses it: %r"
            _LOGGER.warning(words, ticket.number, ticket.guild_id, error)

    async def _post_left_notes(self, ticket: Ticket, config: GuildConfig) -> None:
        """Post what an interrupted move left; where Discord refuses that for good, the move goes on without it."""
        try:
            await self.channels.post_notes(ticket, config)
        except _REFUSED as error:
            words = "notes of ticket %s of server %s are given up, Discord refuses them: %r"
            _LOGGER.warning(words, ticket.number, ticket.guild_id, error)

    async def _place(self, ticket: Ticket, config: GuildConfig) -> None:
        """Move the channel to its topic's category; a closed ticket's stays in the category of closed ones."""
        if ticket.state is TicketState.CLOSED and config.closed_category_id is not None:
            await self.channels.place_by_state(ticket, config)
        else:
            await self.channels.place(ticket, config)

    async def _set_overwrites(self, ticket: Ticket, config: GuildConfig, targets: Sequence[Participant]) -> None:
        """Set overwrites by the record; whoever is shown more has left the thread of the notes before."""
        await self._remove_from_notes(ticket, config)
        for target in targets:
            await self.channels.set_overwrite(ticket, config, target)

    async def _settle(self, ticket: Ticket) -> None:
        """Set again, by the latest record, what the ticket's last move sets: others moved it meanwhile."""
        if (touched := _touched(ticket)) or ticket.is_misplaced:
            await self.settle_overwrites(ticket, touched)

    async def settle_overwrites(self, ticket: Ticket, targets: Sequence[Participant]) -> None:
        """Set overwrites that others may change at the same time, until they are as the record says.

        So is the category, where the ticket was moved to another topic.
        """
        seen: int | None = None
        while (current := await self.store.by_number(ticket.guild_id, ticket.number)) and current.revision != seen:
            config = await self.store.config(ticket.guild_id)
            if current.channel_id != ticket.channel_id or config is None:
                return
            seen = current.revision
            if ticket.is_misplaced:
                with contextlib.suppress(errors.CategoryFullError, errors.CategoryMissingError):
                    await self._place(current, config)
            await self._set_overwrites(current, config, targets)

    async def _undo(self, ticket: Ticket, before: Ticket, config: GuildConfig) -> None:
        """Restore a ticket's earlier record, and who sees the channel and where it is as far as Discord lets us.

        A note goes again; who was to be kept from it still is, since its thread may stay.
        """
        if withdrawn := [note for note in ticket.notes if note not in before.notes]:
            before = attrs.evolve(before, has_notes=True, stale_overwrites=ticket.stale_overwrites)
            with contextlib.suppress(errors.TicketError):
                await self.channels.withdraw_notes(ticket, withdrawn)
        with contextlib.suppress(errors.TicketError):
            await self._set_overwrites(before, config, _touched(ticket))
        with contextlib.suppress(errors.TicketError):
            if ticket.is_misplaced and not before.is_misplaced:
                await self._place(before, config)
        try:
            await self._restore(ticket, before)
        except errors.StaleTicketError:  # others moved it
            with contextlib.suppress(errors.TicketError):
                await self._settle(ticket)

    async def _restore(self, ticket: Ticket, before: Ticket) -> None:
        """Replace a ticket's record by its earlier one, which takes another slot if its own is taken meanwhile."""
        slots = (None,) if before.slot is None else dict.fromkeys((before.slot, *range(limits.SLOTS)))
        for slot in slots:
            with contextlib.suppress(errors.SlotTakenError):
                await self.store.swap(ticket, attrs.evolve(before, slot=slot, revision=ticket.revision + 1))
                return

    async def _attached_by_others(self, reserved: Ticket, created: CreatedChannel) -> Ticket:
        """Return the ticket if another process took it over, while the opening took so long that it looked dead.

        No channel stays without a record, and no ticket has two.
        """
        current = await self.store.by_number(reserved.guild_id, reserved.number)
        if current is not None and current.channel_id == created.id:
            return current
        is_another = current is not None and (current.opener_id, current.created_at) != (
            reserved.opener_id,
            reserved.created_at,
        )  # the number was returned
        if current is None or current.channel_id is not None or is_another:
            await self.channels.delete_unused(reserved, created.id)
        if current is None or current.channel_id is None or is_another:
            raise errors.StaleTicketError
        return current

    async def _resolve_creation(
        self, reserved: Ticket, error: errors.DiscordUnavailableError | errors.DiscordBusyError
    ) -> CreatedChannel | None:
        """Find out what became of a creation that failed without a clear answer."""
        if isinstance(error, errors.DiscordBusyError) and not reserved.recreated_at:
            await self.store.discard(reserved)  # nothing was created, and in a raid calls are scarce
            return None
        try:
            found = await self.find_channel(reserved)
        except errors.TicketError:
            await self._swap_if_current(reserved, lifecycle.mark_creation_unknown(reserved, at=self.clock()))
            return None
        if found is None:
            if isinstance(error, errors.DiscordBusyError) or error.answered:
                await self.store.discard(reserved)
            else:
                await self._swap_if_current(reserved, lifecycle.mark_creation_unknown(reserved, at=self.clock()))
        return found

    async def _abandon_deletion(self, ticket: Ticket) -> None:
        current = await self.store.by_number(ticket.guild_id, ticket.number)
        if (
            current is not None
            and current.state is TicketState.DELETING
            and current.interaction_id == ticket.interaction_id
        ):
            await self.swap(current, lifecycle.abandon_deletion(current, at=self.clock()))

    async def _delete_channel(self, archived: Ticket) -> None:
        """Delete the channel of a ticket whose transcript is verified."""
        assert archived.channel_id is not None, "only a ticket with a channel is deleted"
        try:
            await self.channels.delete(archived.channel_id)
        except OUTCOME_UNKNOWN:
            raise  # it may be gone; recovery finishes
        except errors.TicketError:
            await self._abandon_deletion(archived)
            raise

    async def _discard_current(self, ticket: Ticket) -> None:
        """Discard a ticket whose record may have got heartbeats since ``ticket`` was read."""
        current = await self.store.by_number(ticket.guild_id, ticket.number)
        if current is not None:
            await self.store.discard(current)

    async def _release(self, ticket: Ticket) -> Ticket:
        """Leave an unfinished ticket to recovery or the next press, unless others moved it."""
        self.work.retry_later(ticket, now=self.clock())
        released = await self._swap_if_current(ticket, lifecycle.release(ticket))
        if released is ticket:
            with contextlib.suppress(errors.TicketError):
                await self._settle(ticket)
        return released

    async def _swap_if_current(self, before: Ticket, after: Ticket) -> Ticket:
        """Replace a record if it is unchanged and the store answers; otherwise recovery finds it later."""
        with contextlib.suppress(errors.StaleTicketError, errors.StoreUnavailableError):
            await self.store.swap(before, after)
            return after
        return before


def _touched(ticket: Ticket) -> Sequence[Participant]:
    """Return whose overwrites the ticket's last move sets, and sets again if others moved it too."""
    # A closing by a version before this one did not record that it concerns the opener.
    openers = (lifecycle.opener_of(ticket),) if _effect_of(ticket) in actions.ACCESS_EFFECTS else ()
    return tuple(dict.fromkeys((*openers, *ticket.stale_overwrites)))


def _effect_of(ticket: Ticket) -> Effect:
    """Return the effect of the move that the ticket's notice is of."""
    return Effect.NONE if ticket.notice is None else actions.EFFECTS.get(ticket.notice, Effect.NONE)
