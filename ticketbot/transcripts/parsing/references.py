"""Parse what a message refers to: replies, forwards, commands, threads, and what system messages are about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ticketbot.transcripts.model.messages import Activity, Command, Event, Forward, Reply, ReplyState, Snapshot, Thread
from ticketbot.transcripts.parsing import attachments, components, embeds, json_fields, users

if TYPE_CHECKING:
    from collections.abc import Mapping

_REPLIES: Final = frozenset({19, 20, 21, 23})
_COLOR: Final = re.compile("[0-9A-Fa-f]{6}")
_FORWARD: Final = 1
_CARRIED: Final = ("attachments", "embeds", "sticker_items", "components", "poll")
_FILES: Final = ("attachments", "sticker_items")


def is_forward(raw: Mapping[str, Any]) -> bool:
    """Return whether a message forwards others."""
    reference = raw.get("message_reference")
    has_mark = json_fields.is_object(reference) and json_fields.integer(reference, "type") == _FORWARD
    return has_mark or bool(raw.get("message_snapshots"))


def is_reply(raw: Mapping[str, Any]) -> bool:
    """Return whether a message replies to another one."""
    if raw.get("message_reference") is None or is_forward(raw):
        return False
    return json_fields.integer(raw, "type") in _REPLIES or raw.get("referenced_message") is not None


def parse_reply(raw: Mapping[str, Any]) -> Reply:
    """Parse the message that was replied to."""
    reference = json_fields.mapping(raw.get("message_reference"))
    message_id = json_fields.optional_snowflake(reference.get("message_id"))
    referenced = raw.get("referenced_message")
    if not json_fields.is_object(referenced):
        is_deleted = referenced is None and "referenced_message" in raw
        return Reply(message_id=message_id, state=ReplyState.DELETED if is_deleted else ReplyState.UNKNOWN)
    content = referenced.get("content") or _title(referenced.get("embeds"))
    return Reply(
        message_id=message_id or json_fields.optional_snowflake(referenced.get("id")),
        state=ReplyState.LOADED,
        author=users.parse_optional_author(referenced.get("author")),
        content=content if isinstance(content, str) else "",
        mentions=users.parse_mentions(referenced.get("mentions")),
        type=json_fields.integer(referenced, "type"),
        has_attachments=any(referenced.get(key) for key in (_FILES if content else _CARRIED)),
    )


def _title(raw: object) -> object:
    """Return the title or description of the first embed."""
    first = raw[0] if json_fields.is_array(raw) and raw else None
    if not json_fields.is_object(first):
        return None
    return first.get("title") or first.get("description")


def parse_forward(raw: Mapping[str, Any]) -> Forward:
    """Parse the forwarded messages."""
    reference = json_fields.optional_mapping(raw.get("message_reference")) or {}
    return Forward(
        snapshots=json_fields.parse_each("forward", _snapshot, raw.get("message_snapshots")),
        guild_id=json_fields.optional_snowflake(reference.get("guild_id")),
        channel_id=json_fields.optional_snowflake(reference.get("channel_id")),
        message_id=json_fields.optional_snowflake(reference.get("message_id")),
    )


def _snapshot(outer: Mapping[str, Any]) -> Snapshot:
    raw = json_fields.mapping(outer.get("message"))
    return Snapshot(
        content=json_fields.text(raw, "content"),
        timestamp=json_fields.moment(raw.get("timestamp")),
        edited_at=json_fields.moment(raw.get("edited_timestamp")),
        type=json_fields.integer(raw, "type"),
        flags=json_fields.integer(raw, "flags"),
        attachments=json_fields.parse_each("attachment", attachments.parse_attachment, raw.get("attachments")),
        embeds=json_fields.parse_each("embed", embeds.parse_embed, raw.get("embeds")),
        stickers=json_fields.parse_each("sticker", attachments.parse_sticker, raw.get("sticker_items")),
        components=components.parse_components(raw.get("components")),
        mentions=users.parse_mentions(raw.get("mentions")),
    )


def parse_command(raw: Mapping[str, Any]) -> Command:
    """Parse the interaction that a message responds to."""
    named = json_fields.optional_mapping(raw.get("interaction")) or {}
    told = json_fields.optional_mapping(raw.get("interaction_metadata")) or {}
    return Command(
        user=users.parse_optional_author(named.get("user")) or users.parse_optional_author(told.get("user")),
        name=json_fields.text(named, "name"),
        type=json_fields.integer(told, "type") or json_fields.integer(named, "type"),
    )


def parse_channel_names(values: object) -> Mapping[int, str]:
    """Return the names of mentioned channels; malformed ones are left out."""
    names: dict[int, str] = {}
    for raw in values if json_fields.is_array(values) else ():
        channel_id = json_fields.optional_snowflake(raw.get("id")) if json_fields.is_object(raw) else None
        if channel_id is not None and isinstance(raw.get("name"), str):
            names[channel_id] = raw["name"]
    return names


def parse_theme_colors(value: object) -> tuple[int, ...]:
    """Return the colours of a shared client theme; malformed ones are left out."""
    colors = value.get("colors") if json_fields.is_object(value) else None
    written = [color for color in colors if isinstance(color, str)] if json_fields.is_array(colors) else []
    return tuple(int(color, 16) for color in written if _COLOR.fullmatch(color))


def parse_thread(raw: Mapping[str, Any]) -> Thread:
    """Parse a thread."""
    return Thread(
        id=json_fields.snowflake(raw.get("id")),
        name=json_fields.text(raw, "name"),
        message_count=json_fields.integer(raw, "message_count"),
    )


def parse_activity(raw: Mapping[str, Any]) -> Activity:
    """Parse an activity invitation."""
    application = json_fields.optional_mapping(raw.get("application")) or {}
    return Activity(application_name=json_fields.text(application, "name"))


def parse_event(raw: Mapping[str, Any]) -> Event:
    """Parse what the sentence of a system message needs."""
    reference = json_fields.optional_mapping(raw.get("message_reference")) or {}
    call = json_fields.optional_mapping(raw.get("call")) or {}
    subscription = json_fields.optional_mapping(raw.get("role_subscription_data")) or {}
    purchase = json_fields.optional_mapping(raw.get("purchase_notification")) or {}
    product = json_fields.optional_mapping(purchase.get("guild_product_purchase")) or {}
    application = json_fields.optional_mapping(raw.get("application")) or {}
    participants = call.get("participants")
    ids = (
        [json_fields.optional_snowflake(value) for value in participants] if json_fields.is_array(participants) else []
    )
    return Event(
        reference_id=json_fields.optional_snowflake(reference.get("message_id")),
        reference_channel_id=json_fields.optional_snowflake(reference.get("channel_id")),
        call_ended_at=json_fields.moment(call.get("ended_timestamp")),
        call_participants=tuple(user_id for user_id in ids if user_id is not None),
        tier_name=json_fields.text(subscription, "tier_name"),
        months=json_fields.integer(subscription, "total_months_subscribed"),
        is_renewal=subscription.get("is_renewal") is True,
        product_name=json_fields.text(product, "product_name"),
        application_name=json_fields.text(application, "name"),
    )
