"""Custom ids, buttons and selects of the settings page.

Everything that a press needs is in its custom id: a page, a form, or what is to be done, each with a topic's id where
it is about one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import hikari

from ticketbot.texts import buttons

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.settings_forms import Form

OPEN: Final = "ticket:settings"
"""The button that opens the page."""
PAGE: Final = "ticket:settings:page"
"""A button that shows the page in its argument."""
GO: Final = "ticket:settings:go"
"""A select of pages."""
ASK: Final = "ticket:settings:ask"
"""A button that opens the form in its argument."""
AGAIN: Final = "ticket:settings:again"
"""A button that opens a form again with what was put into it."""
SAVE: Final = "ticket:settings:save"
"""A form that was sent."""
DO: Final = "ticket:settings:do"
"""A button that does what its argument says."""
ASK_FILE: Final = "ticket:settings:ask-file"
"""The button that opens the form for a file of settings."""
IMPORT: Final = "ticket:settings:import"
"""That form, when it was sent."""
CHOOSE: Final = "ticket:settings:choose"
"""The button that opens the form for what an import does not find."""
CHOSEN: Final = "ticket:settings:chosen"
"""That form, when it was sent."""
DATA: Final = "ticket:settings:data"
"""A button of the chapter of data, which does what its argument says."""

TRY: Final = "ticket:settings:try"
"""A button that shows the page on which a topic is tried."""
TRY_OPEN: Final = "ticket:settings:try-open"
"""A button of the panel on that page."""
TRY_CHOICE: Final = "ticket:settings:try-choice"
"""The select of the panel on that page."""
TRIED: Final = "ticket:settings:tried"
"""A topic's form that was tried."""

_ABOUT_FILE: Final = (f"{DATA}:import.", f"{DATA}:choices.", f"{CHOOSE}:")

HOME: Final = "home"
BUTTONS_LIMIT: Final = 5
"""Buttons of one row."""

Button = hikari.impl.InteractiveButtonBuilder


def carries_file(message: Mapping[str, Any]) -> bool:
    """Return whether a message asks about the file of settings that it carries."""
    return any(custom_id.startswith(_ABOUT_FILE) for custom_id in buttons.custom_ids_of(message))


def ref(name: str, *parts: object) -> str:
    """Return an argument of a custom id: a name, and what it is about."""
    return ".".join([name, *map(str, parts)])


def button(
    texts: LocalizedTexts,
    custom_id: str,
    argument: str,
    key: str,
    *,
    style: hikari.InteractiveButtonTypesT = hikari.ButtonStyle.SECONDARY,
) -> Button:
    """Return a button whose label is the text of a key."""
    return Button(style=style, custom_id=f"{custom_id}:{argument}", label=texts.text(key))


def form_buttons(texts: LocalizedTexts, forms: Iterable[Form]) -> list[Button]:
    """Return a button for each form of the server's settings."""
    return [button(texts, ASK, ref(form.name, 0), f"settings_form_{form.name}") for form in forms]


def rows(buttons: Iterable[Button]) -> list[hikari.api.ComponentBuilder]:
    """Return buttons in rows of five."""
    listed = list(buttons)
    made: list[hikari.api.ComponentBuilder] = []
    for start in range(0, len(listed), BUTTONS_LIMIT):
        row = hikari.impl.MessageActionRowBuilder()
        for one in listed[start : start + BUTTONS_LIMIT]:
            row.add_component(one)
        made.append(row)
    return made


def select(argument: str, options: Sequence[tuple[str, str]], placeholder: str) -> hikari.api.ComponentBuilder:
    """Return a row with a select of pages, given by label and page."""
    row = hikari.impl.MessageActionRowBuilder()
    menu = row.add_text_menu(f"{GO}:{argument}", placeholder=placeholder)
    for label, page in options:
        menu.add_option(label, page)
    return row
