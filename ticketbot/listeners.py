"""Attach lightbulb's commands, miru's views and our modals to one bot, over the gateway or over REST."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

import attrs
import hikari
import lightbulb

from ticketbot.discord import command_sync
from ticketbot.interactions import custom_ids, modals
from ticketbot.interactions.configuration import ConfigurationRoutes
from ticketbot.interactions.handling import InteractionHandler
from ticketbot.interactions.initial_responses import CallbackResponse, HttpResponse
from ticketbot.interactions.raw_payloads import RawPayloads
from ticketbot.interactions.settings.routes import SettingsRoutes
from ticketbot.interactions.tickets import TicketRoutes
from ticketbot.plugins import context_menus, failures, ticket, ticket_config, ticket_settings
from ticketbot.views.client import ViewClient
from ticketbot.views.persistent import PersistentView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ticketbot.interactions.initial_responses import Builder, Interaction
    from ticketbot.interactions.routes import Route
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import InputValue

    Bot = hikari.GatewayBot | hikari.RESTBot
    CommandClient = lightbulb.GatewayEnabledClient | lightbulb.RestEnabledClient

_LOGGER = logging.getLogger(__name__)

_HTTP_SECONDS: Final = 3.0
"""Within which Discord wants the response to its request."""

_PLUGINS: Final = (ticket_config, ticket, context_menus, ticket_settings)
"""The commands. Each module has a ``loader``, ``COMMANDS`` to register, and ``PATHS`` to recognise them by."""

_SUBCOMMANDS: Final = (hikari.OptionType.SUB_COMMAND, hikari.OptionType.SUB_COMMAND_GROUP)
_PATHS: Final = frozenset[tuple[hikari.CommandType | int | str, ...]](
    path for plugin in _PLUGINS for path in plugin.PATHS
)
"""All commands: the type of each, the names of its groups, its own name."""


@attrs.frozen(kw_only=True)
class Listeners:
    """What listens to a bot's interactions."""

    handler: InteractionHandler
    tickets: TicketRoutes
    configuration: ConfigurationRoutes
    settings: SettingsRoutes
    modals: Mapping[str, Route] = attrs.field(factory=dict[str, "Route"])
    """By custom id."""
    raw_payloads: RawPayloads = attrs.field(factory=RawPayloads)
    """In REST mode the interaction server keeps the submissions of modals here, over the gateway a listener does."""
    _tasks: set[asyncio.Task[None]] = attrs.field(factory=set[asyncio.Task[None]], init=False)

    async def attach(self, bot: Bot) -> CommandClient:
        """Listen to a bot, and return lightbulb's client, which is still to be started.

        lightbulb comes first, then miru: each takes the listeners of a REST bot for itself, and only in this order
        can both be given their own.
        """
        commands = lightbulb.client_from_app(bot, default_locale=hikari.Locale.FR, sync_commands=False)
        injected = commands.di.registry_for(lightbulb.di.Contexts.DEFAULT)
        injected.register_value(InteractionHandler, self.handler)
        injected.register_value(TicketRoutes, self.tickets)
        injected.register_value(ConfigurationRoutes, self.configuration)
        injected.register_value(SettingsRoutes, self.settings)
        for plugin in (*_PLUGINS, failures):
            await plugin.loader.add_to_client(commands)
        if isinstance(bot, hikari.RESTBot):
            self._share_commands(bot.interaction_server)
        else:
            self._subscribe(bot)
        components = {**self.tickets.components(), **self.settings.components()}
        views = ViewClient(bot, components)
        # Typed as returning nothing; over REST the builder that they return is the answer.
        views.set_unhandled_component_interaction_hook(cast("Any", self._answer_unknown))
        views.set_unhandled_modal_interaction_hook(cast("Any", self._handle_modal))
        if isinstance(bot, hikari.RESTBot):
            # miru's own listeners wrap these in one more task and one more time-out.
            listen: Any = bot.interaction_server.set_listener
            listen(hikari.ComponentInteraction, views.handle_component_interaction, replace=True)
            listen(hikari.ModalInteraction, self._handle_modal, replace=True)
        for custom_id, route in components.items():  # miru takes at most 25 components, or five selects, in one view
            views.start_view(PersistentView(self.handler, {custom_id: route}), bind_to=None)
        return commands

    def _share_commands(self, server: hikari.api.InteractionServer) -> None:
        """Leave lightbulb, which has just taken all listeners, the commands that it knows."""
        for kind in (hikari.ComponentInteraction, hikari.ModalInteraction):
            server.set_listener(kind, None)
        known: Any = server.get_listener(hikari.CommandInteraction)

        def choose(interaction: hikari.CommandInteraction) -> object:
            return self._answer_unknown(interaction) if _is_unknown_command(interaction) else known(interaction)

        server.set_listener(hikari.CommandInteraction, cast("Any", choose), replace=True)

    def _subscribe(self, bot: hikari.GatewayBot) -> None:
        async def answer_unknown(event: hikari.InteractionCreateEvent) -> None:
            if _is_unknown_command(event.interaction):
                await self._answer_unknown(event.interaction)

        async def keep_payload(event: hikari.ShardPayloadEvent) -> None:
            if event.name == "INTERACTION_CREATE" and event.payload["type"] == hikari.InteractionType.MODAL_SUBMIT:
                self.raw_payloads.keep(int(event.payload["id"]), event.payload["data"])

        bot.subscribe(hikari.InteractionCreateEvent, answer_unknown)
        if self.modals:
            # hikari dispatches the raw event before the decoded one (EventManagerBase.consume_raw_event).
            bot.subscribe(hikari.ShardPayloadEvent, keep_payload)

    async def _answer_unknown(self, interaction: Interaction) -> Builder | None:
        return await self._dispatch(None, interaction, {})

    async def _handle_modal(self, interaction: hikari.ModalInteraction) -> Builder | None:
        route, argument = custom_ids.find_route(interaction.custom_id, self.modals)
        data = self.raw_payloads.take(interaction.id)
        try:
            inputs = dict(modals.read_fields(data))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            _LOGGER.warning("modal %s cannot be read: %s", interaction.id, type(error).__name__)
            return await self._answer_unknown(interaction)
        if route is not None and route.argument is not None and argument is not None:
            inputs[route.argument] = argument
        return await self._dispatch(route, interaction, inputs)

    async def _dispatch(
        self, route: Route | None, interaction: Interaction, inputs: Mapping[str, InputValue]
    ) -> Builder | None:
        """Handle an interaction that reaches us without a library's context; return the answer over REST."""
        if not isinstance(interaction.app, hikari.RESTBotAware):
            await self.handler.handle(route, interaction, CallbackResponse(interaction), inputs)
            return None
        answer = HttpResponse()
        task = asyncio.create_task(self.handler.handle(route, interaction, answer, inputs))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await answer.wait(_HTTP_SECONDS)


async def registrations(factory: hikari.api.EntityFactory, catalog: MessageCatalog) -> Sequence[Mapping[str, Any]]:
    """Return our commands as Discord wants them registered, in each language."""
    builders = [
        await command.as_command_builder(hikari.Locale.FR, lightbulb.localization_unsupported)
        for plugin in _PLUGINS
        for command in plugin.COMMANDS
    ]
    return [command_sync.localized(cast("Mapping[str, Any]", builder.build(factory)), catalog) for builder in builders]


def _is_unknown_command(interaction: hikari.PartialInteraction) -> TypeGuard[hikari.CommandInteraction]:
    """Return whether this is a command that lightbulb would leave without an answer."""
    if not isinstance(interaction, hikari.CommandInteraction):
        return False
    path = (interaction.command_type, interaction.command_name, *_subcommand_path(interaction.options))
    return path not in _PATHS


def _subcommand_path(options: Iterable[hikari.CommandInteractionOption] | None) -> Iterator[str]:
    for option in options or ():
        if option.type in _SUBCOMMANDS:
            yield option.name
            yield from _subcommand_path(option.options)
            return
