"""``ticketbot check``: whether the bot will do what members ask of it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Final

import attrs
import click
import orjson

from ticketbot.commands.errors import UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import SettingsError
from ticketbot.discord import limits
from ticketbot.upkeep import inspection
from ticketbot.upkeep.findings import Level

if TYPE_CHECKING:
    from ticketbot.config.settings import Settings
    from ticketbot.config.texts import Params
    from ticketbot.upkeep.findings import Finding

_SIGNS: Final = {
    Level.GOOD: click.style("✓", fg="green"),
    Level.ADVICE: click.style("!", fg="yellow"),
    Level.BLOCKS: click.style("✗", fg="red"),
}


@click.command(short_help="Look whether all is well; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines, for machines.")
def command(*, as_json: bool) -> None:
    """Look whether the bot will do what members ask of it; change nothing.

    Looked at are the settings, the store (a write and a read back), the token, the message-content flag, the
    registered commands, the address for interactions (REST mode), and for each configured server the permissions,
    channels and roles that it was configured with, and the room left below Discord's limits.

    One line each: ✓ is good, ! can wait, ✗ must be seen to. Exit code 0 when nothing blocks, 1 when something does,
    2 when the settings cannot be used.
    """
    try:
        settings = settings_module.load()
        params = limits.load_params(settings.params)
    except SettingsError as error:
        raise UnusableError(f"cannot check: {error}") from error
    findings = asyncio.run(_inspect(settings, params, quiet=as_json))
    blocked = any(finding.level is Level.BLOCKS for finding in findings)
    if as_json:
        report = {"ok": not blocked, "findings": [attrs.asdict(finding) for finding in findings]}
        click.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
    sys.exit(int(blocked))


async def _inspect(settings: Settings, params: Params, *, quiet: bool) -> list[Finding]:
    """Look at everything; say each thing as soon as it is known."""
    findings: list[Finding] = []
    async for finding in inspection.inspect(settings, params):
        findings.append(finding)
        if not quiet:
            click.echo(f"{_SIGNS[finding.level]} {finding.check}: {finding.text}")
    return findings
