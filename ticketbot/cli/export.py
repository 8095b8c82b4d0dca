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

from ticketbot import time_zones
from ticketbot.admin import application, channel_export
from ticketbot.admin.application import DiscordError, TokenRefusedError
from ticketbot.archive import scan
from ticketbot.archive.media import MediaFetcher
from ticketbot.archive.media_spool import MediaSpool
from ticketbot.cli import console, options, output, parameters
from ticketbot.cli.errors import FailedError, UnusableError
from ticketbot.cli.options import Format
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import SettingsError
from ticketbot.discord import unreachable
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId
from ticketbot.transcripts.formats import chat_exporter, plain_text
from ticketbot.transcripts.model.media import guild_icon_url
from ticketbot.transcripts.model.transcript import Transcript
from ticketbot.transcripts.rendering import html
from ticketbot.transcripts.rendering.pagination import PageLimits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    import hikari

    from ticketbot.cli.options import TicketFacts, ZonedFacts
    from ticketbot.config.settings import Settings
    from ticketbot.tickets.model import History, Member, RawMessage
    from ticketbot.transcripts.model.media import Media, MediaReference

_FILES: Final = 100_000
_PEOPLE: Final = 300
"""How many are looked up for their nicknames and colours: each takes a call."""
_SINCE: Final = 22
"""Bits of an id to the right of its moment in milliseconds."""


@attrs.frozen(kw_only=True)
class _Bounds:
    """The largest page and the largest file, in bytes, and the format."""

    part: int | None
    file: int
    output_format: Format

    @property
    def page_limits(self) -> PageLimits:
        if self.part is None:
            return PageLimits()
        return PageLimits(page=self.part, files=_FILES, files_size=_FILES * self.file, file=self.file)


@click.command(short_help="Turn a live channel into a page that opens offline.")
@click.argument("channel_id", type=parameters.snowflake)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where it goes; - is standard output, with all files inside.  [default: transcript-CHANNEL_ID.FORMAT]",
)
@click.option(
    "--part-size",
    type=parameters.mebibytes(1),
    default=24,
    show_default=True,
    metavar="MIB",
    help="Files move beside the page where it would become larger, and then it is parted.",
)
@click.option(
    "--largest-file",
    type=parameters.mebibytes(0),
    default=100,
    show_default=True,
    metavar="MIB",
    help="Larger files are named, not fetched; so are all with 0.",
)
@options.format_option
@options.ticket_options
def command(  # noqa: PLR0913 - the command's options
    channel_id: int,
    *,
    target: Path | None,
    part_size: int,
    largest_file: int,
    output_format: Format,
    time_zone: tzinfo | None,
    **about: Unpack[TicketFacts],
) -> None:
    """Turn the channel CHANNEL_ID of Discord into a page that opens offline.

    Other formats than HTML name its files, with addresses at Discord that expire.

    It is read with the bot's token, DISCORD_TOKEN: the bot must be in the server, and may read the channel. Its
    files are fetched from Discord and kept. Exit code 2: it cannot be done as asked; 1: Discord does not answer.
    """
    if target is None:
        target = Path(f"transcript-{channel_id}.{output_format}")
    if target != output.STANDARD:
        output.require_writable(target)
    bounds = _Bounds(
        part=None if output.is_alone(target) else part_size, file=largest_file, output_format=output_format
    )
    try:
        settings = settings_module.load()
        zone = time_zone or settings.time_zone or time_zones.default(about["locale"])
        asyncio.run(_export(settings, ChannelId(channel_id), target, bounds, {**about, "time_zone": zone}))
    except (SettingsError, TokenRefusedError, channel_export.ExportError) as error:
        raise UnusableError(f"cannot export: {error}") from error
    except DiscordError as error:
        raise FailedError(str(error)) from error
    except errors.StoreUnavailableError as error:
        raise FailedError(f"cannot export: {error}") from error
    except errors.TicketError as error:
        raise FailedError(f"Discord does not answer as expected: {unreachable.why(error)}") from error


