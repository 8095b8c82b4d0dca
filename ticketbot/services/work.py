"""Work: the tickets that this process works on, and when it tries those again that it gave up for now."""

from __future__ import annotations

import asyncio
import collections
import contextlib
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.tickets import creations
from ticketbot.tickets.model import GuildId, InteractionId, Millis

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Sequence

    from ticketbot.tickets.model import Ticket

    Key = tuple[GuildId, int]

_FIRST_PAUSE: Final = 1_000
_LONGEST_PAUSE: Final = 60_000
"""Milliseconds between two attempts; the pause doubles after each."""


@attrs.frozen
class _Retry:
    at: Millis
    pause: int


class Work:
    """Knows which tickets this process works on, and when the next attempt at the others is due."""

    def __init__(self) -> None:
        self._active: collections.Counter[Key] = collections.Counter()
        self._openings: set[InteractionId] = set()
        self._retries: dict[Key, _Retry] = {}
        self._suspects: dict[GuildId, None] = {}
        self._recreated: dict[GuildId, Millis] = {}
        self._changed = asyncio.Event()

    @contextlib.contextmanager
    def on(self, ticket: Ticket) -> Generator[None]:
        """Return a context manager that notes that this process works on a ticket."""
        key = key_of(ticket)
        before = self._retries.get(key)
        self._active[key] += 1
        try:
            yield
        finally:
            self._active[key] -= 1
            if not self._active[key]:
                del self._active[key]
            if before is not None and self._retries.get(key) is before:
                self.forget(ticket)

    @contextlib.contextmanager
    def on_opening(self, interaction_id: InteractionId) -> Generator[None]:
        """Return a context manager that notes that this process opens a ticket, whose number it does not know yet."""
        self._openings.add(interaction_id)
        try:
            yield
        finally:
            self._openings.discard(interaction_id)

    def is_active(self, ticket: Ticket) -> bool:
        """Return whether this process works on a ticket right now."""
        return key_of(ticket) in self._active or ticket.interaction_id in self._openings

    def retry_later(self, ticket: Ticket, *, now: Millis, pause: int | None = None) -> None:
        """Plan the next attempt at a ticket: after 1, 2, 4 … 60 s, or after ``pause`` milliseconds.

        One that is planned already stays so.
        """
        if pause is None:
            if not self.is_due(ticket, now=now):
                return
            last = self._retries.get(key_of(ticket))
            pause = _FIRST_PAUSE if last is None else min(2 * last.pause, _LONGEST_PAUSE)
        self._retries[key_of(ticket)] = _Retry(Millis(now + pause), pause)
        self._changed.set()

    def is_due(self, ticket: Ticket, *, now: Millis) -> bool:
        """Return whether a ticket may be tried now; a clock that was set back delays no attempt."""
        retry = self._retries.get(key_of(ticket))
        return retry is None or not now < retry.at <= now + retry.pause

    def forget(self, ticket: Ticket) -> None:
        """Plan no attempt at a ticket."""
        self._retries.pop(key_of(ticket), None)

    def retain(self, keys: Collection[Key]) -> None:
        """Plan attempts at these tickets alone."""
        self._retries = {key: retry for key, retry in self._retries.items() if key in keys}

    def note_recreation(self, ticket: Ticket, *, now: Millis) -> None:
        """Note that the channel of a ticket was created once more: that of the earlier creation may appear later."""
        self._recreated[ticket.guild_id] = now

    def guilds_of_recreations(self, *, now: Millis) -> Sequence[GuildId]:
        """Return the servers in which the channel of an earlier creation may still appear."""
        self._recreated = {
            guild_id: at for guild_id, at in self._recreated.items() if 0 <= now - at <= creations.TOLERANCE
        }
        return list(self._recreated)

    def suspect(self, guild_id: GuildId) -> None:
        """Note that a server is to be looked at: its staff changed, or one of its channels was deleted by hand."""
        self._suspects[guild_id] = None

    def take_suspects(self, limit: int) -> Sequence[GuildId]:
        """Return servers that were noted and were not returned before, at most ``limit``, those noted first."""
        taken = list(self._suspects)[:limit]
        for guild_id in taken:
            del self._suspects[guild_id]
        return taken

    def wake(self) -> None:
        """Let ``wait`` return: there may be work that a process left which has ended."""
        self._changed.set()

    async def wait(self, seconds: float, *, now: Millis) -> None:
        """Wait until an attempt is due, a new one is planned, or ``wake`` is called; at most some seconds."""
        pauses = [min(max(retry.at - now, 0), retry.pause) for retry in self._retries.values()]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), min([seconds, *(pause / 1000 for pause in pauses)]))
        self._changed.clear()


def key_of(ticket: Ticket) -> Key:
    """Return what identifies a ticket."""
    return ticket.guild_id, ticket.number
