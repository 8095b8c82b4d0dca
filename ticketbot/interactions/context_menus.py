"""ContextMenuRoutes: tickets that are opened about a message, or by staff for a member.

Where a topic has to be chosen first, the question keeps what it is about; see ``texts/quotes.py``.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import attrs
import hikari

from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.texts import buttons, quotes
from ticketbot.tickets import access, errors, naming
from ticketbot.tickets.answers import Quote
from ticketbot.tickets.ids import ChannelId, MessageId, TopicId, UserId
from ticketbot.tickets.model import Member

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from ticketbot.interactions.responder import Responder
    from ticketbot.services.tickets import TicketService
    from ticketbot.tickets.model import Request
    from ticketbot.tickets.topics import Topic

    Open = Callable[[Request, Responder], Awaitable[None]]

_SOURCE: Final = "source"
"""The input that holds which message, or which member, a question is about."""
_TOPIC: Final = "topic"
_ID_DIGITS: Final = 9
"""Digits of a topic's id, at most."""


@attrs.frozen(kw_only=True)
class ContextMenuRoutes:
    """The routes of the two commands, and of the selects with which they ask for a topic."""

    service: TicketService
    ask_questions: Callable[[Request, Responder], Awaitable[bool]]
    """Answers with the topic's form, and returns whether it has one."""
    open: Open
    """Opens a ticket, and answers with its link."""

    def components(self) -> Mapping[str, Route]:
        """Return the routes of the selects, by custom id."""
        about = Route(name="about", handler=self._open_about, argument=_SOURCE, chosen=_TOPIC)
        return {
            buttons.ABOUT: attrs.evolve(about, acknowledgement=Acknowledgement.NONE),
            buttons.FOR: Route(name="for", handler=self._open_for_chosen, argument=_SOURCE, chosen=_TOPIC),
        }

    def about(self, command: str, message: hikari.Message) -> Route:
        """Return the route of the command in a message's context menu."""
        return Route(
            name=command,
            handler=functools.partial(self._ask_about, _quote(message)),
            acknowledgement=Acknowledgement.THINKING,
        )

    def for_member(self, command: str, opener: Member | int) -> Route:
        """Return the route of the command in a member's context menu; one who is no member is an id."""
        return Route(
            name=command,
            handler=functools.partial(self._ask_for, opener),
            acknowledgement=Acknowledgement.THINKING,
        )

    async def _ask_about(self, quote: Quote, request: Request, responder: Responder) -> None:
        """Open a ticket about a message at once, or ask for its topic."""
        request = attrs.evolve(request, quote=quote)
        topics = [topic for topic in (await self.service.config(request.guild_id)).topics if topic.is_enabled]
        if len(topics) > 1 or any(topic.questions for topic in topics):
            await self.service.check_may_open(request)
            await responder.respond(responder.messages.topic_of_quote(topics, quote, request.guild_id))
            return
        request = attrs.evolve(request, topic_id=topics[0].id if topics else None)
        await self._open(request, responder)

    async def _open_about(self, request: Request, responder: Responder) -> None:
        """Open a ticket about a message, of the topic that was chosen, once its form is filled in if it has one."""
        quote = quote_of(responder)
        if quote is None:
            raise errors.UnknownInteractionError
        if await self.ask_questions(request, responder):
            return
        with responder.acknowledging():
            await self._open(attrs.evolve(request, topic_id=topic_id_of(request), quote=quote), responder)

    async def _ask_for(self, opener: Member | int, request: Request, responder: Responder) -> None:
        """Open a ticket for a member at once, or ask the staff for its topic."""
        if not isinstance(opener, Member):
            raise errors.NotAMemberError
        config = await self.service.config(request.guild_id)
        topics = access.topics_of_staff(config, request.member)
        topic: Topic | None = topics[0] if topics else None
        if topic is None and any(one.is_enabled for one in config.topics):
            raise errors.NotStaffError
        access.require_may_open_for(topic, config, request.member, opener)
        if len(topics) > 1:
            await responder.respond(responder.messages.topic_for(topics, opener))
            return
        await self._open_for(opener, None if topic is None else topic.id, request, responder)

    async def _open_for_chosen(self, request: Request, responder: Responder) -> None:
        """Open a ticket for the member whom the question names, of the topic that was chosen."""
        source, message = request.inputs.get(_SOURCE), responder.message
        if not isinstance(source, str) or not source.isdecimal() or message is None:
            raise errors.UnknownInteractionError
        opener = Member(id=UserId(int(source)), display_name=quotes.read_name(message.embeds))
        await self._open_for(opener, topic_id_of(request), request, responder)

    async def _open_for(self, opener: Member, topic_id: TopicId | None, request: Request, responder: Responder) -> None:
        request = attrs.evolve(request, member=opener, opened_by=request.member, topic_id=topic_id)
        try:
            await self._open(request, responder)
        except errors.AlreadyOpenError as error:
            raise errors.OpenerLimitError(opener.id, error.channel_id) from error
        except errors.TooManyOpeningsError as error:
            raise errors.OpenerLimitError(opener.id, possible_at=error.possible_at) from error

    async def _open(self, request: Request, responder: Responder) -> None:
        await self.service.check_may_open(request)
        if responder.message is None:
            await responder.defer()
        else:
            await responder.edit_message(responder.messages.opening())
        await self.open(request, responder)


def quote_of(responder: Responder) -> Quote | None:
    """Return the message that is quoted by the question from which this came, if it came from one."""
    message = responder.message
    if message is None:
        return None
    rows = (row for row in message.components if isinstance(row, hikari.ActionRowComponent))
    found = (getattr(component, "custom_id", None) for row in rows for component in row.components)
    read = (quotes.read(custom_id, message.embeds) for custom_id in found if isinstance(custom_id, str))
    return next(filter(None, read), None)


def topic_id_of(request: Request) -> TopicId | None:
    """Return the topic whose button was pressed, or that was chosen in a select; None on a panel without topics.

    Raises
    ------
    UnknownInteractionError
        It is no topic's id.
    """
    text = request.first(_TOPIC)
    if isinstance(text, str):
        text, separator, _ = text.partition(buttons.PANEL)  # a further panel's id follows
        if separator and text == "0":
            return None
    if text is None:
        return None
    if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) <= _ID_DIGITS:
        return TopicId(int(text))
    raise errors.UnknownInteractionError


def _quote(message: hikari.Message) -> Quote:
    author = message.author
    return Quote(
        author_id=UserId(int(author.id)),
        author_name=naming.visible_name(str(author.global_name or author.username), author.username),
        channel_id=ChannelId(int(message.channel_id)),
        message_id=MessageId(int(message.id)),
        text=quotes.shortened(message.content or ""),
    )
