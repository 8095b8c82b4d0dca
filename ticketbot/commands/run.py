"""``ticketbot run``: the bot."""

from __future__ import annotations

import asyncio
import logging

import click

from ticketbot import app
from ticketbot.commands.errors import UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import SettingsError
from ticketbot.discord import limits


@click.command
def command() -> None:
    """Run the bot (the default)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    logging.getLogger("hikari").setLevel(logging.WARNING)
    try:
        settings = settings_module.load()
        asyncio.run(app.run(settings, limits.load_params(settings.params)))
    except (SettingsError, app.StartError) as error:
        raise UnusableError(f"cannot start: {error}") from error
