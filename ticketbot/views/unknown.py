"""Interactions that nobody knows: buttons and commands of an older bot, or forged ones."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import hikari

from ticketbot.discord import failures

if TYPE_CHECKING:
    from ticketbot.discord.messages import Phrasebook

_LOGGER = logging.getLogger(__name__)

Answerable = hikari.ComponentInteraction | hikari.ModalInteraction | hikari.CommandInteraction


async def answer(phrasebook: Phrasebook, interaction: Answerable) -> hikari.api.InteractionMessageBuilder | None:
    """Tell the member that what they used is of no use any more.

    A builder is the answer over REST; over the gateway it has to be posted.
    """
    _LOGGER.info("interaction %s of an unknown kind in channel %s", interaction.id, interaction.channel_id)
    message = phrasebook.to(interaction.locale).unknown()
    if isinstance(interaction.app, hikari.RESTBotAware):
        return hikari.impl.InteractionMessageBuilder(
            type=hikari.ResponseType.MESSAGE_CREATE, embeds=list(message.embeds), flags=hikari.MessageFlag.EPHEMERAL
        )
    try:
        await interaction.create_initial_response(
            hikari.ResponseType.MESSAGE_CREATE, embeds=message.embeds, flags=hikari.MessageFlag.EPHEMERAL
        )
    except failures.OF_CALLS as error:
        _LOGGER.warning("interaction %s could not be answered: %s", interaction.id, failures.told(error))
    return None
