"""Read files of messages: a JSON array as Discord's API gives it, in any order and encoding.

The array is kept as it was read, and each message is parsed when it is its turn: all of them as Python values would
take three times the memory.
"""

from __future__ import annotations

import codecs
import json
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias, cast

import msgspec
import orjson

from ticketbot.cli import console
from ticketbot.cli.errors import UnusableError
from ticketbot.config import text_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PIECE: Final = 1 << 20
"""Bytes whose encoding is checked at once."""

_Entry: TypeAlias = "msgspec.Raw | dict[str, Any]"
"""A message: as it stands in the file, or parsed."""


class _Identified(msgspec.Struct):
    id: object = None


_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
_IDENTIFIED: Final = msgspec.json.Decoder(_Identified)


def read(file: IO[bytes], name: str) -> Iterator[object]:
    """Return the messages of a file, oldest first; each is parsed when it is asked for.

    Raises
    ------
    UnusableError
        It holds something else; of one message, this is only found when it is its turn.
    """
    try:
        content = file.read()
    except OSError as error:
        raise UnusableError(f"cannot read {name}: {error.strerror}") from error
    found = _split(content)
    entries = _parsed(content, name) if found is None else found
    messages = [entry for entry in entries if _is_object(entry)]
    if entries and not messages:
        first = entries[0]
        value = _tolerantly_parsed(bytes(first), content, name) if isinstance(first, msgspec.Raw) else first
        raise UnusableError(f"cannot read {name}: its array holds no message, but {_kind(value)}")
    if others := len(entries) - len(messages):
        console.echo(f"! {others:,} of {len(entries):,} entries are no messages, and are left out", err=True)
    return _values(_oldest_first(cast("list[_Entry]", messages)), content, name)


def _split(content: bytes) -> Sequence[object] | None:
    """Return the entries of an array in UTF-8 as they stand in it; None if it is anything else, or broken."""
    try:
        decoder = codecs.getincrementaldecoder("utf-8")()
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        decoder.decode(b"", final=True)
        return _ARRAY.decode(content.removeprefix(codecs.BOM_UTF8))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _parsed(content: bytes, name: str) -> Sequence[object]:
    """Return the entries of an array as values.

    Raises
    ------
    UnusableError
        It is no JSON, or no array; the text says where.
    """
    try:
        # JSON tells its encoding by its first bytes, and may be UTF-16, as PowerShell writes it
        is_utf_8 = json.detect_encoding(content).startswith("utf-8")
        found: object = json.loads(text_files.decode(content, name) if is_utf_8 else content)
    except text_files.EncodingError as error:
        raise UnusableError(f"cannot read {error}") from error
    except json.JSONDecodeError as error:
        raise UnusableError(
            f"cannot read {name}: it is no JSON (line {error.lineno}, column {error.colno}: {error.msg})"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnusableError(f"cannot read {name}: it is no JSON that holds messages ({error})") from error
    if not isinstance(found, list):
        raise UnusableError(f"cannot read {name}: it holds no array of messages, but {_kind(found)}")
    return cast("list[object]", found)


def _values(entries: Iterator[_Entry], content: bytes, name: str) -> Iterator[object]:
    for entry in entries:
        if not isinstance(entry, msgspec.Raw):
            yield entry
            continue
        try:
            yield orjson.loads(memoryview(entry))
        except orjson.JSONDecodeError:
            yield _tolerantly_parsed(bytes(entry), content, name)


def _tolerantly_parsed(entry: bytes, content: bytes, name: str) -> object:
    """Parse an entry by the standard library, which accepts more, such as halves of surrogate pairs."""
    try:
        return json.loads(entry)
    except (ValueError, RecursionError):
        _parsed(content, name)  # says where in the file
        raise


def _is_object(entry: object) -> bool:
    return memoryview(entry)[0] == ord("{") if isinstance(entry, msgspec.Raw) else isinstance(entry, dict)


def _kind(value: object) -> str:
    """Return what a JSON value is called in a sentence."""
    kinds: dict[type, str] = {dict: "an object", list: "an array", str: "a string", bool: "a boolean"}
    return "null" if value is None else kinds.get(type(value), "a number")


def _oldest_first(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """Sort messages by their ids, which contain their time; one without an id stays behind its neighbour.

    Discord gives pages with the newest message first; whoever joins pages together may do so in any order.
    """
    ids = [_id(entry) for entry in entries]
    known = [snowflake for snowflake in ids if snowflake]
    is_newest_first = bool(known) and known[0] > known[-1]
    if is_newest_first:
        entries, ids = entries[::-1], ids[::-1]
    keys: list[int] = []
    for snowflake in ids:
        keys.append(snowflake or (keys[-1] if keys else 0))
    return (entries[at] for at in sorted(range(len(entries)), key=keys.__getitem__))


def _id(entry: _Entry) -> int:
    try:
        snowflake = _IDENTIFIED.decode(entry).id if isinstance(entry, msgspec.Raw) else entry.get("id")
    except (msgspec.MsgspecError, RecursionError):
        snowflake = _tolerant_id(bytes(cast("msgspec.Raw", entry)))
    return (
        int(snowflake[:20]) if isinstance(snowflake, str) and snowflake.isascii() and snowflake[:20].isdecimal() else 0
    )


def _tolerant_id(entry: bytes) -> object:
    try:
        return cast("dict[str, Any]", json.loads(entry)).get("id")
    except (ValueError, RecursionError):
        return None  # when it is this message's turn, the file is refused
