"""Finding the components of a message that a member uses, as the client does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from tests.simulator import permissions
from tests.simulator.errors import RefusedError
from tests.simulator.inputs import CHANNEL_SELECT, MENTIONABLE_SELECT, ROLE_SELECT, SELECTS, USER_SELECT
from tests.simulator.state import Channel, Member, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.simulator.errors import Json
    from tests.simulator.interaction_payloads import Resolved
    from tests.simulator.state import Message

Entity: TypeAlias = Member | Role | Channel
"""What selects offer besides options."""

BUTTON: Final = 2
_URL_STYLES: Final = frozenset({5, 6})


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
    """Refuse values that are no options."""
    offered = [option["value"] for option in menu["options"]]
    if unknown := [value for value in values if value not in offered]:
        raise RefusedError(f"the menu offers {offered}, not {unknown}")


def check_once(menu: Json, values: Sequence[object]) -> None:
    """Refuse a value that is chosen twice."""
    if any(value in values[:at] for at, value in enumerate(values)):
        raise RefusedError(f"the menu {menu['custom_id']!r} takes each value once")


def choose(menu: Json, value: Entity, who: Member, resolved: Resolved) -> str:
    """Choose a member, a role or a channel in a select, as far as it is offered there; return its id."""
    kind, guild = menu["type"], who.guild
    if isinstance(value, Member) and kind in (USER_SELECT, MENTIONABLE_SELECT) and value in guild.members.values():
        return resolved.add_member(value)
    if isinstance(value, Role) and kind in (ROLE_SELECT, MENTIONABLE_SELECT) and value in guild.roles.values():
        return resolved.add_role(value)
    if isinstance(value, Channel) and kind == CHANNEL_SELECT:
        check_channel(menu, value, who)
        return resolved.add_channel(value, who)
    raise RefusedError(f"{menu['custom_id']!r} does not offer {value!r} to {who.user.username}")


def check_channel(declared: Json, value: Channel, who: Member) -> None:
    """Refuse a channel that a select, or a command's option, does not offer."""
    kinds: list[int] = declared.get("channel_types") or []
    if kinds and value.type not in kinds:
        name = declared.get("custom_id") or declared["name"]
        raise RefusedError(f"{name!r} offers channels of types {kinds}, not {value.type!r}")
    if value.deleted or value.guild is not who.guild or not permissions.can_see(who, value):
        raise RefusedError(f"#{value.name} is not offered to {who.user.username}")
