"""TicketService: opens tickets, and carries out every action on them in the same way.

Each step is recorded before it is taken and again when it was taken. A process that dies in between leaves a record
that says what is missing; ``recovery`` finishes it.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import weakref
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.services.effects import TRANSIENT
from ticketbot.services.shared_calls import SharedCalls
from ticketbot.tickets import access, actions, blocks, errors, inheritance, lifecycle, limits
from ticketbot.tickets.actions import Effect
from ticketbot.tickets.model import GuildId, Millis, Notice, Participant, TicketState, UserId

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Sequence

    from ticketbot.services.effects import Announce, ShowChannel, TicketEffects
    from ticketbot.services.ports import Clock, TicketChannels
    from ticketbot.services.store_ports import TicketStore
    from ticketbot.tickets.actions import Action
    from ticketbot.tickets.model import ChannelId, GuildConfig, Request, Ticket
    from ticketbot.tickets.topics import Topic

_POLLS: Final = 20
_POLL_PAUSE: Final = 0.25
"""How often, and every how many seconds, a second request looks for what the first one creates or posts."""

_MOVE_POLLS: Final = 30
"""How often a second request looks whether the move before it has come to its end, every ``move_pause`` seconds."""

_TRIES: Final = 3
"""How often an action is tried on a ticket that others move at the same instant, each time on its latest record."""

_LONGEST_WAIT: Final = 45.0
"""Seconds that a member is let wait for the channel while others' are created."""


