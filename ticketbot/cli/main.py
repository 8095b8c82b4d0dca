"""The command line: a group that loads each subcommand when it is called, and none of the others."""

from __future__ import annotations

import errno
import gc
import importlib
from typing import Final

import click

import ticketbot
from ticketbot.cli import console
from ticketbot.cli.errors import UnusableError

_COMMANDS: Final = (
    "run",
    "setup",
    "invite",
    "check",
    "texts",
    "export",
    "render",
    "store",
    "settings",
)
"""Each is a module of ``ticketbot.cli``."""


class _LazyGroup(click.Group):
    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        console.tolerate_any_encoding()  # before --help is printed
        return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly: whoever read has had enough
            place = "" if error.filename is None else f"{error.filename}: "
            raise UnusableError(f"cannot go on: {place}{error.strerror or error}") from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        gc.disable()  # what is loaded stays: looking through it again and again takes a tenth of the start
        module = importlib.import_module(f"ticketbot.cli.{cmd_name.replace('-', '_')}")
        gc.freeze()
        gc.enable()
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
