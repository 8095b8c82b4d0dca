"""What ``ticketbot check`` checks, in order; a check that needs an earlier one to succeed is left out."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ticketbot import listeners
from ticketbot.admin import application, guild_checks, public_address
from ticketbot.admin.findings import advice, blocks, good
from ticketbot.discord import api_errors, command_sync, unreachable
from ticketbot.storage import factory
from ticketbot.storage.errors import MissingStoreError, UnusableStoreError
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets import errors, lifecycle
from ticketbot.tickets.model import InteractionId, Millis, TicketState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    import hikari

    from ticketbot.admin.application import Application
    from ticketbot.admin.findings import Finding
    from ticketbot.admin.transfer import Store
    from ticketbot.config.params_model import Params
    from ticketbot.config.settings import Settings
    from ticketbot.tickets.model import Ticket

_FILE: Final = Path(".env")


async def inspect(settings: Settings, params: Params) -> AsyncGenerator[Finding]:
    """Run all checks and yield their findings."""
    yield good(
        "settings", f"{settings.mode} mode, " + ("embedded store" if settings.mongodb_uri is None else "MongoDB")
    )
    catalog = MessageCatalog(params)
    if _is_open_to_others(_FILE):
        yield advice("settings", f"others can read {_FILE}, and with it the token: chmod 600 {_FILE}")
    async with contextlib.AsyncExitStack() as stack:
        store, finding = await _store(settings, stack)
        yield finding
        for finding in await _contents(store, settings):
            yield finding
        try:
            rest = await stack.enter_async_context(
                application.connected(settings.token.get_secret_value(), settings.api_url)
            )
            ours = await application.fetch(rest)
        except application.DiscordError as error:
            yield blocks("token", str(error))
            return
        yield good("token", f"Discord knows it as {ours.name} ({ours.id})")
        yield _message_content(ours)
        yield await _commands(settings, rest, ours, catalog)
        async for finding in public_address.inspect(settings, ours):
            yield finding
        if store is not None:
            async for finding in guild_checks.inspect(rest, store, ours.bot_id, catalog):
                yield finding


def _is_open_to_others(path: Path) -> bool:
    return os.name == "posix" and path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


async def _contents(store: Store | None, settings: Settings) -> Sequence[Finding]:
    """Return the findings about files that others may read, and about records that cannot be read."""
    if store is None:
        return []
    return [*_open_to_others(settings), *await _records(store)]


async def _records(store: Store) -> Sequence[Finding]:
    """Return the findings about records that cannot be read, and tickets that cannot be finished."""
    try:
        dump = await store.dump()
    except errors.StoreUnavailableError as error:
        return [blocks("store", f"the store cannot be read ({unreachable.why(error)})")]
    now = Millis(time.time_ns() // 1_000_000)
    return [
        *(blocks("store", f"{error}; everything else works; restore it from a backup") for error in dump.unreadable),
        *(_set_aside(ticket) for ticket in dump.tickets if lifecycle.is_set_aside(ticket, at=now)),
    ]


def _set_aside(ticket: Ticket) -> Finding:
    """Return the finding for a ticket that could not be finished for a day."""
    assert ticket.failing_since is not None, "a ticket that is set aside has failed"
    since = dt.datetime.fromtimestamp(ticket.failing_since / 1000, tz=dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    match ticket.state:
        case TicketState.RESERVED:
            cause = "its channel cannot be created: run /ticket-config there again"
        case TicketState.DELETING:
            cause = (
                "its transcript cannot be posted, or its channel not be deleted: let the bot see and manage channel "
                f"{ticket.channel_id}, or delete it by hand, without a transcript"
            )
        case _:
            cause = (
                f"its last notice cannot be posted: let the bot see channel {ticket.channel_id}, manage it and write "
                "there, or delete it by hand, without a transcript"
            )
    return advice(
        "store",
        f"ticket {ticket.number} of server {ticket.guild_id} cannot be finished since {since}; {cause}. The log says "
        "why (`recovery could not finish`); the bot tries again daily, when it starts, and when a member presses",
    )


async def _store(settings: Settings, stack: contextlib.AsyncExitStack) -> tuple[Store | None, Finding]:
    """Open the store, write to it and read that back; what was written is removed by the store within minutes."""
    try:
        store = await factory.open_store(settings, factory.connect_once, create=False)
        stack.push_async_callback(store.close)
        now = Millis(time.time_ns() // 1_000_000)
        mark = InteractionId(-now)  # Discord's own are positive
        kept = await store.record_interaction(mark, now=now) and not await store.record_interaction(mark, now=now)
    except MissingStoreError as error:
        return None, _missing(settings, str(error))
    except UnusableStoreError as error:
        return None, blocks("store", str(error))
    except errors.StoreUnavailableError as error:
        name = "TICKETBOT_DATA" if settings.mongodb_uri is None else "MONGODB_URI"
        return None, blocks("store", f"the store of {name} does not answer ({unreachable.why(error)})")
    if not kept:
        return None, blocks("store", "what is written cannot be read back")
    return store, good("store", f"{store.location} keeps what is written")


def _missing(settings: Settings, reason: str) -> Finding:
    """Return the finding for a store that the bot has yet to create, which a check leaves to it and its user."""
    if settings.mongodb_uri is None:
        folder = next(folder for folder in (settings.data, *settings.data.absolute().parents) if folder.exists())
        if not os.access(folder, os.W_OK | os.X_OK):
            return blocks("store", f"{reason}, and the bot cannot create one: {folder} is not writable")
    return advice("store", f"{reason} yet: the bot creates one when it starts; then invite it (`ticketbot invite`)")


def _open_to_others(settings: Settings) -> Sequence[Finding]:
    """Return a finding for the embedded store's folder and each of its files that others may read."""
    paths = [settings.data, *sorted(settings.data.glob(f"{factory.FILE}*"))] if settings.mongodb_uri is None else []
    return [
        advice("store", f"others can read {path}, and with it the names of members: chmod go= {path}")
        for path in paths
        if _is_open_to_others(path)
    ]


def _message_content(ours: Application) -> Finding:
    if ours.reads_messages:
        return good("message content", "Discord shows the bot what members write")
    return blocks(
        "message content",
        "Discord hides what members write, transcripts would be blank: run `ticketbot setup --keep "
        "--message-content`, or switch on Message Content Intent in the Developer Portal, page Bot",
    )


async def _commands(
    settings: Settings, rest: hikari.api.RESTClient, ours: Application, catalog: MessageCatalog
) -> Finding:
    wanted = await listeners.registrations(rest.entity_factory, catalog)
    try:
        async with api_errors.translate_errors():
            differing = await command_sync.differing(rest, ours.id, wanted)
    except errors.TicketError as error:
        return blocks(
            "commands", f"Discord does not tell the registered commands ({unreachable.why(error)}); try again"
        )
    if not differing:
        return good("commands", "registered as this version has them")
    names = ", ".join(map(command_sync.label, differing))
    if settings.sync_commands:
        return advice("commands", f"{names} will be registered when the bot starts")
    return blocks("commands", f"not registered: {names}; start one process with TICKETBOT_SYNC_COMMANDS=true")
