"""The messages of transcripts in their channel: posted, found again, read back, deleted."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.archive import uploads
from ticketbot.discord import api, api_errors
from ticketbot.discord import history as channel_history
from ticketbot.tickets import errors, naming
from ticketbot.tickets.model import MessageId, PostedMessage, PostedTranscript, UploadedFile
from ticketbot.transcripts.model.media import MissingReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticketbot.archive.uploads import OutgoingFile
    from ticketbot.discord.clients import Clients
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.model import GuildConfig, Ticket, UserId

_UPLOAD_SECONDS: Final = 300.0
"""For an upload or a long search, its repetitions included."""
_SMALL: Final = 2 * 1024 * 1024
"""Bytes of a message that is sent with the patience of any other call."""

_FILE_REFUSALS: Final[Mapping[int, MissingReason]] = {20009: MissingReason.EXPLICIT, 50046: MissingReason.REFUSED}
"""Discord's codes for a message one of whose files it does not take; it does not say which.

Source: Discord's documentation, "Opcodes and Status Codes", section "JSON": 20009 "explicit content cannot be sent",
50046 "invalid file uploaded".
"""


class FilesRefusedError(Exception):
    """Discord does not take some files of a transcript; ``urls`` are their addresses, ``code`` is its own."""

    def __init__(self, urls: Sequence[str], code: int) -> None:
        super().__init__(len(urls), code)
        self.urls = urls
        self.code = code

    @property
    def reason(self) -> MissingReason:
        """Why the files are not kept."""
        return _FILE_REFUSALS[self.code]


@attrs.frozen(kw_only=True)
class TranscriptChannel:
    """Posts transcripts, each in one message or several."""

    clients: Clients
    bot_id: UserId
    catalog: MessageCatalog

    async def find(self, ticket: Ticket, config: GuildConfig) -> Sequence[PostedMessage]:
        """Return the messages of a ticket's transcript that were posted since its deletion was first tried."""
        assert ticket.archiving_since is not None, "an earlier attempt set it"
        ours = re.compile(rf"{re.escape(naming.transcript_file_name(ticket.number).removesuffix('.html'))}[.-].*")
        channel_id = config.transcript_channel_id
        call = api_errors.call_in(channel_id, gone=errors.TranscriptChannelMissingError, bound=_UPLOAD_SECONDS)
        found: list[PostedMessage] = []
        async for message in channel_history.since(self.clients.rest, channel_id, ticket.archiving_since, call=call):
            posted = _posted(message)
            if api.author_id(message) == self.bot_id and any(ours.fullmatch(one.name) for one in posted.files):
                found.append(posted)
        return found

    async def verify(self, config: GuildConfig, posted: PostedTranscript) -> None:
        """Fetch each posted message and compare its files.

        Raises
        ------
        TranscriptNotVerifiedError
            A message or a file is missing, or a file's size differs.
        """
        channel_id = config.transcript_channel_id
        for message in posted.messages:
            async with api_errors.translate_errors(channel_id, gone=errors.TranscriptNotVerifiedError):
                files = _posted(await api.fetch_message(self.clients.rest, channel_id, message.id)).files
            if files != message.files:
                raise errors.TranscriptNotVerifiedError

    async def remove(self, config: GuildConfig, posted: Sequence[PostedMessage]) -> None:
        """Delete each message that still exists."""
        for message in posted:
            with contextlib.suppress(errors.ChannelGoneError):
                async with api_errors.translate_errors(config.transcript_channel_id):
                    await self.clients.rest.delete_message(config.transcript_channel_id, message.id)

    async def post(
        self, ticket: Ticket, config: GuildConfig, shared: Sequence[Sequence[OutgoingFile]]
    ) -> PostedTranscript:
        """Post all messages, or none: if one fails, those posted before it are deleted.

        Raises
        ------
        FilesRefusedError
            Discord does not take some of the files.
        """
        posted: list[PostedMessage] = []
        files: Sequence[OutgoingFile] = ()
        try:
            for number, files in enumerate(shared, start=1):
                posted.append(await self._post_part(ticket, config, files, str(number)))
        except errors.DiscordRefusedError as error:
            await self.remove(config, posted)
            refused = await self._find_refused(ticket, config, files) if error.code in _FILE_REFUSALS else ()
            if not refused:
                raise
            raise FilesRefusedError(refused, error.code) from error
        except errors.TranscriptTooLargeError:
            await self.remove(config, posted)
            raise
        except errors.TicketError:
            with contextlib.suppress(errors.TicketError):
                await self.remove(config, posted)
            raise
        return PostedTranscript(messages=tuple(posted))

    async def _find_refused(self, ticket: Ticket, config: GuildConfig, files: Sequence[OutgoingFile]) -> Sequence[str]:
        """Return the addresses of the files that Discord does not take: each is posted by itself, and deleted again."""
        beside = [(file, file.url) for file in files if file.url is not None]
        if len(beside) == 1:
            return [beside[0][1]]
        refused: list[str] = []
        for number, (file, url) in enumerate(beside, start=1):
            try:
                probe = await self._post_part(ticket, config, [file], f"p{number}")
            except errors.DiscordRefusedError as error:
                if error.code not in _FILE_REFUSALS:
                    raise
                refused.append(url)
            else:
                await self.remove(config, [probe])
        return refused

    async def _post_part(
        self, ticket: Ticket, config: GuildConfig, files: Sequence[OutgoingFile], part: str
    ) -> PostedMessage:
        message = self.catalog.of(config).transcript(ticket)
        expected = tuple(file.uploaded for file in files)
        is_small = sum(file.size for file in files) <= _SMALL
        async with api_errors.translate_errors(
            config.transcript_channel_id,
            gone=errors.TranscriptChannelMissingError,
            bound=_UPLOAD_SECONDS,
            uploads=True,
        ):
            with api_errors.ignore_answer():
                posted = await (self.clients.rest if is_small else self.clients.uploads).create_message(
                    config.transcript_channel_id,
                    embeds=message.embeds,
                    attachments=[uploads.StreamedFile(file) for file in files],
                    # the revision makes it another message when the same deletion is tried again
                    nonce=f"{ticket.interaction_id:x}.{ticket.revision:x}.{part}",
                )
                return PostedMessage(id=MessageId(int(posted.id)), files=expected)
        # it was posted, but its id could not be read from the answer
        found = [message for message in await self.find(ticket, config) if message.files == expected]
        if not found:
            raise errors.TranscriptNotVerifiedError
        return found[-1]


def _posted(message: Mapping[str, Any]) -> PostedMessage:
    files = tuple(
        UploadedFile(name=one.get("filename") or "", size=one.get("size") or 0)
        for one in message.get("attachments") or ()
    )
    return PostedMessage(id=MessageId(int(message["id"])), files=files)
