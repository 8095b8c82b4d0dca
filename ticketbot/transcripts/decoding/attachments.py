"""Files, stickers, reactions and polls."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

from ticketbot.transcripts import media
from ticketbot.transcripts.decoding import fields, people
from ticketbot.transcripts.model import (
    Attachment,
    AttachmentKind,
    Poll,
    PollAnswer,
    Reaction,
    Sticker,
    StickerFormat,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPOILER_FLAG: Final = 1 << 3
_SPOILER_PREFIX: Final = "SPOILER_"
_WAVEFORM_LENGTH: Final = 256
_TYPES: Final[Mapping[str, str]] = {
    **{name: f"image/{name}" for name in ("avif", "bmp", "gif", "jpeg", "png", "webp")},
    **{name: f"video/{name}" for name in ("mp4", "webm")},
    **{name: f"audio/{name}" for name in ("flac", "ogg", "wav")},
    "jpg": "image/jpeg", "m4a": "audio/mp4", "mov": "video/quicktime", "mp3": "audio/mpeg", "opus": "audio/ogg",
}  # fmt: skip
"""By extension, where Discord names no type; what a machine's own tables say differs from one to the next."""
_STICKER_FORMATS: Final = {
    1: StickerFormat.PNG,
    2: StickerFormat.APNG,
    3: StickerFormat.LOTTIE,
    4: StickerFormat.GIF,
}


def attachment(raw: Mapping[str, Any]) -> Attachment:
    """Take a file."""
    name = fields.text(raw, "filename")
    waveform = _waveform(fields.text(raw, "waveform"))
    content_type = fields.text(raw, "content_type") or _guessed_type(name)
    return Attachment(
        name=name,
        url=fields.text(raw, "url"),
        kind=AttachmentKind.VOICE if waveform else AttachmentKind.of(content_type),
        title=fields.text(raw, "title"),
        size=fields.integer(raw, "size"),
        content_type=content_type,
        description=fields.text(raw, "description"),
        width=fields.integer(raw, "width"),
        height=fields.integer(raw, "height"),
        duration=fields.number(raw, "duration_secs"),
        waveform=waveform,
        is_spoiler=bool(fields.integer(raw, "flags") & _SPOILER_FLAG) or name.startswith(_SPOILER_PREFIX),
    )


def _guessed_type(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2].lower(), "")


def _waveform(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded)[:_WAVEFORM_LENGTH]
    except (binascii.Error, ValueError):
        return b""


def sticker(raw: Mapping[str, Any]) -> Sticker:
    """Take a sticker."""
    sticker_id = fields.snowflake(raw.get("id"))
    sticker_format = _STICKER_FORMATS.get(fields.integer(raw, "format_type"), StickerFormat.UNKNOWN)
    return Sticker(
        id=sticker_id,
        name=fields.text(raw, "name"),
        format=sticker_format,
        url=media.sticker_url(sticker_id, sticker_format),
        description=fields.text(raw, "description"),
    )


def reaction(raw: Mapping[str, Any]) -> Reaction:
    """Take a reaction and how often it was set."""
    details = fields.optional_mapping(raw.get("count_details")) or {}
    return Reaction(
        emoji=people.emoji(fields.mapping(raw.get("emoji"))),
        count=fields.integer(raw, "count"),
        burst_count=fields.integer(details, "burst"),
    )


def poll(raw: Mapping[str, Any]) -> Poll:
    """Take a poll with the votes so far."""
    results = fields.optional_mapping(raw.get("results")) or {}
    counts = fields.each("poll", _count, results.get("answer_counts"))
    votes = dict(count for count in counts if isinstance(count, tuple))

    def answer(raw_answer: Mapping[str, Any]) -> PollAnswer:
        shown = fields.mapping(raw_answer.get("poll_media"))
        return PollAnswer(
            text=fields.text(shown, "text"),
            emoji=people.optional_emoji(shown.get("emoji")),
            votes=votes.get(fields.integer(raw_answer, "answer_id"), 0),
        )

    return Poll(
        question=fields.text(fields.mapping(raw.get("question")), "text"),
        answers=fields.each("poll", answer, raw.get("answers")),
        expires_at=fields.moment(raw.get("expiry")),
        is_multiselect=raw.get("allow_multiselect") is True,
        is_finalized=results.get("is_finalized") is True,
    )


def _count(raw: Mapping[str, Any]) -> tuple[int, int]:
    return fields.integer(raw, "id"), fields.integer(raw, "count")
