"""TranscriptChannel: a channel's history, rendered, posted, and read back."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING

import hikari

from ticketbot.discord import failures, raw
from ticketbot.tickets import errors, naming
from ticketbot.tickets.model import Language, MessageId, PostedTranscript, UploadedFile
from ticketbot.transcripts import decode, html
from ticketbot.transcripts.model import Locale, Names, Role, Transcript

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from ticketbot.discord.directory import Directory, GuildNames
    from ticketbot.discord.messages import Phrasebook
    from ticketbot.tickets.model import ChannelId, GuildConfig, RawMessage, Ticket, UserId


class TranscriptChannel:
    """The part of the TicketChannels port that keeps what was said."""

    def __init__(
        self, rest: hikari.api.RESTClient, bot_id: UserId, directory: Directory, phrasebook: Phrasebook
    ) -> None:
        self._rest = rest
        self._bot_id = bot_id
        self._directory = directory
        self._phrasebook = phrasebook

    async def history(self, ticket: Ticket) -> AsyncIterator[Sequence[RawMessage]]:
        """Fetch the channel's messages in pages of a hundred; a short page is the last."""
        assert ticket.channel_id is not None, "only a ticket with a channel has a history"
        before: MessageId | None = None
        while True:
            async with failures.translated(ticket.channel_id):
                page = await raw.messages(self._rest, ticket.channel_id, before=before)
            if page:
                yield page
            if len(page) < raw.PAGE:
                return
            before = MessageId(int(page[-1]["id"]))

    async def post_transcript(
        self, ticket: Ticket, config: GuildConfig, history: Sequence[RawMessage], *, again: bool
    ) -> PostedTranscript:
        """Render the page and post it under its embed; an equal one of an earlier try is as good."""
        page = await self._render(ticket, config, history)
        name = naming.transcript_file_name(ticket.number)
        if again:
            earlier = await self._find(ticket, config, name)
            if earlier is not None and earlier.files == (UploadedFile(name=name, size=len(page)),):
                return earlier
            if earlier is not None:
                await self._remove(config.transcript_channel_id, earlier)
        message = self._phrasebook.of(config).transcript(ticket)
        async with failures.translated(
            config.transcript_channel_id, gone=errors.TranscriptChannelMissingError, bound=_UPLOAD_BOUND
        ):
            posted = await self._rest.create_message(
                config.transcript_channel_id,
                embeds=message.embeds,
                attachment=hikari.Bytes(page, name, mimetype="text/html"),
                nonce=str(ticket.press_id),
            )
        return PostedTranscript(message_id=MessageId(int(posted.id)), files=(UploadedFile(name=name, size=len(page)),))

    async def verify_transcript(self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript) -> None:
        """Fetch the message again and compare its files."""
        del ticket
        async with failures.translated(config.transcript_channel_id, gone=errors.TranscriptNotVerifiedError):
            message = await self._rest.fetch_message(config.transcript_channel_id, posted.message_id)
        if _files(message) != posted.files:
            raise errors.TranscriptNotVerifiedError

    async def _find(self, ticket: Ticket, config: GuildConfig, name: str) -> PostedTranscript | None:
        """Look among the messages that are younger than the first try to delete."""
        assert ticket.archiving_since is not None, "an earlier try left its mark"
        async with failures.translated(
            config.transcript_channel_id, gone=errors.TranscriptChannelMissingError, bound=_UPLOAD_BOUND
        ):
            async for message in self._rest.fetch_messages(config.transcript_channel_id, after=ticket.archiving_since):
                files = _files(message)
                if any(file.name == name for file in files) and message.author.id == self._bot_id:
                    return PostedTranscript(message_id=MessageId(int(message.id)), files=files)
        return None

    async def _remove(self, channel_id: ChannelId, posted: PostedTranscript) -> None:
        async with failures.translated(channel_id, gone=errors.TranscriptChannelMissingError):
            await self._rest.delete_message(channel_id, posted.message_id)

    async def _render(self, ticket: Ticket, config: GuildConfig, history: Sequence[RawMessage]) -> bytes:
        """Write the page; others get their turn in between."""
        names = await self._directory.names(ticket.guild_id)
        rendering = html.Rendering(_transcript(ticket, history, names, Locale(config.language or Language.FRENCH)))
        for _ in rendering.steps():
            await asyncio.sleep(0)
        out = io.StringIO()
        for page in rendering.pages:
            out.writelines(chunk.decode() for chunk in page.chunks())
        return out.getvalue().encode()


def _transcript(ticket: Ticket, history: Sequence[RawMessage], names: GuildNames, locale: Locale) -> Transcript:
    """Put together what the page tells; the same history always gives the same page."""
    authors = {message.author.id: message.author.name for message in decode.messages(history)}
    claimer = None if ticket.claimer_id is None else authors.get(ticket.claimer_id, str(ticket.claimer_id))
    since = ticket.press_id if ticket.archiving_since is None else ticket.archiving_since
    return Transcript(
        messages=decode.messages(history),
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
            users={ticket.opener_id: ticket.opener_name},
            roles={role_id: Role(name=name, color=color) for role_id, (name, color) in names.roles.items()},
            channels=names.channels,
        ),
        locale=locale,
    )


def _files(message: hikari.Message) -> tuple[UploadedFile, ...]:
    return tuple(UploadedFile(name=attachment.filename, size=attachment.size) for attachment in message.attachments)


_UPLOAD_BOUND = 120.0
"""Seconds for an upload or a long search."""
