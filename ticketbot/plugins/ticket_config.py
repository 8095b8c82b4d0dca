"""``/ticket-config``: where the panel and the transcripts go, and who answers tickets."""

from __future__ import annotations

from typing import Final

import hikari
import lightbulb

from ticketbot.interactions.configuration import ConfigurationOptions, ConfigurationRoutes
from ticketbot.interactions.handling import InteractionHandler
from ticketbot.plugins.responses import CommandResponse
from ticketbot.tickets.model import ChannelId, Language, RoleId

_NAME: Final = "ticket-config"
PATHS: Final = ((hikari.CommandType.SLASH, _NAME),)

loader = lightbulb.Loader()


@loader.command
class TicketConfig(
    lightbulb.SlashCommand,
    name=_NAME,
    description="command",
    default_member_permissions=hikari.Permissions.ADMINISTRATOR,
    contexts=[hikari.ApplicationContextType.GUILD],
):
    """Configure a server; for its administrators.

    The descriptions here are keys of texts: ``command_sync`` puts the texts in their place.
    """

    salon = lightbulb.channel("salon", "option_salon", channel_types=[hikari.ChannelType.GUILD_TEXT])
    transcription = lightbulb.channel(
        "transcription", "option_transcription", channel_types=[hikari.ChannelType.GUILD_TEXT]
    )
    category = lightbulb.channel("category", "option_category", channel_types=[hikari.ChannelType.GUILD_CATEGORY])
    role = lightbulb.role("role", "option_role")
    role2 = lightbulb.role("role2", "option_other_role", default=None)
    role3 = lightbulb.role("role3", "option_other_role", default=None)
    role4 = lightbulb.role("role4", "option_other_role", default=None)
    role5 = lightbulb.role("role5", "option_other_role", default=None)
    langue = lightbulb.string(
        "langue",
        "option_langue",
        choices=[lightbulb.Choice("Français", Language.FRENCH), lightbulb.Choice("English", Language.ENGLISH)],
        default=None,
    )

    @lightbulb.invoke
    async def invoke(
        self, context: lightbulb.Context, handler: InteractionHandler, routes: ConfigurationRoutes
    ) -> None:
        """Configure the server as chosen."""
        roles = [role.id for role in (self.role, self.role2, self.role3, self.role4, self.role5) if role is not None]
        options = ConfigurationOptions(
            panel_channel_id=ChannelId(int(self.salon.id)),
            transcript_channel_id=ChannelId(int(self.transcription.id)),
            category_id=ChannelId(int(self.category.id)),
            staff_role_ids=tuple(dict.fromkeys(RoleId(int(role_id)) for role_id in roles)),
            language=None if self.langue is None else Language.of(self.langue),
        )
        await handler.handle(routes.configure(options), context.interaction, CommandResponse(context))


COMMANDS: Final = (TicketConfig,)
