"""What Discord writes in angle brackets: mentions, emojis, timestamps, commands, links and contacts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from ticketbot.transcripts.escape import link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class MentionRenderer(Protocol):
    """Renders ids and timestamps; everything is returned as safe HTML."""

    def user(self, user_id: int) -> str:
        """Return the mention of a user."""
        ...

    def role(self, role_id: int) -> str:
        """Return the mention of a role."""
        ...

    def channel(self, channel_id: int) -> str:
        """Return the mention of a channel."""
        ...

    def everyone(self, word: str) -> str:
        """Return the mention of everyone or here."""
        ...

    def emoji(self, name: str, emoji_id: int) -> str:
        """Return a custom emoji."""
        ...

    def moment(self, seconds: int, style: str) -> str | None:
        """Return a timestamp; None if it is out of range."""
        ...

    def command(self, name: str) -> str:
        """Return the mention of a slash command."""
        ...

    def guild_page(self, page: str) -> str | None:
        """Return the mention of a guild navigation page; None if it is unknown."""
        ...


_MENTION: Final = re.compile(r"<(@!?|@&|#)(\d{1,20})>", re.ASCII)
_EMOJI: Final = re.compile(r"<a?:(\w{1,64}):(\d{1,20})>", re.ASCII)
_MOMENT: Final = re.compile(r"<t:(-?\d{1,17})(?::([tTdDfFRsS]))?>", re.ASCII)
_COMMAND: Final = re.compile(r"</([^:<>\n]{1,128}):\d{1,20}>", re.ASCII)
_GUILD_PAGE: Final = re.compile(r"<id:([a-z-]{1,20})(?::\d{1,20})?>", re.ASCII)
_MAIL: Final = re.compile(r"<([\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})>", re.ASCII | re.IGNORECASE)
_PHONE: Final = re.compile(r"<(\+[\d ()./-]{3,30})>", re.ASCII)


def to_html(token: str, mentions: MentionRenderer) -> str | None:
    """Return what stands in angle brackets as HTML; None if it is plain text."""
    kind = _KINDS.get(token[1].lower())
    written = None if kind is None else kind(token, mentions)
    return _contact(token) if written is None else written


def _mention(token: str, mentions: MentionRenderer) -> str | None:
    found = _MENTION.fullmatch(token)
    if found is None:
        return None
    write = {"@&": mentions.role, "#": mentions.channel}.get(found[1], mentions.user)
    return write(int(found[2]))


def _emoji(token: str, mentions: MentionRenderer) -> str | None:
    found = _EMOJI.fullmatch(token)
    return None if found is None else mentions.emoji(found[1], int(found[2]))


def _moment(token: str, mentions: MentionRenderer) -> str | None:
    found = _MOMENT.fullmatch(token)
    return None if found is None else mentions.moment(int(found[1]), found[2] or "f")


def _command(token: str, mentions: MentionRenderer) -> str | None:
    found = _COMMAND.fullmatch(token)
    return None if found is None else mentions.command(found[1])


def _guild_page(token: str, mentions: MentionRenderer) -> str | None:
    found = _GUILD_PAGE.fullmatch(token)
    return None if found is None else mentions.guild_page(found[1])


def _link(token: str, mentions: MentionRenderer) -> str | None:
    del mentions
    target = link(token[1:-1])
    return None if target is None else f'<a href="{target}">{target}</a>'


def _contact(token: str) -> str | None:
    mail = _MAIL.fullmatch(token)
    if mail is not None:
        return f'<a href="mailto:{mail[1]}">{mail[1]}</a>'
    phone = _PHONE.fullmatch(token)
    return None if phone is None else phone[1]


_KINDS: Final[Mapping[str, Callable[[str, MentionRenderer], str | None]]] = {
    "@": _mention,
    "#": _mention,
    ":": _emoji,
    "a": _emoji,
    "t": _moment,
    "/": _command,
    "i": _guild_page,
    "h": _link,
    "m": _link,
}
