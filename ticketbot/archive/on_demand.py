"""Transcripts and files of forms, whose code is loaded after the start, or before that when the first is asked for.

Rendering and what it needs take a tenth of the time that the bot needs to start, in which no press is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
    from datetime import tzinfo

    from ticketbot.archive.posting import HikariTranscriptArchive
    from ticketbot.discord.clients import Clients
    from ticketbot.discord.form_files import FetchedFile
    from ticketbot.discord.name_cache import NameCache
    from ticketbot.texts.messages import MessageCatalog
    from ticketbot.tickets.form_files import FormFile, SubmittedFile
    from ticketbot.tickets.model import GuildConfig, History, PostedTranscript, Ticket, UserId

_MODULES: Final = (
    "ticketbot.archive.posting",
    "ticketbot.archive.media",
    "ticketbot.archive.form_files",
    "ticketbot.services.settings_file",
)

_SOON: Final = 5.0
"""Seconds. It is not left to the first transcript, which would wait for it, and might find the files of an upgrade."""

_FORM_FILES_SECONDS: Final = 45.0
"""For downloading the files of a form: nobody can close the ticket meanwhile."""


class Loader:
    """Loads the code once, in a thread: meanwhile other interactions are answered."""

    def __init__(self) -> None:
        self._loading: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Return when the code is loaded."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(_import_all))
        await asyncio.shield(self._loading)

    async def load_soon(self) -> None:
        """Load the code some seconds after the start, when what was interrupted is finished."""
        await asyncio.sleep(_SOON)
        await self.load()


def _import_all() -> None:
    gc.unfreeze()
    gc.collect()  # what the start left; it takes some time, which the start is spared
    for name in _MODULES:
        importlib.import_module(name)
    gc.freeze()  # what was loaded stays


@attrs.define(kw_only=True)
class LateTranscriptArchive:
    """Fits the TranscriptArchive port, by handing over to ``HikariTranscriptArchive``."""

    loader: Loader
    clients: Clients
    bot_id: UserId
    name_cache: NameCache
    catalog: MessageCatalog
    media_url: str | None = None
    time_zone: tzinfo | None = None
    _archive: HikariTranscriptArchive | None = None

    async def history(self, ticket: Ticket) -> History:
        return await (await self._loaded()).history(ticket)

    async def has_new_messages(self, ticket: Ticket, history: History) -> bool:
        return await (await self._loaded()).has_new_messages(ticket, history)

    async def find_transcript(self, ticket: Ticket, config: GuildConfig, history: History) -> PostedTranscript | None:
        return await (await self._loaded()).find_transcript(ticket, config, history)

    async def post_transcript(
        self,
        ticket: Ticket,
        config: GuildConfig,
        history: History,
        *,
        note: Callable[[str], Awaitable[Ticket]],
    ) -> PostedTranscript:
        return await (await self._loaded()).post_transcript(ticket, config, history, note=note)

    async def verify_transcript(self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript) -> None:
        await (await self._loaded()).verify_transcript(ticket, config, posted)

    async def find_duplicate(
        self, ticket: Ticket, config: GuildConfig, posted: PostedTranscript
    ) -> PostedTranscript | None:
        return await (await self._loaded()).find_duplicate(ticket, config, posted)

    async def delete_transcript(self, config: GuildConfig, posted: PostedTranscript) -> None:
        await (await self._loaded()).delete_transcript(config, posted)

    async def _loaded(self) -> HikariTranscriptArchive:
        await self.loader.load()
        if self._archive is None:
            from ticketbot.archive.media import MediaFetcher  # noqa: PLC0415 - see the module's text
            from ticketbot.archive.posting import HikariTranscriptArchive  # noqa: PLC0415 - as above

            self._archive = HikariTranscriptArchive(
                self.clients,
                self.bot_id,
                self.name_cache,
                self.catalog,
                MediaFetcher(self.media_url),
                time_zone=self.time_zone,
            )
        return self._archive


@attrs.frozen(kw_only=True)
class LateFormFiles:
    """Fits the FormFiles port, by handing over to ``FormFileFetcher``."""

    loader: Loader
    media_url: str | None = None

    @contextlib.asynccontextmanager
    async def fetched(self, files: Sequence[FormFile], /) -> AsyncGenerator[Sequence[FetchedFile]]:
        """Download the files; they can be read inside the context manager alone."""
        await self.loader.load()
        from ticketbot.archive.form_files import FormFileFetcher  # noqa: PLC0415 - see the module's text
        from ticketbot.archive.media import MediaFetcher  # noqa: PLC0415 - as above

        fetcher = FormFileFetcher(MediaFetcher(self.media_url, seconds=_FORM_FILES_SECONDS))
        async with fetcher.fetched(files) as found:
            yield found

    async def content_of(self, file: SubmittedFile, largest: int, /) -> bytes | None:
        """Download one file of a form; None if it cannot be had, or has more than ``largest`` bytes."""
        await self.loader.load()
        from ticketbot.archive import form_files  # noqa: PLC0415 - see the module's text
        from ticketbot.archive.media import MediaFetcher  # noqa: PLC0415 - as above

        fetcher = MediaFetcher(self.media_url, seconds=_FORM_FILES_SECONDS)
        return await form_files.content_of(fetcher, file, largest=largest)
