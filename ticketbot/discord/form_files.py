"""The files of a form in a ticket's channel, posted after the welcome, with the reason where one is missing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs
import hikari

from ticketbot.discord import api_errors
from ticketbot.tickets import errors
from ticketbot.tickets.form_files import FileProblem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from ticketbot.discord.clients import Clients
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.form_files import FormFile
    from ticketbot.tickets.model import ChannelId, GuildConfig, Ticket

_SECONDS: Final = 300.0
"""For an upload, its repetitions included."""
_REFUSALS: Final = (errors.DiscordRefusedError, errors.TranscriptTooLargeError, errors.MissingPermissionsError)


@attrs.frozen(kw_only=True)
class FetchedFile:
    """A file of a form that can be sent, or why it cannot."""

    asked: FormFile
    resource: hikari.files.Resource[Any] | None = None
    problem: FileProblem | None = None


class FormFiles(Protocol):
    """Downloads the files of forms."""

    def fetched(self, files: Sequence[FormFile], /) -> AbstractAsyncContextManager[Sequence[FetchedFile]]:
        """Return a context manager in which the files that could be had can be sent."""
        ...


@attrs.frozen(kw_only=True)
class FormFilePoster:
    """Posts the files of forms."""

    clients: Clients
    catalog: MessageCatalog
    files: FormFiles

    async def post(self, ticket: Ticket, config: GuildConfig, files: Sequence[FormFile], index: int) -> None:
        """Post files as one message, which names those that cannot be had or that Discord refuses.

        ``index`` is the message's place among those that belong to the ticket's notice.
        """
        assert ticket.channel_id is not None, "only a ticket with a channel is shown"
        channel_id, nonce = ticket.channel_id, f"{ticket.interaction_id}-{index}"
        async with self.files.fetched(files) as fetched:
            try:
                await self._post(channel_id, config, fetched, nonce)
            except _REFUSALS:
                accepted = [await self._tried(channel_id, config, one) for one in fetched]
                await self._post(channel_id, config, accepted, nonce)

    async def _tried(self, channel_id: ChannelId, config: GuildConfig, file: FetchedFile) -> FetchedFile:
        """Return a file as it is if Discord takes it by itself: it does not say which of several it refuses."""
        if file.resource is None:
            return file
        try:
            message_id = await self._post(channel_id, config, [file], None)
        except errors.TranscriptTooLargeError:
            return attrs.evolve(file, resource=None, problem=FileProblem.TOO_LARGE)
        except _REFUSALS:
            return attrs.evolve(file, resource=None, problem=FileProblem.REFUSED)
        with contextlib.suppress(errors.TicketError):
            async with api_errors.translate_errors(channel_id):
                await self.clients.rest.delete_message(channel_id, message_id)
        return file

    async def _post(
        self, channel_id: ChannelId, config: GuildConfig, files: Sequence[FetchedFile], nonce: str | None
    ) -> int:
        message = self.catalog.of(config).form_files([(one.asked, one.problem) for one in files])
        resources = [one.resource for one in files if one.resource is not None]
        async with api_errors.translate_errors(channel_id, bound=_SECONDS, uploads=True):
            posted = await (self.clients.uploads if resources else self.clients.rest).create_message(
                channel_id,
                embeds=message.embeds,
                attachments=resources,
                nonce=hikari.UNDEFINED if nonce is None else nonce,
            )
            return int(posted.id)
