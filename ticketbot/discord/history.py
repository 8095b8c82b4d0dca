"""A channel's history, page by page and undecoded, with that of its threads."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
from typing import TYPE_CHECKING, Any, Final

import hikari
import orjson

from ticketbot.discord import api, api_errors
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, History, MessageId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from ticketbot.discord.threads import Thread
    from ticketbot.tickets.model import RawMessage

_THREAD_MARKERS: Final = (b'"thread":{', b'"type":18')
_BATCH: Final = 1_000
"""Messages that are processed before other tasks run: less than a millisecond."""


async def pages(
    rest: hikari.api.RESTClient,
    channel_id: ChannelId,
    *,
    call: api_errors.Call,
) -> AsyncIterator[Sequence[RawMessage]]:
    """Fetch a channel's messages, newest first, in pages of a hundred; a short page is the last.

    ``call`` sends each request and translates its errors.
    """
    before: MessageId | None = None
    while True:
        page = await call(lambda before=before: api.fetch_messages(rest, channel_id, before=before))
        if page:
            yield [_encode(message) for message in page]
        if len(page) < api.PAGE:
            return
        before = MessageId(int(page[-1]["id"]))


async def with_threads(
    channel_id: ChannelId,
    messages: Sequence[RawMessage],
    threads: Sequence[Thread],
    fetched: Callable[[ChannelId], AsyncIterator[Sequence[RawMessage]]],
) -> History:
    """Return the messages of a channel, oldest first, with those of its threads.

    They stand after the message that announces their thread; where there is none, as it was deleted or the thread is
    private, at the moment at which the thread was created. A thread that was deleted meanwhile is left out.
    """
    announced: dict[ChannelId, int] = {}
    for at, message in enumerate(messages):
        if not at % _BATCH:
            await asyncio.sleep(0)
        thread = _thread_of(message)
        if thread is not None:
            announced.setdefault(thread, at + 1)
    places = [(at, thread) for thread, at in announced.items()]
    places += [
        (bisect.bisect_left(messages, thread.id, key=_id), thread.id)
        for thread in threads
        if thread.id not in announced
    ]
    found: list[RawMessage] = []
    newest = {thread.id: thread.last_message_id for thread in threads}
    done = 0
    for at, thread in sorted(places):
        found.extend(messages[done:at])
        done = at
        inside: list[RawMessage] = []
        with contextlib.suppress(errors.ChannelGoneError):
            async for page in fetched(thread):
                inside.extend(page)
        if inside:
            newest[thread] = max(newest.get(thread, 0), _id(inside[0]))
        found.extend(reversed(inside))
    found.extend(messages[done:])
    newest[channel_id] = _id(messages[-1]) if messages else 0
    return History(messages=found, threads={thread.id: thread.name for thread in threads}, newest=newest)


def has_new_messages(
    history: History, channel_id: ChannelId, page: Sequence[RawMessage], threads: Sequence[Thread]
) -> bool:
    """Return whether the newest page of a channel, or a thread of it, has messages that a history lacks."""
    if (_id(page[0]) if page else 0) != history.newest.get(channel_id, 0):
        return True
    return any(thread.last_message_id > history.newest.get(thread.id, -1) for thread in threads)


async def since(
    rest: hikari.api.RESTClient,
    channel_id: ChannelId,
    moment: int,
    *,
    call: api_errors.Call,
) -> AsyncIterator[Mapping[str, Any]]:
    """Fetch a channel's messages that are younger than an id, oldest first."""
    while True:
        page = await call(lambda moment=moment: api.fetch_messages(rest, channel_id, after=moment))
        for message in reversed(page):
            yield message
        if len(page) < api.PAGE:
            return
        moment = int(page[0]["id"])


async def require_readable(rest: hikari.api.RESTClient, channel_id: ChannelId) -> None:
    """Raise an error if a channel without messages is not empty: Discord shows none to a bot that must not read them.

    Raises
    ------
    ForbiddenError
        The bot must not read its history.
    """
    last = (await api.fetch_channel(rest, channel_id)).get("last_message_id")
    if last is None:
        return
    try:
        await api.fetch_message(rest, channel_id, int(last))
    except hikari.NotFoundError as error:
        if error.code != api_errors.UNKNOWN_MESSAGE:
            raise


def _thread_of(message: RawMessage) -> ChannelId | None:
    """Return the thread that a message announces, decoding only messages that may announce one."""
    if not any(sign in message for sign in _THREAD_MARKERS):
        return None
    found: Mapping[str, Any] = orjson.loads(message)
    announced: Mapping[str, Any] = found.get("thread") or {}
    thread_id = announced.get("id")
    if thread_id is None and found.get("type") == hikari.MessageType.THREAD_CREATED:
        reference: Mapping[str, Any] = found.get("message_reference") or {}
        thread_id = reference.get("channel_id")
    return None if thread_id is None else ChannelId(int(thread_id))


def _id(message: RawMessage) -> int:
    return int(orjson.loads(message)["id"])


def _encode(message: Mapping[str, Any]) -> bytes:
    """Return a message as JSON: decoded, it takes many times the memory.

    Copied, since orjson writes into a large buffer and cuts it short: the rest of each would stay unusable between the
    messages, ten times their size.
    """
    return bytes(memoryview(orjson.dumps(message, option=orjson.OPT_SORT_KEYS)))
