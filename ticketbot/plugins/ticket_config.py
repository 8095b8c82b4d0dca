"""``/ticket-config``: where the panel and the transcripts go, and who answers tickets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import hikari
import lightbulb

from ticketbot.desk.configuration import ConfigurationDesk
from ticketbot.discord import failures, members, messages
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, RoleId

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOGGER = logging.getLogger(__name__)

_NAME = "ticket-config"

loader = lightbulb.Loader()


@loader.command
class TicketConfig(
    lightbulb.SlashCommand,
    name=_NAME,
    description="Configurer les tickets de ce serveur",
    default_member_permissions=hikari.Permissions.ADMINISTRATOR,
    contexts=[hikari.ApplicationContextType.GUILD],
):
    """Configure a server; for its administrators."""

    salon = lightbulb.channel("salon", "Le salon qui reçoit le panneau", channel_types=[hikari.ChannelType.GUILD_TEXT])
    transcription = lightbulb.channel(
        "transcription", "Le salon qui reçoit les transcriptions", channel_types=[hikari.ChannelType.GUILD_TEXT]
    )
    category = lightbulb.channel(
        "category", "La catégorie où les tickets sont créés", channel_types=[hikari.ChannelType.GUILD_CATEGORY]
    )
    role = lightbulb.role("role", "Un rôle qui répond aux tickets")
    role2 = lightbulb.role("role2", "Un autre rôle qui répond aux tickets", default=None)
    role3 = lightbulb.role("role3", "Un autre rôle qui répond aux tickets", default=None)
    role4 = lightbulb.role("role4", "Un autre rôle qui répond aux tickets", default=None)
    role5 = lightbulb.role("role5", "Un autre rôle qui répond aux tickets", default=None)

    @lightbulb.invoke
    async def invoke(self, context: lightbulb.Context, desk: ConfigurationDesk) -> None:
        """Configure the server as asked."""
        await context.defer(ephemeral=True)
        if context.guild_id is None or context.member is None:
            raise errors.NotAdministratorError
        roles = [role.id for role in (self.role, self.role2, self.role3, self.role4, self.role5) if role is not None]
        wanted = GuildConfig(
            guild_id=GuildId(int(context.guild_id)),
            panel_channel_id=ChannelId(int(self.salon.id)),
            transcript_channel_id=ChannelId(int(self.transcription.id)),
            category_id=ChannelId(int(self.category.id)),
            staff_role_ids=tuple(dict.fromkeys(RoleId(int(role_id)) for role_id in roles)),
        )
        preflight = await desk.configure(wanted, members.member_of(context.member))
        await context.respond(embeds=messages.configured(wanted, preflight).embeds, ephemeral=True)


COMMANDS: Mapping[str, type[lightbulb.SlashCommand]] = {_NAME: TicketConfig}
"""What is registered with Discord, by name."""


@loader.error_handler
async def tell(failed: lightbulb.exceptions.ExecutionPipelineFailedException) -> bool:
    """Tell the member why the command was not carried out."""
    context = failed.context
    cause = failed.causes[0] if failed.causes else failed
    if isinstance(cause, errors.TicketError):
        _LOGGER.info("command %s refused: %s", context.interaction.id, failures.told(cause))
        message = messages.refusal(cause)
    else:
        _LOGGER.error("command %s failed", context.interaction.id, exc_info=cause)
        message = messages.failure()
    try:
        await context.respond(embeds=message.embeds, ephemeral=True)
    except hikari.HikariError as error:
        _LOGGER.warning("command %s could not be answered: %s", context.interaction.id, failures.told(error))
    return True
