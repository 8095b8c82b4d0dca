"""A history looked through before it is rendered: what it is known by, whom it names, which files it would show."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from typing import TYPE_CHECKING, Final

import attrs
import orjson

from ticketbot.transcripts import decode, wanted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from ticketbot.tickets.model import RawMessage, UploadedFile
    from ticketbot.transcripts.media import WantedMedia
    from ticketbot.transcripts.model import TranscriptMessage

_AT_ONCE: Final = 50
"""Messages that are looked at before others get their turn: about a millisecond."""

_SIGNATURE: Final = re.compile(rb"\?ex=[0-9a-f]+&is=[0-9a-f]+&hm=[0-9a-f]+&?")
"""What Discord appends to the addresses of files, another one each time."""


@attrs.frozen(kw_only=True)
class Survey:
    """What a history holds."""

    count: int
    """How many messages."""
    names: Mapping[int, str]
    """What those are called who wrote or pressed something, by their id."""
    wanted: Sequence[WantedMedia]
    """The files that its page would show, each once."""


async def survey(history: Sequence[RawMessage]) -> Survey:
    """Look through a history."""
    names: dict[int, str] = {}
    files: dict[str, WantedMedia] = {}
    async for some in _in_turns(history):
        for message in decoded(some):
            names.update(_names(message))
            for one in wanted.media(message):
                files.setdefault(one.url, one)
    return Survey(count=len(history), names=names, wanted=tuple(files.values()))


def decoded(history: Iterable[RawMessage]) -> Iterator[TranscriptMessage]:
    """Decode messages, one by one."""
    return decode.messages(map(orjson.loads, history))


async def digest(history: Sequence[RawMessage]) -> str:
    """Tell what a history is known by: another one as soon as anything in it differs."""
    made = hashlib.sha256()
    async for some in _in_turns(history):
        for raw in some:
            made.update(_SIGNATURE.sub(b"", raw))
            made.update(b"\n")
    return made.hexdigest()


def mark(history_digest: str, files: Sequence[Sequence[UploadedFile]]) -> str:
    """Tell what a posted transcript is known by: its history, and the files of each of its messages.

    What is in the files is left out: they may have been fetched at another time, when some were gone already.
    """
    shape = [[(file.name, file.size) for file in message] for message in files]
    return hashlib.sha256(json.dumps([history_digest, shape]).encode()).hexdigest()


def _names(message: TranscriptMessage) -> Iterator[tuple[int, str]]:
    if message.command is not None and message.command.user is not None:
        yield message.command.user.id, message.command.user.name
    if not message.author.is_webhook:
        yield message.author.id, message.author.name


async def _in_turns(history: Sequence[RawMessage]) -> AsyncIterator[Sequence[RawMessage]]:
    for start in range(0, len(history), _AT_ONCE):
        yield history[start : start + _AT_ONCE]
        await asyncio.sleep(0)
