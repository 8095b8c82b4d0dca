"""Count what becomes of presses, around the work and out of its way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ticketbot.tickets import errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.ports import Tally
    from ticketbot.tickets.model import Press
    from ticketbot.views.answer import Answer

    Work = Callable[[Press, Answer], Awaitable[None]]


def counted(tally: Tally, button_id: str, work: Work) -> Work:
    """Make of a button's work one that is counted."""
    button = button_id.removeprefix("ticket:")

    async def counting(press: Press, answer: Answer) -> None:
        begun = time.perf_counter()
        try:
            await work(press, answer)
        except errors.TicketError as error:
            reason = type(error).__name__.removesuffix("Error")
            tally.refused(button, reason, time.perf_counter() - begun)
            raise
        except Exception:
            tally.failed(button, time.perf_counter() - begun)
            raise
        tally.done(button, time.perf_counter() - begun)

    return counting
