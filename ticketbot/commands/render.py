"""``ticketbot render``: a file of messages as a page, without Discord and without the network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Unpack, cast

import click

from ticketbot.commands import facts, output
from ticketbot.commands.errors import UnusableError
from ticketbot.transcripts import decode
from ticketbot.transcripts.model import Transcript
from ticketbot.transcripts.pages import Room

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ticketbot.commands.facts import PlaceFacts

_MIB: Final = 1 << 20


@click.command(short_help="Turn saved messages into a page that opens offline.")
@click.argument("messages", type=click.File("rb"))
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the page goes; - is standard output.  [default: MESSAGES with .html for .json; - for -]",
)
@click.option(
    "--part-size", type=click.FloatRange(min=1), metavar="MIB", help="Part the page where it would become larger."
)
@facts.place_options
def command(messages: IO[bytes], target: Path | None, part_size: float | None, **about: Unpack[PlaceFacts]) -> None:
    """Turn MESSAGES, a JSON array as Discord's API gives it, into a page that opens offline.

    The order does not matter: the page begins with the oldest message. Files of the messages are named, not fetched.
    """
    name = "standard input" if messages.name == "<stdin>" else messages.name
    if target is None:
        target = output.STANDARD if messages.name == "<stdin>" else Path(messages.name).with_suffix(".html")
    if target == output.STANDARD and part_size is not None:
        raise click.UsageError("Parts need files: give --output a name.")
    if target != output.STANDARD and target.resolve() == Path(messages.name).resolve():
        raise click.UsageError("The page would replace the messages: give --output another name.")
    values = _messages(messages, name)
    transcript = Transcript(messages=decode.messages(_oldest_first(values)), **about)
    output.pages(transcript, target, Room(page=None if part_size is None else round(part_size * _MIB)))


def _messages(file: IO[bytes], name: str) -> Sequence[object]:
    """Read a file of messages.

    Raises
    ------
    UnusableError
        It holds something else.
    """
    try:
        found: object = json.loads(file.read())
    except json.JSONDecodeError as error:
        raise UnusableError(
            f"cannot read {name}: it is no JSON (line {error.lineno}, column {error.colno}: {error.msg})"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnusableError(f"cannot read {name}: it is no JSON that holds messages ({error})") from error
    except OSError as error:
        raise UnusableError(f"cannot read {name}: {error.strerror}") from error
    if not isinstance(found, list):
        raise UnusableError(f"cannot read {name}: it holds no array of messages, but {_told(found)}")
    values = cast("list[object]", found)
    if values and not any(isinstance(value, dict) for value in values):
        raise UnusableError(f"cannot read {name}: its array holds no message, but {_told(values[0])}")
    return values


def _told(value: object) -> str:
    """Say what kind of JSON value something is."""
    kinds: dict[type, str] = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if value is None else kinds.get(type(value), "a number")


def _oldest_first(values: Sequence[object]) -> Iterator[object]:
    """Order messages by their ids, which tell their moments; one without an id stays behind its neighbour.

    Discord gives pages with the newest message first; whoever joins pages together may do so in any order.
    """
    ids = [_id(value) for value in values]
    known = [snowflake for snowflake in ids if snowflake]
    is_newest_first = bool(known) and known[0] > known[-1]
    if is_newest_first:
        values, ids = values[::-1], ids[::-1]
    keys: list[int] = []
    for snowflake in ids:
        keys.append(snowflake or (keys[-1] if keys else 0))
    return (values[at] for at in sorted(range(len(values)), key=keys.__getitem__))


def _id(value: object) -> int:
    snowflake = cast("dict[str, Any]", value).get("id") if isinstance(value, dict) else None
    return (
        int(snowflake[:20]) if isinstance(snowflake, str) and snowflake.isascii() and snowflake[:20].isdecimal() else 0
    )
