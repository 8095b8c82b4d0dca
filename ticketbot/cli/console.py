"""The terminal, pipe or file that a subcommand reads from and prints to."""

from __future__ import annotations

import codecs
import io
import shutil
import sys
from pathlib import Path
from typing import Final

import click

from ticketbot.config.redaction import escape_control_characters

_SUBSTITUTES: Final = {"✓": "+", "✗": "x", "…": "...", "’": "'", "‘": "'", "–": "-", "•": "*"}
"""What stands for a character that the terminal's encoding lacks; for all others a question mark does."""


def program_name() -> str:
    """Return what a person types here to call this program.

    The bare name alone would not be found where a virtual environment is not activated.
    """
    called = sys.argv[0]
    if Path(called).name == "__main__.py":
        return "python -m ticketbot"
    found = shutil.which("ticketbot")
    if found is not None and Path(found).absolute() == Path(called).absolute():
        return "ticketbot"
    return called


def tolerate_any_encoding() -> None:
    """Replace what standard output and standard error cannot encode, as on Windows with its code pages."""
    codecs.register_error("ticketbot.substitute", _substitute)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="ticketbot.substitute")


def echo(text: str, *, sign: str = "", err: bool = False) -> None:
    """Print a text; control characters in it are shown, but for line breaks. A styled sign may stand before it."""
    stream = sys.stderr if err else sys.stdout
    # with no stream given, click would write UTF-8 where the stream says ASCII
    click.echo(sign + escape_control_characters(text, keep="\n"), file=stream)


def write_document(text: str) -> None:
    """Print a text that a program or an editor will read: in UTF-8, unless a terminal shows it."""
    if sys.stdout.isatty():
        echo(text)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


def ask_secret(question: str, *, default: str | None = None) -> str:
    """Return what a person types without showing it, or the next line where standard input is no terminal.

    Without a default the question is repeated until something is typed.

    Raises
    ------
    click.Abort
        There is no further line.
    """
    if sys.stdin.isatty():
        return str(click.prompt(question, default=default, show_default=False, hide_input=True)).strip()
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line.strip() or default or ""


def _substitute(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError), "it is registered for writing"
    return "".join(_SUBSTITUTES.get(character, "?") for character in error.object[error.start : error.end]), error.end
