"""JSON Schema, compiled to functions: the part that Discord's document uses, and strict about unknown fields."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.simulator.errors import Json

Problem: TypeAlias = tuple[str, str, str]
"""Path in the value, Discord's code, words."""
Check: TypeAlias = Callable[[object], list[Problem]]

_FINE: Final[list[Problem]] = []

_TYPES: Final[dict[str, Callable[[object], bool]]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


_FORMATS: Final[dict[str, tuple[str, Callable[[object], bool]]]] = {
    "int32": ("NUMBER_TYPE_MAX", lambda value: not isinstance(value, int) or -(2**31) <= value < 2**31),
    "date-time": ("DATE_TIME_TYPE_PARSE", _is_date_time),
}


class Compiler:
    """Compiles schemas of one document; each ``$ref`` once."""

    def __init__(self, schemas: Json) -> None:
        self._schemas = schemas
        self._compiled: dict[str, Check] = {}

    def compile(self, schema: Json) -> Check:
        """Compile a schema; unknown fields of its objects are problems."""
        return self._compile(schema, strict=True)

    def resolve(self, schema: Json) -> Json:
        """Follow a reference to what it names."""
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def _compile(self, schema: Json, *, strict: bool) -> Check:
        if "$ref" in schema:
            return self._reference(schema["$ref"].rpartition("/")[2], strict=strict)
        checks: list[Check] = []
        if "type" in schema:
            checks.append(_type(schema["type"]))
        checks += _scalars(schema)
        unions = [schema[key] for key in ("oneOf", "anyOf") if key in schema]
        checks += [self._union(branches) for branches in unions]
        checks += [self._compile(part, strict=False) for part in schema.get("allOf", [])]
        if "items" in schema:
            checks.append(_items(self._compile(schema["items"], strict=True)))
        if "properties" in schema or "required" in schema or "additionalProperties" in schema or schema.get("allOf"):
            checks.append(self._object(schema, strict=strict))
        return checks[0] if len(checks) == 1 else _all(checks)

    def _reference(self, name: str, *, strict: bool) -> Check:
        key = f"{name}:{strict}"

        def check(value: object) -> list[Problem]:
            compiled = self._compiled.get(key)
            if compiled is None:
                compiled = self._compiled[key] = self._compile(self._schemas[name], strict=strict)
            return compiled(value)

        return check

    def _known(self, schema: Json) -> set[str]:
        schema = self.resolve(schema)
        known = set(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            known |= self._known(part)
        return known

    def _object(self, schema: Json, *, strict: bool) -> Check:
        properties = {name: self._compile(inner, strict=True) for name, inner in schema.get("properties", {}).items()}
        required: list[str] = schema.get("required", [])
        extra = schema.get("additionalProperties")
        rest = self._compile(cast("Json", extra), strict=True) if isinstance(extra, dict) else None
        known = self._known(schema)
        closed = (strict and bool(known) and extra is None) or extra is False

        def check(value: object) -> list[Problem]:
            if not isinstance(value, dict):
                return _FINE
            fields = cast("dict[str, object]", value)
            problems = [
                (name, "BASE_TYPE_REQUIRED", "This field is required") for name in required if name not in fields
            ]
            for name, inner in fields.items():
                found = properties.get(name, rest)
                if found is not None:
                    if below := found(inner):
                        problems += under(name, below)
                elif closed and name not in known:
                    problems.append((name, "UNKNOWN_FIELD", "This field is not in Discord's document"))
            return problems

        return check

    def _union(self, branches: list[Json]) -> Check:
        if all(set(branch) <= {"const", "title", "description"} for branch in branches):
            return _choice({branch["const"] for branch in branches})
        nullable = any(branch.get("type") == "null" for branch in branches)
        compiled = [
            (self._tags(branch), self._compile(branch, strict=True))
            for branch in branches
            if branch.get("type") != "null"
        ]

        def check(value: object) -> list[Problem]:
            if value is None and nullable:
                return _FINE
            tag = cast("dict[str, object]", value).get("type") if isinstance(value, dict) else None
            fitting = [branch for tags, branch in compiled if tags is None or tag in tags]
            return _best(fitting, cast("object", value))

        return check

    def _tags(self, schema: Json) -> Collection[object] | None:
        """Tell which ``type`` a variant must have, where it is required to have one of some."""
        schema = self.resolve(schema)
        tag = schema.get("properties", {}).get("type", {})
        if "type" in schema.get("required", []) and "enum" in tag:
            return frozenset(tag["enum"])
        return None


def under(name: str, problems: list[Problem]) -> list[Problem]:
    """Put a field's name before the paths of its problems."""
    return [(f"{name}.{path}" if path else name, code, words) for path, code, words in problems]


def _best(branches: list[Check], value: object) -> list[Problem]:
    """Tell what is wrong with the variant that comes nearest."""
    best: list[Problem] | None = None
    for branch in branches:
        problems = branch(value)
        if not problems:
            return _FINE
        if best is None or len(problems) < len(best):
            best = problems
    return best or [("", "UNION_TYPE_CHOICES", f"No variant is like {str(value)[:80]}")]


def _all(checks: list[Check]) -> Check:
    def check(value: object) -> list[Problem]:
        problems: list[Problem] = _FINE
        for one in checks:
            if found := one(value):
                problems = problems + found
        return problems

    return check


def _type(names: str | list[str]) -> Check:
    wanted = [names] if isinstance(names, str) else names
    tests = [_TYPES[name] for name in wanted]
    words = f"Could not interpret as {' or '.join(wanted)}"

    def check(value: object) -> list[Problem]:
        for test in tests:
            if test(value):
                return _FINE
        return [("", "BASE_TYPE_COERCE", words)]

    return check


def _choice(choices: set[Any]) -> Check:
    def check(value: object) -> list[Problem]:
        if value is None or isinstance(value, (dict, list)) or value in choices:
            return _FINE
        return [("", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(map(str, choices))}.")]

    return check


def _items(inner: Check) -> Check:
    def check(value: object) -> list[Problem]:
        if not isinstance(value, list):
            return _FINE
        problems: list[Problem] = _FINE
        for index, item in enumerate(cast("list[object]", value)):
            if found := inner(item):
                problems = problems + under(str(index), found)
        return problems

    return check


def _rule(code: str, words: str, holds: Callable[[Any], bool], *kinds: type) -> Check:
    def check(value: object) -> list[Problem]:
        if not isinstance(value, kinds) or isinstance(value, bool) or holds(cast("Any", value)):
            return _FINE
        return [("", code, words)]

    return check


def _unique(value: list[Any]) -> bool:
    return len(set(map(repr, value))) == len(value)


def _scalars(schema: Json) -> list[Check]:
    checks: list[Check] = []
    if "enum" in schema:
        checks.append(_choice(set(schema["enum"])))
    if "const" in schema:
        checks.append(_choice({schema["const"]}))
    if schema.get("format") in _FORMATS:
        code, holds = _FORMATS[schema["format"]]
        checks.append(_rule(code, f"Not a valid {schema['format']}", holds, int, str))
    if "pattern" in schema:
        pattern = re.compile(str(schema["pattern"]))
        checks.append(_rule("STRING_TYPE_REGEX", "Wrong form", lambda text: bool(pattern.search(text)), str))
    if schema.get("uniqueItems"):
        checks.append(_rule("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value", _unique, list))
    return checks + _bounds(schema)


_BOUNDS: Final[dict[str, tuple[str, str, Callable[[Any, Any], bool], tuple[type, ...]]]] = {
    "minimum": ("NUMBER_TYPE_MIN", "Value must be {} or more.", lambda value, bound: value >= bound, (int, float)),
    "maximum": ("NUMBER_TYPE_MAX", "Value must be {} or less.", lambda value, bound: value <= bound, (int, float)),
    "minLength": ("BASE_TYPE_MIN_LENGTH", "Must be {} or more in length.", lambda v, bound: len(v) >= bound, (str,)),
    "maxLength": ("BASE_TYPE_MAX_LENGTH", "Must be {} or fewer in length.", lambda v, bound: len(v) <= bound, (str,)),
    "minItems": ("BASE_TYPE_MIN_LENGTH", "Must be {} or more in length.", lambda v, bound: len(v) >= bound, (list,)),
    "maxItems": ("BASE_TYPE_MAX_LENGTH", "Must be {} or fewer in length.", lambda v, bound: len(v) <= bound, (list,)),
    "maxProperties": ("BASE_TYPE_MAX_LENGTH", "Must be {} or fewer.", lambda v, bound: len(v) <= bound, (dict,)),
    "minProperties": ("BASE_TYPE_MIN_LENGTH", "Must be {} or more.", lambda v, bound: len(v) >= bound, (dict,)),
}


def _bounds(schema: Json) -> list[Check]:
    checks: list[Check] = []
    for keyword, (code, words, holds, kinds) in _BOUNDS.items():
        if keyword in schema:
            bound = schema[keyword]
            checks.append(_rule(code, words.format(bound), lambda v, h=holds, b=bound: h(v, b), *kinds))
    return checks
