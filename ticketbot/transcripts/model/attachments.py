"""Attachments."""

from __future__ import annotations

from enum import StrEnum

import attrs


class AttachmentKind(StrEnum):
    """How an attachment is shown."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"
    FILE = "file"

    @classmethod
    def of(cls, content_type: str) -> AttachmentKind:
        """Return how files of a content type are shown."""
        family = content_type.partition("/")[0]
        return cls(family) if family in {cls.IMAGE, cls.VIDEO, cls.AUDIO} else cls.FILE


@attrs.frozen(kw_only=True)
class Attachment:
    """A file of a message."""

    name: str
    url: str
    kind: AttachmentKind = AttachmentKind.FILE
    title: str = ""
    """The name before Discord made it plain."""
    size: int = 0
    content_type: str = ""
    description: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0
    """Seconds of a voice message."""
    waveform: bytes = b""
    """Loudness from 0 to 255 over the length of a voice message."""
    is_spoiler: bool = False
