"""``/ticket-config``: where the panel and the transcripts go, and who answers tickets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import hikari
import lightbulb

from ticketbot.desk.configuration import ConfigurationDesk
from ticketbot.discord import failures, members
from ticketbot.discord.messages import Phrasebook
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, GuildConfig, GuildId, Language, PressId, RoleId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.discord.messages import Message

_LOGGER = logging.getLogger(__name__)

_NAME = "ticket-config"

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

    The descriptions here are keys: ``commands.localized`` puts the texts in their place.
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
    async def invoke(self, context: lightbulb.Context, desk: ConfigurationDesk, phrasebook: Phrasebook) -> None:
        """Configure the server as asked."""
        try:
            await failures.given(context.defer(ephemeral=True))
        except failures.OF_CALLS as error:
            # too old to be answered: nobody would learn what came of it
            _LOGGER.warning("command %s is not carried out: %s", context.interaction.id, failures.told(error))
            return
        context.initial_response_sent.set()
        if context.guild_id is None or context.member is None:
            raise errors.NotAdministratorError
        roles = [role.id for role in (self.role, self.role2, self.role3, self.role4, self.role5) if role is not None]
        wanted = GuildConfig(
            guild_id=GuildId(int(context.guild_id)),
            panel_channel_id=ChannelId(int(self.salon.id)),
            transcript_channel_id=ChannelId(int(self.transcription.id)),
            category_id=ChannelId(int(self.category.id)),
            staff_role_ids=tuple(dict.fromkeys(RoleId(int(role_id)) for role_id in roles)),
            language=None if self.langue is None else Language.of(self.langue),
        )
        locale = context.interaction.locale
        by = members.member_of(context.member, locale)
        preflight = await desk.configure(wanted, by, press_id=PressId(int(context.interaction.id)))
        await _answer(context, phrasebook.to(locale).configured(wanted, preflight))


COMMANDS: Mapping[str, type[lightbulb.SlashCommand]] = {_NAME: TicketConfig}
"""What is registered with Discord, by name."""


@loader.error_handler
async def tell(failed: lightbulb.exceptions.ExecutionPipelineFailedException, phrasebook: Phrasebook) -> bool:
    """Tell the member why the command was not carried out."""
    context = failed.context
    messages = phrasebook.to(context.interaction.locale)
    cause = failed.causes[0] if failed.causes else failed
    if isinstance(cause, errors.RepeatedPressError):
        # Its answer is given by whoever took it first, and must stay.
        _LOGGER.info("command %s came twice", context.interaction.id)
        return True
    if isinstance(cause, errors.TicketError):
        _LOGGER.info("command %s refused: %s", context.interaction.id, failures.told(cause))
        message = messages.refusal(cause)
    else:
        _LOGGER.error("command %s failed", context.interaction.id, exc_info=cause)
        message = messages.failure()
    await _answer(context, message)
    return True


async def _answer(context: lightbulb.Context, message: Message) -> None:
    """Answer in the place of "thinking…", if that can still be done."""
    try:
        if context.initial_response_sent.is_set():
            # lightbulb would send a message of its own, and hikari, which tries again, a second one
            await failures.given(context.interaction.edit_initial_response(embeds=message.embeds))
        else:
            await failures.given(context.respond(embeds=message.embeds, ephemeral=True))
    except failures.OF_CALLS as error:
        _LOGGER.warning("command %s could not be answered: %s", context.interaction.id, failures.told(error))
