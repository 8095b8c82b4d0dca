"""The TranscriptArchive port on hikari: renders a channel's history, posts it, and reads it back."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import attrs
import hikari

from ticketbot import time_zones
from ticketbot.archive import scan, uploads
from ticketbot.archive.media_spool import MediaSpool
from ticketbot.archive.transcript_channel import FilesRefusedError, TranscriptChannel
from ticketbot.discord import api, api_errors, threads
from ticketbot.discord import history as channel_history
from ticketbot.tickets import errors, naming
from ticketbot.tickets.model import (
    ATTACHMENT_LIMIT,
    Language,
    PostedTranscript,
)
from ticketbot.transcripts.model.media import Inlined, Missing, MissingReason, guild_icon_url
from ticketbot.transcripts.model.transcript import Locale, Names, Role, Transcript
from ticketbot.transcripts.rendering import html

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from ticketbot.archive.media import MediaFetcher
    from ticketbot.archive.uploads import OutgoingFile
    from ticketbot.discord.clients import Clients
    from ticketbot.discord.name_cache import NameCache
    from ticketbot.discord.threads import Thread
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import ChannelId, GuildConfig, History, RawMessage, Ticket, UserId
    from ticketbot.transcripts.model.media import Media

_LOGGER = logging.getLogger(__name__)

_TRIES: Final = 10
"""How often a transcript is posted without the files that Discord refused, more each time."""
_NAMINGS: Final = 3
"""How often pages are finished until the names of the files fit the messages; longer names move a file seldom."""
_AT_ONCE: Final = 3
"""How many transcripts are made at the same time; each may take memory and room on the disk."""


class HikariTranscriptArchive:
    """Fits the TranscriptArchive port."""

    def __init__(  # noqa: PLR0913  # what it posts with
        self,
        clients: Clients,
        bot_id: UserId,
        name_cache: NameCache,
        catalog: MessageCatalog,
        media: MediaFetcher,
        *,
        time_zone: tzinfo | None = None,
    ) -> None:
        self._rest = clients.rest
        self._channel = TranscriptChannel(clients=clients, bot_id=bot_id, catalog=catalog)
        self._bot_id = bot_id
        self._name_cache = name_cache
        self._time_zone = time_zone
        self._media = media
        self._threads = threads.ThreadFinder(clients.rest)
        self._making = asyncio.Semaphore(_AT_ONCE)

    async def history(self, ticket: Ticket) -> History:
        """Fetch the channel's messages, and find its threads meanwhile, then fetch theirs."""
        channel_id = _channel_of(ticket)
        found, messages = await asyncio.gather(self._find_threads(ticket), self._messages(channel_id))
        history = await channel_history.with_threads(channel_id, messages, found, self._pages)
        if not await scan.may_be_hidden(history.messages, self._bot_id):
            return history
        async with api_errors.translate_errors():
            flags = int((await api.fetch_application(self._rest)).get("flags") or 0)
        is_hidden = not flags & api.MESSAGE_CONTENT
        if is_hidden:
            _LOGGER.warning("Discord hides what members write: switch on Message Content Intent in its portal")
        return attrs.evolve(history, is_content_hidden=is_hidden)

    async def has_new_messages(self, ticket: Ticket, history: History) -> bool:
        """Compare the newest messages of the channel and of its threads with those of a history."""
        channel_id = _channel_of(ticket)
        found, page = await asyncio.gather(self._find_threads(ticket), anext(aiter(self._pages(channel_id)), ()))
        return channel_history.has_new_messages(history, channel_id, page, found)

    async def find_transcript(self, ticket: Ticket, config: GuildConfig, history: History) -> PostedTranscript | None:
        """Return the transcript that an earlier attempt posted, if it is whole; delete what is not."""
        found = await self._channel.find(ticket, config)
        if found and ticket.transcript_mark is not None:
            digest = await scan.digest(history.messages)
            if scan.mark(digest, [message.files for message in found]) == ticket.transcript_mark:
                return PostedTranscript(messages=tuple(found))
        await self._channel.remove(config, found)
        return None

    async def post_transcript(
        self,
        ticket: Ticket,
        config: GuildConfig,
        history: History,
        *,
        note: Callable[[str], Awaitable[Ticket]],
    ) -> PostedTranscript:
        """Render the messages, download their files, and post both; in smaller parts as long as Discord refuses."""
        async with self._making:
            with MediaSpool() as spool:
                limit = ticket.attachment_limit or ATTACHMENT_LIMIT
                scanned = await scan.scan(history.messages)
                transcript = await self._transcript(ticket, config, history, scanned.names)
                media: Mapping[str, Media] | None = None
                for bound in uploads.upload_limits(limit):
                    for tries_left in reversed(range(_TRIES)):
                        renderer = html.TranscriptRenderer(
                            transcript(), name=naming.transcript_file_name(ticket.number), limits=bound.page_limits
                        )
                        await run_steps(renderer.render_messages())
                        if media is None:
                            media = await self._media.fetch(renderer.media_references, spool, largest=limit)
                            _log_failures(ticket, media)
                        shared = await _finish(renderer, media, bound)
                        marked = scan.mark(scanned.digest, [[file.uploaded for file in files] for files in shared])
                        ticket = await note(marked)
                        try:
                            return await self._channel.post(ticket, config, shared)
                        except errors.TranscriptTooLargeError:
                            break
                        except FilesRefusedError as error:
                            media = _without(media, error)
                            if not tries_left:
                                raise errors.DiscordRefusedError(error.code) from error
        raise errors.TranscriptTooLargeError

    async def verify_transcript(self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript) -> None:
        """Fetch each posted message and compare its files."""
        del ticket
        await self._channel.verify(config, posted)

    async def find_duplicate(
        self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript
    ) -> PostedTranscript | None:
        """Search the transcript channel for other messages with the ticket's file."""
        own = {message.id for message in posted.messages}
        others = [message for message in await self._channel.find(ticket, config) if message.id not in own]
        return PostedTranscript(messages=tuple(others)) if others else None

    async def delete_transcript(self, config: GuildConfig, posted: PostedTranscript) -> None:
        """Delete each message that still exists."""
        await self._channel.remove(config, posted.messages)

    async def _messages(self, channel_id: ChannelId) -> Sequence[RawMessage]:
        """Fetch all messages of the channel itself, oldest first."""
        found: list[RawMessage] = []
        async for page in self._pages(channel_id):
            found.extend(page)
        if not found:
            async with api_errors.translate_errors(channel_id):
                await channel_history.require_readable(self._rest, channel_id)
        found.reverse()
        return found

    async def _find_threads(self, ticket: Ticket) -> Sequence[Thread]:
        channel_id = _channel_of(ticket)
        return await self._threads.find(ticket.guild_id, channel_id, api_errors.call_in(channel_id))

    def _pages(self, channel_id: ChannelId) -> AsyncIterator[Sequence[RawMessage]]:
        return channel_history.pages(self._rest, channel_id, call=api_errors.call_in(channel_id))

    async def _transcript(
        self,
        ticket: Ticket,
        config: GuildConfig,
        history: History,
        author_names: Mapping[int, str],
    ) -> Callable[[], Transcript]:
        """Return what creates the transcript, as often as it is rendered."""
        names = await self._name_cache.names(ticket.guild_id)
        deleter_id = ticket.deleter_id
        known = {*author_names, *_named(ticket), *(() if deleter_id is None else (deleter_id,))}
        members = self._name_cache.lookup(ticket.guild_id, known)
        people = {**author_names, **_named(ticket), **{member.id: member.display_name for member in members}}
        claimer = None if ticket.claimer_id is None else people.get(ticket.claimer_id, str(ticket.claimer_id))
        locale = Locale(config.language or Language.FRENCH)
        since = ticket.interaction_id if ticket.archiving_since is None else ticket.archiving_since
        return lambda: Transcript(
            messages=scan.parse_messages(history.messages),
            guild_name=names.guild,
            guild_id=ticket.guild_id,
            channel_name=names.channels.get(ticket.channel_id or 0, ""),
            channel_id=ticket.channel_id,
            number=ticket.number,
            opener=ticket.opener_name,
            opened_by=ticket.opened_by_name,
            claimer=claimer,
            opened_at=ticket.created_at,
            closed_at=ticket.closed_at,
            closer=ticket.closer_name,
            close_reason=ticket.close_reason,
            deleter=None if deleter_id is None else people.get(deleter_id, str(deleter_id)),
            guild_icon_url=guild_icon_url(ticket.guild_id, names.icon),
            is_content_hidden=history.is_content_hidden,
            deleted_at=int(hikari.Snowflake(since).created_at.timestamp() * 1000),
            names=Names(
                users=people,
                user_colors={member.id: names.color_of(member) for member in members},
                roles={role_id: Role(name=name, color=color) for role_id, (name, color) in names.roles.items()},
                channels=names.channels,
                threads=history.threads,
            ),
            time_zone=time_zones.of_server(config.time_zone, self._time_zone, locale),
            locale=locale,
        )


