"""How the files of a transcript are to be had once Discord's addresses are dead."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol, TypeAlias

import attrs

from ticketbot.transcripts.model import StickerFormat


class MissingReason(StrEnum):
    """Why a file cannot be had."""

    TOO_LARGE = "too_large"
    """Larger than what may be kept."""
    NO_ROOM = "no_room"
    """The page or the message that carries it is full."""
    GONE = "gone"
    """Discord no longer has it."""
    FOREIGN = "foreign"
    """It does not lie with Discord, and is therefore not fetched."""
    FAILED = "failed"
    """It could not be fetched in time."""
    NOT_ASKED = "not_asked"
    """Nobody tried to fetch it."""


class Content(Protocol):
    """The bytes of a file, wherever they are kept until they are read."""

    def __len__(self) -> int:
        """Count them."""
        ...

    def __getitem__(self, piece: slice, /) -> bytes:
        """Read a piece."""
        ...


@attrs.frozen(kw_only=True)
class Inlined:
    """The file is at hand: it stands inside the page, or beside it where the page is full."""

    content: Content = attrs.field(repr=False)
    content_type: str


@attrs.frozen(kw_only=True)
class Beside:
    """The file was uploaded beside the page."""

    name: str
    size: int | None = None


@attrs.frozen(kw_only=True)
class Missing:
    """The file cannot be had."""

    reason: MissingReason
    size: int | None = None


Media: TypeAlias = Inlined | Beside | Missing

HOSTS: Final = frozenset(
    {"cdn.discordapp.com", "media.discordapp.net", "images-ext-1.discordapp.net", "images-ext-2.discordapp.net"}
)
"""Where Discord keeps files; nothing is to be fetched from elsewhere."""

NOT_ASKED: Final = Missing(reason=MissingReason.NOT_ASKED)


class MediaKind(StrEnum):
    """What a file is for; the small ones first."""

    AVATAR = "avatar"
    EMOJI = "emoji"
    STICKER = "sticker"
    ICON = "icon"
    THUMBNAIL = "thumbnail"
    IMAGE = "image"
    ATTACHMENT = "attachment"


@attrs.frozen(kw_only=True)
class WantedMedia:
    """A file that a page would show if it could be had."""

    url: str
    """Its address at Discord, and its key in ``Transcript.media``."""
    kind: MediaKind
    name: str = ""
    """What the file is called, where it has a name."""
    size: int | None = None
    """Its size in bytes, where Discord tells."""
    content_type: str = ""


def avatar_url(user_id: int, avatar: str) -> str | None:
    """Tell the address of a small avatar."""
    if not avatar.isascii() or not avatar.replace("_", "").isalnum():
        return None
    return f"https://cdn.discordapp.com/avatars/{user_id}/{avatar}.webp?size=64"


def emoji_url(emoji_id: int) -> str:
    """Tell the address of a small custom emoji, standing still."""
    return f"https://cdn.discordapp.com/emojis/{emoji_id}.webp?size=48"


def sticker_url(sticker_id: int, sticker_format: StickerFormat) -> str | None:
    """Tell the address of a sticker, if it is a picture."""
    if sticker_format is StickerFormat.GIF:
        return f"https://media.discordapp.net/stickers/{sticker_id}.gif?size=160"
    if sticker_format in {StickerFormat.PNG, StickerFormat.APNG}:
        return f"https://cdn.discordapp.com/stickers/{sticker_id}.png?size=160"
    return None
