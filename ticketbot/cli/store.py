"""``ticketbot store``: export and import what the bot stores, and forget a server."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import ticketbot
from ticketbot.admin import transfer
from ticketbot.cli import console, output, parameters
from ticketbot.cli.errors import FailedError, UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config import text_files
from ticketbot.config.settings import SettingsError
from ticketbot.storage import factory
from ticketbot.storage.errors import UnusableStoreError
from ticketbot.tickets import errors
from ticketbot.tickets.model import GuildId

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ticketbot.config.settings import Settings
    from ticketbot.storage.dump import StoreDump
    from ticketbot.tickets.model import Ticket


@click.group(short_help="Back up what the bot stores, move it, or forget a server.")
def command() -> None:
    """Back up what the bot stores, move it to another store or host, or delete a server's part of it.

    The settings name the store: MONGODB_URI and MONGODB_DATABASE, or else TICKETBOT_DATA. An export holds
    configurations, counters and tickets, one JSON object on a line, and so the names of members.
    """


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default="-")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def export(file: Path, *, force: bool) -> None:
    """Write the store's contents to FILE (- is standard output).

    Stop the bot first if another store is to take over: what happens after the export is not in it.
    """
    to_stdout = str(file) == "-"
    if not to_stdout and not force and file.exists():
        raise UnusableError(f"leaves {file} as it is: it exists; --force replaces it")
    if not to_stdout:
        output.require_writable(file)
    contents = asyncio.run(_export())
    lines = transfer.dump(contents, version=ticketbot.__version__)
    if to_stdout:
        sys.stdout.buffer.writelines(line.encode() for line in lines)
    else:
        output.file(file, (line.encode() for line in lines))
    console.echo(f"exported {_count(contents)}", err=True)
    if contents.unreadable:
        listed = "".join(f"\n  {error}" for error in contents.unreadable)
        raise FailedError(f"these records cannot be read, and are not in the export:{listed}")


@command.command("import", short_help="Read FILE (- is standard input) into an empty store.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--merge",
    is_flag=True,
    help="Import into a store that is not empty: equal records are passed over, others refused, counters only rise.",
)
def import_(file: Path, *, merge: bool) -> None:
    """Read FILE (- is standard input) into the store, which must be empty.

    The bot must not run on it meanwhile. Nothing is written unless the whole file can be read. An import that was
    interrupted on MongoDB is finished by the same command with --merge.
    """
    try:
        with click.open_file(str(file), "rb") as stream:
            text = text_files.decode(stream.read(), str(file))
        contents = transfer.load(text.split("\n"))
    except text_files.EncodingError as error:
        raise UnusableError(f"cannot read {error}") from error
    except OSError as error:
        raise UnusableError(f"cannot read {file}: {error.strerror}") from error
    except transfer.UnreadableExportError as error:
        raise UnusableError(f"cannot read {file}: {error}") from error
    try:
        added = asyncio.run(_import(contents, merge=merge))
    except transfer.OccupiedStoreError as error:
        raise FailedError(f"{error}; nothing was imported") from error
    console.echo(f"imported {_count(added)}", err=True)


@command.command("forget", short_help="Delete all that is stored of a server.")
@click.argument("guild", type=parameters.snowflake)
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(guild: int, *, yes: bool) -> None:
    """Delete all that is stored of the server with the id GUILD, after showing what that is.

    Nothing changes on Discord: channels and transcripts stay where they are. If the bot is invited again, the server is
    configured anew, and its numbers begin at 1.
    """
    asyncio.run(_forget(GuildId(guild), is_confirmed=yes))


@command.command("rebuild", short_help="Find again on Discord what the store has lost.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rebuild(*, dry_run: bool, yes: bool) -> None:
    """Find again what Discord still knows: servers, tickets and their last numbers; write it to the store.

    The store may be empty, or restored from an old backup: what it holds stays, numbers only rise, tickets opened
    since are added, those that were claimed, closed or reopened since are moved on. Stop the bot first; this may be
    repeated. It reads the messages of every channel that the bot may read, a hundred a call.

    One line for each thing that was found: ✓ is certain, ! should be looked at, ✗ has to be chosen again.
    """
    try:
        asyncio.run(_rebuild(settings_module.load(), dry_run=dry_run, is_confirmed=yes))
    except SettingsError as error:
        raise UnusableError(f"cannot rebuild: {error}") from error


async def _rebuild(settings: Settings, *, dry_run: bool, is_confirmed: bool) -> None:
    from ticketbot.cli import rebuilding  # noqa: PLC0415 - only this subcommand needs Discord's library

    await rebuilding.rebuild(settings, _opened, dry_run=dry_run, is_confirmed=is_confirmed)


async def _export() -> StoreDump:
    async with _opened(create=False) as store:
        contents = await store.dump()
        if not (contents.configs or contents.counters or contents.tickets or contents.unreadable):
            raise UnusableError(f"exports nothing: the store is empty ({store.location})")
        return contents


async def _forget(guild_id: GuildId, *, is_confirmed: bool) -> None:
    async with _opened(create=False) as store:
        found = (await store.dump()).of_guild(guild_id)
        if not (found.configs or found.counters or found.tickets or found.unreadable):
            raise UnusableError(f"forgets nothing: the store knows no server {guild_id} ({store.location})")
        configured = "configured" if found.configs else "not configured"
        damaged = f", {transfer.counted('damaged record', found.unreadable)}" if found.unreadable else ""
        last = found.counters.get(guild_id, 0)
        stored = f"{configured}, {_states(found.tickets)}{damaged}, last number {last}"
        console.echo(f"{store.location} holds of server {guild_id}: {stored}")
        if not is_confirmed:
            click.confirm("Delete all this from the store? It cannot be taken back", abort=True)
        await store.forget_guild(guild_id)
        console.echo(f"server {guild_id} is forgotten")


def _states(tickets: Sequence[Ticket]) -> str:
    states = collections.Counter(ticket.state.value for ticket in tickets)
    listed = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return transfer.counted("ticket", tickets) + (f" ({listed})" if listed else "")


async def _import(contents: StoreDump, *, merge: bool) -> StoreDump:
    async with _opened() as store:
        return await transfer.import_(store, contents, merge=merge)


@contextlib.asynccontextmanager
async def _opened(*, create: bool = True) -> AsyncGenerator[transfer.Store]:
    """Open the store that the settings name; no token is needed for that."""
    try:
        store = await factory.open_store(settings_module.load_store(), factory.connect_once, create=create)
    except (SettingsError, UnusableStoreError) as error:
        raise UnusableError(f"cannot open the store: {error}") from error
    except errors.StoreUnavailableError as error:
        raise FailedError(f"the store does not answer: {_cause(error)}") from error
    try:
        yield store
    except errors.StoreUnavailableError as error:
        raise FailedError(f"the store failed: {_cause(error)}") from error
    finally:
        await store.close()


def _cause(error: errors.StoreUnavailableError) -> str:
    """Return what is behind an error; the driver's own words may hold an address, and with it a password."""
    return str(error) or type(error.__cause__ or error).__name__


def _count(contents: StoreDump) -> str:
    things = {"server": contents.configs, "counter": contents.counters, "ticket": contents.tickets}
    return ", ".join(transfer.counted(name, found) for name, found in things.items())
