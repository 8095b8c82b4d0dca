"""The command line: a group that loads each subcommand when it is called, and none of the others."""

from __future__ import annotations

import importlib
from typing import Final

import click

import ticketbot

_COMMANDS: Final = (
    "run",
    "setup",
    "invite",
    "check",
    "texts",
    "export",
    "render",
    "store",
)
"""Each is a module of ``ticketbot.commands``."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"ticketbot.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        command.name = cmd_name
        return command


@click.group(cls=_LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ticketbot.__version__, prog_name="ticketbot")
@click.pass_context
def main(context: click.Context) -> None:
    """Run a Discord ticket bot; its settings come from the environment and from .env."""
    if context.invoked_subcommand is None:
        run = main.get_command(context, "run")
        assert run is not None, "it is one of the subcommands"
        context.invoke(run)
