"""A channel's history, page by page and undecoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import orjson

from ticketbot.discord import raw
from ticketbot.tickets.model import MessageId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    import hikari

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


def _text(message: Mapping[str, Any]) -> bytes:
    """Write a message down: decoded, it takes many times the memory.

    Copied, since orjson writes into a large buffer and cuts it short: the rest of each would stay unusable between the
    messages, ten times their size.
    """
    return bytes(memoryview(orjson.dumps(message, option=orjson.OPT_SORT_KEYS)))