@attrs.frozen(kw_only=True)
class TicketService:
    """Opens tickets and runs actions.

    Every method may raise the errors of its ports besides those that it names. A request that was interrupted is
    finished when a member asks for the same again.
    """

    effects: TicketEffects
    max_open_tickets: int = 1
    """Live tickets of one member in one server that sets no limit of its own."""
    max_openings: int = 3
    """Tickets that a member may open within ``limits.WINDOW`` in one server that sets no limit of its own.

    Closed and deleted ones count.
    """
    move_pause: float = 0.1
    """Seconds between two looks at a move that another request is at."""
    _openings: weakref.WeakValueDictionary[tuple[GuildId, UserId], asyncio.Lock] = attrs.field(
        factory=weakref.WeakValueDictionary[tuple[GuildId, UserId], asyncio.Lock], init=False, repr=False
    )
    _restorations: SharedCalls[ChannelId | None, bool] = attrs.field(
        factory=SharedCalls["ChannelId | None", bool], init=False, repr=False
    )

    _opening: collections.Counter[GuildId] = attrs.field(factory=collections.Counter["GuildId"], init=False, repr=False)
    """How many tickets this process opens in each server right now."""

    async def open(self, request: Request, show_channel: ShowChannel | None = None) -> Ticket:
        """Open a ticket for the member who asks.

        ``show_channel`` is called as soon as the channel is recorded, while the welcome is on its way. An error that
        is raised afterwards means that Discord refused the welcome, and that the channel is gone again.

        Raises
        ------
        AlreadyOpenError, TooManyOpeningsError
            The member has as many live tickets as allowed, or has opened as many lately.
        TopicGoneError, TopicRoleMissingError
            The topic was deleted or switched off, or the member may not use it.
        BlockedError
            The member may not open tickets by themselves.
        NotStaffError, OwnTicketError, BotOpenerError
            The request names who opens it for the member, who may not.
        DiscordBusyError
            So many tickets are being opened that the member would wait too long.
        """
        config = await self.config(request.guild_id)
        topic = self._topic(request, config)
        self._require_not_blocked(request, config)
        await self._record(request)
        with contextlib.ExitStack() as work:
            # Of a member's simultaneous requests in one process one takes a number; across processes the store decides.
            async with self._openings.setdefault((request.guild_id, request.member.id), asyncio.Lock()):
                ticket = await self._blocking_ticket(request, config, topic)
                if ticket is None:
                    await self._require_may_open_again(request, config)
                    self._require_short_wait(request)
                    work.enter_context(self._counted(request.guild_id))
                    ticket = await self._reserve(request, config, topic, work)
            if ticket.interaction_id == request.id:
                with self.effects.working_on(ticket):
                    return await self.effects.create_channel(ticket, config, show_channel)
        if self._is_orphaned_opening(ticket):
            # Another request of this process may have finished it since it was read.
            current = await self._store.by_number(ticket.guild_id, ticket.number)
            if current is not None and self._is_orphaned_opening(current):
                return await self._resume_opening(current, request, config, show_channel)
        raise errors.AlreadyOpenError(await self._await_channel(ticket))

    async def check_may_open(self, request: Request) -> None:
        """Raise a refusal at once, without a write, where the member clearly may not; ``open`` decides the rest.

        Raises
        ------
        AlreadyOpenError
            The member has as many live tickets as allowed, and their channels exist.
        TooManyOpeningsError
            The member has opened as many tickets lately as allowed.
        TopicGoneError, TopicRoleMissingError
            The topic was deleted or switched off, or the member may not use it.
        BlockedError
            The member may not open tickets by themselves.
        DiscordBusyError
            So many tickets are being opened that the member would wait too long.
        """
        config = await self.config(request.guild_id)
        topic = self._topic(request, config)
        self._require_not_blocked(request, config)
        blocking = await self._blocking_tickets(request, config, topic)
        if not blocking:
            await self._require_may_open_again(request, config)
            self._require_short_wait(request)
            return
        for ticket in blocking:
            if self._is_orphaned_opening(ticket) or ticket.channel_id is None or not await self._restore_access(ticket):
                return
        raise errors.AlreadyOpenError(blocking[0].channel_id)

    async def run(self, action: Action, request: Request, announce: Announce | None = None) -> Ticket:
        """Carry out an action on the ticket in whose channel it was asked for, and return the ticket as it is then.

        The member is checked against the ticket; the request is recorded, so that it is never carried out twice; the
        record is replaced by compare-and-swap; the effect follows on Discord, then the notice: by ``announce`` where
        the interaction can still be answered with it. For a deletion ``announce`` says only that it has begun.

        Raises
        ------
        NoTicketError, WrongStateError, OutdatedQuestionError
            There is no ticket, or the action is not possible in its state, or was confirmed for an earlier closing.
        NotStaffError, NotParticipantError, OpenerCannotClaimError, AlreadyClaimedError
            The member may not do it, or not with what was chosen; actions name more refusals of that kind.
        StaleTicketError
            Other requests moved the ticket at the same moment.
        TranscriptNotVerifiedError, TranscriptTooLargeError, TranscriptChannelMissingError, MessageContentHiddenError
            The transcript is not safe, so the channel stays and the ticket is closed.
        """
        if action.move is None:
            return await self.check(action, request)
        config = await self.config(request.guild_id)
        ticket = await self._ticket(request)
        request = await self._with_claimer(action, ticket, request)
        try:
            self._next(action, ticket, config, request)  # what is refused is not even recorded
        except errors.AlreadyParticipantError as refusal:
            if refusal.target in ticket.added:  # they may have left the server, and come back without access
                await self.effects.settle_overwrites(ticket, (refusal.target,))
            raise
        except errors.AlreadyClaimedError as refusal:
            if ticket.claim_mode is not None and action.asks_for_target:  # the same, for who has the ticket already
                await self.effects.settle_overwrites(ticket, (Participant(id=refusal.claimer_id),))
            raise
        if ticket.notice is Notice.WELCOME:
            await self._finish_welcome(ticket, config)
        await self._record(request)
        async with self._move(action, request, config) as (before, after):
            return await self._carry_out(action, before, after, config, announce)

    async def _with_claimer(self, action: Action, ticket: Ticket, request: Request) -> Request:
        """Return the request with the ticket's claimer, where the action depends on them and it is another member."""
        if not action.depends_on_claimer or ticket.claimer_id in {None, request.member.id}:
            return request
        assert ticket.claimer_id is not None, "it is another member"
        claimer = await self._channels.fetch_member(ticket.guild_id, ticket.claimer_id)
        return attrs.evolve(request, claimer=claimer)

    async def _finish_welcome(self, ticket: Ticket, config: GuildConfig) -> None:
        """Post a welcome that a process left unposted: the next move would replace it, and a form's answers with it.

        Raises
        ------
        StaleTicketError
            Another request still posts a form's answers or a quote after some seconds, or took them over first.
        """
        if self.effects.is_abandoned(ticket):
            async with self.effects.take_over(ticket) as taken:
                await self.effects.finish_move(taken, config)
        elif (ticket.answers or ticket.quote is not None) and not await self._await_answers(ticket):
            raise errors.StaleTicketError

    async def _finished_move(self, action: Action, ticket: Ticket, config: GuildConfig, request: Request) -> bool:
        """Let the move before an action come to its end, so that the channel is told of both in their order.

        What a process left is finished, unless Discord refuses that; one that is at it is waited for, but not for long.
        Return whether there was anything to wait for.

        Raises
        ------
        DiscordUnavailableError, DiscordBusyError, StoreUnavailableError
            It cannot be finished now: the next move would replace it, and nobody would be shown its notice.
        """
        if ticket.notice in {None, Notice.WELCOME} or self._is_resumed(ticket, action, request):
            return False
        if self.effects.is_abandoned(ticket):
            try:
                async with self.effects.take_over(ticket) as taken:
                    await self.effects.finish_move(taken, config)
            except TRANSIENT:
                raise
            except errors.TicketError:
                pass  # refused for good, or others were faster
            return True
        for _ in range(_MOVE_POLLS):
            await asyncio.sleep(self.move_pause)
            current = await self._store.by_number(ticket.guild_id, ticket.number)
            if current is None or current.interaction_id != ticket.interaction_id or current.notice is None:
                break
        return True

    async def _carry_out(
        self, action: Action, before: Ticket, after: Ticket, config: GuildConfig, announce: Announce | None
    ) -> Ticket:
        """Take the effects of a recorded move."""
        is_resumed = (after.state, after.notice) == (before.state, before.notice)
        if action.effect is Effect.DELETE_CHANNEL:
            if announce is not None:
                await announce(after, config)
            await self.effects.finish_deletion(after, config, may_be_posted=before.archiving_since is not None)
            return after
        if is_resumed:
            return await self.effects.finish_move(after, config)
        return await self.effects.finish_move(after, config, undo=before, announce=announce)

    async def _resume_opening(
        self, ticket: Ticket, request: Request, config: GuildConfig, show_channel: ShowChannel | None
    ) -> Ticket:
        """Finish an opening that no process is at any more, with the answers of a form that was sent again.

        Raises
        ------
        AlreadyOpenError
            Another request was faster, or the channel shows other answers already.
        """
        async with contextlib.AsyncExitStack() as work:
            try:
                taken = await work.enter_async_context(self.effects.take_over(ticket))
            except errors.StaleTicketError:
                raise errors.AlreadyOpenError(await self._await_channel(ticket)) from None
            if taken.state is not TicketState.RESERVED:
                finished = await self.effects.finish_move(taken, config)
                if request.answers or request.quote is not None:
                    raise errors.AlreadyOpenError(finished.channel_id)
                return finished
            if request.answers or request.quote is not None:
                again = lifecycle.answer_again(taken, request, at=self._clock())
                taken = await self.effects.swap(taken, again)
            found = await self.effects.find_channel(taken)
            if found is None:
                return await self.effects.recreate_channel(taken, config, show_channel)
            return await self.effects.attach_and_welcome(taken, found, config, show_channel)

    async def check(self, action: Action, request: Request) -> Ticket:
        """Return the ticket if the member may take the action on it now; nothing changes.

        Raises the refusals of ``run``.
        """
        ticket, _ = await self._check(action, request)
        return ticket

    async def _check(self, action: Action, request: Request) -> tuple[Ticket, GuildConfig]:
        ticket, config = await self._ticket(request), await self.config(request.guild_id)
        self._next(action, ticket, config, request)
        return ticket, config

    async def question(self, action: Action, request: Request) -> access.Question | None:
        """Return what the member is asked before the action is taken; None: it is taken at once.

        Raises the refusals of ``run``.
        """
        ticket, config = await self._check(action, request)
        return None if action.question is None else action.question(ticket, config, request.member)

    async def possible(self, request: Request) -> tuple[Sequence[Action], Ticket, GuildConfig]:
        """Return what the member may do with the ticket now, in the order in which actions are declared.

        With it come the ticket and its server's configuration.

        Raises
        ------
        NoTicketError
            There is no ticket.
        NotParticipantError
            The member may do nothing with it.
        """
        ticket = await self._ticket(request)
        config = await self.config(request.guild_id)
        found = [action for action in actions.ACTIONS if action.is_possible(ticket, config, request.member)]
        if not found:
            raise errors.NotParticipantError
        return found, ticket, config

    def _next(self, action: Action, ticket: Ticket, config: GuildConfig, request: Request) -> Ticket:
        """Return what the action makes of a ticket, or raise a refusal; an interrupted action is only continued."""
        action.check_allowed(ticket, config, request.member)
        action.check_inputs(ticket, config, request)
        request = action.resolve_inputs(ticket, config, request)
        if self._is_resumed(ticket, action, request):
            return lifecycle.heartbeat(ticket, at=self._clock())
        if action.move is not None:
            before = attrs.evolve(ticket, stale_readers=access.removed_from_notes(ticket))
            moved = action.move(before, request, at=self._clock())
            return moved if action.notice is None else lifecycle.remember(moved, request)
        if ticket.state not in action.states:
            raise errors.WrongStateError(ticket.state)
        return ticket

    @contextlib.asynccontextmanager
    async def _move(
        self, action: Action, request: Request, config: GuildConfig
    ) -> AsyncGenerator[tuple[Ticket, Ticket]]:
        """Replace the ticket's record; yield it as it was and as it is, while no other request takes it over."""
        slots = range(limits.SLOTS) if action.takes_slot else (None,)
        for slot in slots:
            for tries_left in reversed(range(_TRIES)):
                before = await self._ticket(request)
                after = self._next(action, before, config, request)
                if await self._finished_move(action, before, config, request):
                    before = await self._ticket(request)
                    after = self._next(action, before, config, request)
                if slot is not None and after.slot is not None:
                    after = attrs.evolve(after, slot=slot)
                with self.effects.work.on(before):
                    try:
                        after = await self.effects.swap(before, after)
                    except errors.SlotTakenError:
                        break
                    except errors.StaleTicketError:
                        if not tries_left:
                            raise
                        continue
                    with self.effects.working_on(after):
                        yield before, after
                        return
        raise errors.AlreadyOpenError(None)

    @property
    def _store(self) -> TicketStore:
        return self.effects.store

    @property
    def _channels(self) -> TicketChannels:
        return self.effects.channels

    @property
    def _clock(self) -> Clock:
        return self.effects.clock

    async def config(self, guild_id: GuildId) -> GuildConfig:
        """Return a server's configuration.

        Raises
        ------
        NotConfiguredError
            It has none yet.
        """
        config = await self._store.config(guild_id)
        if config is None:
            raise errors.NotConfiguredError
        return config

    async def _record(self, request: Request) -> None:
        """Record the request, so that it is never carried out twice."""
        if not await self._store.record_interaction(request.id, now=self._clock()):
            raise errors.RepeatedInteractionError

    async def _ticket(self, request: Request) -> Ticket:
        ticket = await self._store.by_channel(request.guild_id, request.channel_id)
        if ticket is None:
            raise errors.NoTicketError
        lifecycle.require_recent(ticket, request)
        return ticket

    @staticmethod
    def _topic(request: Request, config: GuildConfig) -> Topic | None:
        """Return the topic that is asked for, if it may be used by the member, or by the staff for them."""
        if request.opened_by is not None:
            topic = None if request.topic_id is None else inheritance.find_topic(config, request.topic_id)
            if topic is None and request.topic_id is not None:
                raise errors.TopicGoneError
            access.require_may_open_for(topic, config, request.opened_by, request.member)
            return topic
        if request.topic_id is None:
            return None
        return access.require_may_use(inheritance.find_topic(config, request.topic_id), request.member)

    def _require_not_blocked(self, request: Request, config: GuildConfig) -> None:
        if request.opened_by is None:  # the staff may, for a member who may not
            blocks.require_not_blocked(config, request.member, now=self._clock())

    def _most_open(self, config: GuildConfig) -> int:
        return config.max_open_tickets or self.max_open_tickets

    async def _blocking_tickets(self, request: Request, config: GuildConfig, topic: Topic | None) -> Sequence[Ticket]:
        """Return the live tickets because of which the member may not have one more; none if they may."""
        live = await self._store.live_of(request.guild_id, request.member.id)
        if len(live) >= self._most_open(config):
            return live
        if topic is None or topic.max_open_tickets is None:
            return ()
        of_topic = [ticket for ticket in live if ticket.topic_id == topic.id]
        return of_topic if len(of_topic) >= topic.max_open_tickets else ()

    async def _blocking_ticket(self, request: Request, config: GuildConfig, topic: Topic | None) -> Ticket | None:
        """Return the ticket because of which the member may not have one more, preferably an orphaned opening.

        A ticket whose channel was deleted by hand is discarded.
        """
        live = await self._blocking_tickets(request, config, topic)
        if not live:
            return None
        for ticket in live:
            if ticket.channel_id is not None and not await self._restore_access(ticket):
                self.effects.work.suspect(ticket.guild_id)
                with contextlib.suppress(errors.StaleTicketError):
                    await self._store.discard(ticket)
                return None
            if self._is_orphaned_opening(ticket):
                return ticket
        return live[0]

    async def _require_may_open_again(
        self, request: Request, config: GuildConfig, besides: Ticket | None = None
    ) -> None:
        """Refuse a member who has opened as many tickets lately as allowed, ``besides`` the one that is reserved.

        An opening is recorded with its welcome. Where a member may have several tickets, those that are still being
        opened count, too: read first, since one that is recorded meanwhile is then found at least once.
        """
        now = self._clock()
        since = Millis(now - limits.WINDOW)
        live: Sequence[Ticket] = ()
        if self._most_open(config) > 1:
            live = await self._store.live_of(request.guild_id, request.member.id)
        openings = await self._store.openings_of(request.guild_id, request.member.id, after=since)
        own = None if besides is None else besides.number
        begun = [ticket.created_at for ticket in live if _is_being_opened(ticket) and ticket.number != own]
        found = sorted([*openings, *(at for at in begun if at not in openings)])
        limits.require_may_open_again(found, limit=config.max_openings or self.max_openings, now=now)

    def _require_short_wait(self, request: Request) -> None:
        """Refuse what would wait long: Discord limits how fast channels are created.

        Raises
        ------
        DiscordBusyError
            The wait would be too long.
        """
        wait = self._channels.creation_wait(request.guild_id, self._opening[request.guild_id])
        if wait > _LONGEST_WAIT:
            raise errors.DiscordBusyError(wait)

    @contextlib.contextmanager
    def _counted(self, guild_id: GuildId) -> Generator[None]:
        self._opening[guild_id] += 1
        try:
            yield
        finally:
            self._opening[guild_id] -= 1
            if not self._opening[guild_id]:
                del self._opening[guild_id]

    async def _restore_access(self, ticket: Ticket) -> bool:
        """Let the opener of an open ticket see its channel if they do not; return whether the channel exists.

        Discord removes a member's overwrites when they leave the server, and all when a channel is synchronised with
        its category. Presses that come while Discord is asked share the next answer: a hasty member costs few calls.
        """
        return await self._restorations.call(ticket.channel_id, lambda: self._restore_access_now(ticket))

    async def _restore_access_now(self, ticket: Ticket) -> bool:
        sees = await self._channels.opener_sees(ticket)
        if sees is False and await self._is_open(ticket):
            # By the latest record: it may be closed or locked meanwhile, or have notes.
            await self.effects.settle_overwrites(ticket, (lifecycle.opener_of(ticket), *ticket.participants))
        return sees is not None

    async def _is_open(self, ticket: Ticket) -> bool:
        current = await self._store.by_number(ticket.guild_id, ticket.number)
        return current is not None and current.state is TicketState.OPEN

    async def _reserve(
        self, request: Request, config: GuildConfig, topic: Topic | None, work: contextlib.ExitStack
    ) -> Ticket:
        """Record a new ticket, or return the one that another process recorded first.

        Until ``work`` is closed, no other request takes the new one over.
        """
        work.enter_context(self.effects.work.on_opening(request.id))
        topic_id = None if topic is None else topic.id
        for slot in range(self._most_open(config)):
            reservation = lifecycle.reserve(request, slot=slot, at=self._clock(), topic_id=topic_id)
            with contextlib.suppress(errors.SlotTakenError):
                reserved = await self._store.reserve(lifecycle.own(reservation, self.effects.owners.own_id))
                return await self._within_limits(reserved, request, config, topic)
        live = await self._store.live_of(request.guild_id, request.member.id)
        if not live:
            raise errors.AlreadyOpenError(None)
        return live[0]

    async def _within_limits(
        self, reserved: Ticket, request: Request, config: GuildConfig, topic: Topic | None
    ) -> Ticket:
        """Return a reserved ticket, or another one because of which the topic's limit is reached.

        Slots keep the number of live tickets in a server alone. Two processes that pass another limit at once see each
        other's ticket here, and give way; no order of theirs is known to both.

        Raises
        ------
        TooManyOpeningsError
            The member has opened as many tickets lately as allowed.
        """
        if topic is not None and topic.max_open_tickets is not None:
            live = await self._store.live_of(reserved.guild_id, reserved.opener_id)
            others = [ticket for ticket in live if ticket.topic_id == topic.id and ticket.number != reserved.number]
            if len(others) >= topic.max_open_tickets:
                await self._store.discard(reserved)
                return others[0]
        if self._most_open(config) > 1:
            try:
                await self._require_may_open_again(request, config, reserved)
            except errors.TooManyOpeningsError:
                await self._store.discard(reserved)
                raise
        return reserved

    async def _await_channel(self, ticket: Ticket) -> ChannelId | None:
        """Return the channel of a ticket that another request is opening, if it exists soon."""
        current: Ticket | None = ticket
        for _ in range(_POLLS):
            if current is None or current.channel_id is not None:
                break
            await asyncio.sleep(_POLL_PAUSE)
            current = await self._store.by_number(ticket.guild_id, ticket.number)
        return None if current is None else current.channel_id

    async def _await_answers(self, ticket: Ticket) -> bool:
        """Return whether the channel shows a form's answers or a quote soon, which another request posts."""
        for _ in range(_POLLS):
            current = await self._store.by_number(ticket.guild_id, ticket.number)
            if current is None or current.notice is not Notice.WELCOME:
                return True
            await asyncio.sleep(_POLL_PAUSE)
        return False

    def _is_resumed(self, ticket: Ticket, action: Action, request: Request) -> bool:
        """Return whether a request goes on with this action, which a process has left unfinished."""
        is_deletion = action.effect is Effect.DELETE_CHANNEL
        if (ticket.state is TicketState.DELETING) is not is_deletion:
            return False  # what an earlier move has left is none of a deletion's business
        is_under_way = is_deletion or (action.notice is not None and ticket.notice is action.notice)
        return is_under_way and self.effects.is_abandoned(ticket) and action.resumable(ticket, request)

    def _is_orphaned_opening(self, ticket: Ticket) -> bool:
        """Return whether nobody is at an opening that lacks its channel or its welcome."""
        return _is_being_opened(ticket) and self.effects.is_abandoned(ticket)


def _is_being_opened(ticket: Ticket) -> bool:
    """Return whether a ticket lacks its channel or its welcome."""
    return ticket.state is TicketState.RESERVED or ticket.notice is Notice.WELCOME
