"""``ticketbot run``: the bot."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Final

import click

from ticketbot import app, process
from ticketbot.cli import console
from ticketbot.cli.errors import FailedError, UnusableError
from ticketbot.config import logs
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import NoTokenError, SettingsError
from ticketbot.texts import limits

_LOGGER = logging.getLogger(__name__)

_FIRST_START: Final = """\
ticketbot cannot start yet: it has no token (DISCORD_TOKEN), neither in the environment nor in .env in this folder.
1. Create an application at https://discord.com/developers/applications and copy its token: page Bot, Reset Token.
2. Run `{program} setup`: it asks for the token, writes .env, and switches on what the bot needs.
3. Run `{program} invite`, open the link that it prints, choose your server; then start the bot again.
To see the bot at work first, without any account: `nox -s playground` in the folder of its source."""
"""Shown where there is no token, most often after the installation: five lines."""


@click.command
def command() -> None:
    """Run the bot (the default)."""
    try:
        settings = settings_module.load()
        logs.write_to(logging.StreamHandler(), log_format=settings.log_format, level=settings.log_level)
        asyncio.run(app.run(settings, limits.load_params(settings.params)))
    except NoTokenError:
        console.echo(_FIRST_START.format(program=console.program_name()), err=True)
        sys.exit(UnusableError.exit_code)
    except (SettingsError, app.StartError) as error:
        raise UnusableError(f"cannot start: {error}") from error
    except app.LostConnectionError as error:
        raise FailedError(f"Discord ended the connection for good ({error}); start the bot again") from None
    except Exception:
        _LOGGER.critical("the bot ended because of a bug", exc_info=True)
        sys.exit(1)
    process.exit_despite_threads()
