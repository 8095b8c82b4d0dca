"""The command line."""

from __future__ import annotations

import asyncio
import logging
import sys

import click

import ticketbot
from ticketbot import app
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import SettingsError

_UNUSABLE = 2
"""Exit code when the bot cannot start as it is set up."""


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ticketbot.__version__, prog_name="ticketbot")
@click.pass_context
def main(context: click.Context) -> None:
    """Run a Discord ticket bot; its settings come from the environment and from .env."""
    if context.invoked_subcommand is None:
        context.invoke(run)


@main.command()
def run() -> None:
    """Run the bot (the default)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    logging.getLogger("hikari").setLevel(logging.WARNING)
    try:
        asyncio.run(app.run(settings_module.load()))
    except (SettingsError, app.StartError) as error:
        click.echo(f"ticketbot cannot start: {error}.", err=True)
        sys.exit(_UNUSABLE)
