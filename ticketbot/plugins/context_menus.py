"""The commands in the context menus of messages and members: open a ticket about one, or for one."""

from __future__ import annotations

from typing import Final

import hikari
import lightbulb

from ticketbot.interactions import requests
from ticketbot.interactions.handling import InteractionHandler
from ticketbot.interactions.tickets import TicketRoutes
from ticketbot.plugins.responses import CommandResponse
from ticketbot.tickets.model import Role

_ABOUT: Final = "Ouvrir un ticket"
_FOR: Final = "Ouvrir un ticket pour…"
"""The names in French; ``command_sync`` adds those in other languages."""

PATHS: Final = ((hikari.CommandType.MESSAGE, _ABOUT), (hikari.CommandType.USER, _FOR))

loader = lightbulb.Loader()


@loader.command
class OpenAbout(lightbulb.MessageCommand, name=_ABOUT, contexts=[hikari.ApplicationContextType.GUILD]):
    """Open a ticket about a message, for whoever chooses it."""

    @lightbulb.invoke
    async def invoke(self, context: lightbulb.Context, handler: InteractionHandler, routes: TicketRoutes) -> None:
        """Quote the message in a new ticket."""
        route = routes.context_menus.about(_ABOUT, self.target)
        await handler.handle(route, context.interaction, CommandResponse(context))


@loader.command
class OpenFor(lightbulb.UserCommand, name=_FOR, contexts=[hikari.ApplicationContextType.GUILD]):
    """Open a ticket for a member.

    It is for staff, but shown to everybody: Discord knows no staff roles, so the bot checks them.
    """

    @lightbulb.invoke
    async def invoke(self, context: lightbulb.Context, handler: InteractionHandler, routes: TicketRoutes) -> None:
        """Open the ticket for the member who was chosen."""
        target = requests.read_target(self.target)
        assert not isinstance(target, Role), "Discord offers this for members alone"
        route = routes.context_menus.for_member(_FOR, target)
        await handler.handle(route, context.interaction, CommandResponse(context))


COMMANDS: Final = (OpenAbout, OpenFor)
