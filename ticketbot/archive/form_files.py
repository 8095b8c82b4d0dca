"""The files of a form: downloaded at once, since their links expire, and checked by name and first bytes."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import attrs

from ticketbot.archive import filetypes
from ticketbot.archive.media_spool import MediaSpool
from ticketbot.archive.uploads import OutgoingFile, StreamedFile
from ticketbot.discord.form_files import FetchedFile
from ticketbot.tickets import errors
from ticketbot.tickets.form_files import TOGETHER_LIMIT, FileProblem, extension_of
from ticketbot.transcripts.model.media import Inlined, Media, MediaKind, MediaReference, Missing, MissingReason

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from ticketbot.archive.media import MediaFetcher
    from ticketbot.tickets.form_files import FormFile, SubmittedFile


@attrs.frozen
class FormFileFetcher:
    """Fits the FormFiles port."""

    media: MediaFetcher

    @contextlib.asynccontextmanager
    async def fetched(self, files: Sequence[FormFile], /) -> AsyncGenerator[Sequence[FetchedFile]]:
        """Download the files that their questions accept; they can be read inside the context manager alone."""
        wanted = [_reference(asked) for asked in files if asked.is_allowed]
        with MediaSpool() as spool:
            found: Mapping[str, Media] = {}
            with contextlib.suppress(errors.TemporaryFolderFullError):
                found = await self.media.fetch(wanted, spool, largest=TOGETHER_LIMIT)
            yield [_checked(asked, found.get(asked.file.url)) for asked in files]


async def content_of(media: MediaFetcher, file: SubmittedFile, *, largest: int) -> bytes | None:
    """Download a file that a member put into a form; None if it cannot be had, or has more than ``largest`` bytes."""
    if file.size > largest:
        return None
    with MediaSpool() as spool, contextlib.suppress(errors.TemporaryFolderFullError):
        found = (await media.fetch([_reference_to(file)], spool, largest=largest)).get(file.url)
        if isinstance(found, Inlined):
            return found.content[0 : len(found.content)]
    return None


def _reference(asked: FormFile) -> MediaReference:
    return _reference_to(asked.file)


def _reference_to(file: SubmittedFile) -> MediaReference:
    return MediaReference(url=file.url, kind=MediaKind.ATTACHMENT, name=file.name, size=file.size or None)


def _checked(asked: FormFile, media: Media | None) -> FetchedFile:
    if not asked.is_allowed:
        return FetchedFile(asked=asked, problem=FileProblem.NOT_ALLOWED)
    if not isinstance(media, Inlined):
        is_too_large = isinstance(media, Missing) and media.reason is MissingReason.TOO_LARGE
        return FetchedFile(asked=asked, problem=FileProblem.TOO_LARGE if is_too_large else FileProblem.LOST)
    if not filetypes.begins_like(extension_of(asked.file.name), media.content):
        return FetchedFile(asked=asked, problem=FileProblem.DISGUISED)
    outgoing = OutgoingFile.of_content(asked.file.name, media.content)
    return FetchedFile(asked=asked, resource=StreamedFile(outgoing))
