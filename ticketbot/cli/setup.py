"""``ticketbot setup``: from a token to a bot that can be started."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from ticketbot.admin import application, dotenv, invitation, private_files
from ticketbot.admin.application import Application, DiscordError, TokenRefusedError
from ticketbot.cli import console, output
from ticketbot.cli.errors import FailedError, UnusableError
from ticketbot.config import mongo
from ticketbot.config import settings as settings_module
from ticketbot.config.redaction import escape_control_characters
from ticketbot.config.settings import Mode, Settings, SettingsError, SetupSettings
from ticketbot.tickets.permissions import NEEDED_FOR_NOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    import hikari
    from pydantic import HttpUrl

_MODES: Final = tuple(mode.value for mode in Mode)

_TRIES: Final = 3
"""How many times a token may be typed."""


@attrs.frozen(kw_only=True)
class _Answers:
    """What the options say; None is asked for, or left alone with ``--no-input``."""

    no_input: bool
    offline: bool
    replace: bool | None
    message_content: bool | None
    address: bool | None
    mode: str | None
    public_url: str | None
    mongodb_uri: str | None

    def confirmed(self, option: bool | None, question: str, *, default: bool) -> bool:  # noqa: FBT001 - an option's value
        """Return whether to do something: as the option says, or as the person answers."""
        if option is not None or self.no_input:
            return bool(option)
        return click.confirm(escape_control_characters(question), default=default)

    def text(self, option: str | None, question: str, *, default: str = "", choices: Sequence[str] = ()) -> str:
        """Return a text: as the option says, or as the person answers."""
        if option is not None or self.no_input:
            return default if option is None else option
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
@click.option(
    "--mongodb-uri",
    metavar="URI",
    help="Use this MongoDB server; an address with a password is read from MONGODB_URI or asked for.",
)
@click.option(
    "--message-content/--no-message-content", default=None, help="Let Discord show the bot what members write."
)
@click.option(
    "--address/--no-address", default=None, help="Tell Discord where to send interactions, as the mode has it."
)
@click.option("--offline", is_flag=True, help="Ask Discord nothing: write the file, and no more.")
@click.option(
    "--no-input", is_flag=True, help="Ask nothing: the token comes from DISCORD_TOKEN, the rest from options."
)
def command(file: Path, **options: Any) -> None:  # noqa: ANN401 - click checked them
    """Write a commented .env, and set up on Discord's side what can be set up from here.

    Asks for the token without showing it, and whether Discord knows it. A file that exists is never replaced unasked:
    kept as it is, it is read, and only Discord's side is set up. So in rest mode: run this once, start the bot, then
    run `ticketbot setup --keep --address` to tell Discord the address, which it tries before it takes it.
    """
    answers = _Answers(**options)
    if file.exists():
        writes = answers.confirmed(answers.replace, f"{file} exists. Write it anew?", default=False)
    else:
        writes = answers.replace is not False
    if answers.mongodb_uri is not None and _has_password(answers.mongodb_uri):
        raise UnusableError(
            "takes no password on the command line, where others can read it: leave --mongodb-uri out, and set "
            "MONGODB_URI or type the address when asked"
        )
    if writes:
        output.require_writable(file)
        if private_files.destination(file) is None:  # a token is not for whoever reads there
            raise UnusableError(f"cannot write {file}: it is no regular file")
    try:
        settings, ours = _write(file, answers) if writes else _keep(file)
        if ours is None:
            console.echo(
                f"! Discord was not asked: run `{console.program_name()} setup --keep` when it can be reached."
            )
            return
        _message_content(settings, ours, answers)
        _address(settings, ours, answers)
    except SettingsError as error:
        raise UnusableError(f"cannot be set up: {error}") from error
    except DiscordError as error:
        raise FailedError(str(error)) from error
    _print_next_steps(ours)


def _keep(file: Path) -> tuple[Settings, Application]:
    settings = settings_module.load(file)
    ours = _on_discord(settings, application.fetch)
    kept = f"{file} is" if file.exists() else "The environment's settings are"
    console.echo(f"✓ {kept} kept; the token is that of {escape_control_characters(ours.name)}.")
    return settings, ours


def _write(file: Path, answers: _Answers) -> tuple[Settings, Application | None]:
    environment = settings_module.load_setup_settings()
    others = settings_module.load_others(file)
    token, ours = _token(environment, answers)
    chosen = {"DISCORD_TOKEN": token}
    chosen["TICKETBOT_MODE"] = answers.text(
        answers.mode, "Mode: gateway needs nothing else, rest needs a public https address", default=Mode.GATEWAY.value,
        choices=_MODES,
    )  # fmt: skip
    if chosen["TICKETBOT_MODE"] == Mode.REST:
        chosen["TICKETBOT_PUBLIC_URL"] = answers.text(answers.public_url, "Public https address (may be left empty)")
    chosen["MONGODB_URI"] = _mongodb_uri(environment, answers)
    try:
        content = dotenv.render(chosen, others)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    folder = (private_files.destination(file) or file).parent
    with tempfile.TemporaryDirectory(dir=folder, prefix=f".{file.name}.") as beside:
        candidate = Path(beside, file.name)  # what cannot be used replaces nothing
        output.file(candidate, [content.encode()])
        settings = settings_module.load(candidate)
    output.file(file, [content.encode()])
    console.echo(f"✓ {file} is written; only you may read it.")
    if others:
        console.echo(f"✓ What other programs read from it was kept: {', '.join(others)}.")
    return settings, ours


def _has_password(uri: str) -> bool:
    try:
        return mongo.has_password(uri)
    except ValueError as error:
        raise UnusableError(f"--mongodb-uri: {error}") from None


def _mongodb_uri(environment: SetupSettings, answers: _Answers) -> str:
    """Return the address of a MongoDB server, which may hold a password; nothing for the embedded store."""
    if answers.mongodb_uri:
        return answers.mongodb_uri
    if environment.mongodb_uri is not None:
        return environment.mongodb_uri.get_secret_value()
    if answers.no_input or answers.mongodb_uri is not None:
        return ""
    question = "MongoDB address (not shown; leave it empty for an embedded store, right for one host)"
    return console.ask_secret(question, default="")


def _token(environment: SetupSettings, answers: _Answers) -> tuple[str, Application | None]:
    """Return a token that Discord knows, and its application; None where Discord was not asked."""
    api_url = environment.api_url
    if environment.token is not None:
        token = environment.token.get_secret_value()
        return token, _application(token, api_url, answers)
    if answers.no_input:
        raise SettingsError("DISCORD_TOKEN is missing")
    console.echo("The token is in the Developer Portal (https://discord.com/developers/applications), page Bot.")
    for left in reversed(range(_TRIES)):
        token = console.ask_secret("Token (not shown)")
        try:
            ours = _application(token, api_url, answers)
        except TokenRefusedError as error:
            if not left:
                raise
            console.echo(f"✗ {error}")
        else:
            if ours is not None:
                console.echo(f"✓ Discord knows it: {escape_control_characters(ours.name)}.")
            return token, ours
    raise AssertionError("the last try returns or raises")


def _application(token: str, api_url: HttpUrl, answers: _Answers) -> Application | None:
    """Return the application of a token, or None if the settings shall be written without asking Discord."""
    if not application.may_be_token(token):
        raise TokenRefusedError("DISCORD_TOKEN is not a token; copy it again from the Developer Portal")
    if answers.offline:
        return None
    try:
        return asyncio.run(_call(token, api_url, application.fetch))
    except TokenRefusedError:
        raise
    except DiscordError as error:
        if not answers.confirmed(None, f"{error}. Write the settings without asking Discord?", default=False):
            raise
        return None


def _message_content(settings: Settings, ours: Application, answers: _Answers) -> None:
    question = "Discord hides from the bot what members write; transcripts would be blank. Switch message content on?"
    if ours.reads_messages:
        console.echo("✓ Discord shows the bot what members write.")
    elif answers.confirmed(answers.message_content, question, default=True):
        _on_discord(settings, lambda rest: application.switch_on_message_content(rest, ours))
        console.echo("✓ Message content is switched on.")
    else:
        console.echo("! Message content stays off: transcripts will be blank.")


def _address(settings: Settings, ours: Application, answers: _Answers) -> None:
    """Make Discord send interactions to where the bot waits for them."""
    wanted = None
    if settings.mode is Mode.REST:
        if settings.public_url is None:
            console.echo("! TICKETBOT_PUBLIC_URL is not set; enter the address in the Developer Portal.")
            return
        wanted = str(settings.public_url)
        question = f"Tell Discord to send interactions to {wanted}? The bot must be running there already."
    else:
        question = f"Discord sends interactions to {ours.address}, none over the gateway. Bring them back?"
    if ours.address == wanted:
        console.echo(f"✓ Discord sends interactions {'over the gateway' if wanted is None else f'to {wanted}'}.")
    elif answers.confirmed(answers.address, question, default=wanted is None):
        _on_discord(settings, lambda rest: application.set_address(rest, wanted))
        console.echo(f"✓ Discord now sends interactions {'over the gateway' if wanted is None else f'to {wanted}'}.")
    elif wanted is None:
        console.echo("! No interaction will reach the bot over the gateway.")
    else:
        console.echo(f"! Start the bot, then run `{console.program_name()} setup --keep --address`.")


def _print_next_steps(ours: Application) -> None:
    program = console.program_name()
    for_notes = ", ".join(permission.label for permission in NEEDED_FOR_NOTES)
    console.echo(
        f"\nInvite the bot:  {invitation.link(ours.id)}\n"
        f"For team notes:  {program} invite --notes (asks for {for_notes}, too)\n"
        f"Start it:        {program}\n"
        f"Check it:        {program} check\n"
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
