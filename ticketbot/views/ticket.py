"""An open ticket: claim and close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.discord import messages
from ticketbot.views.base import Answer, Door, TicketButton, TicketView

if TYPE_CHECKING:
    from ticketbot.tickets.model import Press, Ticket


class OpenTicketView(TicketView):
    """The buttons under the welcome."""

    def __init__(self, door: Door) -> None:
        self._desk = door.desk
        super().__init__(
            TicketButton(door, messages.ButtonId.CLAIM, self._claim),
            TicketButton(door, messages.ButtonId.CLOSE, self._close),
        )

    async def _claim(self, press: Press, answer: Answer) -> None:
        async def announce(ticket: Ticket) -> bool:
            return await answer.tell_all(messages.claimed(ticket))

        await self._desk.claim(press, announce)
        await answer.acknowledge()

    async def _close(self, press: Press, answer: Answer) -> None:
        await answer.acknowledge()
        await self._desk.close(press)
