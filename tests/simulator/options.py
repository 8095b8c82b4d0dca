"""Filling in a slash command's options, as the client does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tests.simulator import permissions, state
from tests.simulator.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.errors import Json
    from tests.simulator.interaction_payloads import Resolved
    from tests.simulator.state import Channel, Command, Member, Role

    Value: TypeAlias = str | int | float | bool | Channel | Role | Member

_SUB_COMMAND: Final = 1
_SUB_COMMAND_GROUP: Final = 2
_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER = range(3, 11)


def fill(command: Command, path: list[str], values: Mapping[str, Value], resolved: Resolved, who: Member) -> list[Json]:
    """Write the options of a command; ``path`` names the subcommand."""
    return _level(command.body.get("options", []), path, values, (resolved, who))


def _level(
    declared: list[Json], path: list[str], values: Mapping[str, Value], context: tuple[Resolved, Member]
) -> list[Json]:
    nested = {one["name"]: one for one in declared if one["type"] in (_SUB_COMMAND, _SUB_COMMAND_GROUP)}
    if nested:
        if not path or path[0] not in nested:
            raise RefusedError(f"the command has {sorted(nested)}, not {path}")
        inner = nested[path[0]]
        below = _level(inner.get("options", []), path[1:], values, context)
        return [{"type": inner["type"], "name": inner["name"], "options": below}]
    if path:
        raise RefusedError(f"the command has no subcommand {path[0]!r}")
    names = [one["name"] for one in declared]
    if unknown := set(values) - set(names):
        raise RefusedError(f"the command has {names}, not {sorted(unknown)}")
    if missing := [one["name"] for one in declared if one.get("required") and one["name"] not in values]:
        raise RefusedError(f"the command needs {missing}")
    return [_option(one, values[one["name"]], *context) for one in declared if one["name"] in values]


def _option(declared: Json, value: Value, resolved: Resolved, who: Member) -> Json:
    kind = declared["type"]
    if kind in (_STRING, _INTEGER, _NUMBER, _BOOLEAN):
        _check_plain(declared, value)
        return {"type": kind, "name": declared["name"], "value": value}
    written: str | None = None
    if kind in (_USER, _MENTIONABLE) and isinstance(value, state.Member):
        written = resolved.add_member(value)
    elif kind in (_ROLE, _MENTIONABLE) and isinstance(value, state.Role):
        written = resolved.add_role(value)
    elif kind == _CHANNEL and isinstance(value, state.Channel):
        _check_channel(declared, value, who)
        written = resolved.add_channel(value, who)
    if written is None:
        raise RefusedError(f"the option {declared['name']!r} does not take {value!r}")
    return {"type": kind, "name": declared["name"], "value": written}


def _check_channel(declared: Json, value: Channel, who: Member) -> None:
    kinds: list[int] = declared.get("channel_types", [])
    if kinds and value.type not in kinds:
        raise RefusedError(f"the option {declared['name']!r} offers channels of types {kinds}, not {value.type!r}")
    if value.deleted or not permissions.can_see(who, value):
        raise RefusedError(f"#{value.name} is not offered to {who.user.username}")


_PLAIN: Final = {_STRING: str, _INTEGER: int, _NUMBER: (int, float), _BOOLEAN: bool}


def _check_plain(declared: Json, value: Value) -> None:
    name, kind = declared["name"], declared["type"]
    if not isinstance(value, _PLAIN[kind]) or (isinstance(value, bool) and kind != _BOOLEAN):
        raise RefusedError(f"the option {name!r} does not take {value!r}")
    choices = [choice["value"] for choice in declared.get("choices", [])]
    if choices and value not in choices:
        raise RefusedError(f"the option {name!r} offers {choices}, not {value!r}")
    size = len(value) if isinstance(value, str) else value
    keys = ("min_length", "max_length") if isinstance(value, str) else ("min_value", "max_value")
    least, most = (declared.get(key) for key in keys)
    assert isinstance(size, (int, float))
    if (least is not None and size < least) or (most is not None and size > most):
        raise RefusedError(f"the option {name!r} takes {least} to {most}, not {size}")
