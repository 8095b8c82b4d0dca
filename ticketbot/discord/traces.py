"""What a server shows of the bot's work: its panels, its tickets' channels and its transcripts.

For ``ticketbot store rebuild``; it reads a page of messages in each channel, and the whole of the tickets' and the
transcripts'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.discord import api, api_errors, guild_state
from ticketbot.texts import panel, posted
from ticketbot.tickets import errors, naming
from ticketbot.tickets.model import ChannelId, GuildId, Member, MessageId, RoleId, UserId
from ticketbot.tickets.permissions import OverwriteKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    import hikari

    from ticketbot.discord.guild_state import Channel, Guild
    from ticketbot.texts.posted import TicketHistory, TicketTopic

_NEWS_CHANNEL: Final = 5
"""The type of an announcement channel; Discord's documentation, "Channel Resource"."""

_READABLE: Final = (guild_state.TEXT_CHANNEL, _NEWS_CHANNEL)
_GUILDS_PAGE: Final = 200


@attrs.frozen(kw_only=True)
class PostedPanel:
    """A panel that the bot posted."""

    channel_id: ChannelId
    message_id: MessageId
    message: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class FoundTicket:
    """A ticket's channel, and what it says."""

    channel: Channel
    topic: TicketTopic
    history: TicketHistory


@attrs.frozen(kw_only=True)
class Traces:
    """What one server shows of the bot's work."""

    guild: Guild
    panels: Sequence[PostedPanel] = ()
    """Newest first."""
    tickets: Sequence[FoundTicket] = ()
    """Oldest first."""
    transcript_channels: Sequence[ChannelId] = ()
    """Those with transcripts, the one with the newest first."""
    transcripts: frozenset[int] = frozenset()
    """The numbers of the tickets whose transcripts were posted."""
    members: Mapping[UserId, Member] = attrs.field(factory=dict["UserId", "Member"])
    """The openers, claimers and closers, and who else has an overwrite in a ticket's channel."""
    unreadable: Sequence[Channel] = ()
    """Channels whose messages the bot must not read."""


async def fetch_guild_ids(rest: hikari.api.RESTClient) -> Sequence[GuildId]:
    """Fetch the ids of the servers that the bot is in."""
    found: list[GuildId] = []
    while True:
        async with api_errors.translate_errors():
            page = await api.fetch_my_guilds(rest, after=found[-1] if found else None)
        found.extend(sorted(GuildId(int(guild["id"])) for guild in page))
        if len(page) < _GUILDS_PAGE:
            return found


async def find(
    rest: hikari.api.RESTClient,
    guild_id: GuildId,
    bot_id: UserId,
    other_titles: Collection[str] = (),
    locks: Mapping[str, bool] | None = None,
) -> Traces:
    """Look through a server; ``other_titles`` and ``locks`` as in ``posted.read_history``.

    Raises
    ------
    TicketError
        Discord does not answer, or refuses.
    """
    guild = await guild_state.fetch_guild(rest, guild_id)
    finder = _Finder(rest, bot_id, other_titles, locks)
    for channel in await guild_state.fetch_channels(rest, guild_id):
        if channel.type in _READABLE:
            await finder.look_into(channel)
    return await finder.traces(guild)


class _Finder:
    def __init__(
        self,
        rest: hikari.api.RESTClient,
        bot_id: UserId,
        other_titles: Collection[str],
        locks: Mapping[str, bool] | None,
    ) -> None:
        self._other_titles, self._locks = other_titles, locks
        self._rest = rest
        self._bot_id = bot_id
        self._panels: list[PostedPanel] = []
        self._tickets: list[FoundTicket] = []
        self._transcripts: dict[ChannelId, int] = {}
        """The newest message with a transcript, by channel."""
        self._unreadable: list[Channel] = []

    async def look_into(self, channel: Channel) -> None:
        channel_id, topic = ChannelId(channel.id), posted.read_topic(channel.topic)
        try:
            if topic is not None:
                messages = [message async for message in self._messages(channel_id)]
                history = posted.read_history(messages[::-1], topic.opener_id, self._other_titles, self._locks)
                if history.is_ticket or any(one.id == self._bot_id for one in channel.overwrites):
                    self._tickets.append(FoundTicket(channel=channel, topic=topic, history=history))
                return
            async for message in self._messages(channel_id, pages=1):
                self._note(channel_id, message)
        except errors.MissingPermissionsError:
            self._unreadable.append(channel)
        except errors.ChannelGoneError:
            return

    def _note(self, channel_id: ChannelId, message: Mapping[str, Any]) -> None:
        message_id = int(message["id"])
        if panel.panel_of(message) is not None:
            found = PostedPanel(channel_id=channel_id, message_id=MessageId(message_id), message=message)
            self._panels.append(found)
        elif posted.transcript_numbers(message):
            self._transcripts.setdefault(channel_id, message_id)

    async def traces(self, guild: Guild) -> Traces:
        """Return what was found, with the numbers of all transcripts."""
        channels = sorted(self._transcripts, key=lambda channel_id: -self._transcripts[channel_id])
        numbers: set[int] = set()
        for channel_id in channels:
            async for message in self._messages(channel_id):
                numbers |= posted.transcript_numbers(message)
        return Traces(
            guild=guild,
            panels=sorted(self._panels, key=lambda found: -found.message_id),
            tickets=sorted(self._tickets, key=lambda found: found.channel.id),
            transcript_channels=channels,
            transcripts=frozenset(numbers),
            members=await self._members(guild.id),
            unreadable=self._unreadable,
        )

    async def _members(self, guild_id: GuildId) -> Mapping[UserId, Member]:
        """Return members, and of users who left those whom a notice names."""
        found: dict[UserId, Member] = {}
        for ticket in self._tickets:
            history = ticket.history
            own = (one.id for one in ticket.channel.overwrites if one.kind is OverwriteKind.MEMBER)
            wanted = {ticket.topic.opener_id, history.claimer_id, history.closer_id, *map(UserId, own)}
            for user_id in wanted - {None, self._bot_id, *found}:
                assert user_id is not None, "taken out"
                found[user_id] = await self._member(guild_id, user_id, history.names.get(user_id, ""))
        return {user_id: member for user_id, member in found.items() if member.display_name}

    async def _member(self, guild_id: GuildId, user_id: UserId, name: str) -> Member:
        """Return a member; one who left has the given name, and no roles."""
        try:
            async with api_errors.translate_errors():
                member = await api.fetch_member(self._rest, guild_id, user_id)
        except errors.DiscordRefusedError:
            return Member(id=user_id, display_name=name)
        user: Mapping[str, Any] = member.get("user") or {}
        own = str(member.get("nick") or user.get("global_name") or "")
        return Member(
            id=user_id,
            display_name=naming.visible_name(own, str(user.get("username") or "")) or name,
            role_ids=frozenset(RoleId(int(role_id)) for role_id in member.get("roles") or ()),
            is_bot=bool(user.get("bot")),
        )

    async def _messages(self, channel_id: ChannelId, *, pages: int | None = None) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the bot's own messages, newest first, of some pages or all."""
        call, before = api_errors.call_in(channel_id), None
        while pages is None or pages > 0:
            page = await call(lambda before=before: api.fetch_messages(self._rest, channel_id, before=before))
            for message in page:
                if api.author_id(message) == self._bot_id:
                    yield message
            if len(page) < api.PAGE:
                return
            before = MessageId(int(page[-1]["id"]))
            pages = None if pages is None else pages - 1
