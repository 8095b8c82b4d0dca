"""Discord's JSON messages as values: an odd message or part costs its own place, never the others."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.transcripts.decoding import attachments, components, embeds, fields, people, references
from ticketbot.transcripts.model import EMPTY, Author, TranscriptMessage, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_ORDINARY: Final = frozenset({0, 19, 20, 23})
"""Message types that somebody wrote; all others are told by a sentence."""
_RARE: Final = frozenset(
    {
        "activity",
        "interaction",
        "interaction_metadata",
        "message_reference",
        "message_snapshots",
        "poll",
        "sticker_items",
        "stickers",
        "thread",
    }
)
"""What few messages have."""
_SHOWN: Final = operator.attrgetter(
    "attachments", "embeds", "components", "stickers", "poll", "forward", "thread", "activity", "unreadable"
)
"""What can be seen of a message without content."""
_UNSAID: Final = frozenset(
    {"author", "channel_id", "edited_timestamp", "id", "interaction", "interaction_metadata", "mentions"}
    | {"message_reference", "nonce", "reactions", "referenced_message", "timestamp", "type", "webhook_id"}
)
"""What says nothing, or is shown anyway."""
_KNOWN: Final = _RARE | frozenset(
    {"application", "application_id", "attachments", "author", "call", "channel_id", "channel_type", "components"}
    | {"content", "edited_timestamp", "embeds", "flags", "guild_id", "id", "lobby_member", "member"}
    | {"mention_channels", "mention_everyone", "mention_roles", "mentions", "nonce", "pinned", "position"}
    | {"purchase_notification", "reactions", "referenced_message", "resolved", "role_subscription_data", "timestamp"}
    | {"tts", "type", "webhook_id"}
)
"""What messages are known to have. More than that, if it has parts of its own, is something to show."""
_NOBODY: Final = Author(id=0, name="")


def messages(values: Iterable[object]) -> Iterator[TranscriptMessage]:
    """Take messages as Discord's API gives them, one by one."""
    return map(message, values)


def message(value: object) -> TranscriptMessage:
    """Take one message as Discord's API gives it; this never fails."""
    try:
        raw = fields.mapping(value)
        taken = _message(raw)
    except fields.MalformedError:
        return _placeholder(value)
    if not taken.content and taken.type in _ORDINARY and not any(_SHOWN(taken)):
        return attrs.evolve(taken, unreadable=(_rest(raw),))
    return taken


def _rest(raw: Mapping[str, Any]) -> Unreadable:
    """Look for what can be read in the fields of a message that is empty otherwise."""
    return fields.unreadable(EMPTY, {key: value for key, value in raw.items() if key not in _UNSAID})


def _message(raw: Mapping[str, Any]) -> TranscriptMessage:
    message_id = fields.snowflake(raw.get("id"))
    message_type = fields.integer(raw, "type")
    is_plain = message_type == 0 and _RARE.isdisjoint(raw) and _KNOWN.issuperset(raw)
    return TranscriptMessage(
        id=message_id,
        author=people.author(fields.mapping(raw.get("author")), is_webhook=_is_of_webhook(raw)),
        timestamp=fields.moment(raw.get("timestamp")) or fields.snowflake_time(message_id),
        channel_id=fields.optional_snowflake(raw.get("channel_id")),
        content=fields.text(raw, "content"),
        type=message_type,
        flags=fields.integer(raw, "flags"),
        edited_at=fields.moment(raw.get("edited_timestamp")),
        is_pinned=raw.get("pinned") is True,
        is_tts=raw.get("tts") is True,
        mentions=people.mentions(raw.get("mentions")),
        attachments=fields.each("attachment", attachments.attachment, raw.get("attachments")),
        embeds=fields.each("embed", embeds.embed, raw.get("embeds")),
        components=components.components(raw.get("components")),
        reactions=fields.each("reaction", attachments.reaction, raw.get("reactions")),
        **({} if is_plain else _rare(raw, message_type)),
    )


def _is_of_webhook(raw: Mapping[str, Any]) -> bool:
    """Tell whether a webhook wrote a message; answers to interactions name one too, but are the application's own."""
    webhook_id = raw.get("webhook_id")
    return webhook_id is not None and webhook_id != raw.get("application_id")


def _rare(raw: Mapping[str, Any], message_type: int) -> dict[str, Any]:
    """Take what few messages have; each part on its own, so that an odd one does not cost the others."""
    parts: dict[str, object] = {}
    if raw.get("interaction") is not None or raw.get("interaction_metadata") is not None:
        parts["command"] = fields.one("interaction", references.command, raw)
    if references.is_reply(raw):
        parts["reply"] = fields.one("reply", references.reply, raw)
    if references.is_forward(raw):
        parts["forward"] = fields.one("forward", references.forward, raw)
    if message_type not in _ORDINARY:
        parts["event"] = fields.one("event", references.event, raw)
    for key, decode in _PARTS.items():
        if raw.get(key) is not None:
            parts[key] = fields.one(key, decode, raw[key])
    if raw.get("activity") is not None:
        parts["activity"] = fields.one("activity", references.activity, raw)
    odd = (*(part for part in parts.values() if isinstance(part, Unreadable)), *_unknown(raw))
    found = {key: part for key, part in parts.items() if not isinstance(part, Unreadable)}
    found["unreadable"] = odd
    found["stickers"] = fields.each("sticker", attachments.sticker, raw.get("sticker_items") or raw.get("stickers"))
    return found


def _unknown(raw: Mapping[str, Any]) -> Iterator[Unreadable]:
    """Take what nobody has seen in a message yet; plain values without parts say nothing to a reader."""
    for key, value in raw.items():
        if key not in _KNOWN and value and (fields.is_object(value) or fields.is_array(value)):
            yield attrs.evolve(fields.unreadable("content", value), type=key[:40])


_PARTS: Final[Mapping[str, Callable[[Mapping[str, Any]], object]]] = {
    "poll": attachments.poll,
    "thread": references.thread,
}


def _placeholder(value: object) -> TranscriptMessage:
    raw = value if fields.is_object(value) else {}
    message_id = fields.optional_snowflake(raw.get("id")) or 0
    return TranscriptMessage(
        id=message_id,
        author=people.optional_author(raw.get("author")) or _NOBODY,
        timestamp=fields.moment(raw.get("timestamp")) or fields.snowflake_time(message_id),
        unreadable=(fields.unreadable("message", value),),
    )
