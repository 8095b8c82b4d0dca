"""What Discord takes in a message and a channel's name. Source: "Message Resource", "Channel Resource"."""

from __future__ import annotations

import re
from typing import Any

from tests.standin.errors import Refused, invalid

FORBIDDEN_IN_NAMES = ("1488",)


def channel_name(name: str) -> str:
    """Write a text channel's name as Discord does."""
    shown = re.sub(r"\s+", "-", name.lower()).strip("-")
    if not 1 <= len(shown) <= 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if any(word in shown for word in FORBIDDEN_IN_NAMES):
        raise invalid("name", "CONTAINS_INAPPROPRIATE_CONTENT", "Contains words not allowed for servers.")
    return shown


def check_message(body: dict[str, Any], *, files: int, partial: bool = False) -> None:
    """Refuse a message that breaks a limit."""
    if len(body.get("content") or "") > 2000:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    embeds: list[dict[str, Any]] = body.get("embeds") or []
    if len(embeds) > 10 or sum(_length(embed) for embed in embeds) > 6000:
        raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    for embed in embeds:
        _check_embed(embed)
    rows: list[dict[str, Any]] = body.get("components") or []
    if len(rows) > 5:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    ids: list[str] = []
    for row in rows:
        inside: list[dict[str, Any]] = row.get("components", [])
        if not 1 <= len(inside) <= 5:
            raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
        for button in inside:
            ids.append(button.get("custom_id", ""))
            if len(button.get("label") or "") > 80 or len(ids[-1]) > 100:
                raise invalid("components", "BASE_TYPE_MAX_LENGTH", "Too long.")
    if len(ids) != len(set(ids)):
        raise invalid("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    if not partial and not (body.get("content") or embeds or files or rows):
        raise Refused(400, 50006, "Cannot send an empty message")


def _check_embed(embed: dict[str, Any]) -> None:
    fields: list[dict[str, Any]] = embed.get("fields") or []
    sizes = (
        (len(embed.get("title") or ""), 256),
        (len(embed.get("description") or ""), 4096),
        (len((embed.get("footer") or {}).get("text") or ""), 2048),
        (len(fields), 25),
        *((len(field["name"]), 256) for field in fields),
        *((len(field["value"]), 1024) for field in fields),
    )
    if any(size > limit for size, limit in sizes):
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Too long.")


def _length(embed: dict[str, Any]) -> int:
    fields: list[dict[str, Any]] = embed.get("fields") or []
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [text for field in fields for text in (field["name"], field["value"])]
    return sum(len(text or "") for text in texts)
