"""``ticketbot invite``: the invitation link."""

from __future__ import annotations

import asyncio

import click

from ticketbot.admin import application, invitation
from ticketbot.cli import console, parameters
from ticketbot.cli.errors import FailedError, UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import Settings, SettingsError
from ticketbot.tickets.permissions import NEEDED_FOR_NOTES


@click.command(short_help="Print the link that invites the bot.")
@click.option(
    "--application",
    "application_id",
    type=parameters.snowflake,
    metavar="ID",
    help="The application's id, if there is no token here.",
)
@click.option("--server", "guild_id", type=parameters.snowflake, metavar="ID", help="Offer this server alone.")
@click.option(
    "--notes",
    is_flag=True,
    help=f"Also ask for what the staff's notes need: {', '.join(one.label for one in NEEDED_FOR_NOTES)}.",
)
def command(application_id: int | None, guild_id: int | None, *, notes: bool) -> None:
    """Print the link that invites the bot, with exactly the permissions that it needs.

    Whoever opens it must be allowed to manage the server that they choose.
    """
    if application_id is None:
        try:
            application_id = asyncio.run(_application_id(settings_module.load()))
        except SettingsError as error:
            raise UnusableError(f"cannot ask Discord for the application: {error}; or give --application") from error
        except application.DiscordError as error:
            raise FailedError(str(error)) from error
    console.echo(invitation.link(application_id, guild_id, notes=notes))


async def _application_id(settings: Settings) -> int:
    async with application.connected(settings.token.get_secret_value(), settings.api_url) as rest:
        return (await application.fetch(rest)).id
