"""SignsOfLife: which processes still change what they change regularly, independent of every clock of the day."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ticketbot.tickets.model import OwnerId


@attrs.define
class _Sign:
    value: int
    silent: float = 0.0
    """Seconds for which this process watched, and the value stayed the same."""


class SignsOfLife:
    """Watches values that other processes change, by this process's monotonic clock.

    Only the time is counted in which this process watched: one that hung itself, or could not reach the store, does not
    take the others for gone.
    """

    def __init__(self, silence: float, interval: float) -> None:
        self._silence = silence
        self._interval = interval
        self._signs: dict[OwnerId, _Sign] = {}
        self._watched_at = self._given_at = time.monotonic()

    def watch(self, values: Mapping[OwnerId, int], *, given_at: float) -> set[OwnerId]:
        """Note the present values, and return the processes whose value did not change for too long.

        ``given_at`` is when this process began to change its own value, by the monotonic clock: from then on others may
        count.
        """
        now = time.monotonic()
        watched = min(now - self._watched_at, 2 * self._interval)
        self._watched_at, self._given_at = now, given_at
        self._signs = {owner: self._sign(owner, value, watched) for owner, value in values.items()}
        return {owner for owner, sign in self._signs.items() if sign.silent >= self._silence}

    def known(self) -> Iterable[OwnerId]:
        """Return the processes that were there when this process last watched."""
        return self._signs.keys()

    def may_seem_silent(self) -> bool:
        """Return whether this process gave no sign for so long that it may seem gone to the others."""
        return time.monotonic() - self._given_at > self._silence - self._interval

    def _sign(self, owner: OwnerId, value: int, watched: float) -> _Sign:
        last = self._signs.get(owner)
        return _Sign(value) if last is None or last.value != value else _Sign(value, last.silent + watched)
