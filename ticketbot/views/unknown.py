"""Buttons that nobody knows: of an older bot, or forged."""

from __future__ import annotations

import logging

import hikari

from ticketbot.discord import messages

_LOGGER = logging.getLogger(__name__)


async def answer(
    interaction: hikari.ComponentInteraction,
) -> hikari.api.InteractionMessageBuilder | None:
    """Tell the member that the button is of no use any more.

    A builder is the answer over REST; over the gateway it has to be posted.
    """
    _LOGGER.info("press %s of an unknown button in channel %s", interaction.id, interaction.channel_id)
    message = messages.unknown_button()
    if isinstance(interaction.app, hikari.RESTBotAware):
        builder = interaction.build_response(hikari.ResponseType.MESSAGE_CREATE)
        builder.set_flags(hikari.MessageFlag.EPHEMERAL)
        for embed in message.embeds:
            builder.add_embed(embed)
        return builder
    await interaction.create_initial_response(
        hikari.ResponseType.MESSAGE_CREATE, embeds=message.embeds, flags=hikari.MessageFlag.EPHEMERAL
    )
    return None
