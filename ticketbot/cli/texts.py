"""``ticketbot texts``: the file for an owner's own words, and whether it is in order."""

from __future__ import annotations

from pathlib import Path

import click

from ticketbot.cli import console
from ticketbot.cli.errors import UnusableError
from ticketbot.config import params_model, params_template
from ticketbot.config.settings import SettingsError
from ticketbot.texts import limits


@click.command(short_help="Print every text, colour and emoji, to be changed.")
@click.option(
    "--check",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Tell whether a file is in order, instead; exit code 2 if not.",
)
def command(file: Path | None) -> None:
    """Print a file with every text, colour and emoji, to be changed and named in TICKETBOT_PARAMS.

    For example: ticketbot texts > texts.toml
    """
    if file is None:
        console.write_document(params_template.render(params_model.defaults()))
        return
    try:
        limits.load_params(file)
    except SettingsError as error:
        raise UnusableError(f"would not start: {error}") from error
    console.echo(f"{file} is in order.")
