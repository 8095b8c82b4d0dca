"""``ticketbot invite``: the invitation link."""

from __future__ import annotations

import asyncio

import click

from ticketbot.commands.errors import UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import Settings, SettingsError
from ticketbot.upkeep import application, invitation


@click.command(short_help="Print the link that invites the bot.")
@click.option(
    "--application",
    "application_id",
    type=click.IntRange(min=1),
    help="The application's id, if there is no token here.",
)
@click.option("--server", "guild_id", type=click.IntRange(min=1), help="Offer this server alone.")
def command(application_id: int | None, guild_id: int | None) -> None:
    """Print the link that invites the bot, with exactly the permissions that it needs.

    Whoever opens it must be allowed to manage the server that they choose.
    """
    if application_id is None:
        try:
            application_id = asyncio.run(_application_id(settings_module.load()))
        except SettingsError as error:
            raise UnusableError(f"cannot ask Discord for the application: {error}; or give --application") from error
        except application.DiscordError as error:
            raise click.ClickException(str(error)) from error
    click.echo(invitation.link(application_id, guild_id))


async def _application_id(settings: Settings) -> int:
    async with application.connected(settings.token.get_secret_value(), settings.api_url) as rest:
        return (await application.fetch(rest)).id
