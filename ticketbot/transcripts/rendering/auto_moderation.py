"""Render the fields of AutoMod's embeds: their names, and most values, are Discord's identifiers.

https://docs.discord.food/resources/auto-moderation lists them; Discord's own documentation has the embeds' types only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.parsing import json_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticketbot.transcripts.model.embeds import EmbedField
    from ticketbot.transcripts.rendering.context import RenderContext

EMBED_TYPES: Final = frozenset({"auto_moderation_message", "auto_moderation_notification"})

_CHANNELS: Final = frozenset({"channel_id"})
_USERS: Final = frozenset({"interaction_user_id", "action_by_user_id"})
_MESSAGES: Final = frozenset({"flagged_message_id"})
_MOMENTS: Final = frozenset({"raid_datetime", "suspicious_mention_activity_until"})
_ACTIONS: Final = "alert_actions_execution"
_ID_DIGITS: Final = 20


def field(part: EmbedField, context: RenderContext) -> tuple[str, str]:
    """Return the name of a field in words, and its value as HTML."""
    name = context.strings.message.auto_moderation.get(part.name)
    return (context.text(part.name) if name is None else escape(name)), _value(part, context)


def _value(part: EmbedField, context: RenderContext) -> str:
    value = part.value
    if value.isdecimal() and value.isascii() and len(value) <= _ID_DIGITS:
        if part.name in _CHANNELS:
            return context.channel(int(value))
        if part.name in _USERS:
            return context.user(int(value))
        if part.name in _MESSAGES:
            return _message(int(value), context)
    if part.name in _MOMENTS:
        return _moment(value, context)
    if part.name == _ACTIONS:
        return "<br>".join(_actions(value, context)) or context.text(value)
    words = context.strings.message.auto_moderation_values.get(value)
    return context.text(value) if words is None else escape(words)


def _message(message_id: int, context: RenderContext) -> str:
    """Return the message that AutoMod acted on, as a link where the page contains it."""
    target = context.href(message_id)
    if target is None:
        return str(message_id)
    return f'<a href="{target}">{escape(context.strings.event_variants["message"])}</a>'


def _moment(value: object, context: RenderContext) -> str:
    millis = json_fields.moment(value)
    return context.dates.full_element(millis) if millis else escape(str(value))


def _actions(value: str, context: RenderContext) -> Iterator[str]:
    """Yield what moderators did about an alert: Discord writes it as JSON."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return
    actions = cast("dict[str, Any]", found).get("actions") if isinstance(found, dict) else None
    for kind, action in cast("dict[str, Any]", actions).items() if isinstance(actions, dict) else ():
        known = cast("dict[str, Any]", action if isinstance(action, dict) else {})
        actor = str(known.get("actor", ""))
        who = context.user(int(actor)) if actor.isdecimal() and len(actor) <= _ID_DIGITS else escape(actor)
        words = context.strings.message.auto_moderation_actions.get(kind, kind)
        moment = f" <small>{_moment(known['ts'], context)}</small>" if known.get("ts") else ""
        yield f"{escape(words)}{context.strings.colon}{who}{moment}"
