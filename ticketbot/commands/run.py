"""``ticketbot run``: the bot."""

from __future__ import annotations

import asyncio
import logging

import click

from ticketbot import app, process
from ticketbot.commands.errors import UnusableError
from ticketbot.config import discretion
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import SettingsError
from ticketbot.discord import limits


@click.command
def command() -> None:
    """Run the bot (the default)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(discretion.Discretion())
    logging.getLogger("hikari").setLevel(logging.WARNING)
    try:
        settings = settings_module.load()
        asyncio.run(app.run(settings, limits.load_params(settings.params)))
    except (SettingsError, app.StartError) as error:
        raise UnusableError(f"cannot start: {error}") from error
    except app.LostConnectionError:
        raise click.ClickException("Discord ended the connection for good; start the bot again") from None
    process.leave_threads_behind()
