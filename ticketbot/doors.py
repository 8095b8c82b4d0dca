"""The doors, opened: lightbulb's commands and miru's views on one bot, over the gateway or over REST."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeGuard, cast

import hikari
import lightbulb
import miru

from ticketbot.desk.configuration import ConfigurationDesk
from ticketbot.discord import commands
from ticketbot.discord.messages import Phrasebook
from ticketbot.plugins import ticket_config
from ticketbot.views import unknown
from ticketbot.views.closed import ClosedTicketView
from ticketbot.views.deletion import DeletionView
from ticketbot.views.panel import PanelView
from ticketbot.views.ticket import OpenTicketView

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ticketbot.views.base import Door

    Bot = hikari.GatewayBot | hikari.RESTBot
    Slash = lightbulb.GatewayEnabledClient | lightbulb.RestEnabledClient


async def opened(bot: Bot, door: Door, configuration: ConfigurationDesk) -> Slash:
    """Set up lightbulb's commands first, then miru's views: in this order both can listen.

    Gives lightbulb's client, which is still to be started.
    """
    slash = lightbulb.client_from_app(bot, default_locale=hikari.Locale.FR, sync_commands=False)
    injected = slash.di.registry_for(lightbulb.di.Contexts.DEFAULT)
    injected.register_value(ConfigurationDesk, configuration)
    injected.register_value(Phrasebook, door.phrasebook)
    await ticket_config.loader.add_to_client(slash)
    answer_unknown = functools.partial(unknown.answer, door.phrasebook)
    if isinstance(bot, hikari.RESTBot):
        _share_listeners(bot.interaction_server, answer_unknown)
    else:
        _listen_for_unknown_commands(bot, answer_unknown)
    views = miru.Client(bot, stop_bound_on_delete=False)
    # typed as giving nothing; over REST the builder that they give is the answer
    views.set_unhandled_component_interaction_hook(cast("Any", answer_unknown))
    views.set_unhandled_modal_interaction_hook(cast("Any", answer_unknown))
    if isinstance(bot, hikari.RESTBot):
        # miru's own listener wraps this in one more task and one more time-out
        bot.interaction_server.set_listener(
            hikari.ComponentInteraction, cast("Any", views.handle_component_interaction), replace=True
        )
    for view in (PanelView(door), OpenTicketView(door), ClosedTicketView(door), DeletionView(door)):
        views.start_view(view, bind_to=None)
    return slash


def _is_unknown_command(interaction: hikari.PartialInteraction) -> TypeGuard[hikari.CommandInteraction]:
    """Tell a command that lightbulb would leave without an answer."""
    return isinstance(interaction, hikari.CommandInteraction) and interaction.command_name not in ticket_config.COMMANDS


def _share_listeners(
    server: hikari.api.InteractionServer, answer_unknown: Callable[[hikari.CommandInteraction], object]
) -> None:
    """Leave lightbulb, which has just taken all four listeners, the commands that it knows; the rest is miru's."""
    for kind in (hikari.ComponentInteraction, hikari.ModalInteraction, hikari.AutocompleteInteraction):
        server.set_listener(kind, None)
    known: Any = server.get_listener(hikari.CommandInteraction)

    def route(interaction: hikari.CommandInteraction) -> object:
        return answer_unknown(interaction) if _is_unknown_command(interaction) else known(interaction)

    server.set_listener(hikari.CommandInteraction, cast("Any", route), replace=True)


def _listen_for_unknown_commands(
    bot: hikari.GatewayBot, answer_unknown: Callable[[hikari.CommandInteraction], Awaitable[object]]
) -> None:
    async def answer(event: hikari.InteractionCreateEvent) -> None:
        if _is_unknown_command(event.interaction):
            await answer_unknown(event.interaction)

    bot.subscribe(hikari.InteractionCreateEvent, answer)


async def registrations(factory: hikari.api.EntityFactory, phrasebook: Phrasebook) -> Sequence[Mapping[str, Any]]:
    """Describe our slash commands as Discord wants them, in each language."""
    builders = [
        await command.as_command_builder(hikari.Locale.FR, lightbulb.localization_unsupported)
        for command in ticket_config.COMMANDS.values()
    ]
    return [commands.localized(cast("Mapping[str, Any]", builder.build(factory)), phrasebook) for builder in builders]
