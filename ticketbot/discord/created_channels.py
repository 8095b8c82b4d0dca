"""CreatedChannels: which of a server's channels the bot created for a ticket, and which of these may be deleted.

Discord does not say who created a channel, and staff may clone a ticket's channel with its topic and its overwrites.
A clone is younger than what it was cloned from, so of the channels with a creation's topic only the oldest can be ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticketbot.discord import guild_state
from ticketbot.texts import notices
from ticketbot.tickets import creations
from ticketbot.tickets.model import ChannelId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ticketbot.discord.guild_state import Channel
    from ticketbot.tickets.model import GuildId, Ticket


class CreatedChannels:
    """Tells the channels of a ticket's creations from their clones."""

    def __init__(self) -> None:
        self._seen: dict[tuple[GuildId, int, int], int] = {}
        """The first channel that was seen of each creation, of tickets with several: once it is deleted, the oldest
        that is left is a clone."""

    def find(self, ticket: Ticket, channels: Sequence[Channel]) -> Sequence[ChannelId]:
        """Return the channel that a reserved ticket is to have, then its duplicates."""
        ours = [(found[0], creation) for creation, found in self._ours(ticket, channels)]
        if not ours:
            return []
        chosen, creation = min(ours, key=lambda one: (one[0].last_message_id is None, one[0].id))
        return [ChannelId(chosen.id), *self._duplicates(ticket, channels, creation)]

    def duplicates(self, ticket: Ticket, channels: Sequence[Channel]) -> Sequence[ChannelId]:
        """Return the duplicates of an attached ticket's channel."""
        if not ticket.recreated_at:
            return []  # no other was ever created for it
        own = next((channel for channel in channels if channel.id == ticket.channel_id), None)
        creation = None if own is None else notices.creation_of(own.topic, ticket)
        return [] if creation is None else [*self._duplicates(ticket, channels, creation)]

    def _duplicates(self, ticket: Ticket, channels: Sequence[Channel], kept: int) -> Iterator[ChannelId]:
        """Yield the channels of other creations that have no message and, so far, no clone."""
        for creation, (oldest, *clones) in self._ours(ticket, channels):
            if creation == kept or clones or oldest.last_message_id is not None:
                continue
            if not creations.may_be_deleted(ticket, creation, ChannelId(oldest.id)):
                continue
            yield ChannelId(oldest.id)

    def _ours(self, ticket: Ticket, channels: Sequence[Channel]) -> Iterator[tuple[int, Sequence[Channel]]]:
        """Yield each creation of which the channel is there: its number, the channel, and the channel's clones."""
        by_creation: dict[int, list[Channel]] = {}
        for channel in sorted(channels, key=lambda channel: channel.id):
            creation = notices.creation_of(channel.topic, ticket) if channel.type == guild_state.TEXT_CHANNEL else None
            if creation is not None:
                by_creation.setdefault(creation, []).append(channel)
        for creation, found in by_creation.items():
            first = found[0].id
            if ticket.recreated_at:
                first = self._seen.setdefault((ticket.guild_id, ticket.number, creation), first)
            if first == found[0].id and creations.may_be_of(ticket, creation, ChannelId(first)):
                yield creation, found
