"""Archiving: posts and verifies a transcript, with heartbeats that keep recovery from taking the ticket over."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.inheritance import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ticketbot.services.ports import Clock, TranscriptArchive
    from ticketbot.services.store_ports import TicketRecords
    from ticketbot.tickets.model import GuildConfig, PostedTranscript, Ticket

_T = TypeVar("_T")

_RECHECK_AFTER_MS: Final = 5_000
"""Milliseconds after which the channel and its threads are checked again: that costs four calls."""

_TRIES: Final = 3
"""How often a transcript is made anew because somebody wrote meanwhile."""


class Archiving:
    """Posts and verifies one ticket's transcript before its channel is deleted."""

    def __init__(self, store: TicketRecords, transcripts: TranscriptArchive, clock: Clock, ticket: Ticket) -> None:
        self._store = store
        self._transcripts = transcripts
        self._clock = clock
        self._ticket = ticket
        self._moving = asyncio.Lock()
        self._posted: PostedTranscript | None = None
        self.size = 0
        """Bytes of all files of the verified transcript."""

    async def archive(self, config: GuildConfig, *, again: bool, heartbeat_interval: float) -> Ticket:
        """Post the transcript and verify it; return the ticket that records where it is.

        ``again``: whether an earlier attempt may have posted it. ``heartbeat_interval`` is in seconds.

        Raises
        ------
        StaleTicketError
            Another process has taken the ticket over.
        ChannelGoneError
            The channel was deleted meanwhile, perhaps by such a process.
        MessageContentHiddenError
            Discord hides what members wrote, and who confirmed the deletion does not know that.
        """
        channel_id = settings_of(self._ticket, config).transcript_channel_id
        config = attrs.evolve(config, transcript_channel_id=channel_id)
        try:
            posted = await self._with_heartbeats(self._post(config, again=again), heartbeat_interval)
            self.size = sum(file.size for message in posted.messages for file in message.files)
            message_id = posted.messages[0].id
            return await self._move(lambda ticket: lifecycle.archive(ticket, message_id, at=self._clock()))
        except (errors.StaleTicketError, errors.ChannelGoneError):
            with contextlib.suppress(errors.TicketError):
                await self._delete_own_duplicate(config)
            raise

    async def _post(self, config: GuildConfig, *, again: bool) -> PostedTranscript:
        for _ in range(_TRIES):
            start = self._clock()
            history = await self._transcripts.history(self._ticket)
            if history.is_content_hidden and not self._ticket.accepts_hidden_content:
                raise errors.MessageContentHiddenError
            posted = await self._transcripts.find_transcript(self._ticket, config, history) if again else None
            if posted is None:
                posted = await self._transcripts.post_transcript(self._ticket, config, history, note=self._record_mark)
                self._posted = posted
                if again:
                    await self._delete_others(config, posted)
            await self._verify(config, posted)
            was_quick = self._clock() - start <= _RECHECK_AFTER_MS
            if was_quick or not await self._transcripts.has_new_messages(self._ticket, history):
                return posted
            again = True
        raise errors.TranscriptNotVerifiedError

    async def _verify(self, config: GuildConfig, posted: PostedTranscript) -> None:
        """Verify the transcript; delete it by its messages' ids if it is not whole, since nothing finds it again."""
        try:
            await self._transcripts.verify_transcript(self._ticket, config, posted)
        except errors.TranscriptNotVerifiedError:
            with contextlib.suppress(errors.TicketError):
                await self._transcripts.delete_transcript(config, posted)
            raise

    async def _delete_others(self, config: GuildConfig, posted: PostedTranscript) -> None:
        """Delete a transcript that a hanging process, from which this one took the ticket over, posted meanwhile."""
        duplicate = await self._transcripts.find_duplicate(self._ticket, config, posted)
        if duplicate is not None:
            await self._transcripts.delete_transcript(config, duplicate)

    async def _delete_own_duplicate(self, config: GuildConfig) -> None:
        """Delete what this process posted if the one that has the ticket now posted another transcript.

        If there is no other one, that process found this one and keeps it, or will look for others once it has posted.
        """
        posted = self._posted
        if posted is not None and await self._transcripts.find_duplicate(self._ticket, config, posted) is not None:
            await self._transcripts.delete_transcript(config, posted)

    async def _record_mark(self, mark: str) -> Ticket:
        return await self._move(lambda ticket: lifecycle.mark_transcript(ticket, mark, at=self._clock()))

    async def _with_heartbeats(self, work: Coroutine[object, object, _T], heartbeat_interval: float) -> _T:
        """Await long work and record a heartbeat now and then.

        Once another process has the ticket, the work fails before its next post. It is not cancelled: whether a post
        that is under way arrives could not be known.
        """
        task = asyncio.create_task(work)
        try:
            while not (await asyncio.wait({task}, timeout=heartbeat_interval))[0]:
                try:
                    await self._move(lambda ticket: lifecycle.heartbeat(ticket, at=self._clock()))
                except errors.StaleTicketError:
                    await task
                    raise
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})

    async def _move(self, move: Callable[[Ticket], Ticket]) -> Ticket:
        async with self._moving:
            moved = move(self._ticket)
            await self._store.swap(self._ticket, moved)
            self._ticket = moved
            return moved
