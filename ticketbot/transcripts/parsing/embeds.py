"""Parse embeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ticketbot.transcripts.model.embeds import Embed, EmbedField, EmbedLine, EmbedMedia
from ticketbot.transcripts.parsing import components, json_fields

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse_embed(raw: Mapping[str, Any]) -> Embed:
    """Parse an embed."""
    return Embed(
        type=json_fields.text(raw, "type"),
        title=json_fields.text(raw, "title"),
        url=json_fields.text(raw, "url"),
        description=json_fields.text(raw, "description"),
        color=json_fields.color(raw.get("color")),
        timestamp=json_fields.moment(raw.get("timestamp")),
        author=_line(raw.get("author"), "name"),
        provider=_line(raw.get("provider"), "name"),
        footer=_line(raw.get("footer"), "text"),
        fields=json_fields.parse_each("embed field", _field, raw.get("fields")),
        image=_media(raw.get("image")),
        thumbnail=_media(raw.get("thumbnail")),
        video=_media(raw.get("video")),
        components=components.parse_components(raw.get("components")),
    )


def _field(raw: Mapping[str, Any]) -> EmbedField:
    return EmbedField(
        name=json_fields.text(raw, "name"), value=json_fields.text(raw, "value"), is_inline=raw.get("inline") is True
    )


def _line(value: object, key: str) -> EmbedLine | None:
    raw = json_fields.optional_mapping(value)
    if raw is None:
        return None
    return EmbedLine(
        text=json_fields.text(raw, key),
        url=json_fields.text(raw, "url"),
        icon_url=json_fields.text(raw, "proxy_icon_url") or json_fields.text(raw, "icon_url") or None,
    )


def _media(value: object) -> EmbedMedia | None:
    raw = json_fields.optional_mapping(value)
    if raw is None:
        return None
    url = json_fields.text(raw, "url")
    return EmbedMedia(
        url=url,
        media_url=json_fields.text(raw, "proxy_url") or url,
        description=json_fields.text(raw, "description"),
        width=json_fields.integer(raw, "width"),
        height=json_fields.integer(raw, "height"),
    )
