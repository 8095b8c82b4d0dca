"""What ``ticketbot store rebuild`` does: looks through Discord, shows what it found, asks, writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import click

from ticketbot.admin import application, transfer
from ticketbot.admin import rebuild as rebuild_module
from ticketbot.cli import console, findings
from ticketbot.cli.errors import FailedError, UnusableError
from ticketbot.discord import unreachable
from ticketbot.storage.dump import StoreDump
from ticketbot.storage.errors import MissingStoreError
from ticketbot.texts import limits
from ticketbot.texts.messages import MessageCatalog
from ticketbot.tickets import errors
from ticketbot.tickets.model import UserId

if TYPE_CHECKING:
    import contextlib

    from ticketbot.admin.rebuild import Plan
    from ticketbot.admin.transfer import Store
    from ticketbot.config.settings import Settings


class OpenStore(Protocol):
    """Returns a context manager in which the store that the settings name is open."""

    def __call__(self, *, create: bool) -> contextlib.AbstractAsyncContextManager[Store]:
        """Create it only if ``create`` is true."""
        ...


_RETRIES: Final = 3
"""How often a call to Discord is repeated that failed."""


async def rebuild(settings: Settings, opened: OpenStore, *, dry_run: bool, is_confirmed: bool) -> None:
    """Write to a store what Discord shows and the store lacks; create it only when something is written.

    Raises
    ------
    FailedError
        Discord does not answer, or a bot uses the store meanwhile.
    SettingsError
        The file of texts cannot be used.
    """
    location, present = await _present(opened)
    plan = await _plan(settings, present)
    for finding in plan.findings:
        findings.show(finding)
    if plan.is_empty:
        console.echo(f"nothing to write: {location} holds all that was found")
        return
    console.echo(f"to be written to {location}: {_count(plan)}")
    if dry_run:
        return
    if not is_confirmed:
        click.confirm("Write this? The bot must be stopped", abort=True)
    try:
        async with opened(create=True) as store:
            left = await rebuild_module.apply(store, plan)
    except (errors.StaleTicketError, errors.SlotTakenError, errors.StaleConfigError) as error:
        raise FailedError("another record is in the place of one; stop the bot, then repeat this") from error
    console.echo("written" + (f"; {left} moved meanwhile and were left: repeat this" if left else ""))


async def _present(opened: OpenStore) -> tuple[str, StoreDump]:
    """Return where the store is, and what it holds."""
    try:
        async with opened(create=False) as store:
            return store.location, await store.dump()
    except UnusableError as error:
        if not isinstance(error.__cause__, MissingStoreError):
            raise
        return "a new store", StoreDump()


async def _plan(settings: Settings, present: StoreDump) -> Plan:
    token, catalog = settings.token.get_secret_value(), MessageCatalog(limits.load_params(settings.params))
    try:
        async with application.connected(token, settings.api_url, retries=_RETRIES) as rest:
            bot_id = UserId((await application.fetch(rest)).bot_id)
            return await rebuild_module.plan(rest, bot_id, catalog, present)
    except application.DiscordError as error:
        raise FailedError(str(error)) from error
    except errors.TicketError as error:
        raise FailedError(f"Discord does not answer ({unreachable.why(error)}); nothing was written") from error


def _count(plan: Plan) -> str:
    things = {
        "configuration": plan.added.configs,
        "counter": plan.added.counters,
        "new ticket": plan.added.tickets,
        "moved ticket": plan.moved,
    }
    return ", ".join(transfer.counted(name, found) for name, found in things.items() if found)
