"""The buttons under messages: what they are known by, and what they look like."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import hikari

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.discord.wording import Wording


class ButtonId(StrEnum):
    """What a button is known by, for ever: messages posted years ago still carry these."""

    OPEN = "ticket:open"
    CLAIM = "ticket:claim"
    CLOSE = "ticket:close"
    REOPEN = "ticket:reopen"
    DELETE = "ticket:delete"
    CONFIRM = "ticket:delete:confirm"
    CANCEL = "ticket:delete:cancel"


_LOOKS: Final[Mapping[ButtonId, tuple[str, str, hikari.InteractiveButtonTypesT]]] = {
    ButtonId.OPEN: ("panel", "open", hikari.ButtonStyle.PRIMARY),
    ButtonId.CLAIM: ("claim", "claim", hikari.ButtonStyle.SUCCESS),
    ButtonId.CLOSE: ("close", "close", hikari.ButtonStyle.SECONDARY),
    ButtonId.REOPEN: ("reopen", "reopen", hikari.ButtonStyle.SECONDARY),
    ButtonId.DELETE: ("delete", "delete", hikari.ButtonStyle.DANGER),
    ButtonId.CONFIRM: ("confirm", "confirm", hikari.ButtonStyle.DANGER),
    ButtonId.CANCEL: ("cancel", "cancel", hikari.ButtonStyle.SECONDARY),
}
"""Whose label, which emoji, which colour."""


def rows(buttons: Sequence[ButtonId], wording: Wording) -> list[hikari.api.ComponentBuilder]:
    """Build Discord's action rows."""
    if not buttons:
        return []
    row = hikari.impl.MessageActionRowBuilder()
    for button in buttons:
        label, emoji, style = _LOOKS[button]
        row.add_interactive_button(
            style,
            button,
            label=wording.text(f"{label}_button"),
            emoji=hikari.Emoji.parse(wording.emoji(emoji)),
        )
    return [row]


def under(message: hikari.Message) -> frozenset[str]:
    """List the ids of the buttons that a message carries."""
    return frozenset(
        component.custom_id
        for row in message.components
        if isinstance(row, hikari.ActionRowComponent)
        for component in row.components
        if isinstance(component, hikari.ButtonComponent) and component.custom_id is not None
    )
