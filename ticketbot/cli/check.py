"""``ticketbot check``: whether the bot can do its work on every configured server."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import TYPE_CHECKING, Any, Final

import attrs
import click
import orjson

from ticketbot.admin import checks
from ticketbot.admin.findings import Level
from ticketbot.cli import console
from ticketbot.cli import findings as output
from ticketbot.cli.errors import UnusableError
from ticketbot.config import settings as settings_module
from ticketbot.config.settings import SettingsError
from ticketbot.texts import limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.admin.findings import Finding
    from ticketbot.config.params_model import Params
    from ticketbot.config.settings import Settings

_NOT_PLAIN: Final = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters that orjson leaves as they are."""


@click.command(short_help="Check that everything is in order; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines, for machines.")
def command(*, as_json: bool) -> None:
    """Check that the bot can do its work; change nothing.

    This looks at the settings, the store (a write and a read back), the token, the message-content flag, the
    registered commands, the address for interactions (REST mode), and for each configured server the permissions,
    channels and roles that it was configured with, and the room left below Discord's limits.

    One line each: ✓ is good, ! can wait, ✗ needs to be fixed. Exit code 0 when nothing blocks, 1 when something does,
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
        report = {"ok": not blocked, "findings": [_plain(finding) for finding in findings]}
        text = orjson.dumps(report, option=orjson.OPT_INDENT_2).decode()
        console.write_document(_NOT_PLAIN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
    sys.exit(int(blocked))


def _plain(finding: Finding) -> Mapping[str, Any]:
    r"""Return a finding for JSON; what is not UTF-8 in a folder's name stands there as in a line: ``\udce9``."""
    return attrs.asdict(finding) | {"text": finding.text.encode(errors="backslashreplace").decode()}


async def _inspect(settings: Settings, params: Params, *, quiet: bool) -> list[Finding]:
    """Run all checks; print each finding as soon as it is known."""
    findings: list[Finding] = []
    async for finding in checks.inspect(settings, params):
        findings.append(finding)
        if not quiet:
            output.show(finding)
    return findings
