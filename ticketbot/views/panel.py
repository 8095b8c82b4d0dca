"""The panel: one button, which opens a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.discord.buttons import ButtonId
from ticketbot.views.base import Door, TicketButton, TicketView

if TYPE_CHECKING:
    from ticketbot.tickets.model import Press
    from ticketbot.views.answer import Answer


class PanelView(TicketView):
    """The button of the panel."""

    def __init__(self, door: Door) -> None:
        self._desk = door.desk
        super().__init__(TicketButton(door, ButtonId.OPEN, self._open))

    async def _open(self, press: Press, answer: Answer) -> None:
        await self._desk.ask_opening(press)
        await answer.thinking()
        ticket = await self._desk.open(press)
        await answer.tell(answer.messages.opened(ticket))
