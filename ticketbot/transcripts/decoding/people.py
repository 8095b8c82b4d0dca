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
    get = raw.get
    try:
        return _author(
            get("id"), get("username"), get("global_name"), get("avatar"), get("bot"), get("system"), is_webhook
        )
    except TypeError:
        # Only what can be compared can be looked up; names and ids can.
        raise fields.MalformedError from None


def optional_author(raw: object) -> Author | None:
    """Take a user that may be absent or odd."""
    try:
        return author(fields.mapping(raw))
    except fields.MalformedError:
        return None


@functools.lru_cache(maxsize=4096)
def _author(*facts: object) -> Author:
    """Take a user once: most messages of a channel come from few."""
    user_id, username, global_name, avatar, bot, system, is_webhook = facts
    raw = {"username": username, "global_name": global_name, "avatar": avatar}
    taken_id = fields.snowflake(user_id)
    return Author(
        id=taken_id,
        name=fields.text(raw, "global_name") or fields.text(raw, "username"),
        username=fields.text(raw, "username"),
        avatar_url=media.avatar_url(taken_id, fields.text(raw, "avatar")),
        is_app=bot is True or is_webhook is True,
        is_webhook=is_webhook is True,
        is_official=system is True,
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
