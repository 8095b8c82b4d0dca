"""Parse users, mentions and emojis."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ticketbot.tickets import naming
from ticketbot.transcripts.model import media
from ticketbot.transcripts.model.emojis import Emoji
from ticketbot.transcripts.model.users import Author
from ticketbot.transcripts.parsing import json_fields

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse_author(raw: Mapping[str, Any], *, is_webhook: bool = False) -> Author:
    """Parse a user."""
    get = raw.get
    try:
        return _author(
            get("id"), get("username"), get("global_name"), get("avatar"), get("bot"), get("system"), is_webhook
        )
    except TypeError:
        # Only what can be compared can be looked up; names and ids can.
        raise json_fields.MalformedError from None


def parse_optional_author(raw: object) -> Author | None:
    """Parse a user; None if it is absent or malformed."""
    try:
        return parse_author(json_fields.mapping(raw))
    except json_fields.MalformedError:
        return None


@functools.lru_cache(maxsize=4096)
def _author(*facts: object) -> Author:
    """Parse a user once: most messages of a channel come from a few."""
    user_id, username, global_name, avatar, bot, system, is_webhook = facts
    raw = {"username": username, "global_name": global_name, "avatar": avatar}
    taken_id = json_fields.snowflake(user_id)
    names = (json_fields.text(raw, "global_name"), json_fields.text(raw, "username"))
    return Author(
        id=taken_id,
        name=next(filter(naming.is_visible, names), ""),
        username=json_fields.text(raw, "username"),
        avatar_url=media.avatar_url(taken_id, json_fields.text(raw, "avatar")),
        is_app=bot is True or is_webhook is True,
        is_webhook=is_webhook is True,
        is_official=system is True,
    )


def parse_mentions(raw: object) -> Mapping[int, str]:
    """Return the names of mentioned users; malformed ones are left out."""
    if not raw or not json_fields.is_array(raw):
        return {}
    users = [parse_optional_author(value) for value in raw]
    return {user.id: user.name for user in users if user is not None}


def parse_emoji(raw: Mapping[str, Any]) -> Emoji:
    """Parse an emoji."""
    return Emoji(
        id=json_fields.optional_snowflake(raw.get("id")),
        name=json_fields.text(raw, "name"),
        is_animated=raw.get("animated") is True,
    )


def parse_optional_emoji(raw: object) -> Emoji | None:
    """Parse an emoji, or return None if it is absent."""
    return None if raw is None else parse_emoji(json_fields.mapping(raw))
