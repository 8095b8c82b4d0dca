"""The values of an embed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from ticketbot.transcripts.model.components import Component
    from ticketbot.transcripts.model.unreadable import Unreadable


@attrs.frozen(kw_only=True)
class EmbedField:
    """One titled field."""

    name: str
    value: str
    is_inline: bool = False


@attrs.frozen(kw_only=True)
class EmbedMedia:
    """An image, thumbnail or video of an embed."""

    url: str
    """Where it comes from."""
    media_url: str
    """The address at Discord that it can be fetched from, as long as that lasts."""
    description: str = ""
    width: int = 0
    height: int = 0


@attrs.frozen(kw_only=True)
class EmbedLine:
    """The author, provider or footer of an embed."""

    text: str
    url: str = ""
    icon_url: str | None = None


@attrs.frozen(kw_only=True)
class Embed:
    """A card under a message."""

    type: str = "rich"
    title: str = ""
    url: str = ""
    description: str = ""
    color: int | None = None
    timestamp: int = 0
    author: EmbedLine | None = None
    provider: EmbedLine | None = None
    footer: EmbedLine | None = None
    fields: tuple[EmbedField | Unreadable, ...] = ()
    image: EmbedMedia | None = None
    thumbnail: EmbedMedia | None = None
    video: EmbedMedia | None = None
    components: tuple[Component, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
