"""The buttons under messages: their custom ids and their looks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import hikari

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence

    from ticketbot.texts.localized import LocalizedTexts
    from ticketbot.tickets.model import InteractionId, PanelId
    from ticketbot.tickets.topics import Topic


class ButtonId(StrEnum):
    """The custom ids of buttons; they never change: messages that were posted years ago still carry them."""

    OPEN = "ticket:open"
    CLAIM = "ticket:claim"
    CLOSE = "ticket:close"
    AGREE = "ticket:close:agree"
    DECLINE = "ticket:close:decline"
    """The opener's answers to the question whether the ticket may be closed."""
    UNDO = "ticket:close:undo"
    """With the id of the interaction that closed the ticket."""
    REOPEN = "ticket:reopen"
    DELETE = "ticket:delete"
    CONFIRM = "ticket:delete:confirm"
    CANCEL = "ticket:delete:cancel"
    DELETE_ANYWAY = "ticket:delete:anyway"
    MENU = "ticket:menu"
    """Under a notice, it may carry the id of the interaction that the notice answers."""
    TOPIC = "ticket:topic"
    """The select of topics on a panel, with the id of a further panel; a topic's own button is ``OPEN`` with its id."""


_LOOKS: Final[Mapping[ButtonId, tuple[str, hikari.InteractiveButtonTypesT]]] = {
    ButtonId.OPEN: ("panel", hikari.ButtonStyle.PRIMARY),
    ButtonId.CLAIM: ("claim", hikari.ButtonStyle.SUCCESS),
    ButtonId.CLOSE: ("close", hikari.ButtonStyle.SECONDARY),
    ButtonId.AGREE: ("close", hikari.ButtonStyle.SECONDARY),
    ButtonId.DECLINE: ("decline_close", hikari.ButtonStyle.PRIMARY),
    ButtonId.UNDO: ("undo_close", hikari.ButtonStyle.SECONDARY),
    ButtonId.REOPEN: ("reopen", hikari.ButtonStyle.SECONDARY),
    ButtonId.DELETE: ("delete", hikari.ButtonStyle.DANGER),
    ButtonId.CONFIRM: ("confirm", hikari.ButtonStyle.DANGER),
    ButtonId.CANCEL: ("cancel", hikari.ButtonStyle.SECONDARY),
    ButtonId.DELETE_ANYWAY: ("delete_anyway", hikari.ButtonStyle.DANGER),
    ButtonId.MENU: ("menu", hikari.ButtonStyle.SECONDARY),
}
"""The message whose label and emoji a button has, and its style."""

_OF_INTERACTIONS: Final = frozenset({ButtonId.MENU, ButtonId.UNDO})
"""Their custom ids carry the id of an interaction."""

_WITHOUT_EMOJI: Final = frozenset({ButtonId.MENU})

CHOOSE: Final = "ticket:do"
"""The custom id of the menu's select, and the beginning of that of a form for the action that was chosen."""
TARGET: Final = "ticket:with"
"""The beginning of the custom id of a select for an action: of members or roles, or of what the server has."""
PANEL: Final = "."
"""Between a topic's id (0: none) and that of the further panel, in the custom id of a panel's button."""
FURTHER: Final = "."
"""In such a custom id, between the action's name and where a further select of a long list begins."""
_GONE: Final = "."
"""Stands in the custom id of the menu's button before the name of each button that was taken away beside it."""
ABOUT: Final = "ticket:about"
"""The beginning of the custom id of a select of topics for a ticket about a message."""
FOR: Final = "ticket:for"
"""The beginning of the custom id of a select of topics for a ticket that staff opens for a member."""


class Button(hikari.impl.InteractiveButtonBuilder):
    """A button whose custom emoji has a name too: hikari sends its id alone, and Discord's schema asks for both."""

    def build(self) -> tuple[MutableMapping[str, Any], Sequence[hikari.files.Resource[Any]]]:
        """Return the button's payload."""
        payload, files = super().build()
        if isinstance(self.emoji, hikari.CustomEmoji):
            payload["emoji"] = {"id": str(self.emoji.id), "name": self.emoji.name}
        return payload, files


class _Option(hikari.impl.SelectOptionBuilder):
    """An option whose custom emoji has a name too."""

    def build(self) -> MutableMapping[str, Any]:
        """Return the option's payload."""
        payload = super().build()
        if isinstance(self.emoji, hikari.CustomEmoji):
            payload["emoji"] = {"id": str(self.emoji.id), "name": self.emoji.name}
        return payload


