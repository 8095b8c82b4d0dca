"""Texts in Discord's markdown as safe HTML, by the same rules that transcripts follow."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from tests.simulator.state import ChannelType
from ticketbot.transcripts import markdown
from ticketbot.transcripts.calendars import Calendar
from ticketbot.transcripts.escape import escape, link
from ticketbot.transcripts.model import Locale
from ticketbot.transcripts.writing.scribe import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.members import Person
    from tests.simulator.state import Member

_UNKNOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {"user": "utilisateur-inconnu", "role": "rôle-inconnu", "channel": "Pas d’accès"},
    "en": {"user": "unknown-user", "role": "unknown-role", "channel": "No Access"},
}


class Texts:
    """Writes texts for one member; fits ``markdown.Lookup``."""

    spoiler = '<label class="s"><input type="checkbox" aria-label="Spoiler"><span>'

    def __init__(self, viewer: Person, language: str) -> None:
        self._viewer = viewer
        self._guild = viewer.member.guild
        self._unknown = _UNKNOWN[language]
        zone = dt.datetime.now().astimezone().tzinfo or dt.UTC
        self._calendar = Calendar(WORDS[Locale.FRENCH if language == "fr" else Locale.ENGLISH], zone)

    def html(self, text: str) -> str:
        """Write a text as HTML."""
        return markdown.to_html(text, self)

    def user(self, user_id: int) -> str:
        """Write the mention of a user; one's own stands out."""
        member = self._guild.members.get(user_id)
        mine = " me" if user_id == self._viewer.id else ""
        return (
            f'<span class="n{mine}">@{escape(self._unknown["user"] if member is None else display_name(member))}</span>'
        )

    def role(self, role_id: int) -> str:
        """Write the mention of a role; one's own stands out."""
        role = self._guild.roles.get(role_id)
        mine = " me" if role_id in self._viewer.member.role_ids else ""
        return f'<span class="n{mine}">@{escape(self._unknown["role"] if role is None else role.name)}</span>'

    def channel(self, channel_id: int) -> str:
        """Write the mention of a channel: a link to it where it is shown and can be opened."""
        channel = self._guild.channels.get(channel_id)
        if channel is None or not self._viewer.sees(channel):
            return f'<span class="n"># {escape(self._unknown["channel"])}</span>'
        if channel.type is ChannelType.CATEGORY:
            return f'<span class="n">{escape(channel.name)}</span>'
        return f'<a class="n" href="#{channel_id}">#{escape(channel.name)}</a>'

    def everyone(self, word: str) -> str:
        """Write the mention of everyone, or of those who are here."""
        return f'<span class="n me">{escape(word)}</span>'

    def emoji(self, name: str, emoji_id: int) -> str:
        """Write a custom emoji by its name: its picture is elsewhere."""
        return f'<span class="e" title="{emoji_id}">:{escape(name)}:</span>'

    def moment(self, seconds: int, style: str) -> str | None:
        """Write a moment in one of Discord's styles."""
        return self._calendar.styled_element(seconds, style, int(dt.datetime.now(dt.UTC).timestamp() * 1000))

    def command(self, name: str) -> str:
        """Write the mention of a slash command."""
        return f'<span class="n">/{escape(name)}</span>'

    def guild_page(self, page: str) -> str | None:
        """Write the mention of one of the guild's pages."""
        return f'<span class="n">{escape(page)}</span>'

    def jump(self, url: str) -> str | None:
        """Leave links to Discord as they are."""
        target = link(url)
        return None if target is None else f'<a href="{target}">{target}</a>'


def display_name(member: Member) -> str:
    """Tell what a member is called in the guild."""
    return member.nick or member.user.global_name or member.user.username
