"""TicketRoutes: what each button and command of a ticket asks the service for, and how it is answered."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.interactions import context_menus, forms
from ticketbot.interactions.context_menus import ContextMenuRoutes, topic_id_of
from ticketbot.interactions.menu import MenuRoutes
from ticketbot.interactions.responder import FORM_WITHIN, try_answer
from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.texts.buttons import ButtonId
from ticketbot.tickets import access, actions, errors, inheritance, panel_lists, topics
from ticketbot.tickets.actions import Effect
from ticketbot.tickets.ids import GuildId, PanelId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.interactions.responder import Responder
    from ticketbot.services.configuration import ConfigurationService
    from ticketbot.services.ports import Delivery
    from ticketbot.services.tickets import TicketService
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.actions import Action, Input, Option
    from ticketbot.tickets.model import GuildConfig, Member, Request, Ticket

_ARGUMENTS: Final[Mapping[ButtonId, str]] = {ButtonId.OPEN: "topic", ButtonId.UNDO: "closing"}
"""The inputs that custom ids carry."""


@attrs.frozen(kw_only=True)
class TicketRoutes:
    """The routes of everything that members do with tickets."""

    service: TicketService
    panels: ConfigurationService
    catalog: MessageCatalog

    def components(self) -> Mapping[str, Route]:
        """Return the routes of all buttons, by custom id."""
        handlers = {
            ButtonId.OPEN: self._open,
            ButtonId.CLAIM: functools.partial(self._run, actions.CLAIM),
            ButtonId.DECLINE: functools.partial(self._run, actions.DECLINE_CLOSE),
            ButtonId.UNDO: functools.partial(self._run, actions.UNDO_CLOSE),
            ButtonId.REOPEN: functools.partial(self._run, actions.REOPEN),
            ButtonId.DELETE: functools.partial(self._ask, actions.DELETE),
            ButtonId.CONFIRM: self._delete,
            ButtonId.DELETE_ANYWAY: self._delete_anyway,
            ButtonId.CANCEL: self._cancel_deletion,
        }
        pressed = {
            custom_id: Route(
                name=custom_id.removeprefix("ticket:"),
                handler=handler,
                argument=_ARGUMENTS.get(custom_id),
                acknowledgement=Acknowledgement.NONE if custom_id is ButtonId.OPEN else Acknowledgement.UPDATE,
            )
            for custom_id, handler in handlers.items()
        }
        closing = {
            custom_id: Route(
                name=custom_id.removeprefix("ticket:"),
                handler=functools.partial(self._ask_by_form, action),
                acknowledgement=Acknowledgement.NONE,
            )
            for custom_id, action in {ButtonId.CLOSE: actions.CLOSE, ButtonId.AGREE: actions.AGREE}.items()
        }
        chosen = Route(
            name="open",
            handler=self._open_chosen,
            argument="panel",
            chosen="topic",
            acknowledgement=Acknowledgement.NONE,
        )
        menus = {**self._menu.components(), **self.context_menus.components()}
        return {**pressed, **closing, ButtonId.TOPIC: chosen, **menus}

    def modals(self) -> Mapping[str, Route]:
        """Return the routes of all forms, by custom id."""
        sent = Route(name="form", handler=self._submit_form, argument="topic")
        return {forms.CUSTOM_ID: sent, **self._menu.modals()}

    @property
    def context_menus(self) -> ContextMenuRoutes:
        """The routes of the commands in the context menus of messages and members."""
        return ContextMenuRoutes(service=self.service, ask_questions=self._ask_questions, open=self._open_and_answer)

    @property
    def _menu(self) -> MenuRoutes:
        return MenuRoutes(service=self.service, catalog=self.catalog, start=self._start, run=self._run)

    async def offered(self, wanted: Input, guild_id: int, member: Member, typed: str) -> Sequence[Option]:
        """Return what a member of the staff is offered while they type into a choice: 25 options at most.

        Options that begin with what was typed come first, then those that hold it. Others than staff are offered
        nothing, and so is everybody while the store does not answer.
        """
        try:
            config = await self.service.config(GuildId(guild_id))
        except errors.TicketError:
            return ()
        if not access.is_staff_anywhere(config, member):
            return ()
        key = topics.name_key(typed)
        found = [option for option in wanted.options(config) if key in topics.name_key(option.label)]
        return sorted(found, key=lambda option: not topics.name_key(option.label).startswith(key))[:_OFFERED]

    def command(self, action: Action) -> Route:
        """Return the route of an action's subcommand of ``/ticket``."""
        return Route(
            name=f"ticket {action.command}",
            handler=functools.partial(self._run_command, action),
            acknowledgement=Acknowledgement.THINKING,
            may_open_form=action.question is not None,
        )

    async def _open(self, request: Request, responder: Responder) -> None:
        if await self._ask_questions(request, responder):
            return
        with responder.acknowledging():
            request = await self._checked(request)
            await responder.defer()
            await self._open_and_answer(request, responder)

    async def _open_chosen(self, request: Request, responder: Responder) -> None:
        """Open a ticket of a topic that was chosen in a panel's select, which shows its placeholder again."""
        panel_id = _panel_id_of(request)
        if await self._ask_questions(request, responder):
            with contextlib.suppress(errors.TicketError):
                await self.panels.edit_panel(request.guild_id, panel_id)
            return
        with responder.acknowledging():
            request = await self._checked(request)
            config = await self.service.config(request.guild_id)
            panel = None if panel_id is None else panel_lists.find_panel(config, panel_id)
            if panel is None and panel_id is not None:  # that panel was deleted from the settings meanwhile
                await responder.defer()
            else:
                await responder.reset_message(self.catalog.of(config).panel(config, panel))
            await self._open_and_answer(request, responder)

    async def _ask_questions(self, request: Request, responder: Responder) -> bool:
        """Answer with the topic's form; return whether it has one.

        A modal must be the first answer, so nothing before it may take long.

        Raises
        ------
        TicketError
            The member may not open such a ticket, or the store does not answer in time.
        """
        topic_id = topic_id_of(request)
        if topic_id is None:
            return False
        try:
            async with asyncio.timeout(_FORM_SECONDS):
                config = await self.service.config(request.guild_id)
        except TimeoutError:
            raise errors.StoreUnavailableError from None
        topic = inheritance.find_topic(config, topic_id)
        if topic is None or not topic.questions:
            return False
        with contextlib.suppress(TimeoutError):  # all is checked again when the form is sent
            async with asyncio.timeout(_FORM_SECONDS):
                await self._checked(request)
        await responder.open_modal(forms.build(topic))
        return True

    async def _submit_form(self, request: Request, responder: Responder) -> None:
        """Open a ticket with a form's answers; they are handed back where it cannot be opened."""
        answers = forms.read(request.inputs)
        responder.own_words = answers
        await responder.defer()
        quote = context_menus.quote_of(responder)
        request = await self._checked(attrs.evolve(request, answers=answers, quote=quote))
        await self._open_and_answer(request, responder)

    async def _checked(self, request: Request) -> Request:
        """Return the request with its topic, if the member may open a ticket; renew a panel with a topic that is gone.

        Raises
        ------
        TicketError
            The member may not.
        """
        request = attrs.evolve(request, topic_id=topic_id_of(request))
        try:
            await self.service.check_may_open(request)
        except errors.TopicGoneError:
            with contextlib.suppress(errors.TicketError):
                await self.panels.renew_panel(request.guild_id)
            raise
        return request

    async def _open_and_answer(self, request: Request, responder: Responder) -> None:
        is_shown = False

        async def show_channel(ticket: Ticket) -> None:
            nonlocal is_shown
            is_shown = await try_answer(responder.respond(responder.messages.opened(ticket)))

        ticket = await self.service.open(request, show_channel)
        if not is_shown:
            await responder.respond(responder.messages.opened(ticket))

    async def _ask_by_form(self, action: Action, request: Request, responder: Responder) -> None:
        """Carry out an action; who has to be asked before is, by a form, which has to be the first answer.

        Raises
        ------
        StoreUnavailableError
            The store took so long that no form could be opened.
        """
        with responder.acknowledging(FORM_WITHIN):
            question = await self.service.question(action, request)
        if question is not None:
            await responder.open_form(self._menu.question(action, question, request, responder.messages))
            return
        with responder.acknowledging():
            await self._run(action, request, responder)

    async def _run(self, action: Action, request: Request, responder: Responder) -> None:
        async def announce(ticket: Ticket, config: GuildConfig) -> Delivery:
            messages = self.catalog.of(config)
            rows = messages.remaining_rows(ticket, responder.shown_rows)
            # Without the buttons of the notice nobody could go on after a change of access.
            is_proven = action.effect is not Effect.NONE
            return await responder.announce(messages.notice(ticket, config), is_proven=is_proven, rows=rows)

        if responder.shown_rows:
            request = attrs.evolve(request, pressed_message_id=responder.message_id)
        is_announced = action.notice is not None and not action.is_answer_private
        ticket = await self.service.run(action, request, announce if is_announced else None)
        await responder.change_rows()
        if action.is_reply_public:
            config = await self.service.config(request.guild_id)
            reply = self.catalog.of(config).canned_reply(ticket, config, request)
            await responder.announce_late(reply, responder.messages.done())
            return
        reply = responder.messages.reply(action.name, ticket)
        if reply is None:
            await responder.conclude(responder.messages.done())
        else:
            await responder.respond(reply)

    async def _start(self, action: Action, request: Request, responder: Responder) -> None:
        start = self._ask if action.asks_first else self._ask_by_form if action.question is not None else self._run
        await start(action, request, responder)

    async def _run_command(self, action: Action, request: Request, responder: Responder) -> None:
        try:
            await self._start(action, request, responder)
        except errors.NoTicketError as error:
            raise errors.NotATicketChannelError from error

    async def _ask(self, action: Action, request: Request, responder: Responder) -> None:
        await self.service.check(action, request)
        await responder.respond(responder.messages.deletion_question())

    async def _delete(self, request: Request, responder: Responder) -> None:
        async def announce(_ticket: Ticket, _config: GuildConfig) -> Delivery:
            return await responder.edit_message(responder.messages.deleting())

        await self.service.run(actions.DELETE, attrs.evolve(request, question_id=responder.message_id), announce)

    async def _delete_anyway(self, request: Request, responder: Responder) -> None:
        """Delete a ticket whose transcript lacks what members wrote, as the refusal that has the button said."""
        await self._delete(attrs.evolve(request, inputs={"accepts_hidden_content": True}), responder)

    async def _cancel_deletion(self, _request: Request, responder: Responder) -> None:
        await responder.edit_message(responder.messages.deletion_cancelled())


def _panel_id_of(request: Request) -> PanelId | None:
    """Return the further panel whose select was used; None for the main one."""
    text = request.first("panel")
    return PanelId(int(text)) if isinstance(text, str) and text.isascii() and text.isdecimal() else None


_OFFERED: Final = 25
"""Options while a member types. Source: Discord's documentation, "Receiving and Responding", "Autocomplete"."""
_FORM_SECONDS: Final = 1.0
"""For each of the two steps before a form; Discord waits three seconds for it, travel included."""
