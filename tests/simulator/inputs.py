"""Selects, groups of choices and texts: what Discord refuses of one beyond its schema, in messages and in modals.

Limits: Discord's documentation, "Component Reference". What it leaves open is as Discord's own answers have it: a list
shorter than ``max_values`` (https://github.com/Rapptz/discord.py/issues/6984), an empty text
(https://github.com/discordjs/discord.js/pull/10805).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.errors import Json
    from tests.simulator.schemas import Problem

STRING_SELECT: Final = 3
TEXT_INPUT: Final = 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
FILE_UPLOAD: Final = 19
RADIO_GROUP: Final = 21
CHECKBOX_GROUP: Final = 22
CHECKBOX: Final = 23
WITH_OPTIONS: Final = frozenset({STRING_SELECT, RADIO_GROUP, CHECKBOX_GROUP})
"""Inputs whose values are options."""
SELECTS: Final = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})


def bounds(component: Json) -> tuple[int, int]:
    """Return how many values an input takes at least and at most, where it takes any."""
    if component["type"] == RADIO_GROUP:
        return 1, 1
    most = len(component["options"]) if component["type"] == CHECKBOX_GROUP else 1
    least, wanted = component.get("min_values"), component.get("max_values")
    return 1 if least is None else least, most if wanted is None else wanted


def is_required(component: Json) -> bool:
    """Return whether an input of a modal must be filled in, which is the default."""
    return component.get("required") is not False


def problems(component: Json) -> Iterator[Problem]:
    """Yield what is wrong with an input, wherever it stands."""
    if component["type"] == TEXT_INPUT:
        yield from _text_problems(component)
    elif component["type"] in SELECTS | {FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP}:
        yield from _choice_problems(component)


def modal_problems(component: Json) -> Iterator[Problem]:
    """Yield what is wrong with an input of a modal."""
    yield from problems(component)
    if component.get("disabled"):
        yield "disabled", "COMPONENT_DISABLED_IN_MODAL", "Components in modals cannot be disabled"
    if component.get("min_values") == 0 and is_required(component):
        yield "min_values", "NUMBER_TYPE_MIN", "A required component needs at least one value"


def _text_problems(component: Json) -> Iterator[Problem]:
    longest: int = component.get("max_length") or 4000
    value: str | None = component.get("value")
    if (component.get("min_length") or 0) > longest:
        yield "min_length", "NUMBER_TYPE_MAX", "min_length cannot be above max_length"
    if value is not None and not value:
        yield "value", "BASE_TYPE_MIN_LENGTH", "Must be 1 or more in length."
    if value is not None and len(value) > longest:
        yield "value", "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length."


def _choice_problems(component: Json) -> Iterator[Problem]:
    least, most = bounds(component)
    options: list[Json] = component.get("options") or []
    if least > most:
        yield "min_values", "NUMBER_TYPE_MAX", "min_values cannot be above max_values"
    if options and most > len(options):
        yield "options", "BASE_TYPE_BAD_LENGTH", f"Must be between {most} and 25 in length."
    values = [option["value"] for option in options]
    for index, value in enumerate(values):
        if value in values[:index]:
            words = "The specified option value is already used"
            yield f"options.{index}", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", words
    defaults = sum(bool(option.get("default")) for option in options) + len(component.get("default_values") or ())
    if defaults and not least <= defaults <= most:
        key = "options" if options else "default_values"
        yield key, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
