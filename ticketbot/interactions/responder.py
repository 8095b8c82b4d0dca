"""Responder: answers one interaction, at once or after an acknowledgement."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, Final

import hikari

from ticketbot.discord import api_errors, history
from ticketbot.services.ports import Delivery
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, MessageId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence

    from ticketbot.interactions.initial_responses import Builder, InitialResponse, Interaction
    from ticketbot.texts.message import Message
    from ticketbot.texts.messages import Messages
    from ticketbot.tickets.answers import Answer

    Rows = Sequence[hikari.api.ComponentBuilder]

_LOGGER = logging.getLogger(__name__)

ACKNOWLEDGE_AFTER: Final = 0.5
"""Seconds after which an interaction without an answer is acknowledged; Discord allows three, travel included."""

FORM_WITHIN: Final = 2.0
"""Seconds within which a form is opened; Discord allows three, travel included."""

_LATE_SECONDS: Final = 3.0
"""How long a follow-up without an answer may still be on its way: it has no nonce, so only then is it searched for."""
_UNKNOWN_WEBHOOK: Final = 10015
"""Discord's code for an interaction that was not answered yet, or whose token has expired."""
_RETRY_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds to wait for a first answer that was sent and has not reached Discord yet."""


class Responder:
    """Answers one interaction.

    Every method may be called at any time and from several tasks: whether a first answer stands already decides
    whether Discord gets a first answer, an edit of it, or a follow-up message.
    """

    def __init__(
        self,
        interaction: Interaction,
        initial_response: InitialResponse,
        messages: Messages,
        no_retry: hikari.api.RESTClient,
        *,
        defers_with_message: bool = False,
    ) -> None:
        self._interaction = interaction
        self._initial_response = initial_response
        self._no_retry = no_retry
        self.messages = messages
        """In the language of the member who asks."""
        self._defers_with_message = defers_with_message
        self._lock = asyncio.Lock()
        self._has_answer = False
        """Whether Discord has a first answer, even if only an acknowledgement."""
        self._is_acknowledged_silently = False
        """Whether the first answer was that alone, so that its edit is one of the message with the component."""
        self._late_rows: Rows | None = None
        """What is still to stand under that message."""
        self._replaces = False
        """Whether the next answer replaces the first one."""
        self._is_announced = False
        """Whether the whole channel has seen the answer."""
        self._may_be_announced = False
        """Whether an announcement was sent whose fate is unknown: it may be the first answer."""
        self._late: asyncio.Task[bool] | None = None
        self.own_words: Sequence[Answer] = ()
        """What the member put into a form: handed back with a refusal, so that nothing is typed twice."""

    @property
    def message(self) -> hikari.Message | None:
        """The message whose component was used; None for a command, and for a form that a command opened."""
        return None if isinstance(self._interaction, hikari.CommandInteraction) else self._interaction.message

    @property
    def shown_rows(self) -> Sequence[hikari.PartialComponent]:
        """The rows of that message; none where only the member sees it."""
        message = self.message
        return () if message is None or message.flags & hikari.MessageFlag.EPHEMERAL else message.components

    @property
    def message_id(self) -> MessageId | None:
        """The id of that message."""
        return None if self.message is None else MessageId(int(self.message.id))

    async def defer(self) -> None:
        """Acknowledge with "thinking…", which only the member sees; the answer will replace it."""
        async with self._lock:
            if not self._has_answer:
                await self._defer()

    async def acknowledge(self) -> None:
        """Acknowledge, unless that was done: silently, or by "thinking…" where only that is possible."""
        async with self._lock:
            if self._has_answer:
                return
            if self._defers_with_message:
                await self._defer()
            else:
                await self._send(hikari.impl.InteractionDeferredBuilder(hikari.ResponseType.DEFERRED_MESSAGE_UPDATE))
                self._is_acknowledged_silently = True

    @contextlib.contextmanager
    def acknowledging(self, after: float = ACKNOWLEDGE_AFTER) -> Generator[None]:
        """Return a context manager that acknowledges the interaction unless it is left within some seconds."""
        timer = asyncio.get_running_loop().call_later(after, self.acknowledge_later)
        try:
            yield
        finally:
            timer.cancel()

    def acknowledge_later(self) -> None:
        """Acknowledge in the background."""
        self._late = asyncio.create_task(try_answer(self.acknowledge()))

    async def conclude(self, message: Message) -> None:
        """Answer that it is done, where Discord wants a message: after a command that the channel saw no answer to."""
        if self._defers_with_message and not self._is_announced:
            await self.respond(message)
        else:
            await self.acknowledge()

    async def respond(self, message: Message, *, rows: Rows | None = None) -> None:
        """Answer so that only the member sees it.

        With ``rows`` the first answer, if it is still to be given, gives them to the message that carries the
        component, and the words follow it.
        """
        async with self._lock:
            if rows is not None and not self._has_answer:
                await self._send(_update_of(rows))
            if self._replaces:
                await self._retry_until_known(self._edit_first, message)
            elif self._has_answer:
                await self._retry_until_known(self._follow_up, message)
            else:
                await self._send(_message(hikari.ResponseType.MESSAGE_CREATE, message, is_private=True))

    async def announce(self, message: Message, *, is_proven: bool = False, rows: Rows | None = None) -> Delivery:
        """Answer so that the whole channel sees it, unless there is a first answer already.

        Nothing tells whether Discord took the response to its own HTTP request. With ``is_proven`` the message is
        fetched, so that it is known. With ``rows`` the first answer gives them to the message that carries the
        component, and the announcement follows it: neither counts towards the bot's limit, and it is always proven.
        """
        async with self._lock:
            if self._has_answer:
                self._late_rows = rows if self._is_acknowledged_silently else None
                return Delivery.NOT_SENT
            if rows is not None:
                return await self._announce_below(message, rows)
            builder = _message(hikari.ResponseType.MESSAGE_CREATE, message)
            self._has_answer = self._is_announced = await try_answer(self._initial_response.send(builder))
            if not self._has_answer:
                self._may_be_announced = True
                return Delivery.UNKNOWN
            if is_proven and self._initial_response.is_http_response and not await self._is_shown():
                return Delivery.UNKNOWN
            return Delivery.DELIVERED

    async def _announce_below(self, message: Message, rows: Rows) -> Delivery:
        """Change the rows of the message that carries the component, and post the announcement below."""
        self._has_answer = await try_answer(self._initial_response.send(_update_of(rows)))
        if not self._has_answer:
            return Delivery.NOT_SENT
        self._is_announced = await try_answer(self._retry_until_known(self._announce_once, message))
        if not self._is_announced:
            await asyncio.sleep(_LATE_SECONDS)
        return Delivery.DELIVERED if self._is_announced else Delivery.UNKNOWN

    async def change_rows(self) -> None:
        """Change the rows of the message that carries the component, where an announcement came too late for that."""
        async with self._lock:
            if self._late_rows is not None:
                editing = self._interaction.edit_initial_response(components=self._late_rows)
                self._late_rows = None
                await try_answer(api_errors.ensure_answered(editing))

    async def announce_late(self, message: Message, done: Message) -> None:
        """Answer so that the whole channel sees it, after a first answer that only the member saw, if there is one.

        Raises
        ------
        TicketError
            Discord does not tell whether it stands.
        """
        if await self.announce(message) is not Delivery.NOT_SENT:
            return
        await self.respond(done)
        async with self._lock:
            if await try_answer(self._retry_until_known(self._announce_once, message)):
                return
            await asyncio.sleep(_LATE_SECONDS)
            if not await self._was_announced():
                await self._retry_until_known(self._announce_once, message)

    async def edit_message(self, message: Message) -> Delivery:
        """Replace the message that carries the component; later answers replace it again."""
        async with self._lock:
            self._replaces = await try_answer(self._edit_message(message))
            return Delivery.DELIVERED if self._replaces else Delivery.UNKNOWN

    async def reset_message(self, message: Message) -> None:
        """Show the message that carries the component as it was; later answers are for the member alone.

        Clients keep what was chosen in a select until its message changes.
        """
        async with self._lock:
            await try_answer(self._edit_message(message))

    async def open_modal(self, modal: hikari.api.InteractionModalBuilder) -> None:
        """Answer with a modal; it must be the first answer, within three seconds.

        Raises
        ------
        RuntimeError
            The interaction was acknowledged already.
        """
        async with self._lock:
            if self._has_answer:
                raise RuntimeError("a modal cannot follow an acknowledgement")
            await self._send(modal)

    async def open_form(self, modal: hikari.api.InteractionModalBuilder) -> None:
        """Answer with a modal that was filled in from the store.

        Raises
        ------
        StoreUnavailableError
            The store took so long that the interaction was acknowledged meanwhile.
        """
        try:
            await self.open_modal(modal)
        except RuntimeError:
            raise errors.StoreUnavailableError from None

    async def _defer(self) -> None:
        builder = hikari.impl.InteractionDeferredBuilder(
            hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=hikari.MessageFlag.EPHEMERAL
        )
        await self._send(builder)
        # A first answer that the whole channel sees must stay.
        self._replaces = not self._may_be_announced or await self._is_private()

    async def _edit_message(self, message: Message) -> None:
        if self._has_answer:
            await self._retry_until_known(self._edit_first, message)
        else:
            await self._send(_message(hikari.ResponseType.MESSAGE_UPDATE, message))

    async def _edit_first(self, message: Message) -> None:
        attachments = None if message.clears_files else _attachments(message)
        editing = self._interaction.edit_initial_response(
            embeds=message.embeds, components=message.rows, attachments=attachments
        )
        await api_errors.ensure_answered(editing)

    async def _follow_up(self, message: Message) -> None:
        following = self._interaction.execute(
            embeds=message.embeds,
            components=message.rows,
            attachments=_attachments(message),
            flags=hikari.MessageFlag.EPHEMERAL,
        )
        await api_errors.ensure_answered(following)

    async def _announce_once(self, message: Message) -> None:
        """Post a follow-up by the client that repeats nothing: Discord has no nonce for follow-ups.

        Where its answer was lost, the announcement is searched for: half an answer may be half of a refusal.
        """
        try:
            await self._no_retry.execute_webhook(
                self._interaction.application_id,
                self._interaction.token,
                message.content or hikari.UNDEFINED,
                embeds=message.embeds,
                components=message.rows,
                user_mentions=message.pinged_users,
                role_mentions=message.pinged_roles,
            )
        except api_errors.TRUNCATED_ANSWER:
            raise
        except api_errors.UNDECODABLE:
            pass  # of a message that stands

    async def _was_announced(self) -> bool:
        """Return whether a follow-up of this interaction is among the channel's messages that are newer than it."""
        channel_id = ChannelId(int(self._interaction.channel_id))
        async for posted in history.since(
            self._no_retry, channel_id, int(self._interaction.id), call=api_errors.call_in(channel_id)
        ):
            answered: Mapping[str, Any] = posted.get("interaction_metadata") or {}
            if answered.get("id") == str(self._interaction.id):
                return True
        return False

    async def _send(self, builder: Builder) -> None:
        await api_errors.ensure_answered(self._initial_response.send(builder))
        self._has_answer = True

    async def _is_private(self) -> bool:
        """Return whether the first answer is one that only the member sees, as far as Discord tells."""
        try:
            first = await self._interaction.fetch_initial_response()
        except (*api_errors.CALL_ERRORS, *api_errors.UNDECODABLE):
            return False
        return hikari.MessageFlag.EPHEMERAL in first.flags

    async def _is_shown(self) -> bool:
        """Return whether Discord has the message that was the first answer, once it had time to arrive."""
        for pause in _RETRY_PAUSES:
            await asyncio.sleep(pause)
            try:
                await self._interaction.fetch_initial_response()
            except hikari.NotFoundError as error:
                if error.code != _UNKNOWN_WEBHOOK:
                    return False
            except api_errors.CALL_ERRORS:
                return False
            except api_errors.UNDECODABLE:
                return True
            else:
                return True
        return False

    async def _retry_until_known(self, answer: Callable[[Message], Awaitable[None]], message: Message) -> None:
        """Send what follows a first answer that may not have reached Discord yet."""
        for pause in _RETRY_PAUSES if self._initial_response.is_http_response else ():
            try:
                return await answer(message)
            except hikari.NotFoundError as error:
                if error.code != _UNKNOWN_WEBHOOK:
                    raise
            await asyncio.sleep(pause)
        return await answer(message)


