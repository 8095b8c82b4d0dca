"""Archiving: a transcript on its way, with signs of life that keep recovery from taking it over."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ticketbot.tickets import errors, lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from ticketbot.ports import Clock, TicketChannels, TicketStore
    from ticketbot.tickets.model import GuildConfig, PostedTranscript, RawMessage, Ticket

_T = TypeVar("_T")

_QUICK: Final = 5_000
"""Milliseconds within which nobody has said much: looking again would cost a call at each deletion."""

_TRIES: Final = 3
"""How often a transcript is made of a channel in which the talk goes on."""


class Archiving:
    """What stands between the decision to delete a ticket and the deletion of its channel."""

    def __init__(self, store: TicketStore, channels: TicketChannels, clock: Clock, ticket: Ticket) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._ticket = ticket
        self._moving = asyncio.Lock()

    async def archive(self, config: GuildConfig, *, again: bool, pulse: float) -> Ticket:
        """Post the transcript and read it back; give the ticket that remembers where it is.

        ``again`` tells that an earlier try may have posted it; ``pulse`` is the time between two signs of life, in
        seconds.

        Raises
        ------
        StaleTicketError
            Somebody else took the ticket over; what they do is not to be disturbed.
        """
        posted = await self._alive(self._posted(config, again=again), pulse)
        message_id = posted.messages[0].id
        return await self._move(lambda ticket: lifecycle.archive(ticket, message_id, at=self._clock()))

    async def _posted(self, config: GuildConfig, *, again: bool) -> PostedTranscript:
        for _ in range(_TRIES):
            begun = self._clock()
            history = await self._history()
            kept = await self._channels.with_threads(self._ticket, history)
            posted = await self._channels.find_transcript(self._ticket, config, kept) if again else None
            if posted is None:
                posted = await self._channels.post_transcript(self._ticket, config, kept, note=self._note)
            await self._channels.verify_transcript(self._ticket, config, posted)
            if self._clock() - begun <= _QUICK or not await self._went_on(history):
                return posted
            again = True
        raise errors.TranscriptNotVerifiedError

    async def _history(self) -> Sequence[RawMessage]:
        """Fetch all messages of the channel itself, oldest first."""
        history: list[RawMessage] = []
        async for page in self._channels.history(self._ticket):
            history.extend(page)
        history.reverse()
        return history

    async def _went_on(self, history: Sequence[RawMessage]) -> bool:
        """Tell whether something was said since: the staff may write in a closed ticket's channel."""
        newest = await anext(aiter(self._channels.history(self._ticket)), ())
        return [_id(message) for message in newest[:1]] != [_id(message) for message in history[-1:]]

    async def _note(self, mark: str) -> Ticket:
        return await self._move(lambda ticket: lifecycle.mark_transcript(ticket, mark, at=self._clock()))

    async def _alive(self, work: Coroutine[object, object, _T], pulse: float) -> _T:
        """Do long work, and show now and then that somebody is at it; stop when it is somebody else."""
        task = asyncio.create_task(work)
        try:
            while not (await asyncio.wait({task}, timeout=pulse))[0]:
                await self._move(lambda ticket: lifecycle.keep_going(ticket, at=self._clock()))
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


def _id(message: RawMessage) -> Any:  # noqa: ANN401 - compared, and nothing else
    return json.loads(message)["id"]
