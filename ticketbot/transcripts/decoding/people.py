"""Who wrote, who is meant, and emojis."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ticketbot.transcripts import media
from ticketbot.transcripts.decoding import fields
from ticketbot.transcripts.model import Author, Emoji

if TYPE_CHECKING:
    from collections.abc import Mapping


def author(raw: Mapping[str, Any], *, is_webhook: bool = False) -> Author:
    """Take a user."""
    return _author(
        fields.snowflake(raw.get("id")),
        fields.text(raw, "username"),
        fields.text(raw, "global_name"),
        fields.text(raw, "avatar"),
        (raw.get("bot") is True, raw.get("system") is True, is_webhook),
    )


def optional_author(raw: object) -> Author | None:
    """Take a user that may be absent or odd."""
    try:
        return author(fields.mapping(raw))
    except fields.MalformedError:
        return None


@functools.lru_cache(maxsize=4096)
def _author(user_id: int, username: str, global_name: str, avatar: str, marks: tuple[bool, bool, bool]) -> Author:
    is_app, is_official, is_webhook = marks
    return Author(
        id=user_id,
        name=global_name or username,
        username=username,
        avatar_url=media.avatar_url(user_id, avatar),
        is_app=is_app or is_webhook,
        is_webhook=is_webhook,
        is_official=is_official,
    )


def mentions(raw: object) -> Mapping[int, str]:
    """Take the names of mentioned users; odd ones are left out."""
    if not raw or not fields.is_array(raw):
        return {}
    users = [optional_author(value) for value in raw]
    return {user.id: user.name for user in users if user is not None}


def emoji(raw: Mapping[str, Any]) -> Emoji:
    """Take an emoji."""
    return Emoji(
        id=fields.optional_snowflake(raw.get("id")),
        name=fields.text(raw, "name"),
        is_animated=raw.get("animated") is True,
    )


def optional_emoji(raw: object) -> Emoji | None:
    """Take an emoji that may be absent."""
    return None if raw is None else emoji(fields.mapping(raw))
