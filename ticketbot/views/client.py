"""ViewClient: miru's client, which also finds a view when a custom id carries an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

import miru
from typing_extensions import override

from ticketbot.interactions import custom_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    import hikari
    from miru.internal.types import ResponseBuildersT

    from ticketbot.interactions.routes import Route


class ViewClient(miru.Client):
    """miru compares custom ids as a whole (``Client.handle_component_interaction``), so it is given the base alone."""

    def __init__(self, bot: hikari.GatewayBot | hikari.RESTBot, routes: Mapping[str, Route]) -> None:
        super().__init__(bot, stop_bound_on_delete=False)
        self._routes = routes

    @override
    async def handle_component_interaction(self, interaction: hikari.ComponentInteraction) -> ResponseBuildersT | None:
        interaction.custom_id = custom_ids.without_argument(interaction.custom_id, self._routes)
        return await super().handle_component_interaction(interaction)
