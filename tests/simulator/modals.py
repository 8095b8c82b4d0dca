"""Modals: checking one that an application opens, and filling it in as the client does.

Shapes and limits: Discord's documentation, "Component Reference" and "Receiving and Responding".
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from tests.simulator import components, errors, inputs, state
from tests.simulator.errors import RefusedError
from tests.simulator.schemas import under
from tests.simulator.state import Attachment, Channel, Member, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.simulator.errors import Json
    from tests.simulator.interaction_payloads import Resolved
    from tests.simulator.schemas import Problem
    from tests.simulator.state import DiscordState, Guild

_ACTION_ROW: Final = 1
_TEXT_DISPLAY: Final = 10
_LABEL: Final = 18
_SHORT: Final = 1
"""The style of a text input of one line."""
_MOST: Final = 5
"""Components of a modal, by Discord's documentation; its OpenAPI document says 40."""

File: TypeAlias = tuple[str, bytes]
"""The name of a file that is uploaded, and what is in it."""
One: TypeAlias = str | Member | Role | Channel | File
Value: TypeAlias = str | bool | Member | Role | Channel | Sequence[One]
"""What a member puts into one input."""


def check(modal: Json) -> None:
    """Refuse what Discord refuses beyond its schema."""
    if problems := [(f"data.{path}", code, why) for path, code, why in _problems(modal)]:
        raise errors.invalid_forms(problems)


def _problems(modal: Json) -> Iterator[Problem]:
    components: list[Json] = modal["components"]
    if not 1 <= len(components) <= _MOST:
        yield "components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_MOST} in length."
    if not modal["title"].strip():
        yield "title", "BASE_TYPE_REQUIRED", "This field is required"
    every = list(state.walk(components))
    for key, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        named = [one[key] for one in every if one.get(key)]
        if len(set(named)) != len(named):
            yield "components", code, f"Component {key} cannot be duplicated"
    for index, component in enumerate(components):
        yield from under(f"components.{index}", list(_row_problems(component)))


def _row_problems(row: Json) -> Iterator[Problem]:
    if row["type"] == _LABEL:
        if not row["label"].strip():
            yield "label", "BASE_TYPE_REQUIRED", "This field is required"
        yield from under("component", list(inputs.modal_problems(row["component"])))
    elif row["type"] == _ACTION_ROW:
        if len(row["components"]) > 1:
            yield "components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "Component layout width exceeded"
        for index, component in enumerate(row["components"]):
            if not (component.get("label") or "").strip():
                yield f"components.{index}.label", "BASE_TYPE_REQUIRED", "This field is required"
            yield from under(f"components.{index}", list(inputs.modal_problems(component)))


def fill(
    modal: Json, values: Mapping[str, Value], context: tuple[DiscordState, Channel, Member], resolved: Resolved
) -> Json:
    """Write the data of a submission; what is not filled in keeps its default.

    Raises
    ------
    RefusedError
        The client would not send it.
    """
    known = {one["custom_id"] for one in state.walk(modal["components"]) if "custom_id" in one}
    if unknown := set(values) - known:
        raise RefusedError(f"the modal has {sorted(known)}, not {sorted(unknown)}")

    def filled(component: Json) -> Json:
        return _filled(component, values.get(component["custom_id"]), context, resolved)

    written: list[Json] = []
    for one in modal["components"]:
        if one["type"] == _ACTION_ROW:
            inner = [filled(component) for component in one["components"]]
            written.append({"type": _ACTION_ROW, "id": one["id"], "components": inner})
        elif one["type"] == _LABEL:
            written.append({"type": _LABEL, "id": one["id"], "component": filled(one["component"])})
        elif one["type"] == _TEXT_DISPLAY:
            written.append({"type": _TEXT_DISPLAY, "id": one["id"]})
    data: Json = {"custom_id": modal["custom_id"], "components": written}
    if resolved.payload:
        data["resolved"] = resolved.payload
    return data


