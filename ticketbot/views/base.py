"""TicketView: the way every press takes: count it in, acknowledge, work, answer."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import attrs
import hikari
import miru

from ticketbot.discord import failures, members
from ticketbot.tickets import errors
from ticketbot.views import counted
from ticketbot.views.refused import RefusedPresses

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.desk.tickets import TicketDesk
    from ticketbot.discord.buttons import ButtonId
    from ticketbot.discord.directory import Directory
    from ticketbot.discord.messages import Message, Messages, Phrasebook
    from ticketbot.discord.work import WorkInHand
    from ticketbot.ports import Tally
    from ticketbot.tickets.model import Press

_LOGGER = logging.getLogger(__name__)

PATIENCE: Final = 0.5
"""Seconds after which a press without an answer is acknowledged; Discord waits 3, and the way there takes time."""

_UNKNOWN_WEBHOOK: Final = 10015
"""Discord's code for an interaction that was not answered, or whose time is over."""
_ON_ITS_WAY: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between looks whether an answer that was given has reached Discord."""

_ACKNOWLEDGED_ALREADY: Final = 40060
"""Discord's code for a second first answer."""


@attrs.frozen(kw_only=True)
class Door:
    """What every button needs: the desk, the words, whom the bot met, and the work that a shutdown waits for."""

    desk: TicketDesk
    phrasebook: Phrasebook
    directory: Directory
    work: WorkInHand
    tally: Tally | None = None
    """Counts the presses; None: nobody wants to know."""
    refused: RefusedPresses = attrs.field(factory=RefusedPresses, init=False)


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
        self._late = asyncio.create_task(_tried(self.acknowledge()))

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
            self._stands = await _tried(self._context.respond(embeds=message.embeds, components=message.rows))
            return self._stands

    async def replace(self, message: Message) -> bool:
        """Answer by changing the message that carries the button, now and from then on."""
        async with self._lock:
            self._edits = await _tried(self._edit(message))
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
        """Give the first answer; one that stands already is an earlier try of it whose own answer was lost."""
        try:
            await answering
        except hikari.BadRequestError as error:
            if error.code != _ACKNOWLEDGED_ALREADY:
                raise
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


class TicketButton(miru.Button):
    """A button that is known by its id alone: what it looks like stands in the messages that carry it."""

    def __init__(self, door: Door, button_id: ButtonId, work: Callable[[Press, Answer], Awaitable[None]]) -> None:
        super().__init__(button_id, custom_id=button_id)
        self._door = door
        self._work = work if door.tally is None else counted.counted(door.tally, button_id, work)

    async def callback(self, context: miru.ViewContext) -> None:
        """Take a press from its arrival to its answer; nothing that goes wrong leaves the member without one."""
        answer = Answer(context, self._door.phrasebook.to(context.interaction.locale))
        with self._door.work.begun():
            _LOGGER.debug("press %s of %s in channel %s", context.interaction.id, self.custom_id, context.channel_id)
            late = asyncio.get_running_loop().call_later(PATIENCE, answer.acknowledge_late)
            try:
                press = members.press_of(context.interaction)
                self._door.directory.meet(press.guild_id, press.member)
                self._door.refused.require_new(press.id)
                await self._work(press, answer)
            except errors.RepeatedPressError:
                _LOGGER.info("press %s of %s came twice", context.interaction.id, self.custom_id)
                # Its answer is given by whoever took it first, and must stay: editing it would reach the same message.
                await _tried(answer.acknowledge())
            except errors.TicketError as error:
                self._door.refused.note(context.interaction.id, error)
                level = logging.DEBUG if isinstance(error, errors.EVERYDAY) else logging.INFO
                if _LOGGER.isEnabledFor(level):
                    _LOGGER.log(
                        level,
                        "press %s of %s in channel %s refused: %s",
                        context.interaction.id,
                        self.custom_id,
                        context.channel_id,
                        failures.told(error),
                    )
                await _tried(answer.tell(answer.messages.refusal(error)))
            except hikari.HikariError as error:
                # The desk's errors are its own: it was the answer that failed. Their traces would tell tokens.
                _LOGGER.warning(
                    "press %s of %s could not be answered: %s",
                    context.interaction.id,
                    self.custom_id,
                    failures.told(error),
                )
            except Exception:
                _LOGGER.exception("press %s of %s failed", context.interaction.id, self.custom_id)
                await _tried(answer.tell(answer.messages.failure()))
            finally:
                late.cancel()
                _LOGGER.debug("press %s is done", context.interaction.id)


class TicketView(miru.View):
    """Buttons that work for ever, in every process, whatever was restarted in between."""

    def __init__(self, *buttons: TicketButton) -> None:
        super().__init__(timeout=None, autodefer=False)
        for button in buttons:
            self.add_item(button)

    def __bool__(self) -> bool:
        """Be true: miru asks at each press, and would build all rows to count them."""
        return True


async def _tried(answering: Awaitable[object]) -> bool:
    """Answer, if that can still be done: the interaction may have expired, or its channel may be gone."""
    try:
        await answering
    except hikari.HikariError as error:
        _LOGGER.warning("a press could not be answered: %s", failures.told(error))
        return False
    return True
