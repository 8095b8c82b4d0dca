"""``ticketbot store``: move the store's contents, from SQLite to MongoDB or back."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import ticketbot
from ticketbot.commands.errors import UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import SettingsError
from ticketbot.storage import opening
from ticketbot.storage.sqlite import SqliteTicketStore
from ticketbot.storage.unusable import UnusableStoreError
from ticketbot.tickets import errors
from ticketbot.upkeep import moving, private

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ticketbot.storage.contents import Contents


@click.group(short_help="Back up what the bot keeps, or move it to another store.")
def command() -> None:
    """Move what the bot keeps: from the embedded store to MongoDB, back, or to another host.

    Which store is meant stands in the settings: MONGODB_URI and MONGODB_DATABASE, or else TICKETBOT_DATA. The file
    holds configurations, counters and tickets, one JSON object on a line, and with them the names of members.
    """


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default="-")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def export(file: Path, *, force: bool) -> None:
    """Write the store's contents to FILE (- is standard output).

    Stop the bot first when the contents are to go on living elsewhere: what happens after the export is not in it.
    """
    to_stdout = str(file) == "-"
    if not to_stdout and not force and file.exists():
        raise UnusableError(f"leaves {file} as it is: it exists; --force replaces it")
    contents = asyncio.run(_read())
    lines = moving.dump(contents, version=ticketbot.__version__)
    if to_stdout:
        sys.stdout.buffer.writelines(line.encode() for line in lines)
    else:
        private.write(file, lines)
    click.echo(f"exported {_told(contents)}", err=True)


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
        with click.open_file(str(file), encoding="utf-8") as stream:
            contents = moving.load(stream)
    except (moving.UnreadableExportError, UnicodeDecodeError) as error:
        raise UnusableError(f"cannot read {file}: {error}") from error
    try:
        added = asyncio.run(_pour(contents, merge=merge))
    except moving.OccupiedStoreError as error:
        raise click.ClickException(f"{error}; nothing was imported") from error
    click.echo(f"imported {_told(added)}", err=True)


async def _read() -> Contents:
    async with _opened() as store:
        if isinstance(store, SqliteTicketStore):
            async with store.snapshot():
                return await moving.read(store)
        return await moving.read(store)


async def _pour(contents: Contents, *, merge: bool) -> Contents:
    async with _opened() as store:
        return await moving.pour(store, contents, merge=merge)


@contextlib.asynccontextmanager
async def _opened() -> AsyncGenerator[moving.Store]:
    """Open the store that the settings name; no token is needed for that."""
    try:
        store = await opening.open_store(settings_module.load_store(), opening.at_once)
    except (SettingsError, UnusableStoreError) as error:
        raise UnusableError(f"cannot open the store: {error}") from error
    except errors.StoreUnavailableError as error:
        raise click.ClickException(f"the store does not answer: {_cause(error)}") from error
    try:
        yield store
    except errors.StoreUnavailableError as error:
        raise click.ClickException(f"the store failed: {_cause(error)}") from error
    finally:
        await store.close()


def _cause(error: errors.StoreUnavailableError) -> str:
    """Name what is behind it; the driver's own words may hold an address, and with it a password."""
    return str(error) or type(error.__cause__ or error).__name__


def _told(contents: Contents) -> str:
    things = {"server": contents.configs, "counter": contents.counters, "ticket": contents.tickets}
    return ", ".join(moving.counted(name, found) for name, found in things.items())
