"""Options that tell what the messages do not: which ticket they belong to, and how the page is written."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final, TypedDict, TypeVar

import click

from ticketbot.transcripts.model import Locale

if TYPE_CHECKING:
    from collections.abc import Callable

    _Function = TypeVar("_Function", bound=Callable[..., None])


class TicketFacts(TypedDict):
    """Fields of a ``Transcript`` that the options of every page give."""

    number: int | None
    opener: str | None
    claimer: str | None
    opened_at: int | None
    closed_at: int | None
    deleted_at: int | None
    locale: Locale
    time_zone: tzinfo


class PlaceFacts(TicketFacts):
    """Those that only a page without a live channel needs to be told."""

    guild_name: str
    channel_name: str


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Take a moment in ISO 8601, in UTC unless it says otherwise, as milliseconds since the Unix epoch."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date as in 2026-03-02T08:30+01:00", ctx, param) from None
    return round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1000)


def _zone(ctx: click.Context, param: click.Parameter, value: str) -> tzinfo:
    if value == "UTC":
        return UTC  # known even where the system has no list
    try:
        return zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"{value!r} is no time zone as in Europe/Paris", ctx, param) from None


def _locale(ctx: click.Context, param: click.Parameter, value: str) -> Locale:
    del ctx, param
    return Locale(value)


_TICKET: Final = (
    click.option("--ticket", "number", type=click.IntRange(min=0), help="The ticket's number."),
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
    click.option(
        "--time-zone", metavar="ZONE", default="UTC", show_default=True, callback=_zone, help="As in Europe/Paris."
    ),
)
_PLACE: Final = (
    click.option("--guild", "guild_name", metavar="NAME", default="", help="The server's name."),
    click.option("--channel", "channel_name", metavar="NAME", default="", help="The channel's name."),
)


def ticket_options(command: _Function) -> _Function:
    """Let a command be told the facts of the ticket."""
    return _with(command, _TICKET)


def place_options(command: _Function) -> _Function:
    """Let a command be told where the messages come from, and the facts of the ticket."""
    return _with(command, (*_PLACE, *_TICKET))


def _with(command: _Function, options: tuple[Callable[[_Function], _Function], ...]) -> _Function:
    for option in reversed(options):
        command = option(command)
    return command
