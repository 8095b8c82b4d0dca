"""Embeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ticketbot.transcripts.decoding import components, fields
from ticketbot.transcripts.embeds import Embed, EmbedField, EmbedLine, EmbedMedia

if TYPE_CHECKING:
    from collections.abc import Mapping


def embed(raw: Mapping[str, Any]) -> Embed:
    """Take an embed."""
    return Embed(
        type=fields.text(raw, "type"),
        title=fields.text(raw, "title"),
        url=fields.text(raw, "url"),
        description=fields.text(raw, "description"),
        color=fields.color(raw.get("color")),
        timestamp=fields.moment(raw.get("timestamp")),
        author=_line(raw.get("author"), "name"),
        provider=_line(raw.get("provider"), "name"),
        footer=_line(raw.get("footer"), "text"),
        fields=fields.each("embed field", _field, raw.get("fields")),
        image=_media(raw.get("image")),
        thumbnail=_media(raw.get("thumbnail")),
        video=_media(raw.get("video")),
        components=components.components(raw.get("components")),
    )


def _field(raw: Mapping[str, Any]) -> EmbedField:
    return EmbedField(
        name=fields.text(raw, "name"), value=fields.text(raw, "value"), is_inline=raw.get("inline") is True
    )


def _line(value: object, key: str) -> EmbedLine | None:
    raw = fields.optional_mapping(value)
    if raw is None:
        return None
    return EmbedLine(
        text=fields.text(raw, key),
        url=fields.text(raw, "url"),
        icon_url=fields.text(raw, "proxy_icon_url") or fields.text(raw, "icon_url") or None,
    )


def _media(value: object) -> EmbedMedia | None:
    raw = fields.optional_mapping(value)
    if raw is None:
        return None
    url = fields.text(raw, "url")
    return EmbedMedia(
        url=url,
        media_url=fields.text(raw, "proxy_url") or url,
        description=fields.text(raw, "description"),
        width=fields.integer(raw, "width"),
        height=fields.integer(raw, "height"),
    )
