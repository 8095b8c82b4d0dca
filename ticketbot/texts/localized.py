"""LocalizedTexts: one language's texts with their placeholders filled in, and the look of every embed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hikari

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticketbot.config.params_model import Params
    from ticketbot.tickets.model import Language


_EMOJIS: Final[Mapping[str, str]] = {
    "panel": "open",
    "welcome": "open",
    "welcome_problem": "problem",
    "welcome_partnership": "partnership",
    "welcome_application": "application",
    "answers": "application",
    "answers_back": "application",
    "quote": "quote",
    "opening_about": "open",
    "opening_for": "open",
    "opening": "working",
    "answers_files": "application",
    "opened": "open",
    "lost_roles": "warning",
    "categories_full": "warning",
    "categories_missing": "warning",
    "claimed": "claim",
    "unclaimed": "claim",
    "unclaimed_by_other": "claim",
    "transferred": "claim",
    "moved": "move",
    "locked": "close",
    "unlocked": "reopen",
    "added": "add",
    "removed": "remove",
    "renamed": "rename",
    "note_added": "rename",
    "notes": "rename",
    "note": "rename",
    "close_undone": "reopen",
    "close_requested": "close",
    "close_declined": "claim",
    "decline_close": "claim",
    "undo_close": "cancel",
    "closed": "close",
    "closed_direct": "close",
    "reopened": "reopen",
    "deletion_question": "delete",
    "deletion_cancelled": "cancel",
    "deleting": "working",
    "infos": "open",
    "configured": "done",
    "not_configured": "refused",
    "transcripts_visible": "warning",
    "settings_exposed": "warning",
}
"""The emoji of a message, where its key differs."""

_WITH_FOOTER: Final = frozenset({"panel", "welcome", "opened", "reopened"})
"""Messages after which a member waits for an answer of the team; the footer says that it comes."""


class LocalizedTexts:
    """The owner's params in one language; the only reader of them."""

    def __init__(self, params: Params, language: Language, color: int | None = None) -> None:
        self._params = params
        self._texts = params.texts[language]
        self._color = params.color if color is None else color

    def text(self, key: str, **values: str) -> str:
        """Return a text with its placeholders filled in; values without a placeholder are ignored."""
        return self._texts.messages[key].format(**values)

    def title(self, key: str, **values: str) -> str:
        """Return a title with its placeholders filled in, among them the emoji of the message."""
        return self.text(f"{key}_title", emoji=self.emoji(key), **values)

    def emoji(self, key: str) -> str:
        """Return an emoji as it is written in a text: by its own key, or that of its message."""
        return self._params.emojis[_EMOJIS.get(key, key)]

    def permission(self, name: str) -> str:
        """Return Discord's own word for a permission."""
        return self._texts.permission_names[name]

    def embed(self, key: str, **values: str) -> hikari.Embed:
        """Return an embed with a message's title and text."""
        embed = self.titled(self.title(key, **values), self.text(f"{key}_text", emoji=self.emoji(key), **values))
        if key in _WITH_FOOTER and self._texts.footer:
            embed.set_footer(self._texts.footer, icon=self._params.footer_icon_url or None)
        return embed

    def titled(self, title: str | None, description: str | None = None) -> hikari.Embed:
        """Return an embed in the owner's colour, or the server's."""
        return hikari.Embed(title=title, description=description, color=self._color)
