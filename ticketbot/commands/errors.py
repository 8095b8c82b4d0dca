"""How a subcommand gives up."""

from __future__ import annotations

from typing import IO, Any

import click


class UnusableError(click.ClickException):
    """A subcommand cannot do its work as it was called or set up: exit code 2.

    The text goes on after the program's name, without a full stop: ``cannot start: DISCORD_TOKEN is missing``.
    """

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Tell why, on standard error."""
        click.echo(f"ticketbot {self.message}.", file=file, err=file is None)
