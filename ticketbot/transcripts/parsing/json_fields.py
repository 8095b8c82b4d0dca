"""Read fields of JSON objects that may be malformed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeGuard, TypeVar

from ticketbot.transcripts.model.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_LAST_MOMENT: Final = 253_370_764_800_000
"""The year 9999: beyond it no calendar reaches."""
_DISCORD_EPOCH: Final = 1_420_070_400_000
_SNOWFLAKE_LIMIT: Final = 1 << 64
_SNOWFLAKE_DIGITS: Final = 20
_INTEGER_LIMIT: Final = 1 << 53

_DEPTH: Final = 8
"""Levels of nesting that are searched; Discord has four."""
_TEXTS: Final = 50
_TEXT_LENGTH: Final = 4000
_TEXT_KEYS: Final = frozenset(
    {"content", "description", "filename", "label", "name", "placeholder", "text", "title", "url", "value"}
)


class MalformedError(ValueError):
    """A value is not as Discord documents it."""


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Return whether a value is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Return whether a value is a JSON array."""
    return isinstance(value, list)


def mapping(value: object) -> Mapping[str, Any]:
    """Return a JSON object; raise MalformedError if it is another value."""
    if is_object(value):
        return value
    raise MalformedError


def optional_mapping(value: object) -> Mapping[str, Any] | None:
    """Return a JSON object, or None if it is absent."""
    return None if value is None else mapping(value)


def text(raw: Mapping[str, Any], key: str) -> str:
    """Return a string; empty if it is absent."""
    value = raw.get(key)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    raise MalformedError


def snowflake(value: object) -> int:
    """Return an id; raise MalformedError if it is malformed."""
    if isinstance(value, str) and len(value) <= _SNOWFLAKE_DIGITS and value.isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _SNOWFLAKE_LIMIT:
        return value
    raise MalformedError


def optional_snowflake(value: object) -> int | None:
    """Return an id; None if it is absent or malformed."""
    try:
        return snowflake(value)
    except MalformedError:
        return None


def snowflake_time(snowflake_id: int) -> int:
    """Return when an id was created, in milliseconds since the Unix epoch."""
    return min((snowflake_id >> 22) + _DISCORD_EPOCH, _LAST_MOMENT) if snowflake_id >> 22 else 0


def integer(raw: Mapping[str, Any], key: str) -> int:
    """Return a non-negative integer; 0 if it is absent or malformed."""
    value = raw.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _INTEGER_LIMIT:
        return value
    return 0


def number(raw: Mapping[str, Any], key: str) -> float:
    """Return a non-negative number; 0 if it is absent or malformed."""
    value = raw.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _INTEGER_LIMIT:
        return value
    return 0


def color(value: object) -> int | None:
    """Return a colour, 0 being black; None if it is absent or malformed."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFFFF:  # noqa: PLR2004  # RGB
        return value
    return None


def moment(value: object) -> int:
    """Return a timestamp in milliseconds since the Unix epoch; 0 if it is absent or malformed."""
    if not isinstance(value, str):
        return 0
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return 0
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    millis = (parsed - _EPOCH) // _MILLISECOND
    return millis if 0 <= millis < _LAST_MOMENT else 0


def parse_each(part: str, decode: Callable[[Mapping[str, Any]], T], values: object) -> tuple[T | Unreadable, ...]:
    """Parse the items of a list; a malformed one is replaced by what is readable in it."""
    if not values:
        return ()
    if not is_array(values):
        return (unreadable(part, values),)
    return tuple([parse_one(part, decode, value) for value in values])


def parse_one(part: str, decode: Callable[[Mapping[str, Any]], T], value: object) -> T | Unreadable:
    """Parse a value, or return what is readable in it."""
    try:
        return decode(mapping(value))
    except MalformedError:
        return unreadable(part, value)


def unreadable(part: str, value: object) -> Unreadable:
    """Return what is readable in a malformed value."""
    kind = value.get("type") if is_object(value) else None
    return Unreadable(part=part, type=str(kind)[:40] if isinstance(kind, int | str) else "", texts=tuple(_texts(value)))


def _texts(value: object) -> list[str]:
    found: list[str] = []
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting and len(found) < _TEXTS:
        current, depth = waiting.pop()
        if isinstance(current, str) and current.strip():
            found.append(current[:_TEXT_LENGTH])
        elif depth < _DEPTH:
            waiting.extend((inner, depth + 1) for inner in reversed(_insides(current)))
    return found


def _insides(value: object) -> list[Any]:
    if is_array(value):
        return value
    if is_object(value):
        return [inner for key, inner in value.items() if key in _TEXT_KEYS or not isinstance(inner, str)]
    return []
