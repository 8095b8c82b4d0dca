"""Answer: what a member is told of their press, at once or after an acknowledgement."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import hikari

from ticketbot.discord import failures

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import miru

    from ticketbot.discord.messages import Message, Messages

_LOGGER = logging.getLogger(__name__)

_UNKNOWN_WEBHOOK: Final = 10015
"""Discord's code for an interaction that was not answered, or whose time is over."""
_ON_ITS_WAY: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between looks whether an answer that was given has reached Discord."""


class Answer:
    """The answer to one press: given at once, or after an acknowledgement when the work takes its time."""

    def __init__(self, context: miru.ViewContext, messages: Messages) -> None:
        self._context = context
        self.messages = messages
        """In the language of the member who pressed."""
        self._lock = asyncio.Lock()
        self._stands = False
        """Whether Discord has a first answer, be it only an acknowledgement."""
        self._edits = False
        """Whether what is told goes in the place of that."""
        self._late: asyncio.Task[bool] | None = None

    async def thinking(self) -> None:
        """Acknowledge with "thinking…", seen by the member alone; the answer will stand in its place."""
        async with self._lock:
            if not self._stands:
                kind = hikari.ResponseType.DEFERRED_MESSAGE_CREATE
                await self._first(self._context.defer(kind, flags=hikari.MessageFlag.EPHEMERAL))
                self._edits = True

    async def acknowledge(self) -> None:
        """Acknowledge without a word, unless that was done."""
        async with self._lock:
            if not self._stands:
                await self._first(self._context.defer(hikari.ResponseType.DEFERRED_MESSAGE_UPDATE))

    def acknowledge_late(self) -> None:
        """Acknowledge without a word, in the background."""
        self._late = asyncio.create_task(tried(self.acknowledge()))

    async def tell(self, message: Message) -> None:
        """Answer to the member alone."""
        async with self._lock:
            if self._edits:
                await self._once_known(self._edit_answer, message)
            elif self._stands:
                await self._once_known(self._follow_up, message)
            else:
                builder = hikari.impl.InteractionMessageBuilder(
                    type=hikari.ResponseType.MESSAGE_CREATE,
                    embeds=list(message.embeds),
                    components=message.rows or hikari.UNDEFINED,
                    flags=hikari.MessageFlag.EPHEMERAL,
                )
                await self._first(self._context.respond_with_builder(builder))

    async def tell_all(self, message: Message) -> bool:
        """Answer to the whole channel; tell whether it is known that this was still possible."""
        async with self._lock:
            if self._stands:
                return False
            self._stands = await tried(self._context.respond(embeds=message.embeds, components=message.rows))
            return self._stands

    async def replace(self, message: Message) -> bool:
        """Answer by changing the message that carries the button, now and from then on."""
        async with self._lock:
            self._edits = await tried(self._edit(message))
            return self._edits

    async def _edit(self, message: Message) -> None:
        if self._stands:
            await self._context.interaction.edit_initial_response(embeds=message.embeds, components=message.rows)
        elif self._context.client.is_rest:
            # miru's own edit leaves an empty list of components out, so that over REST old buttons would stay
            builder = hikari.impl.InteractionMessageBuilder(
                type=hikari.ResponseType.MESSAGE_UPDATE, embeds=list(message.embeds), components=message.rows or None
            )
            await self._first(self._context.respond_with_builder(builder))
        else:
            await self._once_known(self._edit_first, message)

    async def _edit_first(self, message: Message) -> None:
        await self._first(self._context.edit_response(embeds=message.embeds, components=message.rows))

    async def _edit_answer(self, message: Message) -> None:
        await self._context.interaction.edit_initial_response(embeds=message.embeds, components=message.rows)

    async def _follow_up(self, message: Message) -> None:
        await self._context.interaction.execute(
            embeds=message.embeds, components=message.rows, flags=hikari.MessageFlag.EPHEMERAL
        )

    async def _first(self, answering: Awaitable[object]) -> None:
        await failures.given(answering)
        self._stands = True

    async def _once_known(self, answering: Callable[[Message], Awaitable[None]], message: Message) -> None:
        """Go on with an answer whose beginning Discord may not know yet.

        Over REST the beginning goes back through a proxy, what follows straight to Discord, and may overtake it.
        """
        for pause in _ON_ITS_WAY if self._context.client.is_rest else ():
            try:
                return await answering(message)
            except hikari.NotFoundError as error:
                if error.code != _UNKNOWN_WEBHOOK:
                    raise
            await asyncio.sleep(pause)
        return await answering(message)


async def tried(answering: Awaitable[object]) -> bool:
    """Answer, if that can still be done: the interaction may have expired, or its channel may be gone."""
    try:
        await answering
    except failures.OF_CALLS as error:
        _LOGGER.warning("a press could not be answered: %s", failures.told(error))
        return False
    return True
