"""An open ticket: claim and close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.discord.buttons import ButtonId
from ticketbot.views.base import Door, TicketButton, TicketView

if TYPE_CHECKING:
    from ticketbot.tickets.model import GuildConfig, Press, Ticket
    from ticketbot.views.answer import Answer


class OpenTicketView(TicketView):
    """The buttons under the welcome."""

    def __init__(self, door: Door) -> None:
        self._desk = door.desk
        self._phrasebook = door.phrasebook
        super().__init__(
            TicketButton(door, ButtonId.CLAIM, self._claim),
            TicketButton(door, ButtonId.CLOSE, self._close),
        )

    async def _claim(self, press: Press, answer: Answer) -> None:
        async def announce(ticket: Ticket, config: GuildConfig) -> bool:
            return await answer.tell_all(self._phrasebook.of(config).claimed(ticket))

        await self._desk.claim(press, announce)
        await answer.acknowledge()

    async def _close(self, press: Press, answer: Answer) -> None:
        await self._desk.close(press)
        await answer.acknowledge()
