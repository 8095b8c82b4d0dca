"""The double check before a deletion: confirm or cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.discord.buttons import ButtonId
from ticketbot.views.base import Door, TicketButton, TicketView

if TYPE_CHECKING:
    from ticketbot.tickets.model import GuildConfig, Press, Ticket
    from ticketbot.views.answer import Answer


class DeletionView(TicketView):
    """The buttons under the question whether a ticket is really to be deleted."""

    def __init__(self, door: Door) -> None:
        self._desk = door.desk
        super().__init__(
            TicketButton(door, ButtonId.CONFIRM, self._confirm),
            TicketButton(door, ButtonId.CANCEL, self._cancel),
        )

    async def _confirm(self, press: Press, answer: Answer) -> None:
        async def announce(_ticket: Ticket, _config: GuildConfig) -> bool:
            await answer.replace(answer.messages.deleting())
            return True

        await self._desk.delete(press, announce)

    async def _cancel(self, _press: Press, answer: Answer) -> None:
        await answer.replace(answer.messages.deletion_cancelled())
