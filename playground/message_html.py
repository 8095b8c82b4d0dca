"""MessageHtml in Discord's markdown as safe HTML, by the same rules that transcripts follow."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from tests.simulator.state import ChannelType
from ticketbot.transcripts.escape import escape, link
from ticketbot.transcripts.markdown import renderer
from ticketbot.transcripts.model.transcript import Locale
from ticketbot.transcripts.rendering.context import WORDS
from ticketbot.transcripts.rendering.dates import DateFormatter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.simulator.members import Person
    from tests.simulator.state import Channel, Member

_UNKNOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {"user": "utilisateur-inconnu", "role": "rôle-inconnu", "channel": "Pas d’accès"},
    "en": {"user": "unknown-user", "role": "unknown-role", "channel": "No Access"},
}


class MessageHtml:
    """Renders texts as one member sees them; fits ``renderer.Lookup``."""

    spoiler = '<label class="s"><input type="checkbox" aria-label="Spoiler"><span>'
    fold = ""

    def __init__(self, viewer: Person, language: str, channels: Mapping[int, Channel]) -> None:
        self._viewer = viewer
        self._channels = channels
        self._guild = viewer.member.guild
        self._unknown = _UNKNOWN[language]
        zone = dt.datetime.now().astimezone().tzinfo or dt.UTC
        self._calendar = DateFormatter(WORDS[Locale.FRENCH if language == "fr" else Locale.ENGLISH], zone)

    def html(self, text: str) -> str:
        """Return a text as HTML."""
        return renderer.to_html(text, self)

    def user(self, user_id: int) -> str:
        """Return the mention of a user; the viewer's own is highlighted."""
        member = self._guild.members.get(user_id)
        mine = " me" if user_id == self._viewer.id else ""
        return (
            f'<span class="n{mine}">@{escape(self._unknown["user"] if member is None else display_name(member))}</span>'
        )

    def role(self, role_id: int) -> str:
        """Return the mention of a role; the viewer's own is highlighted."""
        role = self._guild.roles.get(role_id)
        mine = " me" if role_id in self._viewer.member.role_ids else ""
        return f'<span class="n{mine}">@{escape(self._unknown["role"] if role is None else role.name)}</span>'

    def channel(self, channel_id: int) -> str:
        """Return the mention of a channel, as a link where the viewer can open it."""
        channel = self._channels.get(channel_id)
        if channel is None or not self._viewer.sees(channel):
            return f'<span class="n"># {escape(self._unknown["channel"])}</span>'
        if channel.type is ChannelType.CATEGORY:
            return f'<span class="n">{escape(channel.name)}</span>'
        return f'<a class="n" href="#{channel_id}">#{escape(channel.name)}</a>'

    def everyone(self, word: str) -> str:
        """Return the mention of everyone or of those who are online."""
        return f'<span class="n me">{escape(word)}</span>'

    def emoji(self, name: str, emoji_id: int) -> str:
        """Return a custom emoji as its name, since nothing is fetched from Discord."""
        return f'<span class="e" title="{emoji_id}">:{escape(name)}:</span>'

    def moment(self, seconds: int, style: str) -> str | None:
        """Return a moment in one of Discord's styles."""
        return self._calendar.styled_element(seconds, style, int(dt.datetime.now(dt.UTC).timestamp() * 1000))

    def command(self, name: str) -> str:
        """Return the mention of a slash command."""
        return f'<span class="n">/{escape(name)}</span>'

    def guild_page(self, page: str) -> str | None:
        """Return the mention of one of the guild's pages."""
        return f'<span class="n">{escape(page)}</span>'

    def jump(self, url: str) -> str | None:
        """Return a link to Discord unchanged."""
        target = link(url)
        return None if target is None else f'<a href="{target}">{target}</a>'


def display_name(member: Member) -> str:
    """Return a member's name in the guild."""
    return member.nick or member.user.global_name or member.user.username
