"""Finding what a member presses, and checking what the member fills in, as the client does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.simulator import state
from tests.simulator.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.simulator.errors import Json
    from tests.simulator.state import Message

BUTTON: Final = 2
STRING_SELECT: Final = 3
TEXT_INPUT: Final = 4
ACTION_ROW: Final = 1
LABEL: Final = 18
TEXT_DISPLAY: Final = 10
_URL_STYLES: Final = frozenset({5, 6})
SELECTS: Final = frozenset({3, 5, 6, 7, 8})


def button(message: Message, custom_id: str | None, label: str | None) -> Json:
    """Find the one button that is meant."""
    found = [
        one
        for one in message.buttons
        if (custom_id is None or one.get("custom_id") == custom_id) and (label is None or one.get("label") == label)
    ]
    if len(found) != 1:
        shown = [(one.get("custom_id"), one.get("label")) for one in message.buttons]
        raise RefusedError(f"{len(found)} buttons like custom_id={custom_id!r}, label={label!r} among {shown}")
    if found[0].get("disabled"):
        raise RefusedError(f"the button {found[0].get('label')!r} is disabled")
    if found[0]["style"] in _URL_STYLES:
        raise RefusedError("this button only opens a link")
    return found[0]


def select(message: Message, custom_id: str, count: int) -> Json:
    """Find a select menu, and check how many values it takes."""
    for one in message.all_components():
        if one["type"] in SELECTS and one["custom_id"] == custom_id:
            if one.get("disabled"):
                raise RefusedError(f"the menu {custom_id!r} is disabled")
            if not one["min_values"] <= count <= one["max_values"]:
                raise RefusedError(f"the menu takes {one['min_values']} to {one['max_values']} values, not {count}")
            return one
    raise RefusedError(f"there is no menu {custom_id!r}")


def check_choice(menu: Json, values: Sequence[str]) -> None:
    """Refuse values that a menu of strings does not offer."""
    offered = [option["value"] for option in menu["options"]]
    if unknown := [value for value in values if value not in offered]:
        raise RefusedError(f"the menu offers {offered}, not {unknown}")


def modal_components(modal: Json, values: Mapping[str, str | Sequence[str]]) -> list[Json]:
    """Fill in a modal."""
    inputs = {one["custom_id"] for one in state.walk(modal["components"]) if "custom_id" in one}
    if unknown := set(values) - inputs:
        raise RefusedError(f"the modal has {sorted(inputs)}, not {sorted(unknown)}")
    filled: list[Json] = []
    for one in modal["components"]:
        if one["type"] == ACTION_ROW:
            inner = [_filled(component, values) for component in one["components"]]
            filled.append({"type": ACTION_ROW, "id": one["id"], "components": inner})
        elif one["type"] == LABEL:
            filled.append({"type": LABEL, "id": one["id"], "component": _filled(one["component"], values)})
        elif one["type"] == TEXT_DISPLAY:
            filled.append({"type": TEXT_DISPLAY, "id": one["id"]})
    return filled


def _filled(component: Json, values: Mapping[str, str | Sequence[str]]) -> Json:
    custom_id = component["custom_id"]
    filled: Json = {"type": component["type"], "id": component["id"], "custom_id": custom_id}
    if component["type"] != TEXT_INPUT:
        chosen = values.get(custom_id, [])
        return filled | {"values": [chosen] if isinstance(chosen, str) else list(chosen)}
    value = values.get(custom_id, component.get("value", ""))
    if not isinstance(value, str):
        raise RefusedError(f"{custom_id!r} takes a text")
    if not value and component.get("required", True):
        raise RefusedError(f"{custom_id!r} is required")
    shortest, longest = component.get("min_length", 0), component.get("max_length", 4000)
    if value and not shortest <= len(value) <= longest:
        raise RefusedError(f"{custom_id!r} takes {shortest} to {longest} characters, not {len(value)}")
    return filled | {"value": value}