async def _export(settings: Settings, channel_id: ChannelId, target: Path, bounds: _Bounds, about: ZonedFacts) -> None:
    token, api_url = settings.token.get_secret_value(), settings.api_url
    async with contextlib.AsyncExitStack() as stack:
        rest = await stack.enter_async_context(application.connected(token, api_url))
        spool = stack.enter_context(MediaSpool())
        ours = await application.fetch(rest)
        if not ours.reads_messages:
            console.echo("! Discord hides from the bot what members write: switch on Message Content Intent", err=True)
        place = await channel_export.channel(rest, channel_id)
        history = await _history(rest, place)
        scanned = await scan.scan(history.messages)
        fetcher = MediaFetcher(None if settings.media_url is None else str(settings.media_url))
        members = await _members(rest, place, list(scanned.names)[:_PEOPLE])
        server, names = await channel_export.names(rest, place, scanned.names, members)
        transcript = Transcript(
            messages=scan.parse_messages(history.messages),
            guild_name=server.guild,
            guild_icon_url=guild_icon_url(place.guild_id or 0, server.icon),
            channel_topic=place.topic,
            guild_id=place.guild_id,
            channel_name=place.name,
            channel_id=channel_id,
            is_content_hidden=not ours.reads_messages,
            names=attrs.evolve(names, threads=history.threads),
            **about,
        )
        if bounds.output_format is Format.JSON:
            output.write_document(chat_exporter.chunks(transcript, map(orjson.loads, history.messages)), target)
            return
        if bounds.output_format is Format.TXT:
            output.write_document(plain_text.chunks(transcript), target)
            return
        renderer = html.TranscriptRenderer(transcript, name=target.name, limits=bounds.page_limits)
        for _ in renderer.render_messages():
            pass
        for _ in renderer.finish(await _files(renderer.media_references, fetcher, spool, largest=bounds.file)):
            pass
        output.write_pages(renderer, target)


async def _history(rest: hikari.api.RESTClient, place: channel_export.Channel) -> History:
    """Return all messages, with threads; the progress bar spans the channel's age."""
    found: list[RawMessage] = []
    newest: int | None = None
    with click.progressbar(
        length=1, label="Messages", file=sys.stderr, item_show_func=_count, hidden=_is_unseen()
    ) as bar:
        async for page in channel_export.messages(rest, place):
            found.extend(page)
            oldest = _moment(page[-1])
            if newest is None:
                newest = _moment(page[0])
                bar.length = max(1, newest - (place.id >> _SINCE))
            bar.update(max(0, newest - oldest - bar.pos), len(found))
        bar.update(max(0, (bar.length or 0) - bar.pos), len(found))
    found.reverse()
    return await channel_export.with_threads(rest, place, found)


async def _members(
    rest: hikari.api.RESTClient, place: channel_export.Channel, people: Sequence[int]
) -> Mapping[int, Member]:
    found: dict[int, Member] = {}
    with click.progressbar(
        length=len(people), label="Members ", file=sys.stderr, show_pos=True, hidden=_is_unseen()
    ) as bar:
        async for user_id, member in channel_export.members(rest, place, people):
            if member is not None:
                found[user_id] = member
            bar.update(1)
    return found


async def _files(
    wanted: Sequence[MediaReference], fetcher: MediaFetcher, spool: MediaSpool, *, largest: int
) -> Mapping[str, Media]:
    found: dict[str, Media] = {}
    if not largest or not wanted:
        return found
    with click.progressbar(
        length=len(wanted), label="Files   ", file=sys.stderr, show_pos=True, hidden=_is_unseen()
    ) as bar:
        async for some in channel_export.files(wanted, fetcher, spool, largest=largest):
            found.update(some)
            bar.update(len(some))
    return found


def _is_unseen() -> bool:
    """Return whether progress bars are left out: in a file or a log only their labels would remain."""
    return not sys.stderr.isatty()


def _moment(message: RawMessage) -> int:
    return int(orjson.loads(message)["id"]) >> _SINCE


def _count(number: int | None) -> str | None:
    return None if number is None else f"{number:,}"
