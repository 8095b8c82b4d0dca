"""Filling in a slash command's options, as the client does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from tests.simulator import components, state
from tests.simulator.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.errors import Json
    from tests.simulator.interaction_payloads import Resolved
    from tests.simulator.state import Attachment, Channel, Command, Member, Role

    Value: TypeAlias = str | int | float | bool | Attachment | Channel | Role | Member

_SUB_COMMAND: Final = 1
_SUB_COMMAND_GROUP: Final = 2
_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER, _ATTACHMENT = range(3, 12)


@attrs.frozen
class OptionContext:
    """Who fills in a command."""

    resolved: Resolved
    who: Member
    focused: str | None = None
    """The option that is being typed; None when the command is sent."""


def fill(command: Command, path: list[str], values: Mapping[str, Value], context: OptionContext) -> list[Json]:
    """Write the options of a command; ``path`` names the subcommand.

    Raises
    ------
    RefusedError
        The client would not send it.
    """
    return _level(command.body.get("options", []), path, values, context)


def _level(declared: list[Json], path: list[str], values: Mapping[str, Value], context: OptionContext) -> list[Json]:
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
    missing = [one["name"] for one in declared if one.get("required") and one["name"] not in values]
    if missing and context.focused is None:
        raise RefusedError(f"the command needs {missing}")
    return [
        _focused(one, values[one["name"]])
        if one["name"] == context.focused
        else _option(one, values[one["name"]], context.resolved, context.who)
        for one in declared
        if one["name"] in values
    ]


def _focused(declared: Json, value: Value) -> Json:
    if not declared.get("autocomplete"):
        raise RefusedError(f"the option {declared['name']!r} has no autocomplete")
    return {"type": declared["type"], "name": declared["name"], "value": str(value), "focused": True}


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
        components.check_channel(declared, value, who)
        written = resolved.add_channel(value, who)
    elif kind == _ATTACHMENT and isinstance(value, state.Attachment):
        written = resolved.add_attachment(value)
    if written is None:
        raise RefusedError(f"the option {declared['name']!r} does not take {value!r}")
    return {"type": kind, "name": declared["name"], "value": written}


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
