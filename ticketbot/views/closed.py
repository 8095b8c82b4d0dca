"""A closed ticket: reopen and delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.discord.buttons import ButtonId
from ticketbot.views.base import Door, TicketButton, TicketView

if TYPE_CHECKING:
    from ticketbot.tickets.model import Press
    from ticketbot.views.answer import Answer


class ClosedTicketView(TicketView):
    """The buttons under the notice that a ticket was closed."""

    def __init__(self, door: Door) -> None:
        self._desk = door.desk
        super().__init__(
            TicketButton(door, ButtonId.REOPEN, self._reopen),
            TicketButton(door, ButtonId.DELETE, self._ask_deletion),
        )

    async def _reopen(self, press: Press, answer: Answer) -> None:
        await self._desk.reopen(press)
        await answer.acknowledge()

    async def _ask_deletion(self, press: Press, answer: Answer) -> None:
        await self._desk.ask_deletion(press)
        await answer.tell(answer.messages.deletion_question())
