"""Download the files of a transcript while Discord still has them: only from its hosts and within bounds."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Final

import aiohttp
import attrs
import yarl

from ticketbot.archive import filetypes
from ticketbot.archive.media_spool import SpooledFile
from ticketbot.tickets import errors
from ticketbot.transcripts.model.media import HOSTS, Inlined, Media, MediaKind, Missing, MissingReason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ticketbot.archive.media_spool import MediaSpool
    from ticketbot.transcripts.model.media import MediaReference

_MOST_FILES: Final = 5000
_KIB: Final = 1024
_LARGEST: Final = {
    MediaKind.AVATAR: 256 * _KIB,
    MediaKind.EMOJI: 256 * _KIB,
    MediaKind.ICON: 256 * _KIB,
    MediaKind.STICKER: 2048 * _KIB,
    MediaKind.THUMBNAIL: 2048 * _KIB,
}
"""Bytes of one file, for those that are small by nature."""
_SIZE: Final = 200 * 1024 * _KIB
_SECONDS: Final = 120.0
_FILE_SECONDS: Final = 40.0
_CONNECT_SECONDS: Final = 5.0
_AT_ONCE: Final = 6
_TRIES: Final = 2
_PAUSE: Final = 0.5
_PIECE: Final = 64 * _KIB
_WRITTEN_OUT: Final = re.compile(r"[!-~]+")
_GONE: Final = frozenset({403, 404, 410})


class MediaFetcher:
    """Downloads files.

    ``base`` is where all hosts are found instead, each as ``base/host/…``: for trials without Discord. At most
    ``size`` bytes and ``seconds`` are spent on one transcript.
    """

    def __init__(self, base: str | None = None, *, size: int = _SIZE, seconds: float = _SECONDS) -> None:
        self._base = None if base is None else base.rstrip("/")
        self._size = size
        self._seconds = seconds

    async def fetch(self, wanted: Sequence[MediaReference], spool: MediaSpool, *, largest: int) -> Mapping[str, Media]:
        """Download files, small ones first; a file that cannot be downloaded comes with the reason.

        ``largest`` is how many bytes one file may have to be posted again.

        Raises
        ------
        TemporaryFolderFullError
            The spool has no room: what Discord still has must not be lost for that.
        """
        fetching = _Fetching(self, spool, largest, self._size)
        queue = iter(sorted(wanted[:_MOST_FILES], key=lambda one: one.size or 0))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._seconds), _session() as session, asyncio.TaskGroup() as group:
                for _ in range(min(_AT_ONCE, len(wanted))):
                    group.create_task(fetching.work(queue, session))
        if fetching.trouble is not None:
            raise fetching.trouble
        late = dict.fromkeys((one.url for one in wanted[:_MOST_FILES]), Missing(reason=MissingReason.FAILED))
        left_out = dict.fromkeys((one.url for one in wanted[_MOST_FILES:]), Missing(reason=MissingReason.NO_ROOM))
        return {**left_out, **late, **fetching.done}

    def address(self, url: str) -> yarl.URL | None:
        """Return the address that a file is downloaded from; None if its host is not Discord's."""
        try:
            # as it is, where it can be: Discord signs addresses to the letter
            parsed = yarl.URL(url, encoded=_WRITTEN_OUT.fullmatch(url) is not None)
            port = parsed.explicit_port
        except ValueError:
            return None
        if parsed.scheme != "https" or parsed.host not in HOSTS or port is not None or parsed.user or parsed.password:
            return None
        if self._base is None:
            return parsed
        return yarl.URL(f"{self._base}/{parsed.host}{parsed.raw_path_qs}", encoded=True)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "identity"},
        timeout=aiohttp.ClientTimeout(total=_FILE_SECONDS, connect=_CONNECT_SECONDS),
        connector=aiohttp.TCPConnector(limit=_AT_ONCE),
    )


def _missing(reason: MissingReason, wanted: MediaReference, size: int | None = None) -> Missing:
    return Missing(reason=reason, size=size or wanted.size)


@attrs.define
class _Fetching:
    """The downloads of one transcript."""

    _fetcher: MediaFetcher
    _spool: MediaSpool
    _largest: int
    _left: int
    done: dict[str, Media] = attrs.field(factory=dict[str, "Media"], init=False)
    trouble: errors.StoreUnavailableError | None = attrs.field(default=None, init=False)

    async def work(self, queue: Iterator[MediaReference], session: aiohttp.ClientSession) -> None:
        """Download one file after the other."""
        for wanted in queue:
            try:
                self.done[wanted.url] = await self._file(wanted, session)
            except errors.StoreUnavailableError as error:
                self.trouble = error
            if self.trouble is not None:
                return

    async def _file(self, wanted: MediaReference, session: aiohttp.ClientSession) -> Media:
        address = self._fetcher.address(wanted.url)
        if address is None:
            return _missing(MissingReason.FOREIGN, wanted)
        limit = min(self._largest, _LARGEST.get(wanted.kind, self._largest))
        if wanted.size is not None and wanted.size > limit:
            return _missing(MissingReason.TOO_LARGE, wanted)
        if wanted.size is not None and wanted.size > self._left:
            return _missing(MissingReason.NO_ROOM, wanted)
        self._left -= wanted.size or 0
        for tries_left in reversed(range(_TRIES)):
            try:
                return await self._once(wanted, address, session, limit)
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
                if tries_left:
                    await asyncio.sleep(_PAUSE)
        return _missing(MissingReason.FAILED, wanted)

    async def _once(
        self, wanted: MediaReference, address: yarl.URL, session: aiohttp.ClientSession, limit: int
    ) -> Media:
        async with session.get(address, allow_redirects=False) as response:
            if response.status in _GONE:
                return _missing(MissingReason.GONE, wanted)
            if response.status != 200:  # noqa: PLR2004 - HTTP's "OK"
                raise aiohttp.ClientResponseError(response.request_info, (), status=response.status)
            arriving = await self._body(wanted, response, limit)
        if isinstance(arriving, MissingReason):
            return _missing(arriving, wanted, response.content_length)
        family = wanted.content_type.partition("/")[0] or "image"
        return Inlined(
            content=await arriving.end(), content_type=filetypes.content_type(arriving.beginning, family=family)
        )

    async def _body(
        self, wanted: MediaReference, response: aiohttp.ClientResponse, limit: int
    ) -> SpooledFile | MissingReason:
        arriving = SpooledFile(self._spool)
        async for piece in response.content.iter_chunked(_PIECE):
            if arriving.size + len(piece) > limit:
                return MissingReason.TOO_LARGE
            if not wanted.size:
                if len(piece) > self._left:
                    return MissingReason.NO_ROOM
                self._left -= len(piece)
            await arriving.add(piece)
            if wanted.size and arriving.size > wanted.size:
                break
        if wanted.size and arriving.size != wanted.size:
            raise aiohttp.ClientPayloadError  # it is not what Discord tells of
        return arriving
