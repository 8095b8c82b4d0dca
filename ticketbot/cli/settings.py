"""``ticketbot settings``: export and import what a server's administrators set, as a file for version control."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from ticketbot.admin import application
from ticketbot.admin.application import DiscordError
from ticketbot.archive.form_files import FormFileFetcher
from ticketbot.archive.media import MediaFetcher
from ticketbot.cli import console, output, parameters
from ticketbot.cli.errors import FailedError, UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config import text_files
from ticketbot.config.settings import SettingsError
from ticketbot.discord import request_queue, unreachable
from ticketbot.discord.channels import HikariTicketChannels
from ticketbot.discord.clients import Clients
from ticketbot.discord.name_cache import NameCache
from ticketbot.discord.panels import HikariPanelChannels
from ticketbot.discord.request_queue import RequestQueue
from ticketbot.services import settings_file, staff_access
from ticketbot.services.configuration import ConfigurationService
from ticketbot.services.settings import SettingsService
from ticketbot.services.settings_file import UnreadableSettingsError
from ticketbot.services.staff_access import StaffAccess
from ticketbot.storage import factory
from ticketbot.storage.errors import UnusableStoreError
from ticketbot.texts import limits
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets import errors
from ticketbot.tickets.inheritance import staff_changes
from ticketbot.tickets.model import GuildId, Language, Millis, RoleId, UserId
from ticketbot.tickets.rules import BrokenRulesError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Sequence

    from ticketbot.services.settings_file import Reference
    from ticketbot.texts.settings.messages import SettingsMessages
    from ticketbot.tickets.model import GuildConfig
    from ticketbot.tickets.preflight import Preflight
    from ticketbot.tickets.rules import Violation
    from ticketbot.tickets.server_names import ServerNames, Unknown
    from ticketbot.tickets.topics import Topic


@click.group(short_help="Export and import what a server's administrators set.")
def command() -> None:
    """Keep the settings of a server in a file, or bring them to another server.

    The file is JSON (docs/settings.schema.json describes it) and holds all that the settings page inside Discord
    sets: topics, access, closing, texts, canned replies and the rest. The channels and roles of /ticket-config stay
    with that command.
    """


@command.command("export")
@click.argument("guild_id", metavar="GUILD", type=parameters.snowflake)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default="-")
def export(guild_id: int, file: Path) -> None:
    """Write the settings of the server GUILD to FILE (- is standard output)."""
    if file != output.STANDARD:
        output.require_writable(file)
    text = asyncio.run(_export(GuildId(guild_id)))
    if file == output.STANDARD:
        console.write_document(text.rstrip("\n"))
    else:
        output.file(file, [text.encode()])


@command.command("import", short_help="Read settings from FILE into a server.")
@click.argument("guild_id", metavar="GUILD", type=parameters.snowflake)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@click.option(
    "--open-tickets/--no-open-tickets",
    default=None,
    help="Whether roles that become staff see the tickets that are open, too; asked for at a terminal, else no.",
)
def import_(guild_id: int, file: Path, *, dry_run: bool, open_tickets: bool | None) -> None:
    """Replace the settings of the server GUILD by those in FILE (- is standard input).

    The file is checked whole, and so is what the bot may do in each channel; then all is saved, or nothing, and the
    panel is renewed. The bot may run meanwhile. Open tickets are hidden from roles that are staff no more. Roles,
    channels and custom emojis that the server does not have are asked for, unless the file says what stands for them.
    """
    try:
        content = file.read_bytes() if file != output.STANDARD else sys.stdin.buffer.read()
        text = text_files.decode(content, str(file))
        wanted = settings_file.load(text)
    except (UnreadableSettingsError, ValueError) as error:
        raise UnusableError(f"cannot import {file}: {error}") from error
    asyncio.run(_import(GuildId(guild_id), wanted, dry_run=dry_run, open_tickets=open_tickets))


async def _export(guild_id: GuildId) -> str:
    async with _connected(guild_id) as place:
        return settings_file.dump(place.config, place.names)


async def _import(
    guild_id: GuildId, file: settings_file.SettingsFile, *, dry_run: bool, open_tickets: bool | None
) -> None:
    async with _connected(guild_id) as place:
        wanted = settings_file.resolve(file, place.config, place.names, _ask)
        try:
            planned = await place.service.planned(place.config, wanted)
        except BrokenRulesError as error:
            listed = "".join(f"\n  {_where(one)}: {place.messages.rule(one.rule)}" for one in error.violations)
            raise UnusableError(f"imports nothing; these rules are broken:{listed.removesuffix('.')}") from error
        lacking = await place.service.lacking_after(place.config, planned, looks_at_all=True)
        _require_possible(place.messages, lacking)
        before, after = (settings_file.dump(one, place.names) for one in (place.config, planned))
        if before == after:
            console.echo("nothing changes")
            return
        lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "now", "then", lineterm="", n=2)
        console.echo("\n".join(lines))
        if dry_run:
            return
        added = await _for_open_tickets(place, planned, wanted=open_tickets)
        try:
            # Who undoes an earlier change on the page would take back a part of this one.
            is_shown = await place.service.save(place.config, attrs.evolve(planned, last_change=None))
        except errors.StaleConfigError as error:
            raise FailedError("nothing is imported: somebody changed the settings meanwhile; try again") from error
        console.echo("imported" if is_shown else "imported; the panel is renewed when the bot starts")
        await _apply_roles(place.staff, guild_id, added)


async def _for_open_tickets(place: _Place, planned: GuildConfig, *, wanted: bool | None) -> Collection[RoleId]:
    """Return the roles that become staff and are to see open tickets, too."""
    added, _ = staff_changes(place.config, planned)
    count = await staff_access.count(place.staff.store, place.config, planned) if added else 0
    if not count or wanted is False:
        return ()
    if wanted is None and sys.stdin.isatty():
        wanted = click.confirm(f"Roles become staff. Show them the {count} open tickets, too?", default=True)
    if not wanted:
        console.echo(f"roles that become staff do not see the {count} open tickets (--open-tickets shows them)")
    return added if wanted else ()


async def _apply_roles(staff: StaffAccess, guild_id: GuildId, added: Collection[RoleId]) -> None:
    """Show open tickets to the roles that became staff, and hide them from those that ceased to be."""
    try:
        if added:
            await staff_access.request(staff.store, guild_id, added)
        count = await staff.apply(guild_id)
    except errors.TicketError as error:
        console.echo(
            f"! not all open tickets show the new staff yet ({unreachable.why(error)}); the bot goes on", err=True
        )
        return
    if count:
        console.echo(f"changed who sees open tickets: {count} overwrites")


@attrs.frozen(kw_only=True)
class _Place:
    """A configured server, its names, the service that saves its settings, and the words for them.

    These are English, as the command line is.
    """

    config: GuildConfig
    names: ServerNames
    service: SettingsService
    messages: SettingsMessages
    staff: StaffAccess


@contextlib.asynccontextmanager
async def _connected(guild_id: GuildId) -> AsyncGenerator[_Place]:
    try:
        settings = settings_module.load()
        catalog = MessageCatalog(limits.load_params(settings.params))
        async with contextlib.AsyncExitStack() as stack:
            store = await factory.open_store(settings, factory.connect_once, create=False)
            stack.push_async_callback(store.close)
            config = await store.config(guild_id)
            if config is None:
                raise UnusableError(f"knows no server {guild_id}: run /ticket-config there first")
            rest = await stack.enter_async_context(
                application.connected(settings.token.get_secret_value(), settings.api_url)
            )
            ours = await application.fetch(rest)
            cache = NameCache(rest)
            channels = HikariPanelChannels(rest, UserId(ours.bot_id), cache, catalog)
            panels = ConfigurationService(store=store, channels=channels, clock=_clock)
            names = await channels.server_names(guild_id)
            tickets = HikariTicketChannels(
                Clients(rest=rest, no_retry=rest, uploads=rest, queue=RequestQueue(request_queue.DEFAULT_RATE)),
                UserId(ours.bot_id),
                cache,
                catalog,
                FormFileFetcher(MediaFetcher()),
            )
            yield _Place(
                config=config,
                names=names,
                service=SettingsService(store=store, panels=panels, clock=_clock),
                messages=catalog[Language.ENGLISH].settings,
                staff=StaffAccess(store=store, channels=tickets),
            )
    except (SettingsError, UnusableStoreError) as error:
        raise UnusableError(f"cannot read the settings: {error}") from error
    except DiscordError as error:
        raise FailedError(str(error)) from error
    except errors.StoreUnavailableError as error:
        raise FailedError(f"the store failed: {unreachable.why(error)}") from error
    except errors.TicketError as error:
        raise FailedError(f"Discord does not answer as expected: {unreachable.why(error)}") from error


def _ask(unknown: Unknown) -> Reference | None:
    """Return what stands for something that the server has not, or has several times; None leaves it out."""
    what = f"{unknown.kind} {unknown.label!r}, or several"
    if not sys.stdin.isatty():
        raise UnusableError(f"imports nothing: the server has no {what}")
    answer: str = click.prompt(f"The server has no {what}. Its id or name here (0 leaves it out)")
    return None if answer.strip() == "0" else settings_file.read_reference(answer)


def _where(violation: Violation) -> str:
    """Return what breaks a rule."""
    if violation.question:
        return f"topic {violation.topic!r}, question {violation.question!r}"
    if violation.topic:
        return f"topic {violation.topic!r}"
    return f"reply {violation.reply!r}" if violation.reply else "settings"


def _require_possible(messages: SettingsMessages, found: Sequence[tuple[Topic | None, Preflight]]) -> None:
    """Print what the bot would lack, and end here if the settings could not work."""
    listed: list[str] = []
    for topic, preflight in found:
        where = "server" if topic is None else f"topic {topic.name!r}"
        lacks = [
            f"{place} {channel_id}: the bot lacks {', '.join(str(one.name) for one in missing)}"
            for place, channel_id, missing in preflight.missing
        ]
        readers = ", ".join(map(str, preflight.transcript_readers))
        sees = [f"roles that are no staff see the transcripts: {readers}"] if readers else []
        lines = [f"{where}: {line}" for line in (*lacks, *map(messages.problem, preflight.problems), *sees)]
        if preflight.blocks:
            listed += lines
        else:
            console.echo("\n".join(f"! {line}" for line in lines), err=True)
    if listed:
        raise UnusableError("imports nothing:" + "".join(f"\n  {line}" for line in listed) + "\n  ")


def _clock() -> Millis:
    return Millis(time.time_ns() // 1_000_000)
