"""The files of a transcript: how they are kept, since Discord's addresses expire."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol, TypeAlias

import attrs

from ticketbot.transcripts.model.emojis import StickerFormat


class MissingReason(StrEnum):
    """Why a file is not kept."""

    TOO_LARGE = "too_large"
    """Larger than what may be kept."""
    NO_ROOM = "no_room"
    """The page or the message that carries it is full."""
    GONE = "gone"
    """Discord no longer has it."""
    FOREIGN = "foreign"
    """It is not on a host of Discord's, and is therefore not downloaded."""
    FAILED = "failed"
    """It could not be downloaded in time."""
    EXPLICIT = "explicit"
    """Discord takes it for explicit, and does not take it again."""
    REFUSED = "refused"
    """Discord does not take it again, for another reason."""
    NOT_ASKED = "not_asked"
    """No attempt was made to download it."""


class Content(Protocol):
    """The bytes of a file, in memory or on disk."""

    def __len__(self) -> int:
        """Return their number."""
        ...

    def __getitem__(self, piece: slice, /) -> bytes:
        """Read a piece."""
        ...


@attrs.frozen(kw_only=True)
class Inlined:
    """The file was downloaded: it goes into the page, or beside it where the page is full."""

    content: Content = attrs.field(repr=False)
    content_type: str


@attrs.frozen(kw_only=True)
class Separate:
    """The file was uploaded beside the page."""

    name: str
    size: int | None = None


@attrs.frozen(kw_only=True)
class Missing:
    """The file is not kept."""

    reason: MissingReason
    size: int | None = None


Media: TypeAlias = Inlined | Separate | Missing

HOSTS: Final = frozenset(
    {"cdn.discordapp.com", "media.discordapp.net", "images-ext-1.discordapp.net", "images-ext-2.discordapp.net"}
)
"""Discord's hosts of files; nothing is downloaded from elsewhere."""

NOT_ASKED: Final = Missing(reason=MissingReason.NOT_ASKED)


class MediaKind(StrEnum):
    """What a file is for; small ones first."""

    AVATAR = "avatar"
    EMOJI = "emoji"
    STICKER = "sticker"
    ICON = "icon"
    THUMBNAIL = "thumbnail"
    IMAGE = "image"
    ATTACHMENT = "attachment"


@attrs.frozen(kw_only=True)
class MediaReference:
    """A file that a page shows if it can be downloaded."""

    url: str
    """Its address at Discord, and its key in ``Transcript.media``."""
    kind: MediaKind
    name: str = ""
    """What the file is called, where it has a name."""
    size: int | None = None
    """Its size in bytes, where Discord says."""
    content_type: str = ""


def avatar_url(user_id: int, avatar: str) -> str | None:
    """Return the address of a small avatar; None if its hash is malformed."""
    if not avatar.isascii() or not avatar.replace("_", "").isalnum():
        return None
    return f"https://cdn.discordapp.com/avatars/{user_id}/{avatar}.webp?size=64"


def guild_icon_url(guild_id: int, icon: str) -> str | None:
    """Return the address of a small icon of a server, not animated; None if its hash is malformed."""
    if not icon.isascii() or not icon.replace("_", "").isalnum():
        return None
    return f"https://cdn.discordapp.com/icons/{guild_id}/{icon}.webp?size=64"


def emoji_url(emoji_id: int) -> str:
    """Return the address of a small custom emoji, not animated."""
    return f"https://cdn.discordapp.com/emojis/{emoji_id}.webp?size=48"


def sticker_url(sticker_id: int, sticker_format: StickerFormat) -> str | None:
    """Return the address of a sticker; None if it is not a picture."""
    if sticker_format is StickerFormat.GIF:
        return f"https://media.discordapp.net/stickers/{sticker_id}.gif?size=160"
    if sticker_format in {StickerFormat.PNG, StickerFormat.APNG}:
        return f"https://cdn.discordapp.com/stickers/{sticker_id}.png?size=160"
    return None
