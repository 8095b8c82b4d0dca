"""A channel's history, page by page and undecoded, with that of its threads."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import hikari
import orjson

from ticketbot.discord import failures, raw
from ticketbot.tickets import errors
from ticketbot.tickets.model import ChannelId, MessageId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from ticketbot.tickets.model import RawMessage

    Page: TypeAlias = Sequence[Mapping[str, Any]]

_SIGNS_OF_THREADS: Final = (b'"thread":{', b'"type":18')
_IN_A_TURN: Final = 1_000
"""Messages that are looked at before others get their turn: less than a millisecond."""


def call_in(
    channel_id: ChannelId,
    *,
    gone: type[errors.TicketError] = errors.ChannelGoneError,
    bound: float = failures.ANSWER_BOUND,
) -> Callable[[Callable[[], Awaitable[Page]]], Awaitable[Page]]:
    """Give what carries out requests for a channel's pages, and says what their failures mean."""

    async def call(get: Callable[[], Awaitable[Page]]) -> Page:
        async with failures.translated(channel_id, gone=gone, bound=bound):
            return await get()

    return call


async def pages(
    rest: hikari.api.RESTClient,
    channel_id: ChannelId,
    *,
    call: Callable[[Callable[[], Awaitable[Page]]], Awaitable[Page]],
) -> AsyncIterator[Sequence[RawMessage]]:
    """Fetch a channel's messages, newest first, in pages of a hundred; a short page is the last.

    ``call`` is given each request, to carry it out and to say what its failures mean.
    """
    before: MessageId | None = None
    while True:
        page = await call(lambda before=before: raw.messages(rest, channel_id, before=before))
        if page:
            yield [_text(message) for message in page]
        if len(page) < raw.PAGE:
            return
        before = MessageId(int(page[-1]["id"]))


async def with_threads(
    messages: Sequence[RawMessage], fetched: Callable[[ChannelId], AsyncIterator[Sequence[RawMessage]]]
) -> Sequence[RawMessage]:
    """Add the messages of threads to those of a channel, each after the message that tells of it; all oldest first.

    Only public threads are told of in their channel.
    """
    found: list[RawMessage] = []
    known: set[ChannelId] = set()
    for at, message in enumerate(messages):
        if not at % _IN_A_TURN:
            await asyncio.sleep(0)
        found.append(message)
        thread = _thread_of(message)
        if thread is None or thread in known:
            continue
        known.add(thread)
        inside: list[RawMessage] = []
        with contextlib.suppress(errors.ChannelGoneError):  # somebody deleted it, and what was said in it
            async for page in fetched(thread):
                inside.extend(page)
        found.extend(reversed(inside))
    return found if known else messages


async def since(
    rest: hikari.api.RESTClient,
    channel_id: ChannelId,
    moment: int,
    *,
    call: Callable[[Callable[[], Awaitable[Page]]], Awaitable[Page]],
) -> AsyncIterator[Mapping[str, Any]]:
    """Fetch a channel's messages that are younger than an id, oldest first."""
    while True:
        page = await call(lambda moment=moment: raw.messages(rest, channel_id, after=moment))
        for message in reversed(page):
            yield message
        if len(page) < raw.PAGE:
            return
        moment = int(page[0]["id"])


async def require_readable(rest: hikari.api.RESTClient, channel_id: ChannelId) -> None:
    """See that a channel in which no message is found is empty: without the right to read it, Discord tells of none.

    Raises
    ------
    ForbiddenError
        The bot must not read its history.
    """
    last = (await raw.channel(rest, channel_id)).get("last_message_id")
    if last is None:
        return
    try:
        await raw.message(rest, channel_id, int(last))
    except hikari.NotFoundError as error:
        if error.code != failures.UNKNOWN_MESSAGE:
            raise


def _thread_of(message: RawMessage) -> ChannelId | None:
    """Tell which thread a message tells of; to decode all for that would take long."""
    if not any(sign in message for sign in _SIGNS_OF_THREADS):
        return None
    found = orjson.loads(message)
    if found.get("thread"):
        return ChannelId(int(found["thread"]["id"]))
    if found["type"] == hikari.MessageType.THREAD_CREATED:
        return ChannelId(int(found["message_reference"]["channel_id"]))
    return None


def _text(message: Mapping[str, Any]) -> bytes:
    """Write a message down: decoded, it takes many times the memory.

    Copied, since orjson writes into a large buffer and cuts it short: the rest of each would stay unusable between the
    messages, ten times their size.
    """
    return bytes(memoryview(orjson.dumps(message, option=orjson.OPT_SORT_KEYS)))
