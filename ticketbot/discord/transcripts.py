"""TranscriptChannel: a channel's history, rendered, posted, and read back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import TYPE_CHECKING, Any, Final

import hikari

from ticketbot.discord import failures, history, survey, uploads
from ticketbot.discord.messages import Part
from ticketbot.discord.shelf import Shelf
from ticketbot.tickets import errors, naming
from ticketbot.tickets.model import (
    ATTACHMENT_LIMIT,
    Language,
    MessageId,
    PostedMessage,
    PostedTranscript,
    UploadedFile,
)
from ticketbot.transcripts import html
from ticketbot.transcripts.media import Missing, MissingReason
from ticketbot.transcripts.model import Locale, Names, Role, Transcript

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from ticketbot.discord.clients import Clients
    from ticketbot.discord.directory import Directory
    from ticketbot.discord.media import MediaFetcher
    from ticketbot.discord.messages import Phrasebook
    from ticketbot.discord.survey import Survey
    from ticketbot.discord.uploads import Bounds, FileToPost
    from ticketbot.tickets.model import ChannelId, GuildConfig, RawMessage, Ticket, UserId
    from ticketbot.transcripts.media import Media

_LOGGER = logging.getLogger(__name__)

_UPLOAD_SECONDS: Final = 300.0
"""For an upload or a long search, its repetitions included."""
_SMALL: Final = 2 * 1024 * 1024
"""Bytes of a message that is sent with the patience of any other call."""
_AT_ONCE: Final = 3
"""How many transcripts are made at the same time; each may take memory and room on the disk."""


class TranscriptChannel:
    """The part of the TicketChannels port that keeps what was said."""

    def __init__(
        self, clients: Clients, bot_id: UserId, directory: Directory, phrasebook: Phrasebook, media: MediaFetcher
    ) -> None:
        self._rest = clients.rest
        self._patient = clients.patient
        self._bot_id = bot_id
        self._directory = directory
        self._phrasebook = phrasebook
        self._media = media
        self._making = asyncio.Semaphore(_AT_ONCE)

    async def history(self, ticket: Ticket) -> AsyncIterator[Sequence[RawMessage]]:
        """Fetch the channel's messages page by page, newest first."""
        channel_id = ticket.channel_id
        assert channel_id is not None, "only a ticket with a channel has a history"

        is_empty = True
        async for page in self._pages(channel_id):
            is_empty = False
            yield page
        if is_empty:
            async with failures.translated(channel_id):
                await history.require_readable(self._rest, channel_id)

    async def with_threads(self, ticket: Ticket, messages: Sequence[RawMessage]) -> Sequence[RawMessage]:
        """Fetch the messages of each thread that the channel's messages tell of."""
        del ticket
        return await history.with_threads(messages, self._pages)

    async def find_transcript(
        self, ticket: Ticket, config: GuildConfig, history: Sequence[RawMessage]
    ) -> PostedTranscript | None:
        """Look among the messages that are younger than the first try to delete."""
        found = await self._earlier(ticket, config)
        if found and ticket.transcript_mark is not None:
            digest = await survey.digest(history)
            if survey.mark(digest, [message.files for message in found]) == ticket.transcript_mark:
                return PostedTranscript(messages=tuple(found))
        await self._remove(config.transcript_channel_id, found)
        return None

    async def post_transcript(
        self,
        ticket: Ticket,
        config: GuildConfig,
        history: Sequence[RawMessage],
        *,
        note: Callable[[str], Awaitable[Ticket]],
    ) -> PostedTranscript:
        """Fetch the files, render the pages, and post both; with less at once as long as it is too much."""
        async with self._making:
            with Shelf() as shelf:
                limit = ticket.attachment_limit or ATTACHMENT_LIMIT
                digest = await survey.digest(history)
                held = await survey.survey(history)
                media = await self._media.fetch(held.wanted, shelf, largest=limit)
                _tell_of_failures(ticket, media)
                transcript = await self._transcript(ticket, config, history, (held, media))
                for bound in uploads.bounds(limit):
                    shared = uploads.shared_out(await self._files(ticket, transcript(), bound), bound)
                    ticket = await note(survey.mark(digest, [[file.uploaded for file in files] for files in shared]))
                    with contextlib.suppress(errors.TranscriptTooLargeError):
                        return await self._post(ticket, config, shared, held.count)
        raise errors.TranscriptTooLargeError

    async def verify_transcript(self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript) -> None:
        """Fetch each message again and compare its files."""
        del ticket
        for message in posted.messages:
            async with failures.translated(config.transcript_channel_id, gone=errors.TranscriptNotVerifiedError):
                found = await self._rest.fetch_message(config.transcript_channel_id, message.id)
            files = tuple(UploadedFile(name=one.filename, size=one.size) for one in found.attachments)
            if files != message.files:
                raise errors.TranscriptNotVerifiedError

    def _pages(self, channel_id: ChannelId) -> AsyncIterator[Sequence[RawMessage]]:
        return history.pages(self._rest, channel_id, call=history.call_in(channel_id))

    async def _earlier(self, ticket: Ticket, config: GuildConfig) -> Sequence[PostedMessage]:
        assert ticket.archiving_since is not None, "an earlier try left its mark"
        ours = re.compile(rf"{re.escape(naming.transcript_file_name(ticket.number).removesuffix('.html'))}[.-].*")
        channel_id = config.transcript_channel_id
        call = history.call_in(channel_id, gone=errors.TranscriptChannelMissingError, bound=_UPLOAD_SECONDS)
        found: list[PostedMessage] = []
        async for message in history.since(self._rest, channel_id, ticket.archiving_since, call=call):
            posted = _posted(message)
            if int(message["author"]["id"]) == self._bot_id and any(ours.fullmatch(one.name) for one in posted.files):
                found.append(posted)
        return found

    async def _remove(self, channel_id: ChannelId, posted: Sequence[PostedMessage]) -> None:
        for message in posted:
            with contextlib.suppress(errors.ChannelGoneError):
                async with failures.translated(channel_id):
                    await self._rest.delete_message(channel_id, message.id)

    async def _post(
        self, ticket: Ticket, config: GuildConfig, shared: Sequence[Sequence[FileToPost]], count: int
    ) -> PostedTranscript:
        """Post all messages, or none: what is known to be there when one fails is taken away again."""
        posted: list[PostedMessage] = []
        try:
            for index, files in enumerate(shared):
                part = Part(number=index + 1, of=len(shared), message_count=count)
                posted.append(await self._post_part(ticket, config, files, part))
        except errors.TranscriptTooLargeError:
            await self._remove(config.transcript_channel_id, posted)
            raise
        except errors.TicketError:
            with contextlib.suppress(errors.TicketError):
                await self._remove(config.transcript_channel_id, posted)
            raise
        return PostedTranscript(messages=tuple(posted))

    async def _post_part(
        self, ticket: Ticket, config: GuildConfig, files: Sequence[FileToPost], part: Part
    ) -> PostedMessage:
        message = self._phrasebook.of(config).transcript(ticket, part)
        client = self._rest if sum(file.size for file in files) <= _SMALL else self._patient
        async with failures.translated(
            config.transcript_channel_id,
            gone=errors.TranscriptChannelMissingError,
            bound=_UPLOAD_SECONDS,
            uploads=True,
        ):
            posted = await client.create_message(
                config.transcript_channel_id,
                embeds=message.embeds,
                attachments=[uploads.StreamedFile(file) for file in files],
                # the revision makes it another message when the same deletion is tried again
                nonce=f"{ticket.press_id:x}.{ticket.revision:x}.{part.number:x}",
            )
        return PostedMessage(id=MessageId(int(posted.id)), files=tuple(file.uploaded for file in files))

    async def _files(self, ticket: Ticket, transcript: Transcript, bound: Bounds) -> Sequence[FileToPost]:
        """Write the pages; others get their turn in between."""
        name = naming.transcript_file_name(ticket.number)
        rendering = html.Rendering(transcript, name=name, room=bound.room)
        for _ in rendering.steps():
            await asyncio.sleep(0)
        pages = map(uploads.FileToPost.of_page, rendering.pages)
        return [*pages, *map(uploads.FileToPost.of_moved, rendering.moved)]

    async def _transcript(
        self,
        ticket: Ticket,
        config: GuildConfig,
        history: Sequence[RawMessage],
        found: tuple[Survey, Mapping[str, Media]],
    ) -> Callable[[], Transcript]:
        """Put together what the pages tell, as often as they are written."""
        held, media = found
        names = await self._directory.names(ticket.guild_id)
        met = self._directory.met(ticket.guild_id, {*held.names, *_named(ticket)})
        people = {**held.names, **_named(ticket), **{member.id: member.display_name for member in met}}
        claimer = None if ticket.claimer_id is None else people.get(ticket.claimer_id, str(ticket.claimer_id))
        since = ticket.press_id if ticket.archiving_since is None else ticket.archiving_since
        return lambda: Transcript(
            messages=survey.decoded(history),
            guild_name=names.guild,
            guild_id=ticket.guild_id,
            channel_name=names.channels.get(ticket.channel_id or 0, ""),
            channel_id=ticket.channel_id,
            number=ticket.number,
            opener=ticket.opener_name,
            claimer=claimer,
            opened_at=ticket.created_at,
            closed_at=ticket.closed_at,
            deleted_at=int(hikari.Snowflake(since).created_at.timestamp() * 1000),
            names=Names(
                users=people,
                user_colors={member.id: names.color_of(member) for member in met},
                roles={role_id: Role(name=name, color=color) for role_id, (name, color) in names.roles.items()},
                channels=names.channels,
            ),
            media=media,
            locale=Locale(config.language or Language.FRENCH),
        )


def _named(ticket: Ticket) -> Mapping[int, str]:
    """Tell the names that the record remembers: of those who had to do with the ticket, whether they wrote or not."""
    known = (
        (ticket.closer_id, ticket.closer_name),
        (ticket.claimer_id, ticket.claimer_name),
        (ticket.opener_id, ticket.opener_name),
    )
    return {user_id: name for user_id, name in known if user_id is not None and name is not None}


def _tell_of_failures(ticket: Ticket, media: Mapping[str, Media]) -> None:
    """Tell the operator of files that could not be fetched although Discord may have them; the page tells readers."""
    failed = sum(isinstance(one, Missing) and one.reason is MissingReason.FAILED for one in media.values())
    if failed:
        place = f"ticket {ticket.number} of server {ticket.guild_id}"
        _LOGGER.warning("%s files of %s could not be fetched; can Discord's media hosts be reached?", failed, place)


def _posted(message: Mapping[str, Any]) -> PostedMessage:
    files = tuple(UploadedFile(name=one["filename"], size=one["size"]) for one in message["attachments"])
    return PostedMessage(id=MessageId(int(message["id"])), files=files)
