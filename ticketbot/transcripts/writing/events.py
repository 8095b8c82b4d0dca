"""System messages: each by its own sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.escape import escape
from ticketbot.transcripts.model import Event

if TYPE_CHECKING:
    from ticketbot.transcripts.model import TranscriptMessage
    from ticketbot.transcripts.writing.scribe import Scribe

ORDINARY: Final = frozenset({0, 19, 20, 23})
"""Message types that somebody wrote."""

_RECIPIENT_ADD: Final = 1
_RECIPIENT_REMOVE: Final = 2
_CALL: Final = 3
_BOOSTS: Final = frozenset({8, 9, 10, 11})
_CONTENT_TOLD: Final = frozenset({4, 8, 9, 10, 11, 12, 18, 27, 28, 31, 36})
"""Types whose sentence holds the message's content."""


def sentence(message: TranscriptMessage, scribe: Scribe) -> str:
    """Say what happened."""
    words = scribe.words
    event = message.event or Event()
    template = words.events.get(message.type) or words.event_variants["unknown"]
    if message.type in {_RECIPIENT_ADD, _RECIPIENT_REMOVE} and set(message.mentions) <= {message.author.id}:
        template = words.event_variants["joined" if message.type == _RECIPIENT_ADD else "left"]
    facts = {
        "user": _person(message.author.id, scribe.name(message.author), scribe),
        "target": ", ".join(_person(user_id, name, scribe) for user_id, name in message.mentions.items()),
        "content": f"<b>{escape(message.content)}</b>",
        "times": _times(message, scribe),
        "until": _until(message, scribe),
        "message": _message_link(event, scribe),
        "subscription": _subscription(event, scribe),
        "application": escape(event.application_name or words.event_variants["application"]),
        "product": escape(event.product_name or words.event_variants["product"]),
        "type": str(message.type),
    }
    return template.format_map(facts) + (_call(message.timestamp, event, scribe) if message.type == _CALL else "")


def rest(message: TranscriptMessage) -> str:
    """Tell which content of a system message its sentence leaves out."""
    return "" if message.type in _CONTENT_TOLD else message.content


def _person(user_id: int, name: str, scribe: Scribe) -> str:
    return f"<b><bdi>{escape(name)}</bdi></b>" if name else scribe.user(user_id)


def _times(message: TranscriptMessage, scribe: Scribe) -> str:
    if message.type not in _BOOSTS or not message.content:
        return ""
    return escape(scribe.words.event_variants["times"].format(message.content))


def _until(message: TranscriptMessage, scribe: Scribe) -> str:
    """Write until when a measure lasts: Discord gives the moment as the message's content."""
    try:
        moment = datetime.fromisoformat(message.content)
    except ValueError:
        return f" {escape(message.content)}" if message.content else ""
    seconds = int((moment.replace(tzinfo=moment.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    written = scribe.moment(seconds, "f") or escape(message.content)
    return escape(scribe.words.event_variants["until"]).format(written)


def _message_link(event: Event, scribe: Scribe) -> str:
    words = escape(scribe.words.event_variants["message"])
    target = scribe.href(event.reference_id)
    return f'<a href="{target}">{words}</a>' if target else words


def _subscription(event: Event, scribe: Scribe) -> str:
    variant = "subscription_renewal" if event.is_renewal else "subscription"
    return escape(scribe.words.event_variants[variant]).format(
        tier=escape(event.tier_name), months=scribe.words.number(event.months)
    )


def _call(started_at: int, event: Event, scribe: Scribe) -> str:
    variants = scribe.words.event_variants
    written = ""
    if event.call_ended_at:
        seconds = max(0, event.call_ended_at - started_at) / 1000
        written = escape(variants["call"].format(scribe.words.duration(seconds)))
    if event.call_participants:
        people = ", ".join(scribe.user(user_id) for user_id in event.call_participants)
        written += " " + escape(variants["call_participants"]).format(people)
    return written
