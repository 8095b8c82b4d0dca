"""Parse attachments, stickers, reactions and polls."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

from ticketbot.transcripts.model import media
from ticketbot.transcripts.model.attachments import Attachment, AttachmentKind
from ticketbot.transcripts.model.emojis import Reaction, Sticker, StickerFormat
from ticketbot.transcripts.model.messages import Poll, PollAnswer
from ticketbot.transcripts.parsing import json_fields, users

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
"""Content types by extension, where Discord sends none; ``mimetypes`` depends on the machine."""
_STICKER_FORMATS: Final = {
    1: StickerFormat.PNG,
    2: StickerFormat.APNG,
    3: StickerFormat.LOTTIE,
    4: StickerFormat.GIF,
}


def parse_attachment(raw: Mapping[str, Any]) -> Attachment:
    """Parse an attachment."""
    name = json_fields.text(raw, "filename")
    waveform = _waveform(json_fields.text(raw, "waveform"))
    content_type = json_fields.text(raw, "content_type") or _guessed_type(name)
    return Attachment(
        name=name,
        url=json_fields.text(raw, "url"),
        kind=AttachmentKind.VOICE if waveform else AttachmentKind.of(content_type),
        title=json_fields.text(raw, "title"),
        size=json_fields.integer(raw, "size"),
        content_type=content_type,
        description=json_fields.text(raw, "description"),
        width=json_fields.integer(raw, "width"),
        height=json_fields.integer(raw, "height"),
        duration=json_fields.number(raw, "duration_secs"),
        waveform=waveform,
        is_spoiler=bool(json_fields.integer(raw, "flags") & _SPOILER_FLAG) or name.startswith(_SPOILER_PREFIX),
    )


def _guessed_type(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2].lower(), "")


def _waveform(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded)[:_WAVEFORM_LENGTH]
    except (binascii.Error, ValueError):
        return b""


def parse_sticker(raw: Mapping[str, Any]) -> Sticker:
    """Parse a sticker."""
    sticker_id = json_fields.snowflake(raw.get("id"))
    sticker_format = _STICKER_FORMATS.get(json_fields.integer(raw, "format_type"), StickerFormat.UNKNOWN)
    return Sticker(
        id=sticker_id,
        name=json_fields.text(raw, "name"),
        format=sticker_format,
        url=media.sticker_url(sticker_id, sticker_format),
        description=json_fields.text(raw, "description"),
    )


def parse_reaction(raw: Mapping[str, Any]) -> Reaction:
    """Parse a reaction."""
    details = json_fields.optional_mapping(raw.get("count_details")) or {}
    return Reaction(
        emoji=users.parse_emoji(json_fields.mapping(raw.get("emoji"))),
        count=json_fields.integer(raw, "count"),
        burst_count=json_fields.integer(details, "burst"),
    )


def parse_poll(raw: Mapping[str, Any]) -> Poll:
    """Parse a poll with its votes."""
    results = json_fields.optional_mapping(raw.get("results")) or {}
    counts = json_fields.parse_each("poll", _count, results.get("answer_counts"))
    votes = dict(count for count in counts if isinstance(count, tuple))

    def answer(raw_answer: Mapping[str, Any]) -> PollAnswer:
        shown = json_fields.mapping(raw_answer.get("poll_media"))
        return PollAnswer(
            text=json_fields.text(shown, "text"),
            emoji=users.parse_optional_emoji(shown.get("emoji")),
            votes=votes.get(json_fields.integer(raw_answer, "answer_id"), 0),
        )

    return Poll(
        question=json_fields.text(json_fields.mapping(raw.get("question")), "text"),
        answers=json_fields.parse_each("poll", answer, raw.get("answers")),
        expires_at=json_fields.moment(raw.get("expiry")),
        is_multiselect=raw.get("allow_multiselect") is True,
        is_finalized=results.get("is_finalized") is True,
    )


def _count(raw: Mapping[str, Any]) -> tuple[int, int]:
    return json_fields.integer(raw, "id"), json_fields.integer(raw, "count")