def _filled(
    component: Json, value: Value | None, context: tuple[DiscordState, Channel, Member], resolved: Resolved
) -> Json:
    kind: int = component["type"]
    filled: Json = {"type": kind, "id": component["id"], "custom_id": component["custom_id"]}
    if kind == inputs.TEXT_INPUT:
        return filled | {"value": _text(component, value)}
    if kind == inputs.CHECKBOX:
        checked = bool(component.get("default")) if value is None else value
        if not isinstance(checked, bool):
            raise RefusedError(f"{component['custom_id']!r} is ticked or not")
        return filled | {"value": checked}
    chosen = _chosen(component, value, context[2])
    if kind in inputs.WITH_OPTIONS:
        components.check_choice(component, [str(one) for one in chosen])
    _check_count(component, chosen)
    written = [_written(component, one, context, resolved) for one in chosen]
    if kind == inputs.RADIO_GROUP:
        return filled | {"value": written[0] if written else None}
    return filled | {"values": written}


def _text(component: Json, value: Value | None) -> str:
    custom_id = component["custom_id"]
    text = component.get("value", "") if value is None else value
    if not isinstance(text, str):
        raise RefusedError(f"{custom_id!r} takes a text")
    if not text and inputs.is_required(component):
        raise RefusedError(f"{custom_id!r} is required")
    shortest, longest = component.get("min_length", 0), component.get("max_length", 4000)
    length = len(text.encode("utf-16-le")) // 2  # as JavaScript counts, which clients are written in
    if text and not shortest <= length <= longest:
        raise RefusedError(f"{custom_id!r} takes {shortest} to {longest} characters, not {length}")
    if component["style"] == _SHORT and "\n" in text:
        raise RefusedError(f"{custom_id!r} takes one line")
    return text


def _chosen(component: Json, value: Value | None, who: Member) -> Sequence[One]:
    if value is None:
        options: list[Json] = component.get("options", [])
        defaults: list[Json] = component.get("default_values", [])
        found = [_entity(who.guild, one) for one in defaults]
        return [option["value"] for option in options if option.get("default")] or [
            one for one in found if one is not None
        ]
    if isinstance(value, bool):
        raise RefusedError(f"{component['custom_id']!r} is no checkbox")
    return [value] if isinstance(value, (str, Member, Role, Channel)) else value


def _entity(guild: Guild, default: Json) -> Member | Role | Channel | None:
    """Find what a default value names; one that is gone is not shown."""
    known: Mapping[int, Member | Role | Channel] = {
        "user": guild.members, "role": guild.roles, "channel": guild.channels
    }[default["type"]]  # fmt: skip
    return known.get(int(default["id"]))


def _check_count(component: Json, values: Sequence[One]) -> None:
    custom_id, count = component["custom_id"], len(values)
    if count == 0:
        if inputs.is_required(component):
            raise RefusedError(f"{custom_id!r} is required")
        return
    least, most = inputs.bounds(component)
    if not least <= count <= most:
        raise RefusedError(f"{custom_id!r} takes {least} to {most} values, not {count}")
    if component["type"] != inputs.FILE_UPLOAD:
        components.check_once(component, values)


def _written(component: Json, value: One, context: tuple[DiscordState, Channel, Member], resolved: Resolved) -> str:
    discord, channel, who = context
    kind: int = component["type"]
    if isinstance(value, str) and kind in inputs.WITH_OPTIONS:
        return value
    if isinstance(value, tuple) and kind == inputs.FILE_UPLOAD:
        return resolved.add_attachment(upload(discord, channel, *value))
    if isinstance(value, (str, tuple)):
        raise RefusedError(f"{component['custom_id']!r} does not take {value!r}")
    return components.choose(component, value, who, resolved)


def upload(discord: DiscordState, channel: Channel, filename: str, data: bytes) -> Attachment:
    """Keep a file that a member uploads with a command or a modal; its address is temporary, like Discord's."""
    if len(data) > discord.limits.upload:
        raise RefusedError(f"{filename} is too large")
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    made = Attachment(discord.ids.next(), filename, data, kind, "")
    made.url = f"https://cdn.discordapp.com/ephemeral-attachments/{channel.id}/{made.id}/{filename}"
    discord.attachments[made.id] = made
    return made
