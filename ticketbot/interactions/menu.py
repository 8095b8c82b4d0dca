"""MenuRoutes: the menu under a ticket's notices, which offers every action that a member may take now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from ticketbot.interactions import custom_ids
from ticketbot.interactions.modals import LabelledField, ModalBuilder, TextField
from ticketbot.interactions.routes import Acknowledgement, Route
from ticketbot.texts.buttons import CHOOSE, FURTHER, TARGET, ButtonId
from ticketbot.tickets import actions, errors
from ticketbot.tickets.actions import InputKind
from ticketbot.tickets.model import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from ticketbot.interactions.responder import Responder
    from ticketbot.services.tickets import TicketService
    from ticketbot.texts.messages import MessageCatalog, Messages
    from ticketbot.tickets.access import Question
    from ticketbot.tickets.actions import Action
    from ticketbot.tickets.model import InputValue, Request

    Start = Callable[[Action, Request, Responder], Awaitable[None]]

_ACTION: Final = "action"
_TARGET: Final = "target"
_LONG_TEXT: Final = 100
"""Characters from which on a text gets several lines to be typed in."""


@attrs.frozen(kw_only=True)
class MenuRoutes:
    """The routes of the menu: its button, its select, and the forms of actions that ask for a text."""

    service: TicketService
    catalog: MessageCatalog
    start: Start
    """Takes an action with the inputs that the request has, or asks first."""
    run: Start
    """Takes an action for which the member was asked."""

    def components(self) -> Mapping[str, Route]:
        """Return the routes of the button and the select, by custom id."""
        return {
            ButtonId.MENU: Route(name="menu", handler=self._show, argument="notice"),
            CHOOSE: Route(name="do", handler=self._choose, chosen=_ACTION, acknowledgement=Acknowledgement.NONE),
            TARGET: Route(name="with", handler=self._use_target, argument=_ACTION, chosen=_TARGET),
        }

    def modals(self) -> Mapping[str, Route]:
        """Return the routes of the forms, by custom id."""
        return {CHOOSE: Route(name="do", handler=self._submit, argument=_ACTION)}

    @staticmethod
    def question(action: Action, question: Question, request: Request, messages: Messages) -> ModalBuilder:
        """Return the question to a member who is about to close a ticket, with the reason that they typed."""
        return _form(action, messages, request.inputs, *messages.closing_question(question))

    async def _show(self, request: Request, responder: Responder) -> None:
        found, ticket, config = await self.service.possible(request)
        rows = self.catalog.of(config).remaining_rows(ticket, responder.shown_rows)
        await responder.respond(responder.messages.menu(found), rows=rows)

    async def _choose(self, request: Request, responder: Responder) -> None:
        action = _action_of(request)
        if action.needs_text:
            await responder.open_modal(_form(action, responder.messages, {}))
            return
        if action.question is not None:
            await self.start(action, request, responder)
            return
        with responder.acknowledging():
            if action.asks_for_target:
                config = await self.service.config(request.guild_id)
                await responder.edit_message(responder.messages.choice(action, config))
            else:
                await self.start(action, request, responder)

    async def _use_target(self, request: Request, responder: Responder) -> None:
        action, target = _action_of(request), request.inputs.get(_TARGET)
        kind = InputKind.ROLE if isinstance(target, Role) else InputKind.MEMBER
        if isinstance(target, tuple):
            kind, target = InputKind.CHOICE, str(target[0]) if target else None
        chosen: dict[str, InputValue] = {one.name: target for one in action.inputs if one.kind is kind}
        await self.start(action, attrs.evolve(request, inputs=chosen), responder)

    async def _submit(self, request: Request, responder: Responder) -> None:
        await self.run(_action_of(request), request, responder)


def _action_of(request: Request) -> Action:
    name = request.first(_ACTION)
    action = actions.BY_NAME.get(name.partition(FURTHER)[0]) if isinstance(name, str) else None
    if action is None:
        raise errors.UnknownInteractionError
    return action


def _form(
    action: Action,
    messages: Messages,
    typed: Mapping[str, InputValue],
    title: str | None = None,
    description: str | None = None,
) -> ModalBuilder:
    """Return the modal that asks for an action's texts, with those that were typed before."""
    return ModalBuilder(
        title=title or messages.form_title(action),
        custom_id=custom_ids.with_argument(CHOOSE, action.name),
        fields=[
            LabelledField(
                custom_id=one.name,
                label=messages.field_label(one),
                description=description or messages.field_description(action, one),
                field=TextField(
                    is_long=(one.max_length or _LONG_TEXT) > _LONG_TEXT,
                    is_required=one.is_required,
                    max_length=one.max_length,
                    value=_text(typed.get(one.name)),
                ),
            )
            for one in action.inputs
            if one.kind is InputKind.TEXT
        ],
    )


def _text(value: InputValue) -> str | None:
    return value if isinstance(value, str) and value else None
