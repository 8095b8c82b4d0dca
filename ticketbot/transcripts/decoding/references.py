"""What a message refers to: replies, forwards, commands, threads, and the facts of system messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ticketbot.transcripts.decoding import attachments, components, embeds, fields, people
from ticketbot.transcripts.model import Activity, Command, Event, Forward, Reply, ReplyState, Snapshot, Thread

if TYPE_CHECKING:
    from collections.abc import Mapping

_REPLIES: Final = frozenset({19, 20, 21, 23})
_FORWARD: Final = 1
_CARRIED: Final = ("attachments", "embeds", "sticker_items", "components", "poll")
_FILES: Final = ("attachments", "sticker_items")


def is_forward(raw: Mapping[str, Any]) -> bool:
    """Tell whether a message forwards others."""
    reference = raw.get("message_reference")
    has_mark = fields.is_object(reference) and fields.integer(reference, "type") == _FORWARD
    return has_mark or bool(raw.get("message_snapshots"))


def is_reply(raw: Mapping[str, Any]) -> bool:
    """Tell whether a message answers or continues another one."""
    if raw.get("message_reference") is None or is_forward(raw):
        return False
    return fields.integer(raw, "type") in _REPLIES or raw.get("referenced_message") is not None


def reply(raw: Mapping[str, Any]) -> Reply:
    """Take the message that was replied to."""
    reference = fields.mapping(raw.get("message_reference"))
    message_id = fields.optional_snowflake(reference.get("message_id"))
    referenced = raw.get("referenced_message")
    if not fields.is_object(referenced):
        is_deleted = referenced is None and "referenced_message" in raw
        return Reply(message_id=message_id, state=ReplyState.DELETED if is_deleted else ReplyState.UNKNOWN)
    content = referenced.get("content") or _title(referenced.get("embeds"))
    return Reply(
        message_id=message_id or fields.optional_snowflake(referenced.get("id")),
        state=ReplyState.LOADED,
        author=people.optional_author(referenced.get("author")),
        content=content if isinstance(content, str) else "",
        mentions=people.mentions(referenced.get("mentions")),
        type=fields.integer(referenced, "type"),
        has_attachments=any(referenced.get(key) for key in (_FILES if content else _CARRIED)),
    )


def _title(raw: object) -> object:
    """Find what stands over the first embed, for want of a text."""
    first = raw[0] if fields.is_array(raw) and raw else None
    if not fields.is_object(first):
        return None
    return first.get("title") or first.get("description")


def forward(raw: Mapping[str, Any]) -> Forward:
    """Take the messages that were forwarded."""
    reference = fields.optional_mapping(raw.get("message_reference")) or {}
    return Forward(
        snapshots=fields.each("forward", _snapshot, raw.get("message_snapshots")),
        guild_id=fields.optional_snowflake(reference.get("guild_id")),
        channel_id=fields.optional_snowflake(reference.get("channel_id")),
        message_id=fields.optional_snowflake(reference.get("message_id")),
    )


def _snapshot(outer: Mapping[str, Any]) -> Snapshot:
    raw = fields.mapping(outer.get("message"))
    return Snapshot(
        content=fields.text(raw, "content"),
        timestamp=fields.moment(raw.get("timestamp")),
        edited_at=fields.moment(raw.get("edited_timestamp")),
        type=fields.integer(raw, "type"),
        flags=fields.integer(raw, "flags"),
        attachments=fields.each("attachment", attachments.attachment, raw.get("attachments")),
        embeds=fields.each("embed", embeds.embed, raw.get("embeds")),
        stickers=fields.each("sticker", attachments.sticker, raw.get("sticker_items")),
        components=components.components(raw.get("components")),
        mentions=people.mentions(raw.get("mentions")),
    )


def command(raw: Mapping[str, Any]) -> Command:
    """Take what a message answers."""
    named = fields.optional_mapping(raw.get("interaction")) or {}
    told = fields.optional_mapping(raw.get("interaction_metadata")) or {}
    return Command(
        user=people.optional_author(named.get("user")) or people.optional_author(told.get("user")),
        name=fields.text(named, "name"),
        type=fields.integer(told, "type") or fields.integer(named, "type"),
    )


def thread(raw: Mapping[str, Any]) -> Thread:
    """Take a thread."""
    return Thread(
        id=fields.snowflake(raw.get("id")),
        name=fields.text(raw, "name"),
        message_count=fields.integer(raw, "message_count"),
    )


def activity(raw: Mapping[str, Any]) -> Activity:
    """Take an invitation."""
    application = fields.optional_mapping(raw.get("application")) or {}
    return Activity(application_name=fields.text(application, "name"))


def event(raw: Mapping[str, Any]) -> Event:
    """Take the facts that the sentence of a system message needs."""
    reference = fields.optional_mapping(raw.get("message_reference")) or {}
    call = fields.optional_mapping(raw.get("call")) or {}
    subscription = fields.optional_mapping(raw.get("role_subscription_data")) or {}
    purchase = fields.optional_mapping(raw.get("purchase_notification")) or {}
    product = fields.optional_mapping(purchase.get("guild_product_purchase")) or {}
    application = fields.optional_mapping(raw.get("application")) or {}
    participants = call.get("participants")
    ids = [fields.optional_snowflake(value) for value in participants] if fields.is_array(participants) else []
    return Event(
        reference_id=fields.optional_snowflake(reference.get("message_id")),
        reference_channel_id=fields.optional_snowflake(reference.get("channel_id")),
        call_ended_at=fields.moment(call.get("ended_timestamp")),
        call_participants=tuple(user_id for user_id in ids if user_id is not None),
        tier_name=fields.text(subscription, "tier_name"),
        months=fields.integer(subscription, "total_months_subscribed"),
        is_renewal=subscription.get("is_renewal") is True,
        product_name=fields.text(product, "product_name"),
        application_name=fields.text(application, "name"),
    )
