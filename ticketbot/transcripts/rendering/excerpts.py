"""Render the beginning of a message in one line of plain text, as a reply shows it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.markdown import renderer

if TYPE_CHECKING:
    from ticketbot.transcripts.rendering.context import RenderContext

_HIDDEN: Final = "▒▒▒▒"
_SPOILER: Final = "\0"
"""Opens a spoiler; escaped text never contains it."""
_SECRET: Final = re.compile(rf"{_SPOILER}.*?</span></label>", re.DOTALL)
_BLOCK: Final = re.compile(r"</?(?:blockquote|div|li|ol|pre|small|ul)\b[^>]*>")
_TAG: Final = re.compile(r"<[^>]*>")
_SPACE: Final = re.compile(r"\s+")
_ROOM: Final = 4
"""Characters that are rendered for each that is shown: ids and addresses are longer than what they show."""


def render(content: str, length: int, context: RenderContext) -> str:
    """Return the beginning of a text in Discord's markdown; spoilers stay hidden."""
    written = _SECRET.sub(_HIDDEN, renderer.to_html(content[: length * _ROOM], _PlainTextContext(context)))
    plain = html.unescape(_TAG.sub("", _BLOCK.sub(" ", written)))
    plain = _SPACE.sub(" ", plain).strip()
    return escape(plain if len(plain) <= length else f"{plain[:length].rstrip()}…")


class _PlainTextContext:
    """Renders names as plain text, without pictures; fits ``renderer.MarkdownContext``."""

    spoiler = _SPOILER
    fold = ""

    def __init__(self, context: RenderContext) -> None:
        self._context = context
        self.everyone = context.everyone
        self.moment = context.moment
        self.command = context.command
        self.guild_page = context.guild_page
        self.jump = context.jump

    def user(self, user_id: int) -> str:
        """Return the mention of a user."""
        return f"@{escape(self._context.user_name(user_id) or str(user_id))}"

    def role(self, role_id: int) -> str:
        """Return the mention of a role."""
        return f"@{escape(self._context.role_name(role_id) or str(role_id))}"

    def channel(self, channel_id: int) -> str:
        """Return the mention of a channel."""
        return f"#{escape(self._context.channel_name(channel_id) or str(channel_id))}"

    def emoji(self, name: str, emoji_id: int) -> str:
        """Return the name of a custom emoji."""
        del emoji_id
        return f":{escape(name)}:"
