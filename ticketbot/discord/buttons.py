"""The buttons under messages: what they are known by, and what they look like."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import hikari

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence

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


_LOOKS: Final[Mapping[ButtonId, tuple[str, hikari.InteractiveButtonTypesT]]] = {
    ButtonId.OPEN: ("panel", hikari.ButtonStyle.PRIMARY),
    ButtonId.CLAIM: ("claim", hikari.ButtonStyle.SUCCESS),
    ButtonId.CLOSE: ("close", hikari.ButtonStyle.SECONDARY),
    ButtonId.REOPEN: ("reopen", hikari.ButtonStyle.SECONDARY),
    ButtonId.DELETE: ("delete", hikari.ButtonStyle.DANGER),
    ButtonId.CONFIRM: ("confirm", hikari.ButtonStyle.DANGER),
    ButtonId.CANCEL: ("cancel", hikari.ButtonStyle.SECONDARY),
}
"""Whose label and emoji, which colour."""


class _Button(hikari.impl.InteractiveButtonBuilder):
    """A button whose own emoji has a name too: hikari sends the id alone, and Discord's schema asks for both."""

    def build(self) -> tuple[MutableMapping[str, Any], Sequence[hikari.files.Resource[Any]]]:
        """Build what Discord wants."""
        payload, files = super().build()
        if isinstance(self.emoji, hikari.CustomEmoji):
            payload["emoji"] = {"id": str(self.emoji.id), "name": self.emoji.name}
        return payload, files


def rows(buttons: Sequence[ButtonId], wording: Wording) -> list[hikari.api.ComponentBuilder]:
    """Build Discord's action rows."""
    if not buttons:
        return []
    row = hikari.impl.MessageActionRowBuilder()
    for button in buttons:
        key, style = _LOOKS[button]
        emoji = hikari.Emoji.parse(wording.emoji(key))
        label = wording.text(f"{key}_button")
        row.add_component(_Button(style=style, custom_id=button, label=label, emoji=emoji))
    return [row]


def under(message: Mapping[str, Any]) -> frozenset[str]:
    """List the ids of the buttons that a message, as Discord tells of it, carries."""
    return frozenset(
        component["custom_id"]
        for row in message.get("components") or ()
        for component in row.get("components") or ()
        if "custom_id" in component
    )
