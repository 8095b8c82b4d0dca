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
            # as text: decoded, a message takes many times the memory
            yield [orjson.dumps(message, option=orjson.OPT_SORT_KEYS) for message in page]
        if len(page) < raw.PAGE:
            return
        before = MessageId(int(page[-1]["id"]))
