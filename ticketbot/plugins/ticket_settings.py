"""``/ticket-reglages``, in English ``/ticket-settings``: the settings page."""

from __future__ import annotations

from typing import Final

import hikari
import lightbulb

from ticketbot.interactions.handling import InteractionHandler
from ticketbot.interactions.settings.routes import SettingsRoutes
from ticketbot.plugins.responses import CommandResponse

_NAME: Final = "ticket-reglages"
PATHS: Final = ((hikari.CommandType.SLASH, _NAME),)

loader = lightbulb.Loader()


@loader.command
class TicketSettings(
    lightbulb.SlashCommand,
    name=_NAME,
    description="command_settings",
    default_member_permissions=hikari.Permissions.ADMINISTRATOR,
    contexts=[hikari.ApplicationContextType.GUILD],
):
    """Open the settings page; for administrators.

    The description is a key of texts: ``command_sync`` puts the text in its place.
    """

    @lightbulb.invoke
    async def invoke(self, context: lightbulb.Context, handler: InteractionHandler, routes: SettingsRoutes) -> None:
        """Open the page."""
        await handler.handle(routes.command(), context.interaction, CommandResponse(context))


COMMANDS: Final = (TicketSettings,)
