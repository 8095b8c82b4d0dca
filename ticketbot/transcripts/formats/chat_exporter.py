"""JSON as DiscordChatExporter writes it, for the tools that read its exports.

Its schema is that of ``JsonMessageWriter`` of DiscordChatExporter (commit 4f29fa6 of March 2026). Roles are those that
a message carries of its author and of those whom it mentions, which Discord's REST API leaves out. The users behind
reactions and the category are empty: messages do not carry them. Addresses of files are Discord's own, which expire.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, Final

from ticketbot.transcripts.escape import encode
from ticketbot.transcripts.formats.plain_texts import PlainTexts
from ticketbot.transcripts.model import media
from ticketbot.transcripts.parsing import json_fields, parser, users

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ticketbot.transcripts.model.transcript import Transcript

_TYPES: Final[Mapping[int, str]] = {
    0: "Default",
    1: "RecipientAdd",
    2: "RecipientRemove",
    3: "Call",
    4: "ChannelNameChange",
    5: "ChannelIconChange",
    6: "ChannelPinnedMessage",
    7: "GuildMemberJoin",
    18: "ThreadCreated",
    19: "Reply",
}
"""The names of message types; others are written as their number."""
_STICKERS: Final[Mapping[int, tuple[str, str]]] = {
    1: ("Png", "png"),
    2: ("Apng", "png"),
    3: ("Lottie", "json"),
    4: ("Gif", "gif"),
}
"""The name of each sticker format, and how its files end."""
_EMOJI: Final = re.compile(r"<(a?):(\w{1,64}):(\d{1,20})>", re.ASCII)
_REFERENCES: Final[Mapping[int, str]] = {0: "Default", 1: "Forward"}


def chunks(transcript: Transcript, messages: Iterable[object]) -> Iterator[bytes]:
    """Yield a transcript as JSON, message by message; ``messages`` are as Discord's API gives them, oldest first."""
    writer = _Writer(transcript)
    now = dt.datetime.now(tz=transcript.time_zone).isoformat(timespec="milliseconds")
    head: dict[str, Any] = {
        "guild": {
            "id": str(transcript.guild_id or 0),
            "name": transcript.guild_name,
            "iconUrl": transcript.guild_icon_url or "",
        },
        "channel": {
            "id": str(transcript.channel_id or 0),
            "type": "GuildTextChat",
            "categoryId": None,
            "category": None,
            "name": transcript.channel_name,
            "topic": transcript.channel_topic or None,
        },
        "dateRange": {"after": None, "before": None},
        "exportedAt": now,
    }
    yield encode(_dump(head)[:-1] + ',"messages":[')
    count = 0
    for message in messages:
        yield encode((",\n" if count else "\n") + _dump(writer.message(message)))
        count += 1
    yield encode(f'\n],"messageCount":{count}}}\n')


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Writer:
    """Turns messages of Discord's API into those of an export; a malformed part is left out."""

    def __init__(self, transcript: Transcript) -> None:
        self._texts = PlainTexts(transcript)
        self._names = transcript.names

    def message(self, value: object) -> Mapping[str, Any]:
        """Return a message."""
        raw = value if json_fields.is_object(value) else {}
        parsed = parser.parse_message(raw)
        found: dict[str, Any] = {
            "id": str(parsed.id),
            "type": _TYPES.get(parsed.type, str(parsed.type)),
            "timestamp": self._moment(parsed.timestamp),
            "timestampEdited": self._moment(parsed.edited_at),
            "callEndedTimestamp": self._moment(parsed.event.call_ended_at if parsed.event else 0),
            "isPinned": parsed.is_pinned,
            "content": self._texts.content(parsed),
            "author": self._user(raw.get("author"), has_roles=True, member=_object(raw, "member")),
            **self._carried(raw),
            "reactions": [
                {"emoji": _emoji(_object(one, "emoji")), "count": _number(one, "count"), "users": list[object]()}
                for one in _objects(raw, "reactions")
            ],
            "mentions": [self._user(one, has_roles=True) for one in _objects(raw, "mentions")],
        }
        if reference := _object(raw, "message_reference"):
            found["reference"] = {
                "type": _REFERENCES.get(_number(reference, "type"), "Default"),
                "messageId": reference.get("message_id"),
                "channelId": reference.get("channel_id"),
                "guildId": reference.get("guild_id"),
            }
        for snapshot in _objects(raw, "message_snapshots")[:1]:
            forwarded = _object(snapshot, "message")
            found["forwardedMessage"] = {
                "timestamp": self._moment(json_fields.moment(forwarded.get("timestamp"))),
                "timestampEdited": self._moment(json_fields.moment(forwarded.get("edited_timestamp"))),
                "content": self._texts.text(_text(forwarded, "content")),
                **self._carried(forwarded),
            }
        if interaction := _object(raw, "interaction") or _object(raw, "interaction_metadata"):
            found["interaction"] = {
                "id": str(interaction.get("id") or 0),
                "name": _text(interaction, "name"),
                "user": self._user(interaction.get("user"), has_roles=True),
            }
        return found | {"inlineEmojis": _inline_emojis(_text(raw, "content"))}

    def _carried(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            "attachments": [
                {
                    "id": str(one.get("id") or 0),
                    "url": _text(one, "url"),
                    "fileName": _text(one, "filename"),
                    "fileSizeBytes": _number(one, "size"),
                }
                for one in _objects(raw, "attachments")
            ],
            "embeds": [self._embed(one) for one in _objects(raw, "embeds")],
            "stickers": [_sticker(one) for one in _objects(raw, "sticker_items") or _objects(raw, "stickers")],
        }

    def _user(self, value: object, *, has_roles: bool, member: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        raw = value if json_fields.is_object(value) else {}
        member = _object(raw, "member") if member is None else member
        known = users.parse_optional_author(raw)
        user_id = 0 if known is None else known.id
        color = self._names.user_colors.get(user_id, 0)
        found: dict[str, Any] = {
            "id": str(user_id),
            "name": _text(raw, "username"),
            "discriminator": _text(raw, "discriminator").rjust(4, "0"),
            "nickname": self._names.users.get(user_id) or ("" if known is None else known.name),
            "color": f"#{color:06X}" if color else None,
            "isBot": raw.get("bot") is True,
        }
        if has_roles:
            found["roles"] = self._roles(member)
        return found | {"avatarUrl": (known and known.avatar_url) or "https://cdn.discordapp.com/embed/avatars/0.png"}

    def _roles(self, member: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the roles of a member whom the message carries with them; those that are known by name."""
        role_ids = member.get("roles")
        ids = map(json_fields.optional_snowflake, role_ids if json_fields.is_array(role_ids) else ())
        known = [(one, self._names.roles[one]) for one in ids if one is not None and one in self._names.roles]
        return [
            {"id": str(one), "name": role.name, "color": f"#{role.color:06X}" if role.color else None, "position": 0}
            for one, role in known
        ]

    def _embed(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        color = raw.get("color")
        found: dict[str, Any] = {
            "title": self._texts.text(_text(raw, "title")),
            "url": _text(raw, "url") or None,
            "timestamp": self._moment(json_fields.moment(raw.get("timestamp"))),
            "description": self._texts.text(_text(raw, "description")),
        }
        if isinstance(color, int):
            found["color"] = f"#{color & 0xFFFFFF:06X}"
        if author := _object(raw, "author"):
            found["author"] = {"name": _text(author, "name"), "url": _text(author, "url") or None} | _icon(author)
        for key in ("thumbnail", "image", "video"):
            if place := _object(raw, key):
                found[key] = _image(place)
        if footer := _object(raw, "footer"):
            found["footer"] = {"text": _text(footer, "text")} | _icon(footer)
        image = _object(raw, "image")
        return found | {
            "images": [_image(image)] if image else [],
            "fields": [
                {
                    "name": self._texts.text(_text(one, "name")),
                    "value": self._texts.text(_text(one, "value")),
                    "isInline": one.get("inline") is True,
                }
                for one in _objects(raw, "fields")
            ],
            "inlineEmojis": _inline_emojis(_text(raw, "description")),
        }

    def _moment(self, millis: int) -> str | None:
        moment = self._texts.moment(millis)
        return None if moment is None else moment.isoformat(timespec="milliseconds")


def _icon(raw: Mapping[str, Any]) -> dict[str, Any]:
    if not (url := _text(raw, "icon_url")):
        return {}
    return {"iconUrl": _text(raw, "proxy_icon_url") or url, "iconCanonicalUrl": url}


def _image(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    url = _text(raw, "url")
    addresses = {"url": _text(raw, "proxy_url") or url, "canonicalUrl": url} if url else {}
    return {**addresses, "width": _number(raw, "width"), "height": _number(raw, "height")}


def _sticker(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    name, ending = _STICKERS.get(_number(raw, "format_type"), _STICKERS[1])
    sticker_id = str(raw.get("id") or 0)
    return {
        "id": sticker_id,
        "name": _text(raw, "name"),
        "format": name,
        "sourceUrl": f"https://cdn.discordapp.com/stickers/{sticker_id}.{ending}",
    }


def _emoji(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    emoji_id = json_fields.optional_snowflake(raw.get("id"))
    return {
        "id": "" if emoji_id is None else str(emoji_id),
        "name": _text(raw, "name"),
        "code": _text(raw, "name"),
        "isAnimated": raw.get("animated") is True,
        "imageUrl": "" if emoji_id is None else media.emoji_url(emoji_id),
    }


def _inline_emojis(content: str) -> list[Mapping[str, Any]]:
    """Return the custom emojis in a text, each once."""
    found = {match[3]: match for match in _EMOJI.finditer(content)}
    return [_emoji({"id": emoji_id, "name": match[2], "animated": bool(match[1])}) for emoji_id, match in found.items()]


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _number(raw: Mapping[str, Any], key: str) -> int:
    value = raw.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _object(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if json_fields.is_object(value) else {}


def _objects(raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = raw.get(key)
    return [one for one in value if json_fields.is_object(one)] if json_fields.is_array(value) else []
