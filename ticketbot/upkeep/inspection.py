"""All that ``ticketbot check`` looks at, in order; what cannot be looked at without an earlier thing is left out."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ticketbot import doors
from ticketbot.discord import commands, failures
from ticketbot.discord.messages import Phrasebook
from ticketbot.storage import opening
from ticketbot.storage.unusable import UnusableStoreError
from ticketbot.tickets import errors
from ticketbot.tickets.model import Millis, PressId
from ticketbot.upkeep import address, application, servers
from ticketbot.upkeep.findings import advice, blocks, good

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import hikari

    from ticketbot.config.settings import Settings
    from ticketbot.config.texts import Params
    from ticketbot.ports import TicketStore
    from ticketbot.upkeep.application import Application
    from ticketbot.upkeep.findings import Finding

_FILE: Final = Path(".env")


async def inspect(settings: Settings, params: Params) -> AsyncGenerator[Finding]:
    """Look at everything, one finding at a time."""
    yield good(
        "settings", f"{settings.mode} mode, " + ("embedded store" if settings.mongodb_uri is None else "MongoDB")
    )
    phrasebook = Phrasebook(params)
    if _is_open_to_others(_FILE):
        yield advice("settings", f"others can read {_FILE}, and with it the token: chmod 600 {_FILE}")
    async with contextlib.AsyncExitStack() as stack:
        store, finding = await _store(settings, stack)
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
        yield await _commands(settings, rest, ours, phrasebook)
        async for finding in address.inspect(settings, ours):
            yield finding
        if store is not None:
            async for finding in servers.inspect(rest, store, ours.bot_id, phrasebook):
                yield finding


def _is_open_to_others(path: Path) -> bool:
    return os.name == "posix" and path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


async def _store(settings: Settings, stack: contextlib.AsyncExitStack) -> tuple[TicketStore | None, Finding]:
    """Open the store, write into it and read that back; what is written is forgotten within minutes."""
    try:
        store = await opening.open_store(settings, opening.at_once)
        stack.push_async_callback(store.close)
        now = Millis(time.time_ns() // 1_000_000)
        mark = PressId(-now)  # Discord's own are positive
        kept = await store.take_press(mark, now=now) and not await store.take_press(mark, now=now)
    except UnusableStoreError as error:
        return None, blocks("store", str(error))
    except errors.StoreUnavailableError as error:
        name = "TICKETBOT_DATA" if settings.mongodb_uri is None else "MONGODB_URI"
        return None, blocks("store", f"the store of {name} does not answer ({failures.told(error)})")
    if not kept:
        return None, blocks("store", "what is written cannot be read back")
    place = settings.data / opening.FILE if settings.mongodb_uri is None else f"MongoDB, {settings.mongodb_database}"
    return store, good("store", f"{place} keeps what is written")


def _message_content(ours: Application) -> Finding:
    if ours.reads_messages:
        return good("message content", "Discord shows the bot what members write")
    return blocks(
        "message content",
        "Discord hides what members write, transcripts would be blank: run `ticketbot setup --keep "
        "--message-content`, or switch on Message Content Intent in the Developer Portal, page Bot",
    )


async def _commands(
    settings: Settings, rest: hikari.api.RESTClient, ours: Application, phrasebook: Phrasebook
) -> Finding:
    wanted = await doors.registrations(rest.entity_factory, phrasebook)
    try:
        async with failures.translated():
            differing = await commands.differing(rest, ours.id, wanted)
    except errors.TicketError as error:
        return blocks("commands", f"Discord does not tell the registered commands ({failures.told(error)}); try again")
    if not differing:
        return good("commands", "registered as this version has them")
    names = ", ".join(f"/{command['name']}" for command in differing)
    if settings.sync_commands:
        return advice("commands", f"{names} will be registered when the bot starts")
    return blocks("commands", f"{names} is not registered: start one process with TICKETBOT_SYNC_COMMANDS=true")
