"""FullPlaces: spares creations of channels that waited while Discord said of others that there is no room."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Final

from ticketbot.discord import request_queue
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Generator

    from ticketbot.tickets.model import ChannelId, GuildId

_MOST: Final = 1_000
"""How many places are remembered before all are forgotten."""


class FullPlaces:
    """Remembers when Discord last said that a category or a server is full.

    In a raid hundreds of creations wait for the same category; each that is refused would cost a call, and time of
    those behind it. Who presses afterwards is not concerned: their creation asks Discord again.
    """

    def __init__(self) -> None:
        self._found: dict[int, float] = {}

    @contextlib.contextmanager
    def creating(self, guild_id: GuildId, category_id: ChannelId) -> Generator[None]:
        """Return a context manager for a creation, which is given up if the place turns out to be full meanwhile.

        Raises
        ------
        CategoryFullError, GuildFullError
            It does, for this creation or for another one since this began.
        """
        began, is_spared = time.monotonic(), False

        def check() -> None:
            nonlocal is_spared
            is_spared = True
            if self._found.get(category_id, 0.0) > began:
                raise errors.CategoryFullError
            if self._found.get(guild_id, 0.0) > began:
                raise errors.GuildFullError
            is_spared = False

        try:
            with request_queue.checked(check):
                yield
        except (errors.CategoryFullError, errors.GuildFullError) as error:
            if not is_spared:
                self._note(category_id if isinstance(error, errors.CategoryFullError) else guild_id)
            raise

    def forget(self) -> None:
        """Forget all: a channel was deleted, so that there may be room again."""
        self._found.clear()

    def _note(self, place: int) -> None:
        if len(self._found) >= _MOST:
            self._found.clear()
        self._found[place] = time.monotonic()
