"""Parse messages as Discord's API returns them: a malformed message or part costs its own place only."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

import attrs

from ticketbot.transcripts.model.messages import TranscriptMessage
from ticketbot.transcripts.model.unreadable import EMPTY, Unreadable
from ticketbot.transcripts.model.users import Author
from ticketbot.transcripts.parsing import attachments, components, embeds, json_fields, references, users

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_ORDINARY: Final = frozenset({0, 19, 20, 23})
"""Message types that a user wrote; all others are rendered as a sentence."""
_RARE: Final = frozenset(
    {
        "activity",
        "interaction",
        "interaction_metadata",
        "message_reference",
        "message_snapshots",
        "mention_channels",
        "poll",
        "shared_client_theme",
        "sticker_items",
        "stickers",
        "thread",
    }
)
"""Fields that few messages have."""
_SHOWN: Final = operator.attrgetter(
    "attachments",
    "embeds",
    "components",
    "stickers",
    "poll",
    "forward",
    "thread",
    "activity",
    "theme_colors",
    "unreadable",
)
"""What a message without content can show."""
_UNSAID: Final = frozenset(
    {"author", "channel_id", "edited_timestamp", "id", "interaction", "interaction_metadata", "mentions"}
    | {"message_reference", "nonce", "reactions", "referenced_message", "timestamp", "type", "webhook_id"}
)
"""Fields that say nothing, or are shown anyway."""
_KNOWN: Final = _RARE | frozenset(
    {"application", "application_id", "attachments", "author", "call", "channel_id", "channel_type", "components"}
    | {"content", "edited_timestamp", "embeds", "flags", "guild_id", "id", "lobby_member", "member"}
    | {"mention_channels", "mention_everyone", "mention_roles", "mentions", "nonce", "pinned", "position"}
    | {"purchase_notification", "reactions", "referenced_message", "resolved", "role_subscription_data", "timestamp"}
    | {"tts", "type", "webhook_id"}
)
"""Fields that messages are known to have; objects and arrays in other fields are shown."""
_NOBODY: Final = Author(id=0, name="")


def parse_messages(values: Iterable[object]) -> Iterator[TranscriptMessage]:
    """Parse messages one by one."""
    return map(parse_message, values)


def parse_message(value: object) -> TranscriptMessage:
    """Parse a message; never raise."""
    try:
        raw = json_fields.mapping(value)
        taken = _message(raw)
    except json_fields.MalformedError:
        return _placeholder(value)
    if not taken.content and taken.type in _ORDINARY and not any(_SHOWN(taken)):
        return attrs.evolve(taken, unreadable=(_rest(raw),))
    return taken


def parse_participants(value: object) -> Iterator[Author]:
    """Yield the users behind a message, without parsing the rest of it: who wrote it, and who used what it answers."""
    raw = value if json_fields.is_object(value) else {}
    found = [None if _is_of_webhook(raw) else raw.get("author")]
    for key in ("interaction_metadata", "interaction"):
        interaction = raw.get(key)
        if json_fields.is_object(interaction):
            found.append(interaction.get("user"))
    return (user for user in map(users.parse_optional_author, found) if user is not None)


def _rest(raw: Mapping[str, Any]) -> Unreadable:
    """Return what is readable in the other fields of a message that shows nothing."""
    return json_fields.unreadable(EMPTY, {key: value for key, value in raw.items() if key not in _UNSAID})


def _message(raw: Mapping[str, Any]) -> TranscriptMessage:
    message_id = json_fields.snowflake(raw.get("id"))
    message_type = json_fields.integer(raw, "type")
    is_plain = message_type == 0 and _RARE.isdisjoint(raw) and _KNOWN.issuperset(raw)
    return TranscriptMessage(
        id=message_id,
        author=users.parse_author(json_fields.mapping(raw.get("author")), is_webhook=_is_of_webhook(raw)),
        timestamp=json_fields.moment(raw.get("timestamp")) or json_fields.snowflake_time(message_id),
        channel_id=json_fields.optional_snowflake(raw.get("channel_id")),
        content=json_fields.text(raw, "content"),
        type=message_type,
        flags=json_fields.integer(raw, "flags"),
        edited_at=json_fields.moment(raw.get("edited_timestamp")),
        is_pinned=raw.get("pinned") is True,
        is_tts=raw.get("tts") is True,
        mentions=users.parse_mentions(raw.get("mentions")),
        attachments=json_fields.parse_each("attachment", attachments.parse_attachment, raw.get("attachments")),
        embeds=json_fields.parse_each("embed", embeds.parse_embed, raw.get("embeds")),
        components=components.parse_components(raw.get("components")),
        reactions=json_fields.parse_each("reaction", attachments.parse_reaction, raw.get("reactions")),
        **({} if is_plain else _rare(raw, message_type)),
    )


def _is_of_webhook(raw: Mapping[str, Any]) -> bool:
    """Return whether a webhook wrote a message; responses to interactions have the id of their application."""
    webhook_id = raw.get("webhook_id")
    return webhook_id is not None and webhook_id != raw.get("application_id")


def _rare(raw: Mapping[str, Any], message_type: int) -> dict[str, Any]:
    """Parse what few messages have, each part on its own."""
    parts: dict[str, object] = {}
    if raw.get("interaction") is not None or raw.get("interaction_metadata") is not None:
        parts["command"] = json_fields.parse_one("interaction", references.parse_command, raw)
    if references.is_reply(raw):
        parts["reply"] = json_fields.parse_one("reply", references.parse_reply, raw)
    if references.is_forward(raw):
        parts["forward"] = json_fields.parse_one("forward", references.parse_forward, raw)
    if message_type not in _ORDINARY:
        parts["event"] = json_fields.parse_one("event", references.parse_event, raw)
    for key, decode in _PARTS.items():
        if raw.get(key) is not None:
            parts[key] = json_fields.parse_one(key, decode, raw[key])
    if raw.get("activity") is not None:
        parts["activity"] = json_fields.parse_one("activity", references.parse_activity, raw)
    odd = (*(part for part in parts.values() if isinstance(part, Unreadable)), *_unknown(raw))
    found = {key: part for key, part in parts.items() if not isinstance(part, Unreadable)}
    found["unreadable"] = odd
    found["mention_channels"] = references.parse_channel_names(raw.get("mention_channels"))
    found["theme_colors"] = references.parse_theme_colors(raw.get("shared_client_theme"))
    found["stickers"] = json_fields.parse_each(
        "sticker", attachments.parse_sticker, raw.get("sticker_items") or raw.get("stickers")
    )
    return found


def _unknown(raw: Mapping[str, Any]) -> Iterator[Unreadable]:
    """Yield what is readable in unknown fields; plain values say nothing to a reader."""
    for key, value in raw.items():
        if key not in _KNOWN and value and (json_fields.is_object(value) or json_fields.is_array(value)):
            yield attrs.evolve(json_fields.unreadable("content", value), type=key[:40])


_PARTS: Final[Mapping[str, Callable[[Mapping[str, Any]], object]]] = {
    "poll": attachments.parse_poll,
    "thread": references.parse_thread,
}


def _placeholder(value: object) -> TranscriptMessage:
    raw = value if json_fields.is_object(value) else {}
    message_id = json_fields.optional_snowflake(raw.get("id")) or 0
    return TranscriptMessage(
        id=message_id,
        author=users.parse_optional_author(raw.get("author")) or _NOBODY,
        timestamp=json_fields.moment(raw.get("timestamp")) or json_fields.snowflake_time(message_id),
        unreadable=(json_fields.unreadable("message", value),),
    )