def build_rows(
    buttons: Sequence[ButtonId], texts: LocalizedTexts, *, notice_of: InteractionId | None = None
) -> list[hikari.api.ComponentBuilder]:
    """Return action rows for Discord; ``notice_of`` is the interaction that a notice answers, or that is undone."""
    if not buttons:
        return []
    row = hikari.impl.MessageActionRowBuilder()
    for button in buttons:
        key, style = _LOOKS[button]
        emoji = hikari.UNDEFINED if button in _WITHOUT_EMOJI else hikari.Emoji.parse(texts.emoji(key))
        label = texts.text(f"{key}_button")
        custom_id = f"{button}:{notice_of}" if button in _OF_INTERACTIONS and notice_of is not None else button
        row.add_component(Button(style=style, custom_id=custom_id, label=label, emoji=emoji))
    return [row]


def menu_of(interaction_id: InteractionId) -> str:
    """Return the custom id of the menu's button under the notice that answers an interaction."""
    return f"{ButtonId.MENU}:{interaction_id}"


def is_menu(custom_id: str) -> bool:
    """Return whether a custom id is that of the menu's button under a notice."""
    return custom_id == ButtonId.MENU or custom_id.startswith(f"{ButtonId.MENU}:")


def menu_without(custom_id: str, gone: Sequence[ButtonId]) -> str:
    """Return the custom id of the menu's button under a notice from which further buttons are taken away."""
    if not gone:
        return custom_id
    base = f"{custom_id}:" if custom_id == ButtonId.MENU else custom_id
    return _GONE.join([base, *(button.name.lower() for button in gone)])


def build_opening_row(
    texts: LocalizedTexts, panel_id: PanelId | None = None, *, is_disabled: bool = False
) -> hikari.api.ComponentBuilder:
    """Return a row of the button that opens a ticket without a topic."""
    key, style = _LOOKS[ButtonId.OPEN]
    row = hikari.impl.MessageActionRowBuilder()
    row.add_component(
        Button(
            style=style,
            custom_id=ButtonId.OPEN if panel_id is None else f"{ButtonId.OPEN}:0{PANEL}{panel_id}",
            label=texts.text(f"{key}_button"),
            emoji=hikari.Emoji.parse(texts.emoji(key)),
            is_disabled=is_disabled,
        )
    )
    return row


def build_topic_row(topics: Sequence[Topic], panel_id: PanelId | None = None) -> hikari.api.ComponentBuilder:
    """Return a row of one button for each topic; ``panel_id`` is the further panel that it is for."""
    row = hikari.impl.MessageActionRowBuilder()
    for topic in topics:
        custom_id = f"{ButtonId.OPEN}:{topic.id}" + ("" if panel_id is None else f"{PANEL}{panel_id}")
        emoji = hikari.UNDEFINED if topic.emoji is None else hikari.Emoji.parse(topic.emoji)
        row.add_component(Button(style=hikari.ButtonStyle.PRIMARY, custom_id=custom_id, label=topic.name, emoji=emoji))
    return row


def build_topic_select(
    topics: Sequence[Topic], placeholder: str, custom_id: str = ButtonId.TOPIC
) -> hikari.api.ComponentBuilder:
    """Return a row with one select of topics: the panel's, or another one."""
    options = [
        _Option(
            label=topic.name,
            value=str(topic.id),
            description=topic.description or hikari.UNDEFINED,
            emoji=hikari.UNDEFINED if topic.emoji is None else hikari.Emoji.parse(topic.emoji),
        )
        for topic in topics
    ]
    row = hikari.impl.MessageActionRowBuilder()
    row.add_component(hikari.impl.TextSelectMenuBuilder(custom_id=custom_id, options=options, placeholder=placeholder))
    return row


def custom_ids_of(message: Mapping[str, Any]) -> frozenset[str]:
    """Return the custom ids of the buttons and selects of a message from Discord's API, as it was posted."""
    return frozenset(
        custom_id
        for row in message.get("components") or ()
        for component in row.get("components") or ()
        if "custom_id" in component
        for custom_id in _as_posted(component["custom_id"])
    )


def _as_posted(custom_id: str) -> Sequence[str]:
    """Return the custom id of a button, and after that of the menu those that were taken away beside it."""
    if not is_menu(custom_id):
        return (custom_id,)
    menu, *names = custom_id.split(_GONE)
    known = ButtonId.__members__
    return (menu.removesuffix(":"), *(known[name.upper()] for name in names if name.upper() in known))
