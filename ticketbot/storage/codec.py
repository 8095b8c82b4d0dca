"""How the values of records are checked when they are read, and made storable when they are written.

cattrs makes one function for each class from these, by the types of its fields.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args, get_origin

import attrs
import cattrs
from cattrs import gen

from ticketbot.tickets.ids import (
    ChannelId,
    GuildId,
    InteractionId,
    MessageId,
    Millis,
    PanelId,
    RoleId,
    TopicId,
    UserId,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Read = Callable[[object, object], object]

_MOST: Final = 2**63 - 1
_INT64: Final = range(-(2**63), 2**63)
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_EMPTY: Final = (None, ())
"""Values that are not stored where they are a field's default."""
_MOST_REASONS: Final = 3

_T = TypeVar("_T", bound=attrs.AttrsInstance)


class InvalidValueError(ValueError):
    """A stored value has the wrong type or range; the text never holds the value itself."""


def clean(text: str) -> str:
    """Return text that every store takes; storable text is returned as it is."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", _REPLACEMENT)


def reader(kind: type[_T], special: Mapping[str, Read] | None = None) -> Callable[[Mapping[str, object]], _T]:
    """Return a function that makes a class's instance from a document; what it raises, ``reason`` puts into words.

    ``special`` holds functions for fields whose type does not say enough.
    """
    overrides = _overrides(kind)
    overrides.update({name: gen.override(struct_hook=read) for name, read in (special or {}).items()})
    structure = gen.make_dict_structure_fn(kind, _CONVERTER, **overrides)
    return lambda document: structure(document, kind)


def writer(kind: type[_T], *, without: str = "") -> Callable[[_T], dict[str, Any]]:
    """Return a function that makes a document from a class's instance, ``without`` one of its fields."""
    overrides = _overrides(kind)
    if without:
        overrides[without] = gen.override(omit=True)
    return gen.make_dict_unstructure_fn(kind, _CONVERTER, **overrides)


def optional_keys(kind: type[attrs.AttrsInstance]) -> frozenset[str]:
    """Return the keys that are absent from some documents of a class."""
    return frozenset(_key(field.name) for field in attrs.fields(kind) if field.default in _EMPTY)


def reason(error: Exception) -> str:
    """Return which fields of a document are wrong, and how, without their values."""
    complaints = cattrs.transform_error(error, path="", format_exception=_words)
    parts = [complaint.rpartition(" @ ") for complaint in complaints[:_MOST_REASONS]]
    return "; ".join(f"{path.removeprefix('.')} {words}".strip() for words, _, path in parts)


def _words(error: BaseException, _: type[object] | None) -> str:
    if isinstance(error, InvalidValueError):
        return str(error)
    return "is missing" if isinstance(error, KeyError) else "is not valid"


def read_id(value: object, _: object) -> int:
    """Return an id of Discord's, or a number that counts from 1."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST:
        return value
    raise InvalidValueError("is not a whole number from 1, of at most 64 bits")


def read_count(value: object, _: object) -> int:
    """Return a number that counts from 0."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST:
        return value
    raise InvalidValueError("is not a whole number from 0, of at most 64 bits")


def _read_bool(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidValueError("is not true or false")


def read_text(value: object, _: object) -> str:
    """Return text."""
    if isinstance(value, str):
        return value
    raise InvalidValueError("is not text")


def _read_enum(value: object, kind: type[StrEnum]) -> StrEnum:
    if isinstance(value, str):
        return kind(value)
    raise InvalidValueError("is not text")


def _tuple_reader(kind: Any) -> Callable[[object, object], tuple[object, ...]]:  # noqa: ANN401 - tuple[X, ...]
    item = get_args(kind)[0]
    read: Callable[[object, object], object] = _CONVERTER.get_structure_hook(item)

    def read_tuple(value: object, _: object) -> tuple[object, ...]:
        if isinstance(value, list):
            return tuple([read(one, item) for one in cast("list[object]", value)])
        raise InvalidValueError("is not a list")

    return read_tuple


def _write_int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _unstorable(value)
    number = int(value)  # a subclass, such as hikari's snowflakes, would be looked for one by one in the range
    if number not in _INT64:
        raise ValueError("a number of more than 64 bits cannot be stored")
    return number


def _write_bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _unstorable(value)


def _write_text(value: object) -> str:
    if isinstance(value, str):
        return clean(str(value))
    raise _unstorable(value)


def _unstorable(value: object) -> TypeError:
    return TypeError(f"a {type(value).__name__} cannot be stored")


def _key(field: str) -> str:
    return field.removesuffix("_id")


def _overrides(kind: type[attrs.AttrsInstance]) -> dict[str, Any]:
    return {
        field.name: gen.override(rename=_key(field.name), omit_if_default=field.default in _EMPTY)
        for field in attrs.fields(kind)
    }


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    for kind in (GuildId, ChannelId, MessageId, RoleId, UserId, InteractionId, TopicId, PanelId):
        converter.register_structure_hook(kind, read_id)
    converter.register_structure_hook(Millis, read_count)
    converter.register_structure_hook(int, read_count)
    converter.register_structure_hook(bool, _read_bool)
    converter.register_structure_hook(str, read_text)
    converter.register_structure_hook(StrEnum, _read_enum)
    converter.register_structure_hook_factory(lambda kind: get_origin(kind) is tuple, _tuple_reader)
    converter.register_unstructure_hook(int, _write_int)
    converter.register_unstructure_hook(bool, _write_bool)
    converter.register_unstructure_hook(str, _write_text)

    @converter.register_structure_hook_factory(attrs.has)
    def nested_reader(kind: type[attrs.AttrsInstance]) -> Callable[[Any, Any], object]:
        return gen.make_dict_structure_fn(kind, converter, **_overrides(kind))

    @converter.register_unstructure_hook_factory(attrs.has)
    def nested_writer(kind: type[attrs.AttrsInstance]) -> Callable[[Any], dict[str, Any]]:
        return gen.make_dict_unstructure_fn(kind, converter, **_overrides(kind))

    del nested_reader, nested_writer  # registered
    return converter


_CONVERTER: Final = _converter()
