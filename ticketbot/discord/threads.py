"""The threads of a channel: active and archived, public and, where the bot may see them, private.

A message in the channel announces most public threads, but it may be deleted without its thread; nothing announces
private ones. Discord deletes all of them with the channel.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from ticketbot.discord import api, api_errors
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    import hikari

    from ticketbot.discord.api_errors import Call
    from ticketbot.tickets.model import GuildId

    Listing: TypeAlias = Mapping[str, Any]

_REFUSED_SECONDS: Final = 600.0
"""Seconds for which the bot is taken to lack Manage Threads in a server that refused it a list."""

_PRIVATE: Final = 12
"""The type of private threads."""

_MOST_GUILDS: Final = 10_000
"""How many servers are remembered for not letting the bot see all private threads."""


@attrs.frozen(kw_only=True)
class Thread:
    """A thread."""

    id: ChannelId
    name: str
    owner_id: int = 0
    """Who created it; 0 where Discord does not say."""
    is_private: bool = False
    last_message_id: int = 0
    """0 is a thread without messages; the message may have been deleted since."""
    is_archived: bool = False
    member_count: int | None = None
    """Members of the thread, whoever created it among them; Discord stops counting at 50. None: it does not say."""


class ThreadFinder:
    """Finds the threads of channels, and remembers where the bot lacks Manage Threads, to be refused less often."""

    def __init__(self, rest: hikari.api.RESTClient) -> None:
        self._rest = rest
        self._refused_until: dict[GuildId, float] = {}

    async def find(self, guild_id: GuildId, channel_id: ChannelId, call: Call) -> Sequence[Thread]:
        """Return the threads of a text channel that the bot may see, oldest first; three requests at least.

        ``call`` sends each request and translates its errors.

        Raises
        ------
        DiscordUnavailableError
            An answer lacks a field: what was said in a thread must not be lost.
        """
        public = self._archived(channel_id, api.ArchivedThreads.PUBLIC, call)
        return await self._merged(guild_id, channel_id, call, public)

    async def find_private(self, guild_id: GuildId, channel_id: ChannelId, call: Call) -> Sequence[Thread]:
        """Return the private ones of them, by two requests at least; raise the same error."""
        found = await self._merged(guild_id, channel_id, call)
        return [thread for thread in found if thread.is_private]

    async def _merged(
        self, guild_id: GuildId, channel_id: ChannelId, call: Call, *further: Awaitable[Sequence[Listing]]
    ) -> Sequence[Thread]:
        """Return active threads with archived private ones and further ones; a thread may move between the lists."""
        try:
            active, *archived = await asyncio.gather(
                self._active(guild_id, channel_id, call), self._archived_private(guild_id, channel_id, call), *further
            )
            found = {thread.id: thread for listed in (*archived, active) for thread in map(_thread, listed)}
        except api_errors.UNDECODABLE as error:
            raise errors.DiscordUnavailableError from error
        return sorted(found.values(), key=lambda thread: thread.id)

    async def _active(self, guild_id: GuildId, channel_id: ChannelId, call: Call) -> Sequence[Listing]:
        active: Listing = await call(lambda: api.fetch_active_threads(self._rest, guild_id))
        return [raw for raw in active["threads"] if raw.get("parent_id") == str(channel_id)]

    async def _archived_private(self, guild_id: GuildId, channel_id: ChannelId, call: Call) -> Sequence[Listing]:
        """Return all archived private threads, or those that the bot has joined where it may not see the others."""
        if time.monotonic() > self._refused_until.get(guild_id, 0.0):
            try:
                return await self._archived(channel_id, api.ArchivedThreads.PRIVATE, call)
            except errors.MissingPermissionsError:
                if len(self._refused_until) >= _MOST_GUILDS:
                    self._refused_until.clear()
                self._refused_until[guild_id] = time.monotonic() + _REFUSED_SECONDS
        return await self._archived(channel_id, api.ArchivedThreads.JOINED_PRIVATE, call)

    async def _archived(self, channel_id: ChannelId, kind: api.ArchivedThreads, call: Call) -> Sequence[Listing]:
        found: list[Listing] = []
        before: str | None = None
        while True:
            listing: Listing = await call(
                lambda before=before: api.fetch_archived_threads(self._rest, channel_id, kind, before=before)
            )
            found.extend(listing["threads"])
            if not listing.get("has_more") or not listing["threads"]:
                return found
            last = found[-1]
            is_by_id = kind is api.ArchivedThreads.JOINED_PRIVATE
            before = last["id"] if is_by_id else last["thread_metadata"]["archive_timestamp"]


def _thread(raw: Mapping[str, Any]) -> Thread:
    metadata: Mapping[str, Any] = raw.get("thread_metadata") or {}
    return Thread(
        id=ChannelId(int(raw["id"])),
        name=raw.get("name") or "",
        owner_id=int(raw.get("owner_id") or 0),
        is_private=raw.get("type") == _PRIVATE,
        last_message_id=int(raw.get("last_message_id") or 0),
        is_archived=bool(metadata.get("archived")),
        member_count=raw.get("member_count"),
    )
