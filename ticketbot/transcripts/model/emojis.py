"""Emojis, reactions and stickers."""

from __future__ import annotations

from enum import StrEnum

import attrs


@attrs.frozen(kw_only=True)
class Emoji:
    """A custom emoji, or a Unicode one without id."""

    id: int | None = None
    name: str
    is_animated: bool = False


@attrs.frozen(kw_only=True)
class Reaction:
    """A reaction to a message; super reactions are counted separately, too."""

    emoji: Emoji
    count: int
    """All, the super ones among them."""
    burst_count: int = 0


class StickerFormat(StrEnum):
    """The format of a sticker; a Lottie one cannot be shown without a library."""

    PNG = "png"
    APNG = "apng"
    LOTTIE = "lottie"
    GIF = "gif"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Sticker:
    """A sticker of a message."""

    id: int
    name: str
    format: StickerFormat = StickerFormat.PNG
    url: str | None = None
    description: str = ""
