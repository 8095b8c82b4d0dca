"""A history before it is rendered: its digest, and who takes part in it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

import attrs
import orjson

from ticketbot.transcripts.parsing import json_fields, parser, users

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from ticketbot.tickets.model import RawMessage, UploadedFile
    from ticketbot.transcripts.model.messages import TranscriptMessage

_BATCH: Final = 100
"""Messages that are read before other tasks can run: less than a millisecond."""

_WRITTEN: Final = (0, 19)
"""Types of messages that users write: ordinary ones and replies."""
_HIDDEN: Final = ("content", "embeds", "attachments", "components", "poll")
"""What Discord hides from applications without the Message Content Intent."""
_SHOWN_ANYWAY: Final = ("sticker_items", "stickers", "message_snapshots", "activity", "shared_client_theme")
"""What a message without content may consist of."""

_SIGNATURE: Final = re.compile(rb"\?ex=[0-9a-f]+&is=[0-9a-f]+&hm=[0-9a-f]+&?")
"""What Discord appends to the addresses of files, different each time.

https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
"""


@attrs.frozen(kw_only=True)
class HistoryScan:
    """What has to be known of a history before its messages are rendered one by one."""

    digest: str
    names: Mapping[int, str]
    """The names of those who wrote or used something, by their id: earlier messages may mention them."""


async def scan(history: Sequence[RawMessage]) -> HistoryScan:
    """Return a history's digest and the names of its participants."""
    names: dict[int, str] = {}
    hashed = hashlib.sha256()
    async for batch in _batches(history):
        for raw in batch:
            hashed.update(_without_signatures(raw))
            names.update((user.id, user.name) for user in parser.parse_participants(orjson.loads(raw)))
    return HistoryScan(digest=hashed.hexdigest(), names=names)


async def may_be_hidden(history: Sequence[RawMessage], bot_id: int) -> bool:
    """Return whether messages of others have no content, and none has any, as if Discord hid it from the bot.

    Discord hides content, embeds, attachments, components and polls, but not stickers, and nothing of messages that
    mention the bot. Source: its documentation, "Gateway", section "Message Content Intent".
    """
    has_empty = False
    async for batch in _batches(history[::-1]):
        for raw in batch:
            message = _object(raw)
            if message.get("type") not in _WRITTEN or any(map(message.get, _SHOWN_ANYWAY)):
                continue
            author = users.parse_optional_author(message.get("author"))
            if author is None or author.id == bot_id or bot_id in users.parse_mentions(message.get("mentions")):
                continue
            if any(map(message.get, _HIDDEN)):
                return False
            has_empty = True
    return has_empty


def _object(raw: RawMessage) -> Mapping[str, Any]:
    value: object = orjson.loads(raw)
    return value if json_fields.is_object(value) else {}


async def digest(history: Sequence[RawMessage]) -> str:
    """Return a digest that differs as soon as anything in the history does."""
    hashed = hashlib.sha256()
    async for batch in _batches(history):
        for raw in batch:
            hashed.update(_without_signatures(raw))
    return hashed.hexdigest()


def parse_messages(history: Iterable[RawMessage]) -> Iterator[TranscriptMessage]:
    """Parse messages one by one, as they are asked for."""
    return parser.parse_messages(map(orjson.loads, history))


def mark(history_digest: str, files: Sequence[Sequence[UploadedFile]]) -> str:
    """Return a digest of a posted transcript: of its history, and the names and sizes of each message's files.

    The contents of the files are left out: another attempt may download fewer of them.
    """
    shape = [[(file.name, file.size) for file in message] for message in files]
    return hashlib.sha256(json.dumps([history_digest, shape]).encode()).hexdigest()


def _without_signatures(raw: RawMessage) -> bytes:
    return _SIGNATURE.sub(b"", raw) + b"\n"


async def _batches(history: Sequence[RawMessage]) -> AsyncIterator[Sequence[RawMessage]]:
    for start in range(0, len(history), _BATCH):
        yield history[start : start + _BATCH]
        await asyncio.sleep(0)
