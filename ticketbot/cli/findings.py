"""How findings are printed: a sign, what was checked, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from ticketbot.admin.findings import Level
from ticketbot.cli import console
from ticketbot.config.redaction import escape_control_characters

if TYPE_CHECKING:
    from ticketbot.admin.findings import Finding

_SIGNS: Final = {
    Level.GOOD: click.style("✓", fg="green"),
    Level.ADVICE: click.style("!", fg="yellow"),
    Level.BLOCKS: click.style("✗", fg="red"),
}


def show(finding: Finding) -> None:
    """Print a finding; control characters in names are shown, not sent."""
    console.echo(f" {finding.check}: {escape_control_characters(finding.text)}", sign=_SIGNS[finding.level])
