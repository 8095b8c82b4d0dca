"""The errors that end a subcommand: one line on standard error, and an exit code."""

from __future__ import annotations

from typing import IO, Any

import click

from ticketbot.cli import console


class FailedError(click.ClickException):
    """Somebody else does not do what the subcommand needs, Discord or the store: exit code 1.

    The text is a clause without a full stop: ``Discord cannot be reached``.
    """

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message to standard error."""
        del file
        console.echo(f"Error: {self.message}", err=True)


class UnusableError(click.ClickException):
    """A subcommand cannot do its work as it was called or set up: exit code 2.

    The text goes on after the program's name, without a full stop (``cannot start: DISCORD_TOKEN is missing``), but it
    may end with a question mark.
    """

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message to standard error."""
        del file
        console.echo(f"ticketbot {self.message}{'' if self.message.endswith('?') else '.'}", err=True)
