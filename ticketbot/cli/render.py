"""``ticketbot render``: a file of messages as a page, without the network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Unpack

import click

from ticketbot import time_zones
from ticketbot.cli import message_files, options, output, parameters
from ticketbot.cli.options import Format
from ticketbot.transcripts.formats import chat_exporter, plain_text
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.parsing import parser
from ticketbot.transcripts.rendering import html
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    from datetime import tzinfo

    from ticketbot.cli.options import PlaceFacts


@click.command(short_help="Turn saved messages into a page that opens offline.")
@click.argument("messages", type=click.File("rb"))
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the page goes; - is standard output.  [default: MESSAGES with .html, .json or .txt; - for -]",
)
@click.option(
    "--part-size", type=parameters.mebibytes(1), metavar="MIB", help="Part the page where it would become larger."
)
@options.format_option
@options.place_options
def command(
    messages: IO[bytes],
    *,
    target: Path | None,
    part_size: int | None,
    output_format: Format,
    time_zone: tzinfo | None,
    **about: Unpack[PlaceFacts],
) -> None:
    """Turn MESSAGES, a JSON array as Discord's API gives it, into a page that opens offline.

    The order does not matter: the page begins with the oldest message. Files of the messages are named, not fetched.
    """
    name = "standard input" if messages.name == "<stdin>" else messages.name
    if target is None:
        target = output.STANDARD if messages.name == "<stdin>" else Path(messages.name).with_suffix(f".{output_format}")
    _check_options(messages, target, part_size, output_format)
    values = message_files.read(messages, name)
    if output_format is Format.JSON:
        transcript = Transcript(messages=(), time_zone=time_zone or time_zones.default(about["locale"]), **about)
        output.write_document(chat_exporter.chunks(transcript, values), target)
        return
    transcript = Transcript(
        messages=parser.parse_messages(values),
        time_zone=time_zone or time_zones.default(about["locale"]),
        **about,
    )
    if output_format is Format.TXT:
        output.write_document(plain_text.chunks(transcript), target)
        return
    limits = PageLimits(page=part_size)
    renderer = html.TranscriptRenderer(transcript, name=target.name, limits=limits)
    for _ in renderer.steps():
        pass
    output.write_pages(renderer, target)


def _check_options(messages: IO[bytes], target: Path, part_size: int | None, output_format: Format) -> None:
    """Raise an error if the options contradict each other, or the output cannot be written."""
    if output_format is not Format.HTML and part_size is not None:
        raise click.UsageError("Only pages have parts.")
    if output.is_alone(target) and part_size is not None:
        raise click.UsageError("Parts need files: give --output a name.")
    if target != output.STANDARD and os.path.realpath(target) == os.path.realpath(messages.name):
        raise click.UsageError("The output would replace the messages: give --output another name.")
    if target != output.STANDARD:
        output.require_writable(target)
