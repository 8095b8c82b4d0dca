"""First answers: how the first answer to an interaction reaches Discord."""

from __future__ import annotations

import asyncio
from typing import Protocol, TypeAlias

import hikari

Interaction: TypeAlias = hikari.ComponentInteraction | hikari.ModalInteraction | hikari.CommandInteraction
Builder: TypeAlias = (
    hikari.api.InteractionMessageBuilder | hikari.api.InteractionDeferredBuilder | hikari.api.InteractionModalBuilder
)


class InitialResponse(Protocol):
    """Sends the first answer to one interaction."""

    @property
    def is_http_response(self) -> bool:
        """Return whether the answer is the response to Discord's own HTTP request.

        It then goes back through whatever proxy stands in front, and later calls to the API may overtake it.
        """
        ...

    async def send(self, builder: Builder) -> None:
        """Send the answer, once."""
        ...


class CallbackResponse:
    """Posts the answer to the interaction's callback endpoint."""

    is_http_response = False

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction

    async def send(self, builder: Builder) -> None:
        """Post the answer."""
        interaction = self._interaction
        if isinstance(builder, hikari.api.InteractionModalBuilder):
            assert not isinstance(interaction, hikari.ModalInteraction), "a modal cannot answer a modal"
            await interaction.create_modal_response(builder.title, builder.custom_id, components=builder.components)
        elif isinstance(builder, hikari.api.InteractionDeferredBuilder):
            await interaction.create_initial_response(builder.type, flags=builder.flags)  # pyright: ignore[reportArgumentType] - commands are never acknowledged silently
        else:
            await interaction.create_initial_response(
                builder.type,  # pyright: ignore[reportArgumentType] - only a component's message is edited
                builder.content,
                embeds=builder.embeds,
                components=builder.components,
                flags=builder.flags,
                user_mentions=builder.user_mentions,
                role_mentions=builder.role_mentions,
            )


class HttpResponse:
    """Keeps the answer for whoever writes the HTTP response."""

    is_http_response = True

    def __init__(self) -> None:
        self._sent: asyncio.Future[Builder] = asyncio.get_running_loop().create_future()

    async def send(self, builder: Builder) -> None:
        """Set the answer."""
        self._sent.set_result(builder)

    async def wait(self, seconds: float) -> Builder | None:
        """Return the answer, or None if there is none within some seconds."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._sent), seconds)
        except TimeoutError:
            return None
