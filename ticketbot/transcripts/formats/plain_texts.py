"""What messages say without markup: names in place of mentions, sentences in place of system messages."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ticketbot.transcripts.rendering import system_messages
from ticketbot.transcripts.rendering.context import RenderContext

if TYPE_CHECKING:
    from ticketbot.transcripts.model.messages import TranscriptMessage
    from ticketbot.transcripts.model.transcript import Transcript

_TAG: Final = re.compile(r"<[^>]*>")
_MENTION: Final = re.compile(r"<(@[!&]?|#)(\d{1,20})>|<a?(:\w{1,64}:)\d{1,20}>|<t:(-?\d{1,13})(?::[a-zA-Z])?>")


class PlainTexts:
    """Returns texts of one transcript's messages, which must come in order: names are those known so far."""

    def __init__(self, transcript: Transcript) -> None:
        self.context = RenderContext(transcript, "transcript", has_page_limit=False)
        self._zone = transcript.time_zone

    def content(self, message: TranscriptMessage) -> str:
        """Return what a message says, a system message as the sentence that Discord's client shows."""
        self.context.begin_message(message.mentions, message.timestamp)
        self.context.mention_channels = message.mention_channels
        self.context.name(message.author)
        if message.type in system_messages.ORDINARY:
            return self.text(message.content)
        sentence = html.unescape(_TAG.sub("", system_messages.sentence(message, self.context)))
        return "\n".join(filter(None, (sentence, self.text(system_messages.rest(message)))))

    def text(self, content: str) -> str:
        """Return a text with the names of the users, roles, channels and emojis that it mentions."""
        return _MENTION.sub(self._replacement, content)

    def moment(self, millis: int) -> datetime | None:
        """Return a moment in the transcript's time zone; None for one that is unknown or far away."""
        try:
            start = datetime.fromtimestamp(0, tz=self._zone)
            return (start + timedelta(milliseconds=millis)).astimezone(self._zone) if millis else None
        except (OverflowError, ValueError):
            return None

    def _replacement(self, found: re.Match[str]) -> str:
        sigil, target, emoji, seconds = found.groups()
        if emoji is not None:
            return emoji
        if seconds is not None:
            moment = self.moment(int(seconds) * 1000)
            return found[0] if moment is None else f"{moment:%Y-%m-%d %H:%M}"
        lookup = {"#": self.context.channel_name, "@&": self.context.role_name}.get(sigil, self.context.user_name)
        name = lookup(int(target))
        return f"{sigil[0]}{name}" if name else found[0]
