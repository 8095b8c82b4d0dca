"""``ticketbot setup``: from a token to a bot that can be started."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from ticketbot.commands import typed
from ticketbot.commands.errors import UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import Mode, Settings, SettingsError, Surroundings
from ticketbot.upkeep import application, dotenv, invitation, private
from ticketbot.upkeep.application import Application, DiscordError, TokenRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    import hikari
    from pydantic import HttpUrl

_MODES: Final = tuple(mode.value for mode in Mode)

_TRIES: Final = 3
"""How often a token may be typed."""


@attrs.frozen(kw_only=True)
class _Wishes:
    """What the options say; None is asked for, or left alone where nobody can be asked."""

    no_input: bool
    replace: bool | None
    message_content: bool | None
    address: bool | None
    mode: str | None
    public_url: str | None
    mongodb_uri: str | None

    def confirmed(self, wish: bool | None, question: str, *, default: bool) -> bool:  # noqa: FBT001 - an option's value
        """Tell whether something shall be done."""
        if wish is not None or self.no_input:
            return bool(wish)
        return click.confirm(question, default=default)

    def text(self, wish: str | None, question: str, *, default: str = "", choices: Sequence[str] = ()) -> str:
        """Get a text."""
        if wish is not None or self.no_input:
            return default if wish is None else wish
        return str(
            click.prompt(
                question, default=default, show_default=bool(default), type=click.Choice(choices) if choices else str
            )
        )


@click.command(short_help="Write .env, and set up Discord's side.")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=".env",
    show_default=True,
    help="Write the settings here.",
)
@click.option(
    "--replace/--keep",
    default=None,
    help="Write the file anew, or use it as it is; without a file, use the environment.",
)
@click.option("--mode", type=click.Choice(_MODES), help="How interactions reach the bot.")
@click.option("--public-url", metavar="URL", help="The https address at which Discord reaches the bot (rest).")
@click.option("--mongodb-uri", metavar="URI", help="Use this MongoDB server; also read from MONGODB_URI.")
@click.option(
    "--message-content/--no-message-content", default=None, help="Let Discord show the bot what members write."
)
@click.option(
    "--address/--no-address", default=None, help="Tell Discord where to send interactions, as the mode has it."
)
@click.option(
    "--no-input", is_flag=True, help="Ask nothing: the token comes from DISCORD_TOKEN, the rest from options."
)
def command(file: Path, **options: Any) -> None:  # noqa: ANN401 - click checked them
    """Write a commented .env, and set up on Discord's side what can be set up from here.

    Asks for the token without showing it, and whether Discord knows it. A file that exists is never replaced unasked:
    kept as it is, it is read, and only Discord's side is set up. So in rest mode: run this once, start the bot, then
    run `ticketbot setup --keep --address` to tell Discord the address, which it tries before it takes it.
    """
    wishes = _Wishes(**options)
    if file.exists():
        writes = wishes.confirmed(wishes.replace, f"{file} exists. Write it anew?", default=False)
    else:
        writes = wishes.replace is not False
    try:
        settings, ours = _write(file, wishes) if writes else _keep(file)
        _message_content(settings, ours, wishes)
        _address(settings, ours, wishes)
    except SettingsError as error:
        raise UnusableError(f"cannot be set up: {error}") from error
    except DiscordError as error:
        raise click.ClickException(str(error)) from error
    _farewell(ours)


def _keep(file: Path) -> tuple[Settings, Application]:
    settings = settings_module.load(file)
    ours = _on_discord(settings, application.fetch)
    kept = f"{file} is" if file.exists() else "The environment's settings are"
    click.echo(f"✓ {kept} kept; the token is that of {ours.name}.")
    return settings, ours


def _write(file: Path, wishes: _Wishes) -> tuple[Settings, Application]:
    surroundings = settings_module.load_surroundings()
    token, ours = _token(surroundings, wishes)
    chosen = {"DISCORD_TOKEN": token}
    chosen["TICKETBOT_MODE"] = wishes.text(
        wishes.mode, "Mode: gateway needs nothing else, rest needs a public https address", default=Mode.GATEWAY.value,
        choices=_MODES,
    )  # fmt: skip
    if chosen["TICKETBOT_MODE"] == Mode.REST:
        chosen["TICKETBOT_PUBLIC_URL"] = wishes.text(wishes.public_url, "Public https address (may be left empty)")
    given = None if surroundings.mongodb_uri is None else surroundings.mongodb_uri.get_secret_value()
    chosen["MONGODB_URI"] = wishes.text(
        wishes.mongodb_uri or given, "MongoDB address (empty: an embedded store, right for one host)"
    )
    try:
        content = dotenv.text(chosen)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    private.write(file, [content])
    settings = settings_module.load(file)
    click.echo(f"✓ {file} is written; only you may read it.")
    return settings, ours


def _token(surroundings: Surroundings, wishes: _Wishes) -> tuple[str, Application]:
    """Get a token that Discord knows."""
    api_url = surroundings.api_url
    if surroundings.token is not None:
        token = surroundings.token.get_secret_value()
        return token, asyncio.run(_call(token, api_url, application.fetch))
    if wishes.no_input:
        raise SettingsError("DISCORD_TOKEN is missing")
    click.echo("The token is in the Developer Portal (https://discord.com/developers/applications), page Bot.")
    for left in reversed(range(_TRIES)):
        token = str(click.prompt("Token (not shown)", hide_input=True)).strip()
        try:
            ours = asyncio.run(_call(token, api_url, application.fetch))
        except TokenRefusedError as error:
            if not left:
                raise
            click.echo(f"✗ {error}")
        else:
            click.echo(f"✓ Discord knows it: {ours.name}.")
            return token, ours
    raise AssertionError("the last try returns or raises")


def _message_content(settings: Settings, ours: Application, wishes: _Wishes) -> None:
    question = "Discord hides from the bot what members write; transcripts would be blank. Switch message content on?"
    if ours.reads_messages:
        click.echo("✓ Discord shows the bot what members write.")
    elif wishes.confirmed(wishes.message_content, question, default=True):
        _on_discord(settings, lambda rest: application.switch_on_message_content(rest, ours))
        click.echo("✓ Message content is switched on.")
    else:
        click.echo("! Message content stays off: transcripts will be blank.")


def _address(settings: Settings, ours: Application, wishes: _Wishes) -> None:
    """Make Discord send interactions where the bot awaits them."""
    wanted = None
    if settings.mode is Mode.REST:
        if settings.public_url is None:
            click.echo("! TICKETBOT_PUBLIC_URL is not set; enter the address in the Developer Portal.")
            return
        wanted = str(settings.public_url)
        question = f"Tell Discord to send interactions to {wanted}? The bot must be running there already."
    else:
        question = f"Discord sends interactions to {ours.address}, none over the gateway. Bring them back?"
    if ours.address == wanted:
        click.echo(f"✓ Discord sends interactions {'over the gateway' if wanted is None else f'to {wanted}'}.")
    elif wishes.confirmed(wishes.address, question, default=wanted is None):
        _on_discord(settings, lambda rest: application.set_address(rest, wanted))
        click.echo(f"✓ Discord now sends interactions {'over the gateway' if wanted is None else f'to {wanted}'}.")
    elif wanted is None:
        click.echo("! No interaction will reach the bot over the gateway.")
    else:
        click.echo(f"! Start the bot, then run `{typed.program()} setup --keep --address`.")


def _farewell(ours: Application) -> None:
    program = typed.program()
    click.echo(
        f"\nInvite the bot:  {invitation.link(ours.id)}\n"
        f"Start it:        {program}\n"
        f"Look at it all:  {program} check\n"
        "On your server:  /ticket-config"
    )


def _on_discord(
    settings: Settings, work: Callable[[hikari.api.RESTClient], Coroutine[None, None, Application]]
) -> Application:
    return asyncio.run(_call(settings.token.get_secret_value(), settings.api_url, work))


async def _call(
    token: str, api_url: HttpUrl, work: Callable[[hikari.api.RESTClient], Coroutine[None, None, Application]]
) -> Application:
    async with application.connected(token, api_url) as rest:
        return await work(rest)
