"""``ticketbot export``: a live channel as a page, with its files."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

import attrs
import click
import orjson

from ticketbot.commands import facts, output
from ticketbot.commands.errors import UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import SettingsError
from ticketbot.discord import failures, survey
from ticketbot.discord.media import MediaFetcher
from ticketbot.discord.shelf import Shelf
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId
from ticketbot.transcripts.model import Transcript
from ticketbot.transcripts.pages import Room
from ticketbot.upkeep import application, exporting
from ticketbot.upkeep.application import DiscordError, TokenRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import hikari

    from ticketbot.commands.facts import TicketFacts
    from ticketbot.config.settings import Settings
    from ticketbot.tickets.model import Member, RawMessage
    from ticketbot.transcripts.media import Media, WantedMedia

_MIB: Final = 1 << 20
_LAST_ID: Final = (1 << 63) - 1
_FILES: Final = 100_000
_PEOPLE: Final = 300
"""How many are looked up for their nicknames and colours: each takes a call."""
_SINCE: Final = 22
"""Bits of an id to the right of its moment in milliseconds."""


@attrs.frozen(kw_only=True)
class _Bounds:
    """How large things may become, in bytes."""

    part: int | None
    file: int

    @property
    def room(self) -> Room:
        if self.part is None:
            return Room()
        return Room(page=self.part, files=_FILES, files_size=_FILES * self.file, file=self.file)


@click.command(short_help="Turn a live channel into a page that opens offline.")
@click.argument("channel_id", type=click.IntRange(1, _LAST_ID))
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the page goes; - is standard output, with all files inside.  [default: transcript-CHANNEL_ID.html]",
)
@click.option(
    "--part-size",
    type=click.FloatRange(min=1),
    default=24,
    show_default=True,
    metavar="MIB",
    help="Files move beside the page where it would become larger, and then it is parted.",
)
@click.option(
    "--largest-file",
    type=click.FloatRange(min=0),
    default=100,
    show_default=True,
    metavar="MIB",
    help="Larger files are named, not fetched; so are all with 0.",
)
@facts.ticket_options
def command(
    channel_id: int, target: Path | None, part_size: float, largest_file: float, **about: Unpack[TicketFacts]
) -> None:
    """Turn the channel CHANNEL_ID of Discord into a page that opens offline.

    It is read with the bot's token, DISCORD_TOKEN: the bot must be in the server, and may read the channel. Its
    files are fetched from Discord and kept. Exit code 2: it cannot be done as asked; 1: Discord does not answer.
    """
    if target is None:
        target = Path(f"transcript-{channel_id}.html")
    is_parted = target != output.STANDARD
    bounds = _Bounds(part=round(part_size * _MIB) if is_parted else None, file=round(largest_file * _MIB))
    try:
        settings = settings_module.load()
        asyncio.run(_export(settings, ChannelId(channel_id), target, bounds, about))
    except (SettingsError, TokenRefusedError, exporting.ExportError) as error:
        raise UnusableError(f"cannot export: {error}") from error
    except DiscordError as error:
        raise click.ClickException(str(error)) from error
    except errors.StoreUnavailableError as error:
        raise click.ClickException(f"cannot export: {error}") from error
    except errors.TicketError as error:
        raise click.ClickException(f"Discord does not answer as expected: {failures.told(error)}") from error


async def _export(settings: Settings, channel_id: ChannelId, target: Path, bounds: _Bounds, about: TicketFacts) -> None:
    token, api_url = settings.token.get_secret_value(), settings.api_url
    async with contextlib.AsyncExitStack() as stack:
        rest = await stack.enter_async_context(application.connected(token, api_url))
        shelf = stack.enter_context(Shelf())
        ours = await application.fetch(rest)
        if not ours.reads_messages:
            click.echo("! Discord hides from the bot what members write: switch on Message Content Intent", err=True)
        place = await exporting.channel(rest, channel_id)
        history = await _history(rest, place)
        held = await survey.survey(history)
        fetcher = MediaFetcher(None if settings.media_url is None else str(settings.media_url))
        media = await _files(held.wanted, fetcher, shelf, largest=bounds.file)
        met = await _members(rest, place, list(held.names)[:_PEOPLE])
        guild_name, names = await exporting.names(rest, place, held.names, met)
        transcript = Transcript(
            messages=survey.decoded(history),
            guild_name=guild_name,
            guild_id=place.guild_id,
            channel_name=place.name,
            channel_id=channel_id,
            names=names,
            media=media,
            **about,
        )
        output.pages(transcript, target, bounds.room)


async def _history(rest: hikari.api.RESTClient, place: exporting.Channel) -> Sequence[RawMessage]:
    """Fetch all messages, oldest first, with threads; the bar tells how far back the channel's life was read."""
    found: list[RawMessage] = []
    newest: int | None = None
    with click.progressbar(
        length=1, label="Messages", file=sys.stderr, item_show_func=_count, hidden=_is_unseen()
    ) as bar:
        async for page in exporting.messages(rest, place):
            found.extend(page)
            oldest = _moment(page[-1])
            if newest is None:
                newest = _moment(page[0])
                bar.length = max(1, newest - (place.id >> _SINCE))
            bar.update(max(0, newest - oldest - bar.pos), len(found))
        bar.update(max(0, (bar.length or 0) - bar.pos), len(found))
    found.reverse()
    return await exporting.with_threads(rest, found)


async def _members(
    rest: hikari.api.RESTClient, place: exporting.Channel, people: Sequence[int]
) -> Mapping[int, Member]:
    found: dict[int, Member] = {}
    with click.progressbar(
        length=len(people), label="Members ", file=sys.stderr, show_pos=True, hidden=_is_unseen()
    ) as bar:
        async for user_id, member in exporting.members(rest, place, people):
            if member is not None:
                found[user_id] = member
            bar.update(1)
    return found


async def _files(
    wanted: Sequence[WantedMedia], fetcher: MediaFetcher, shelf: Shelf, *, largest: int
) -> Mapping[str, Media]:
    found: dict[str, Media] = {}
    if not largest or not wanted:
        return found
    with click.progressbar(
        length=len(wanted), label="Files   ", file=sys.stderr, show_pos=True, hidden=_is_unseen()
    ) as bar:
        async for some in exporting.files(wanted, fetcher, shelf, largest=largest):
            found.update(some)
            bar.update(len(some))
    return found


def _is_unseen() -> bool:
    """Tell whether bars are spared: a file or a timer's log would be left with their labels alone."""
    return not sys.stderr.isatty()


def _moment(message: RawMessage) -> int:
    return int(orjson.loads(message)["id"]) >> _SINCE


def _count(number: int | None) -> str | None:
    return None if number is None else f"{number:,}"
