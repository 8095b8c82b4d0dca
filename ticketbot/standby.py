"""Standby: of the gateway processes on one store, one holds the session with Discord, and the next one waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Final

from ticketbot.services.store_ports import Role
from ticketbot.tickets import errors

if TYPE_CHECKING:
    from ticketbot.services.ports import Metrics
    from ticketbot.services.store_ports import Owners

_LOGGER = logging.getLogger(__name__)

_POLL: Final = 0.25
"""Seconds between two looks whether the session is free."""

_HANDING_OVER: Final = 8.0
"""Seconds that the next process gets to connect before this one disconnects."""


class Standby:
    """The turn of this process: it waits for it, keeps it, and hands it over when it stops."""

    def __init__(self, owners: Owners, metrics: Metrics) -> None:
        self._owners = owners
        self._metrics = metrics
        self.is_waiting = False
        """Whether another process holds the session."""

    async def wait_for_turn(self) -> None:
        """Wait until no other process holds the session, or waits for it longer than this one."""
        await self._wait_for(Role.STANDBY)
        await self._wait_for(Role.GATEWAY)
        if self.is_waiting:
            _LOGGER.info("taking the connection to Discord over")

    async def note_connected(self) -> None:
        """Tell the process before this one that it may disconnect, and others that they may be the next."""
        self.is_waiting = False
        self._metrics.standing_by(standing_by=False)
        with contextlib.suppress(errors.StoreUnavailableError):
            await self._owners.release(Role.STANDBY)

    async def wait_until_lost(self) -> None:
        """Wait until another process has the session: this one hung for so long that it was taken for gone."""
        while True:
            await asyncio.sleep(self._owners.watch_interval)
            with contextlib.suppress(errors.StoreUnavailableError):
                if not await self._owners.hold(Role.GATEWAY):
                    return

    async def hand_over(self) -> None:
        """Let the next process connect, if one stands by: until then presses reach this one."""
        deadline = time.monotonic() + _HANDING_OVER
        with contextlib.suppress(errors.StoreUnavailableError):
            is_awaited = await self._owners.is_held(Role.STANDBY)
            await self._owners.release(Role.GATEWAY)
            while is_awaited and time.monotonic() < deadline:
                await asyncio.sleep(_POLL)
                is_awaited = await self._owners.is_held(Role.STANDBY)

    async def _wait_for(self, role: Role) -> None:
        while True:
            with contextlib.suppress(errors.StoreUnavailableError):
                if await self._owners.hold(role):
                    return
                self._note_waiting()
            await asyncio.sleep(_POLL)

    def _note_waiting(self) -> None:
        if self.is_waiting:
            return
        self.is_waiting = True
        self._metrics.standing_by(standing_by=True)
        _LOGGER.info("standing by: another process holds the connection to Discord; this one takes over when it ends")
