"""Reading JSON of which nothing can be taken for granted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeGuard, TypeVar

from ticketbot.transcripts.model import Unreadable

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
"""Levels of nesting that are looked into; Discord itself has four."""
_TEXTS: Final = 50
_TEXT_LENGTH: Final = 4000
_TEXT_KEYS: Final = frozenset(
    {"content", "description", "filename", "label", "name", "placeholder", "text", "title", "url", "value"}
)


class MalformedError(ValueError):
    """Something is not what Discord's documents say."""


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether something is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Tell whether something is a JSON array."""
    return isinstance(value, list)


def mapping(value: object) -> Mapping[str, Any]:
    """Take a JSON object."""
    if is_object(value):
        return value
    raise MalformedError


def optional_mapping(value: object) -> Mapping[str, Any] | None:
    """Take a JSON object that may be absent."""
    return None if value is None else mapping(value)


def text(raw: Mapping[str, Any], key: str) -> str:
    """Take a text; one that is absent is empty."""
    value = raw.get(key)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    raise MalformedError


def snowflake(value: object) -> int:
    """Take an id."""
    if isinstance(value, str) and len(value) <= _SNOWFLAKE_DIGITS and value.isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _SNOWFLAKE_LIMIT:
        return value
    raise MalformedError


def optional_snowflake(value: object) -> int | None:
    """Take an id that may be absent or odd."""
    try:
        return snowflake(value)
    except MalformedError:
        return None


def snowflake_time(snowflake_id: int) -> int:
    """Tell when an id was made."""
    return min((snowflake_id >> 22) + _DISCORD_EPOCH, _LAST_MOMENT) if snowflake_id >> 22 else 0


def integer(raw: Mapping[str, Any], key: str) -> int:
    """Take a whole number from 0; one that is absent or odd is 0."""
    value = raw.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _INTEGER_LIMIT:
        return value
    return 0


def number(raw: Mapping[str, Any], key: str) -> float:
    """Take a number from 0; one that is absent or odd is 0."""
    value = raw.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _INTEGER_LIMIT:
        return value
    return 0


def color(value: object) -> int | None:
    """Take a colour; 0 is black."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFFFF:  # noqa: PLR2004  # RGB
        return value
    return None


def moment(value: object) -> int:
    """Take a time as milliseconds; one that is absent or odd is 0."""
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


def each(part: str, decode: Callable[[Mapping[str, Any]], T], values: object) -> tuple[T | Unreadable, ...]:
    """Take a list's items one by one, so that an odd one costs only itself."""
    if not values:
        return ()
    if not is_array(values):
        return (unreadable(part, values),)
    return tuple([one(part, decode, value) for value in values])


def one(part: str, decode: Callable[[Mapping[str, Any]], T], value: object) -> T | Unreadable:
    """Take one thing, or what can be read in it."""
    try:
        return decode(mapping(value))
    except MalformedError:
        return unreadable(part, value)


def unreadable(part: str, value: object) -> Unreadable:
    """Keep what can be read in something odd."""
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
