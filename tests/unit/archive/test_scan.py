from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from tests.unit.transcripts import samples
from ticketbot.archive import scan

if TYPE_CHECKING:
    from ticketbot.tickets.model import RawMessage

ANY = {"id": "9"}
BOT = {"id": "5", "username": "bot"}


def raw(**fields: object) -> RawMessage:
    return orjson.dumps(samples.raw(**{"content": "", **fields}))


@pytest.mark.parametrize(
    ("messages", "may_be"),
    [
        ([], False),
        ([raw()], True),
        ([raw(type=19), raw(author=BOT, content="said"), raw(content="said", mentions=[BOT])], True),
        ([raw(type=7), raw(), raw(sticker_items=[{"id": "1"}])], True),
        ([raw(), raw(content="said")], False),
        ([raw(), raw(content="said", mentions=[{"id": "6"}])], False),
        ([raw(), raw(embeds=[ANY])], False),
        ([raw(), raw(attachments=[ANY])], False),
        ([raw(), raw(components=[ANY])], False),
        ([raw(), raw(poll={"question": {}})], False),
        ([raw(author=BOT), raw(mentions=[BOT])], False),
        ([raw(sticker_items=[{"id": "1"}]), raw(message_snapshots=[ANY]), raw(activity={"type": 1})], False),
        ([raw(mentions="odd", content="said"), b"[]", raw(author="odd"), raw(author={}), raw(type=[])], False),
        ([raw(type=7), raw(type=18, content="thread"), raw(type=20)], False),
    ],
)
async def test_content_may_be_hidden_where_all_that_others_wrote_is_empty(
    messages: list[RawMessage], *, may_be: bool
) -> None:
    assert await scan.may_be_hidden(messages, 5) is may_be


async def test_one_visible_message_among_many_is_enough() -> None:
    messages = [raw(content="said"), *(raw() for _ in range(250))]

    assert await scan.may_be_hidden(messages[1:], 5)
    assert not await scan.may_be_hidden(messages, 5)
