"""The beginning of a message in one line, as a reply shows it: what is read of it, without its looks."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts import markdown
from ticketbot.transcripts.escape import escape

if TYPE_CHECKING:
    from ticketbot.transcripts.writing.scribe import Scribe

_HIDDEN: Final = "▒▒▒▒"
_SPOILER: Final = "\0"
"""Opens a spoiler; no text holds it any more once it is written."""
_SECRET: Final = re.compile(rf"{_SPOILER}.*?</span></label>", re.DOTALL)
_BLOCK: Final = re.compile(r"</?(?:blockquote|div|li|ol|pre|small|ul)\b[^>]*>")
_TAG: Final = re.compile(r"<[^>]*>")
_SPACE: Final = re.compile(r"\s+")
_ROOM: Final = 4
"""Characters that are looked at for each that is shown: ids and addresses take more than they show."""


def write(content: str, length: int, scribe: Scribe) -> str:
    """Write the beginning of a text in Discord's markdown; spoilers stay hidden."""
    written = _SECRET.sub(_HIDDEN, markdown.to_html(content[: length * _ROOM], _Bare(scribe)))
    plain = html.unescape(_TAG.sub("", _BLOCK.sub(" ", written)))
    plain = _SPACE.sub(" ", plain).strip()
    return escape(plain if len(plain) <= length else f"{plain[:length].rstrip()}…")


class _Bare:
    """Looks names up for the scribe, and asks for no pictures; fits ``markdown.Lookup``."""

    spoiler = _SPOILER

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self.everyone = scribe.everyone
        self.moment = scribe.moment
        self.command = scribe.command
        self.guild_page = scribe.guild_page
        self.jump = scribe.jump

    def user(self, user_id: int) -> str:
        """Write the mention of a user."""
        return f"@{escape(self._scribe.user_name(user_id) or str(user_id))}"

    def role(self, role_id: int) -> str:
        """Write the mention of a role."""
        return f"@{escape(self._scribe.role_name(role_id) or str(role_id))}"

    def channel(self, channel_id: int) -> str:
        """Write the mention of a channel."""
        return f"#{escape(self._scribe.channel_name(channel_id) or str(channel_id))}"

    def emoji(self, name: str, emoji_id: int) -> str:
        """Write the name of a custom emoji."""
        del emoji_id
        return f":{escape(name)}:"
