"""``/ticket``: a subcommand for each action that is a command."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Final

import hikari
import lightbulb

from ticketbot.interactions import requests
from ticketbot.interactions.handling import InteractionHandler
from ticketbot.interactions.tickets import TicketRoutes
from ticketbot.plugins.responses import CommandResponse
from ticketbot.tickets.actions import ACTIONS, Action, Input, InputKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ticketbot.tickets.model import InputValue

COMMAND: Final = lightbulb.Group("ticket", "command_ticket", contexts=[hikari.ApplicationContextType.GUILD])
"""The descriptions here are keys of texts: ``command_sync`` puts the texts in their place.

Discord has no permissions for single subcommands, so everybody may type them and each action checks the member.
"""

loader = lightbulb.Loader()
loader.command(COMMAND)


def command_of(action: Action) -> type[lightbulb.SlashCommand]:
    """Return the subcommand of an action that has one, with an option for each of its inputs."""

    @lightbulb.invoke
    async def invoke(
        self: lightbulb.SlashCommand, context: lightbulb.Context, handler: InteractionHandler, routes: TicketRoutes
    ) -> None:
        inputs = {one.name: _value(getattr(self, one.name)) for one in action.inputs}
        await handler.handle(routes.command(action), context.interaction, CommandResponse(context), inputs)

    return types.new_class(
        f"{action.name.capitalize()}Command",
        (lightbulb.SlashCommand,),
        {"name": action.command, "description": f"command_ticket_{action.name}"},
        lambda namespace: namespace.update({one.name: _option(action, one) for one in action.inputs}, invoke=invoke),
    )


def _option(action: Action, wanted: Input) -> Any:  # noqa: ANN401 - lightbulb types options as the values that they become
    default = hikari.UNDEFINED if wanted.is_required else None
    key = f"option_{action.name}_{wanted.name}"
    if wanted.kind is InputKind.MEMBER:
        return lightbulb.user(wanted.name, key, default=default)
    if wanted.kind is InputKind.ROLE:
        return lightbulb.role(wanted.name, key, default=default)
    if wanted.kind is InputKind.CHOICE:
        return lightbulb.string(wanted.name, key, default=default, autocomplete=_offer(wanted))
    length = hikari.UNDEFINED if wanted.max_length is None else wanted.max_length
    return lightbulb.string(wanted.name, key, default=default, max_length=length)


def _offer(wanted: Input) -> Callable[..., Awaitable[None]]:
    """Return what answers while a member types into a choice."""

    async def offer(context: lightbulb.AutocompleteContext[str], routes: TicketRoutes) -> None:
        interaction = context.interaction
        if interaction.guild_id is None or interaction.member is None:
            return
        member = requests.read_member(interaction.member, interaction.locale)
        typed = str(context.focused.value or "")
        found = await routes.offered(wanted, interaction.guild_id, member, typed)
        await context.respond([(option.label, option.value) for option in found])

    return offer


def _value(chosen: hikari.User | hikari.Role | str | None) -> InputValue:
    return chosen if chosen is None or isinstance(chosen, str) else requests.read_target(chosen)


for _action in ACTIONS:
    if _action.command is not None:
        COMMAND.register(command_of(_action))

COMMANDS: Final = (COMMAND,)
PATHS: Final = tuple((hikari.CommandType.SLASH, COMMAND.name, name) for name in COMMAND.subcommands)
