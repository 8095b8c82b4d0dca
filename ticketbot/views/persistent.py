"""PersistentView: the buttons of all messages, by their custom ids; ``interactions`` does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import miru

from ticketbot.interactions import requests
from ticketbot.interactions.custom_ids import BaseCustomId
from ticketbot.interactions.initial_responses import CallbackResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    import hikari

    from ticketbot.interactions.handling import InteractionHandler
    from ticketbot.interactions.initial_responses import Builder, InitialResponse
    from ticketbot.interactions.routes import Route
    from ticketbot.tickets.model import InputValue


class PersistentButton(miru.Button):
    """A button that is known by its custom id alone: the messages that carry it say what it looks like."""

    def __init__(self, handler: InteractionHandler, custom_id: str, route: Route) -> None:
        super().__init__(custom_id, custom_id=custom_id)
        self._interactions = handler
        self._route = route

    async def callback(self, context: miru.ViewContext) -> None:
        """Hand the press over."""
        await _hand_over(self._interactions, self._route, context)


class PersistentSelect(miru.TextSelect):
    """A select of any kind, known by its custom id alone: the messages that carry it have its options."""

    def __init__(self, handler: InteractionHandler, custom_id: str, route: Route) -> None:
        super().__init__(options=[], custom_id=custom_id)
        self._interactions = handler
        self._route = route

    async def callback(self, context: miru.ViewContext) -> None:
        """Hand the choice over."""
        await _hand_over(self._interactions, self._route, context)


async def _hand_over(handler: InteractionHandler, route: Route, context: miru.ViewContext) -> None:
    answer: InitialResponse = (
        _MiruHttpResponse(context) if context.client.is_rest else CallbackResponse(context.interaction)
    )
    await handler.handle(route, context.interaction, answer, _inputs(route, context.interaction))


def _inputs(route: Route, interaction: hikari.ComponentInteraction) -> Mapping[str, InputValue]:
    """Return the custom id's argument, and what was chosen: the select's own values are those of its last use."""
    custom_id = interaction.custom_id
    inputs: dict[str, InputValue] = {}
    if route.argument is not None and isinstance(custom_id, BaseCustomId):
        inputs[route.argument] = custom_id.argument
    if route.chosen is not None:
        targets = requests.read_targets(interaction)
        inputs[route.chosen] = targets[0] if targets else tuple(interaction.values)
    return inputs


class PersistentView(miru.View):
    """A button for each route, which works for ever and in every process, whatever was restarted in between.

    Which buttons a message carries is up to the message (``texts/notices.py``); miru only has to know their custom ids.
    """

    def __init__(self, handler: InteractionHandler, routes: Mapping[str, Route]) -> None:
        super().__init__(timeout=None, autodefer=False)
        for custom_id, route in routes.items():
            item = PersistentButton if route.chosen is None else PersistentSelect
            self.add_item(item(handler, custom_id, route))

    def __bool__(self) -> bool:
        """Return true: miru asks at each press, and would build all rows to count them."""
        return True


class _MiruHttpResponse:
    """Hands the answer to miru, which returns it to the interaction server."""

    is_http_response = True

    def __init__(self, context: miru.ViewContext) -> None:
        self._context = context

    async def send(self, builder: Builder) -> None:
        """Set the answer."""
        await self._context.respond_with_builder(builder)
