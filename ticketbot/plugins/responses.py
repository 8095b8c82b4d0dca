"""CommandResponse: the first answer to a command, which lightbulb has to know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.interactions.initial_responses import CallbackResponse

if TYPE_CHECKING:
    import lightbulb


class CommandResponse(CallbackResponse):
    """Posts the answer; lightbulb is told that there is one, however long Discord takes to accept it.

    Over REST lightbulb would end a command that has no answer after five seconds, with what was begun left undone.
    """

    def __init__(self, context: lightbulb.Context) -> None:
        super().__init__(context.interaction)
        context.initial_response_sent.set()