def _channel_of(ticket: Ticket) -> ChannelId:
    assert ticket.channel_id is not None, "only a ticket with a channel has a history"
    return ticket.channel_id


def _named(ticket: Ticket) -> Mapping[int, str]:
    """Return the names in the ticket: of its opener, claimer and closer, whether they wrote or not."""
    known = (
        (ticket.closer_id, ticket.closer_name),
        (ticket.claimer_id, ticket.claimer_name),
        (ticket.opened_by_id, ticket.opened_by_name),
        (ticket.opener_id, ticket.opener_name),
    )
    return {user_id: name for user_id, name in known if user_id is not None and name is not None}


async def run_steps(steps: Iterator[None]) -> None:
    """Take the steps of a rendering, and let other tasks run in between."""
    for _ in steps:
        await asyncio.sleep(0)


async def _finish(
    renderer: html.TranscriptRenderer, media: Mapping[str, Media], bound: uploads.UploadLimits
) -> Sequence[Sequence[OutgoingFile]]:
    """Return the files of each message; where there are several, those beside the pages are named after theirs."""
    parts: Mapping[str, int] = {}
    shared: Sequence[Sequence[OutgoingFile]] = ()
    for _ in range(_NAMINGS):
        await run_steps(renderer.finish(media, parts))
        shared = uploads.split_into_messages(_outgoing_files(renderer), bound)
        found = {file.url: part for part, files in enumerate(shared, start=1) for file in files if file.url is not None}
        if len(shared) == 1 or found == parts:
            break
        parts = found
    return shared


def _without(media: Mapping[str, Media], error: FilesRefusedError) -> Mapping[str, Media]:
    """Return the files with those that Discord does not take left out."""
    kept = dict(media)
    for url in error.urls:
        file = media[url]
        kept[url] = Missing(reason=error.reason, size=len(file.content) if isinstance(file, Inlined) else None)
    return kept


def _outgoing_files(renderer: html.TranscriptRenderer) -> Sequence[OutgoingFile]:
    pages = map(uploads.OutgoingFile.of_page, renderer.pages)
    return [*pages, *map(uploads.OutgoingFile.of_separate_file, renderer.separate_files)]


def _log_failures(ticket: Ticket, media: Mapping[str, Media]) -> None:
    """Warn of files that could not be downloaded although Discord may have them; the page says so to its readers."""
    failed = sum(isinstance(one, Missing) and one.reason is MissingReason.FAILED for one in media.values())
    if failed:
        place = f"ticket {ticket.number} of server {ticket.guild_id}"
        _LOGGER.warning("%s files of %s could not be fetched; can Discord's media hosts be reached?", failed, place)