async def try_answer(answering: Awaitable[object]) -> bool:
    """Answer if that is still possible, and return whether it was: the interaction may have expired."""
    try:
        await answering
    except api_errors.CALL_ERRORS as error:
        # A ticket may be deleted right after the press; then nobody is there to read an answer.
        is_gone = isinstance(error, hikari.NotFoundError) and error.code == api_errors.UNKNOWN_CHANNEL
        level = logging.INFO if is_gone else logging.WARNING
        _LOGGER.log(level, "an interaction could not be answered: %s", api_errors.describe(error))
        return False
    return True


def _attachments(message: Message) -> hikari.UndefinedOr[Sequence[hikari.files.Resourceish]]:
    if message.file is None:
        return hikari.UNDEFINED
    name, content = message.file
    return [hikari.Bytes(content, name)]


def _update_of(rows: Rows) -> hikari.impl.InteractionMessageBuilder:
    return hikari.impl.InteractionMessageBuilder(type=hikari.ResponseType.MESSAGE_UPDATE, components=list(rows) or None)


def _message(
    kind: hikari.ResponseType, message: Message, *, is_private: bool = False
) -> hikari.impl.InteractionMessageBuilder:
    # An edit must name its components even when there are none, or the old ones would stay.
    no_rows = None if kind is hikari.ResponseType.MESSAGE_UPDATE else hikari.UNDEFINED
    return hikari.impl.InteractionMessageBuilder(
        type=kind,  # pyright: ignore[reportArgumentType] - one of the two kinds of messages
        content=message.content or hikari.UNDEFINED,
        user_mentions=message.pinged_users,
        role_mentions=message.pinged_roles,
        embeds=list(message.embeds),
        components=message.rows or no_rows,
        flags=hikari.MessageFlag.EPHEMERAL if is_private else hikari.UNDEFINED,
    )
