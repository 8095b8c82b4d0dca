"""Commands that lightbulb cannot invoke, for instance because an option is missing from a forged one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lightbulb

from ticketbot.interactions.handling import InteractionHandler  # noqa: TC001 - lightbulb injects it by this type
from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.plugins.responses import CommandResponse

if TYPE_CHECKING:
    from ticketbot.interactions.responder import Responder
    from ticketbot.tickets.model import Request

loader = lightbulb.Loader()


@loader.error_handler
async def answer(failed: lightbulb.exceptions.ExecutionPipelineFailedException, handler: InteractionHandler) -> bool:
    """Answer a command whose own code was never reached, as any other that fails."""
    cause = failed.causes[0] if failed.causes else failed

    async def fail(_request: Request, _responder: Responder) -> None:
        # Not the cause itself: lightbulb raises some of its errors again and again, each time with a longer traceback.
        raise RuntimeError("the command cannot be invoked") from cause

    route = Route(name=failed.context.interaction.command_name, handler=fail, acknowledgement=Acknowledgement.THINKING)
    await handler.handle(route, failed.context.interaction, CommandResponse(failed.context))
    return True
