"""Wording: one language's texts with their placeholders filled in, and the look of every embed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hikari

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.config.texts import Params
    from ticketbot.tickets.model import Language


_EMOJIS: Final[Mapping[str, str]] = {
    "panel": "open",
    "welcome": "open",
    "welcome_problem": "problem",
    "welcome_partnership": "partnership",
    "welcome_application": "application",
    "opened": "open",
    "lost_roles": "warning",
    "claimed": "claim",
    "closed": "close",
    "reopened": "reopen",
    "deletion_question": "delete",
    "deletion_cancelled": "cancel",
    "deleting": "working",
    "configured": "done",
    "not_configured": "refused",
}
"""Which emoji goes with a message, where it is not called the same."""


class Wording:
    """What the owner's params give in one language; nothing else reads them."""

    def __init__(self, params: Params, language: Language) -> None:
        self._params = params
        self._texts = params.texts[language]

    def text(self, key: str, **values: str) -> str:
        """Fill in a text's placeholders; values that it has no place for are passed over."""
        return self._texts.messages[key].format(**values)

    def title(self, key: str, **values: str) -> str:
        """Fill in a title: besides its own placeholders it may have the emoji that goes with it."""
        return self.text(f"{key}_title", emoji=self.emoji(key), **values)

    def emoji(self, key: str) -> str:
        """Give an emoji as it stands in a text: by its own key, or that of the message that it goes with."""
        return self._params.emojis[_EMOJIS.get(key, key)]

    def permission(self, name: str) -> str:
        """Give Discord's own word for a permission."""
        return self._texts.permission_names[name]

    def embed(self, key: str, **values: str) -> hikari.Embed:
        """Make an embed of the title and the text that belong together."""
        return self.titled(self.title(key, **values), self.text(f"{key}_text", emoji=self.emoji(key), **values))

    def titled(self, title: str | None, description: str | None = None) -> hikari.Embed:
        """Make an embed in the owner's colour, with the owner's footer."""
        embed = hikari.Embed(title=title, description=description, color=self._params.color)
        if self._texts.footer:
            embed.set_footer(self._texts.footer, icon=self._params.footer_icon_url or None)
        return embed
