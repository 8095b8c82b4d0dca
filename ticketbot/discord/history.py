"""A channel's history, page by page and undecoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import hikari
import orjson

from ticketbot.discord import failures, raw
from ticketbot.tickets.model import MessageId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from ticketbot.tickets.model import ChannelId, RawMessage

    Page: TypeAlias = Sequence[Mapping[str, Any]]


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


def _text(message: Mapping[str, Any]) -> bytes:
    """Write a message down: decoded, it takes many times the memory.

    Copied, since orjson writes into a large buffer and cuts it short: the rest of each would stay unusable between the
    messages, ten times their size.
    """
    return bytes(memoryview(orjson.dumps(message, option=orjson.OPT_SORT_KEYS)))
