"""Render system messages, each as its own sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.model.messages import Event

if TYPE_CHECKING:
    from ticketbot.transcripts.model.messages import TranscriptMessage
    from ticketbot.transcripts.rendering.context import RenderContext

ORDINARY: Final = frozenset({0, 19, 20, 23})
"""Message types that a user wrote."""

_RECIPIENT_ADD: Final = 1
_RECIPIENT_REMOVE: Final = 2
_CALL: Final = 3
_BOOSTS: Final = frozenset({8, 9, 10, 11})
_CONTENT_TOLD: Final = frozenset({4, 8, 9, 10, 11, 12, 18, 27, 28, 31, 36})
"""Types whose sentence contains the message's content."""


def sentence(message: TranscriptMessage, context: RenderContext) -> str:
    """Return the sentence of a system message."""
    strings = context.strings
    event = message.event or Event()
    template = strings.events.get(message.type) or strings.event_variants["unknown"]
    if message.type in {_RECIPIENT_ADD, _RECIPIENT_REMOVE} and set(message.mentions) <= {message.author.id}:
        template = strings.event_variants["joined" if message.type == _RECIPIENT_ADD else "left"]
    facts = {
        "user": _person(message.author.id, context.name(message.author), context),
        "target": ", ".join(_person(user_id, name, context) for user_id, name in message.mentions.items()),
        "content": f"<b>{escape(message.content)}</b>",
        "times": _times(message, context),
        "until": _until(message, context),
        "message": _message_link(event, context),
        "subscription": _subscription(event, context),
        "application": escape(event.application_name or strings.event_variants["application"]),
        "product": escape(event.product_name or strings.event_variants["product"]),
        "type": str(message.type),
    }
    return template.format_map(facts) + (_call(message.timestamp, event, context) if message.type == _CALL else "")


def rest(message: TranscriptMessage) -> str:
    """Return the content of a system message that its sentence leaves out."""
    return "" if message.type in _CONTENT_TOLD else message.content


def _person(user_id: int, name: str, context: RenderContext) -> str:
    return f"<b><bdi>{escape(name)}</bdi></b>" if name else context.user(user_id)


def _times(message: TranscriptMessage, context: RenderContext) -> str:
    if message.type not in _BOOSTS or not message.content:
        return ""
    return escape(context.strings.event_variants["times"].format(message.content))


def _until(message: TranscriptMessage, context: RenderContext) -> str:
    """Return until when a security action lasts: the message's content is its end."""
    try:
        moment = datetime.fromisoformat(message.content)
    except ValueError:
        return f" {escape(message.content)}" if message.content else ""
    seconds = int((moment.replace(tzinfo=moment.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    written = context.moment(seconds, "f") or escape(message.content)
    return escape(context.strings.event_variants["until"]).format(written)


def _message_link(event: Event, context: RenderContext) -> str:
    label = escape(context.strings.event_variants["message"])
    target = context.href(event.reference_id)
    return f'<a href="{target}">{label}</a>' if target else label


def _subscription(event: Event, context: RenderContext) -> str:
    variant = "subscription_renewal" if event.is_renewal else "subscription"
    return escape(context.strings.event_variants[variant]).format(
        tier=escape(event.tier_name), months=context.strings.number(event.months)
    )


def _call(started_at: int, event: Event, context: RenderContext) -> str:
    variants = context.strings.event_variants
    written = ""
    if event.call_ended_at:
        seconds = max(0, event.call_ended_at - started_at) / 1000
        written = escape(variants["call"].format(context.strings.duration(seconds)))
    if event.call_participants:
        people = ", ".join(context.user(user_id) for user_id in event.call_participants)
        written += " " + escape(variants["call_participants"]).format(people)
    return written
