"""Wording: one language's texts with their placeholders filled in, and the look of every embed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hikari

if TYPE_CHECKING:
    from ticketbot.config.texts import Params
    from ticketbot.tickets.model import Language


class Wording:
    """What the owner's params give in one language; nothing else reads them."""

    def __init__(self, params: Params, language: Language) -> None:
        self._params = params
        self._texts = params.texts[language]

    def text(self, key: str, **values: str) -> str:
        """Fill in a text's placeholders; values that it has no place for are passed over."""
        return self._texts.messages[key].format(**values)

    def emoji(self, key: str) -> str:
        """Give an emoji as it stands in a text."""
        return self._params.emojis[key]

    def permission(self, name: str) -> str:
        """Give Discord's own word for a permission."""
        return self._texts.permission_names[name]

    def embed(self, key: str, **values: str) -> hikari.Embed:
        """Make an embed of the title and the text that belong together."""
        return self.titled(self.text(f"{key}_title", **values), self.text(f"{key}_text", **values))

    def titled(self, title: str | None, description: str | None = None) -> hikari.Embed:
        """Make an embed in the owner's colour, with the owner's footer."""
        embed = hikari.Embed(title=title, description=description, color=self._params.color)
        if self._texts.footer:
            embed.set_footer(self._texts.footer, icon=self._params.footer_icon_url or None)
        return embed
