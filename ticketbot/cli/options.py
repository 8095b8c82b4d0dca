"""Options for what the messages do not carry: the ticket that they belong to, and how the page is rendered."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypedDict, TypeVar

import click

from ticketbot import time_zones
from ticketbot.cli import parameters
from ticketbot.transcripts.model.transcript import Locale
from ticketbot.transcripts.parsing import json_fields

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    _Function = TypeVar("_Function", bound=Callable[..., None])


class TicketFacts(TypedDict):
    """Fields of a ``Transcript`` that both commands take from their options."""

    number: int | None
    opener: str | None
    claimer: str | None
    opened_at: int | None
    closed_at: int | None
    deleted_at: int | None
    locale: Locale


class ZonedFacts(TicketFacts):
    """Those fields and the time zone."""

    time_zone: tzinfo


class PlaceFacts(TicketFacts):
    """Further fields, which a live channel would provide."""

    guild_name: str
    channel_name: str


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Parse a moment in ISO 8601, in UTC unless it has an offset; return milliseconds since the Unix epoch."""
    if value is None:
        return None
    millis = json_fields.moment(value)
    if not millis:
        raise click.BadParameter(f"{value!r} is no date from 1970 to 9998 as in 2026-03-02T08:30+01:00", ctx, param)
    return millis


def _zone(ctx: click.Context, param: click.Parameter, value: str | None) -> tzinfo | None:
    try:
        return None if value is None else time_zones.find(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no time zone as in Europe/Paris", ctx, param) from None


def _locale(ctx: click.Context, param: click.Parameter, value: str) -> Locale:
    del ctx, param
    return Locale(value)


class Format(StrEnum):
    """The formats of a transcript."""

    HTML = "html"
    JSON = "json"
    TXT = "txt"


def _format(ctx: click.Context, param: click.Parameter, value: str) -> Format:
    del ctx, param
    return Format(value)


format_option: Final = click.option(
    "--format",
    "output_format",
    type=click.Choice([one.value for one in Format]),
    default=Format.HTML.value,
    show_default=True,
    callback=_format,
    help="html is a page; json is read by tools for DiscordChatExporter's exports; txt is plain text.",
)

_TICKET: Final = (
    click.option("--ticket", "number", type=parameters.whole_number, metavar="NUMBER", help="The ticket's number."),
    click.option("--opener", metavar="NAME", help="Who opened the ticket."),
    click.option("--claimer", metavar="NAME", help="Who took it on."),
    click.option("--opened", "opened_at", metavar="MOMENT", callback=_moment, help="When it was opened, in ISO 8601."),
    click.option("--closed", "closed_at", metavar="MOMENT", callback=_moment, help="When it was closed."),
    click.option("--deleted", "deleted_at", metavar="MOMENT", callback=_moment, help="When it was deleted."),
    click.option(
        "--language",
        "locale",
        type=click.Choice([locale.value for locale in Locale]),
        default=Locale.FRENCH.value,
        show_default=True,
        callback=_locale,
        help="The page's own words.",
    ),
)
_OF_LANGUAGE: Final = "Europe/Paris in French, UTC in English"
_PLACE: Final = (
    click.option("--guild", "guild_name", metavar="NAME", default="", help="The server's name."),
    click.option("--channel", "channel_name", metavar="NAME", default="", help="The channel's name."),
)


def ticket_options(command: _Function) -> _Function:
    """Add the options of the ticket to a command."""
    return _with(command, (*_TICKET, _time_zone(f"TICKETBOT_TIME_ZONE, or {_OF_LANGUAGE}")))


def place_options(command: _Function) -> _Function:
    """Add the options of the server, the channel and the ticket to a command."""
    return _with(command, (*_PLACE, *_TICKET, _time_zone(_OF_LANGUAGE)))


def _time_zone(default: str) -> Callable[[_Function], _Function]:
    return click.option(
        "--time-zone", metavar="ZONE", callback=_zone, help=f"As in Europe/Paris.  [default: {default}]"
    )


def _with(command: _Function, options: tuple[Callable[[_Function], _Function], ...]) -> _Function:
    for option in reversed(options):
        command = option(command)
    return command
